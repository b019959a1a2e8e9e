"""PDFs that open without a password (an owner password alone, or an empty user password): read and judged like others."""

from __future__ import annotations

import asyncio
import io
from functools import cache

import pikepdf
import pytest
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import PdfSignedData

from gateway.commands.corpus.run import make_job, read_corpus
from gateway.demo.cms_maker import CmsPlan, build_cms
from gateway.edge.readers.pool import ReaderSettings
from gateway.values.evidence import Outcome
from tests.corpus.pdf_tools import facts
from tests.support.pdf_layout import centred, document, paragraph
from tests.support.signed_pdfs import AT, base, one, pki, read

WAYS = {
    "R2, RC4 of 40 bits": {"R": 2, "aes": False, "metadata": False},
    "R3, RC4 of 128 bits": {"R": 3, "aes": False, "metadata": False},
    "R4, RC4": {"R": 4, "aes": False, "metadata": False},
    "R4, AES": {"R": 4, "aes": True},
    "R6, AES of 256 bits": {"R": 6, "aes": True},
}
RESTRICTED = pikepdf.Permissions(extract=False, modify_other=False, print_highres=False)


@cache
def restricted(octets: bytes, way: str, user: str = "") -> bytes:
    """The file with an owner password, and restrictions that readers of restrictions honour."""
    how = pikepdf.Encryption(owner="chu", user=user, allow=RESTRICTED, **WAYS[way])  # type: ignore[arg-type]
    with pikepdf.open(io.BytesIO(octets)) as pdf:
        out = io.BytesIO()
        pdf.save(out, encryption=how)
    return out.getvalue()


def signed(octets: bytes, field: str = "Văn thư") -> bytes:
    """Add a signature to an encrypted file: the octets as they stand are signed, its own are in the clear."""
    writer = IncrementalPdfFileWriter(io.BytesIO(octets))
    writer.encrypt(b"")
    steps = PdfCMSEmbedder().write_cms(field_name=field, writer=writer)
    next(steps)
    steps.send(
        SigObjSetup(PdfSignedData(pdf_name("/Sig"), SigSeedSubFilter.ADOBE_PKCS7_DETACHED, bytes_reserved=16_000))
    )
    prepared, out = steps.send(SigIOSetup("sha256"))
    whole = out.getvalue()
    start, end = prepared.reserved_region_start, prepared.reserved_region_end
    steps.send(build_cms(whole[:start] + whole[end:], pki().agency(), CmsPlan(signing_time=AT.replace(hour=7))))
    return bytes(out.getvalue())


@pytest.mark.parametrize("way", WAYS)
def test_signature_is_judged(way: str):
    """The agency's signature over an encrypted file passes as over any other; that it is encrypted stays a fact."""
    reading = read(signed(restricted(base(), way)))
    (found,) = reading.facts.signatures

    assert (Outcome.PASS, "Văn thư") == (found.outcome, found.field)
    assert found.covers_whole_file
    assert ("", True, True) == (
        reading.uninspectable, reading.facts.is_encrypted, reading.facts.opens_without_password,
    )  # fmt: skip
    assert "125/SA-VP" in reading.text


@pytest.mark.parametrize("way", WAYS)
def test_two_signatures(way: str):
    """A second signature leaves the first standing."""
    both = signed(signed(restricted(base(), way), "Lãnh đạo"))
    first, second = read(both).facts.signatures

    assert (Outcome.PASS, Outcome.PASS) == (first.outcome, second.outcome)
    assert "form" == first.modification


def test_in_a_real_worker(tmp_path):
    """A worker in its sandbox reads them all, those of 256 bits too, for which qpdf wants random octets."""
    folder = tmp_path / "files"
    folder.mkdir()
    for number, way in enumerate(WAYS):
        (folder / f"{number}.pdf").write_bytes(signed(restricted(base(), way)))
    pki().write(tmp_path / "trust")
    job = make_job(
        config_file=None, trust=tmp_path / "trust", revocation="require", trust_embedded=False, at=AT, mail_from=None, rcpts=(),
    )  # fmt: skip

    async def outcomes() -> list[str]:
        settings = ReaderSettings(workers=1, deadline_s=20.0)
        return [record["outcome"] async for record in read_corpus(folder, job, settings) if "path" in record]

    assert ["passed"] * len(WAYS) == asyncio.run(outcomes())


@pytest.mark.parametrize("way", WAYS)
def test_tampered_file_fails(way: str):
    """One octet changed in the signed ciphertext is a broken digest."""
    octets = bytearray(signed(restricted(base(), way)))
    octets[octets.index(b"stream") + 30] ^= 1
    outcomes = [one.outcome for one in read(bytes(octets)).facts.signatures]

    assert Outcome.PASS not in outcomes


@pytest.mark.parametrize("way", WAYS)
def test_signed_in_the_clear_and_encrypted_later(way: str):
    """Whoever encrypts a signed file writes all of it anew: the signature is broken, not unread."""
    outcomes = [one.outcome for one in read(restricted(one(), way)).facts.signatures]

    assert [Outcome.FAIL] == outcomes


@pytest.mark.parametrize("way", WAYS)
def test_unsigned_is_unsigned(way: str):
    """Without a signature such a file is an unsigned one, and no unreadable one."""
    reading = read(restricted(base(), way))

    assert ("", ()) == (reading.uninspectable, reading.facts.signatures)


@pytest.mark.parametrize("way", WAYS)
def test_mark_is_read(way: str):
    """A level in such a file is found."""
    paper = document([centred("MẬT", 165, 790), *paragraph("Nội dung công tác.", 700)])

    found = facts(restricted(paper, way))

    assert found["secrecy"] == "mat"
    assert "is_encrypted" not in found["parts"][-1]  # type: ignore[index]


@pytest.mark.parametrize("way", WAYS)
def test_password_is_needed(way: str):
    """With a user password nobody but who knows it reads the file: encrypted, and nothing of it is judged."""
    reading = read(restricted(one(), way, "mo"))

    assert ("encrypted", (), True, False) == (
        reading.uninspectable, reading.facts.signatures, reading.facts.is_encrypted,
        reading.facts.opens_without_password,
    )  # fmt: skip
