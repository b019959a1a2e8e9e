"""The corpus command on the signed corpus: what decides a file."""

from __future__ import annotations

from gateway.commands.corpus.work import file_record
from gateway.edge.trust.folder import load_trust
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.message import read_message
from tests.corpus.signed import CASES, TRUST, path_of
from tests.corpus.signed_honest import mail
from tests.corpus.signed_keys import AT


def test_a_signed_attachment_does_not_sign_its_cover() -> None:
    """The signature is listed with the part it belongs to; the cover has none."""
    octets = mail(path_of(CASES["wrapped_attached"]).read_bytes())
    record = file_record(read_message(octets, DEFAULT_BUDGET, load_trust(TRUST), AT, host="corpus"))

    assert ("none", ["pass"]) == (record["outcome"], [one["outcome"] for one in record["signatures"]])
