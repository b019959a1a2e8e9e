"""Multiparts of unknown and odd subtypes are mixed (RFC 2046 section 5.1.3)."""

import pytest

from gateway.values.facts import Secrecy
from tests.corpus.compose import MIME, PLAIN
from tests.corpus.mime_cases import FILE
from tests.read.test_mime_techniques import read

UNKNOWN = [
    "multipart/*", "multipart/%", "multipart/~", "multipart/{a}", "multipart/", "multipart", "multipart/a|b",
    "multipart/mixed*", "multipart/'mixed'", 'multipart/"mixed"', "multipart/@", "multipart/[x]", "multipart/=",
    "multipart/ mixed", "Multipart/Mixed/x", "multipart/a b", "multipart/mixed,", "multipart/x-zimbra-mixed",
    "multipart/vnd.bull", "MULTIPART/MIXED ", "multipart/voice-message", "multipart/mixed (mot)", "multipart/$",
]  # fmt: skip


@pytest.mark.parametrize("kind", UNKNOWN)
def test_unknown_multipart(kind: str) -> None:
    """A multipart of any name is divided into its parts, and its name alone is no reason to refuse it."""
    field = f'Content-Type: {kind}; boundary="=_b1"\r\n\r\n'.encode()
    facts = read(MIME + field + b"--=_b1\r\n" + PLAIN + b"\r\n--=_b1\r\n" + FILE + b"\r\n--=_b1--\r\n")

    assert (facts.secrecy, facts.is_ambiguous) == (Secrecy.MAT, False)
    assert [part.kind for part in facts.parts if "~" not in part.path] == ["text", "docx"]


@pytest.mark.parametrize("kind", ["text/x-odd", "application/*", "multipartx/mixed", "application/{a}"])
def test_no_multipart(kind: str) -> None:
    """What is called by another name is one part."""
    facts = read(MIME + f"Content-Type: {kind}; boundary=b\r\n\r\n--b\r\n\r\nchao\r\n--b--\r\n".encode())
    assert len(facts.parts) == 1
