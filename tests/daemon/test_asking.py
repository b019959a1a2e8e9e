"""What commands have examined is what the daemon's workers find: nothing a library needs is missing in the sandbox."""

from __future__ import annotations

import asyncio
import encodings.aliases
import io
import warnings
import zlib
from functools import cache
from itertools import chain

import msgspec
import pikepdf
import pytest
from PIL import Image

from gateway.commands.explaining import wire_form
from gateway.daemon.asking import examiner
from gateway.daemon.config.load import Config
from gateway.daemon.inspection import Inspector
from gateway.daemon.loading import load_generation
from gateway.edge.readers.pool import ReaderSettings
from gateway.values.envelope import Client, Envelope
from tests.corpus import golden
from tests.corpus.bombs import picture_page
from tests.corpus.compose import PLAIN, file, many
from tests.corpus.pdf_tools import add_page, font, line, saved
from tests.read.scans.test_picture_sizes import jbig2
from tests.support.signed_pdfs import AT, trust
from tests.support.tree import ROOT

ENVELOPE = Envelope(
    client=Client("192.0.2.10"),
    reverse_path="vanthu@so-a.example.vn",
    forward_paths=("vanthu@ubnd.example.vn",),
    received_at_us=int(AT.timestamp() * 1_000_000),
    transaction_id="4bXk2TzQ",
)


@cache
def generation():
    """The shipped packs, with the anchors of the signed corpus. Letters of scans have tests of their own."""
    loaded = load_generation(Config(), 1)[0]
    # What letters are read goes by time: no time, no letters, whatever a mail's length would pay for.
    budget = msgspec.structs.replace(loaded.budget, ocr_milliseconds=0, ocr_milliseconds_at_most=0)
    return msgspec.structs.replace(loaded, trust=trust(), budget=budget)


def attached(octets: bytes, name: str) -> bytes:
    """A mail that carries a file."""
    return many(PLAIN, file(octets, b"filename=" + name.encode()))


def marked(face: str = "Helvetica", **how) -> bytes:
    """A document with a mark, in a font that is not embedded."""
    with pikepdf.new() as pdf:
        add_page(pdf, line("UY BAN NHAN DAN", 100, 700) + line("Number 12/KH-UBND", 100, 650), {"F1": font(pdf, face)})
        return saved(pdf, **how)


def packed(decoder: str) -> tuple[str, bytes]:
    """One grey picture of 600 by 800 pixels: entries of its stream, and octets."""
    grey, out = Image.linear_gradient("L").resize((600, 800)), io.BytesIO()
    size = "/Width 600/Height 800"
    match decoder:
        case "JBIG2Decode":
            return size + "/BitsPerComponent 1", jbig2(1, 600)
        case "FlateDecode":
            return size + "/BitsPerComponent 8", zlib.compress(grey.tobytes())
        case _:
            grey.save(out, "JPEG2000" if decoder == "JPXDecode" else "JPEG")
            return size + "/BitsPerComponent 8", out.getvalue()


def picture(kind: str) -> bytes:
    """White paper with a red square, as one of the kinds Pillow writes."""
    paper, out = Image.new("RGB", (600, 800), "white"), io.BytesIO()
    paper.paste((200, 20, 30), (200, 300, 400, 500))
    paper.save(out, kind)
    return out.getvalue()


def corpora():
    """Every file of the test corpora and of the packs' cases: mails as they are, documents in one.

    Of the signed ones, which differ from one another in what libraries do not see, every third.
    """
    for folder in (*golden.HERE.iterdir(), ROOT / "policies"):
        found = sorted(one for one in folder.rglob("*") if one.suffix in {".eml", ".pdf"})
        for one in found[:: 3 if folder.name == "signed" else 1]:
            octets = one.read_bytes()
            yield "corpora", str(one), octets if one.suffix == ".eml" else attached(octets, "van-ban.pdf")


def in_all_character_sets():
    """One part in each character set Python knows: codecs are loaded the first time a text is written in them."""
    names = sorted(set(encodings.aliases.aliases.values()))
    texts = [b"Content-Type: text/plain; charset=%s\r\n\r\nK\xe8 ho\xb9ch 12/KH\r\n" % name.encode() for name in names]
    for start in range(0, len(texts), 40):
        yield "codecs", names[start], many(PLAIN, *texts[start : start + 40])


def documents():
    """What libraries open in ways of their own."""
    for revision in (2, 3, 4, 5, 6):  # RC4 and AES up to 256 bits, for which qpdf draws random octets
        how = pikepdf.Encryption(owner="chu", user="", R=revision, aes=revision > 3, metadata=revision > 3)
        with warnings.catch_warnings(action="ignore"):  # of revision 5: nobody should write it
            yield "encrypted", f"R{revision}", attached(marked(encryption=how), "van-ban.pdf")
    for face in ("Helvetica", "Symbol", "TimesNewRomanPSMT", "Arial,Bold", "NobodyHasThisFont"):
        yield "fonts", face, attached(marked(face), "van-ban.pdf")
    for kind in ("JPEG2000", "TIFF", "WEBP", "PNG", "GIF", "JPEG", "BMP"):
        yield "pictures", kind, attached(picture(kind), "anh." + kind.lower())
    for decoder in ("JPXDecode", "DCTDecode", "FlateDecode", "JBIG2Decode"):
        entries, octets = packed(decoder)
        page = picture_page(f"{entries}/Filter/{decoder}", octets)
        yield "pages of pictures", decoder, attached(page, "quet.pdf")


def plain(facts):
    """Facts as plain values, without how far letters of scans were read: that goes by time, and there is none here."""

    def without(value):
        if isinstance(value, dict):
            return {key: without(one) for key, one in value.items() if key != "ocr"}
        return [without(one) for one in value] if isinstance(value, list) else value

    return without(msgspec.to_builtins(facts))


@pytest.fixture(scope="module")
def found():
    """Everything read by workers of one pool, two at a time: (group, name, mail, examination)."""

    async def story():
        waiting, told = chain(corpora(), in_all_character_sets(), documents()), []

        async def take(examine):
            for group, name, mail in waiting:
                told.append((group, name, mail, await examine(wire_form(mail), ENVELOPE)))

        async with examiner(ReaderSettings(workers=2), generation()) as examine:
            await asyncio.gather(take(examine), take(examine))
        return told

    told = asyncio.run(story())
    assert [] == [(name, one.fault) for _group, name, _mail, one in told if one.fault is not None]
    return [(group, name, mail, one.examination) for group, name, mail, one in told]


@pytest.mark.parametrize("group", ["corpora", "codecs", "encrypted", "fonts", "pictures", "pages of pictures"])
def test_workers_find_what_a_process_finds_that_is_not_shut_in(found, group):
    """No library finds its surroundings changed: files, devices, threads, memory and calls it needs are there."""
    inspector, differing, count = Inspector(generation()), {}, 0
    for of_group, name, mail, inside in found:
        if of_group == group:
            outside = inspector.examine(memoryview(wire_form(mail)), ENVELOPE)
            told, expected = plain(inside.facts), plain(outside.facts)
            if (told, inside.verdict) != (expected, outside.verdict):
                differing[name] = (told, expected)
            count += 1
    assert ({}, True) == (differing, count > 0)


def test_files_that_open_without_a_password_are_opened_in_a_worker(found):
    """Encrypted with 256 bits they were malformed in the sandbox, and their marks passed."""
    seen = {name: one.facts.parts[-1] for group, name, _mail, one in found if group == "encrypted"}

    assert dict.fromkeys(seen, (True, True, "")) == {
        name: (part.pdf.is_encrypted, part.pdf.has_text, part.uninspectable) for name, part in seen.items()
    }
