"""Facts about `gateway.daemon.inspection`: what a reader worker sends back beside the verdict."""

from __future__ import annotations

import msgspec
import pytest

from gateway.daemon.config import Config
from gateway.daemon.inspection import Inspector
from gateway.daemon.loading import load_generation
from gateway.values.envelope import Client, Envelope
from tests.corpus.compose import PLAIN, file, many
from tests.read.signatures.test_signatures_opinions import protected
from tests.support.signed_pdfs import AT, one, trust

ENVELOPE = Envelope(
    client=Client("192.0.2.10"),
    reverse_path="vanthu@so-a.example.vn",
    forward_paths=("vanthu@ubnd.example.vn",),
    received_at_us=int(AT.timestamp() * 1_000_000),
    transaction_id="4bXk2TzQ",
)


@pytest.mark.parametrize(
    ("octets", "expected"),
    [(protected("sha1", "sha1_rsa"), ("pyhanko:is_cryptographically_valid:refused",)), (one(), ())],
    ids=["differing", "agreed"],
)
def test_contradictions_between_readers_are_sent_back(octets, expected):
    """For the counter and the log line; what all agree on sends nothing."""
    generation = msgspec.structs.replace(load_generation(Config(), 1)[0], trust=trust())
    wire = many(PLAIN, file(octets, b"filename=cv.pdf")) + b".\r\n"

    assert Inspector(generation).examine(memoryview(wire), ENVELOPE).inspection.disagreements == expected
