"""Compose the signed corpus: `python -m tests.corpus.signed` writes every file, what is expected of it, and the table.

A case is a row of a table in `signed_*.py`: add one, run this, read what it wrote. Expectations stand in the rows and
are never taken from the reader.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from tests.corpus import signed_chains, signed_forgeries, signed_honest, signed_messages, signed_revisions
from tests.corpus.signed_trust import write_trust

if TYPE_CHECKING:
    from tests.corpus.signed_case import Case

HERE = Path(__file__).parent / "signed"
TRUST = HERE / "trust"
TABLES = {
    "Honest documents, and signatures wrapped in something else": signed_honest.CASES,
    "Forged ranges and contents": signed_forgeries.CASES,
    "Changes after signing": signed_revisions.CASES,
    "The CMS": signed_messages.CASES,
    "Certificates, revocation, time": signed_chains.CASES,
}
CASES = {case.name: case for cases in TABLES.values() for case in cases}
_RESPONSES = ("response_in_store", "response_old", "response_revokes", "response_unappointed")
NOT_REPEATED = frozenset({"wrapped_saved_anew", "wrapped_encrypted", *_RESPONSES})
"""Octets of these change: with qpdf, and with the hour of making that an OCSP response holds. All others never do."""
_WORDS = {"pass": "passed", "fail": "failed"}
_BEST_FIRST = ("passed", "indeterminate", "failed", "none")

_TOP = """\
# Signed corpus

One technique, one file. `python -m tests.corpus.signed` writes this folder again from the tables in `tests/corpus/signed_*.py`:
the files, `<case>.facts.json` with what must be found in each, `labels.csv`, the trust folder, and this page.

What is expected was reasoned from the standard and from what a technique does, and stands here with its reason; it is
not what our reader happened to answer. `tests/read/signatures/test_signed_corpus.py` holds the reader to it. By hand:

```sh
congthu corpus tests/corpus/signed --trust tests/corpus/signed/trust --at 2026-11-20 --labels tests/corpus/signed/labels.csv
```

All keys are throw-away: they follow from their names (`tests/corpus/signed_keys.py`), so anybody can sign with them.

| source | where the technique is described |
|---|---|
| USF, ISA, SWA | universal signature forgery, incremental saving, signature wrapping: "1 Trillion Dollar Refund: How To Spoof PDF Signatures", CCS 2019 |
| shadow hide, replace, hide and replace | "Shadow Attacks: Hiding and Replacing Content in Signed PDFs", NDSS 2021 |
| EAA, SSA | evil annotations and sneaky signatures: "Breaking the Specification: PDF Certification", IEEE S&P 2021 |
| V/AP | a field's value and its appearance disagree: "PDF Forms as Executable Security Boundaries", 2026 |
| signed attributes draft | draft-ietf-lamps-cms-euf-cma-signeddata, 2026 |
| low exponent forgery | Bleichenbacher, CRYPTO 2006 rump session; CVE-2006-4339 |
| psychic signatures | CVE-2022-21449 |
| parser differences | two readers of one file see two documents: ours, after Caradoc (SPW 2016) and the suites of docs/corpora.md |
| ISO 32000, RFC 5652, RFC 5280, RFC 3161, RFC 6960, PAdES | what the standard says; section in the reason |
| Vietnamese practice | Decree 30/2020, Circular 15/2025, and what the tools of agencies write |

Outcomes: `pass` is TOTAL-PASSED, `fail` TOTAL-FAILED, `temperror` and `permerror` INDETERMINATE (docs/trust.md). A
signature without a name is one that only another reader of the file lists.
"""


def path_of(case: Case) -> Path:
    """Where the file of a case stands."""
    return HERE / f"{case.name}.{case.suffix}"


def expected(case: Case) -> bytes:
    """Render what must be found in a file."""
    claims = (*case.claims, *[{}] * len(case.signatures))
    signatures = []
    for text, more in zip(case.signatures, claims, strict=False):
        field, outcome, *reason = text.rsplit(" ", 2) if text.split()[-1].isupper() else text.rsplit(" ", 1)
        signatures.append({"field": field, "outcome": outcome, "sub_indication": "".join(reason)} | more)
    found = {"source": case.source, "why": case.why, "signatures": signatures, "facts": case.facts}
    return msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n"


def label(case: Case) -> str:
    """Name the outcome of the file, as `congthu corpus` does: the best of the signatures that are no mere time-stamp."""
    words = set()
    for signature in msgspec.json.decode(expected(case))["signatures"]:
        if not signature.get("is_timestamp"):
            words.add(_WORDS.get(signature["outcome"], "indeterminate"))
    return next((word for word in _BEST_FIRST if word in words), "none")


def page() -> str:
    """Write the table of all cases."""
    lines = [_TOP]
    for title, cases in TABLES.items():
        lines.append(f"\n## {title}\n\n| file | source | expected | why |\n|---|---|---|---|\n")
        for case in cases:
            found = "; ".join(case.signatures) or "no signature"
            facts = "".join(f"; {name}: {value}" for name, value in case.facts.items())
            lines.append(f"| `{case.name}.{case.suffix}` | {case.source} | {found.strip()}{facts} | {case.why} |\n")
    return "".join(lines)


def labels() -> str:
    """Write the labels for `congthu corpus`."""
    rows = [f"{case.name}.{case.suffix},{label(case)}\n" for case in sorted(CASES.values(), key=lambda one: one.name)]
    return "path,label\n" + "".join(rows)


def main() -> None:
    """Write the folder."""
    HERE.mkdir(exist_ok=True)
    write_trust(TRUST)
    for case in CASES.values():
        if case.name not in NOT_REPEATED or not path_of(case).exists():
            path_of(case).write_bytes(case.make())
        path_of(case).with_suffix(".facts.json").write_bytes(expected(case))
    (HERE / "README.md").write_text(page(), "utf-8")
    (HERE / "labels.csv").write_text(labels(), "utf-8")


if __name__ == "__main__":
    main()
