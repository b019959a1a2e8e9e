"""The matching of the gateway's ledger with what the next hop stored finds each thing that must not happen."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from gateway.values.ledger import Intent, Outcome
from tests.chaos.kept import FOLDER, check
from tests.chaos.ledger import Copy, Ledgers
from tests.support.ledgers import write_chain

if TYPE_CHECKING:
    from pathlib import Path

    from gateway.values.ledger import Record

COPY = Copy("try-0", b"Received: from try-0\r\nCongthu-Verdict: 1; host=a;\r\n id=T1; disposition=relay\r\n\r\n")
INTENT = Intent(transaction_id="T1", at_us=1)


@pytest.mark.parametrize(
    ("records", "copies", "wanted"),
    [
        ([INTENT], [COPY], {}),
        ([INTENT, Outcome("T1", 2, "delivered", 250)], [COPY], {}),
        ([INTENT, Outcome("T1", 2, "deferred", 451)], [], {}),
        ([INTENT, Outcome("T1", 2, "refused", 550)], [COPY], {"ledger says otherwise": 1}),
        ([INTENT, Outcome("T1", 2, "delivered", 250)], [], {"ledger says otherwise": 1}),
        ([INTENT, INTENT], [COPY], {"twice in the ledger": 1}),
        ([], [COPY], {"not in the ledger": 1}),
    ],
)
def test_each_disagreement_is_found(
    tmp_path: Path, records: list[Record], copies: list[Copy], wanted: dict[str, int]
) -> None:
    """Missing, twice, told otherwise; and nothing where all is well."""
    write_chain(tmp_path / FOLDER, ("2026-11", records))
    assert wanted == Counter(kind for kind, _about in check(tmp_path, Ledgers(copies=copies)))
