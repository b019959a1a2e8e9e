"""Cost of reading one message by kind of attachment, in a warm process: median and worst of N new documents.

Every document is new (nothing comes from the cache of facts, and no picture was seen before), its signer was seen
before, as in a worker that has been up for a while. `scripts/bench --read` runs it; nothing is sent.
"""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import io
import statistics
import sys
import time
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pikepdf

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from gateway.demo import documents
from gateway.demo.cms_maker import CmsPlan
from gateway.demo.pki import throw_away_pki
from gateway.demo.signing import VARIANT_MARK, SignPlan, sign_pdf, variant
from gateway.edge.readers.tesseract import load_recogniser
from gateway.read.budget import DEFAULT_BUDGET
from gateway.read.cache import FactsCache
from gateway.read.message import read_message
from tests.support.scans import Scan

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    from gateway.demo.pki import Identity

AT = dt.datetime(2026, 11, 21, 2, 30, tzinfo=dt.UTC)
RED_BOXES, LETTERS = "scan 10 pages with seal and red-box OCR", "with letters of two pages"
TARGETS_MS = {"signed PDF 300 kB": 15.0, RED_BOXES: 600.0}


def mail(octets: bytes, name: str) -> bytes:
    """A mail with one attachment."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = "vanthu@so-a.example.vn", "vanthu@tinh-b.example.vn"
    message["Subject"], message["Date"] = "Báo cáo tháng 11", "Sat, 21 Nov 2026 09:00:00 +0700"
    message.set_content("Kính gửi quý đơn vị văn bản kèm theo.\n")
    message.add_attachment(octets, "application", "octet-stream", filename=name)
    return message.as_bytes()


def renewed(octets: bytes, number: int) -> bytes:
    """The same unsigned PDF with another variant mark."""
    return octets.replace(VARIANT_MARK % 0, VARIANT_MARK % number)


def zipped(number: int) -> bytes:
    """Fifty new documents, half of them PDF and half DOCX."""
    pdf, word = documents.official_pdf(), documents.docx()
    files = {f"{one:02}.pdf": renewed(pdf, 1_000 * number + one) for one in range(25)}
    files |= {f"{one:02}.docx": word + b"\0" * (1 + one + 50 * number) for one in range(25, 50)}
    return documents.zip_of(files)


def _signed(signed: bytes, signer: Identity, number: int) -> bytes:
    return mail(variant(signed, number, signer), "cv.pdf")


def _scanned(scan: bytes, number: int) -> bytes:
    return mail(renewed(scan, number), "scan.pdf")


def _photographed(picture: Image.Image, number: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80, comment=b"%d" % number)
    return mail(out.getvalue(), "anh.jpg")


def _scan_of_ten() -> bytes:
    """Ten pages of 200 dpi in colour, a stamp on the first, seal and ink on the last."""
    pages = [Scan(number, "plain", is_seal=False) for number in range(10)]
    pages[0], pages[-1] = replace(pages[0], stamp="HỎA TỐC"), Scan(9, "seal", is_seal=True, ink="blue")
    with pikepdf.new() as whole:
        for page in pages:
            with pikepdf.open(io.BytesIO(page.pdf())) as one:
                whole.pages.extend(one.pages)
        out = io.BytesIO()
        whole.save(out)
    return out.getvalue()


def makers() -> dict[str, Callable[[int], bytes]]:
    """Kind to a maker of its n-th mail."""
    pki = throw_away_pki(AT)
    agency = pki.agency()
    plan = SignPlan(cms=CmsPlan(signing_time=AT - dt.timedelta(hours=1)))
    made: dict[str, Callable[[int], bytes]] = {}
    for label, size in (("100 kB", 100_000), ("300 kB", 300_000), ("1 MB", 1_000_000), ("10 MB", 10_000_000)):
        signed = sign_pdf(documents.official_pdf(size_octets=size), agency, plan)
        made[f"signed PDF {label}"] = partial(_signed, signed, agency)
    made["scan 1 page"] = partial(_scanned, documents.scanned_pdf())
    ten = _scan_of_ten()
    for label in (RED_BOXES, LETTERS):
        made[label] = lambda number: mail(ten + b"%%%d\n" % number, "scan.pdf")
    photograph = Scan(9, "seal", is_seal=True, dpi=300).picture().rotate(90, expand=True)
    made["photographed page of 9 million pixels"] = partial(_photographed, photograph)
    word = documents.docx()
    made["docx"] = lambda number: mail(word + b"\0" * number, "bc.docx")
    made["zip of 50 documents"] = lambda number: mail(zipped(number), "ho so.zip")
    made["no attachment"] = lambda number: mail(b"%d" % number, "a.txt")
    return made


def main() -> None:
    """Read the mails of each kind and print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=9, help="new documents of each kind")
    parser.add_argument("--only", default="", help="a word the kind must contain")
    options = parser.parse_args()
    trust = throw_away_pki(AT).snapshot()
    cache = FactsCache(1_000, trust.generation)
    recogniser = load_recogniser()
    if recogniser is None:
        print("Tesseract is absent: red boxes and letters are NOT read below")
        print("(apt-get install libtesseract5 tesseract-ocr-vie)")
    print(f"{'kind':39} {'mail kB':>9} {'median ms':>10} {'worst ms':>9} {'target':>7}")
    for kind, make in makers().items():
        if options.only not in kind:
            continue
        budget = DEFAULT_BUDGET if kind != RED_BOXES else msgspec.structs.replace(DEFAULT_BUDGET, ocr_pages=0)
        cache = FactsCache(1_000, trust.generation)  # the same scan is read under two budgets
        mails = [make(number) for number in range(1, options.runs + 2)]
        times = []
        for octets in mails:
            gc.collect()
            if recogniser is not None:
                recogniser.grant(*budget.ocr_milliseconds_for(len(octets)))
            began = time.perf_counter()
            facts = read_message(octets, budget, trust, AT, cache=cache, recogniser=recogniser)
            times.append(1_000 * (time.perf_counter() - began))
            cache.forget_message()  # its stamps as well: the next one has the same
            assert facts.parts[-1].uninspectable in {"", "no_ocr"}, (kind, facts.parts[-1].uninspectable)
        # The first one meets cold code and a signer not seen before.
        median, worst = statistics.median(times[1:]), max(times[1:])
        target = f"{TARGETS_MS[kind]:.0f}" if kind in TARGETS_MS else ""
        print(f"{kind:39} {len(mails[0]) / 1_000:9.1f} {median:10.2f} {worst:9.2f} {target:>7}")


if __name__ == "__main__":
    main()
