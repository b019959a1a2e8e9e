"""Coverage-guided fuzzing of the reader (atheris, libFuzzer): no octets may raise, hang or leave the closed words.

`scripts/fuzz.py TARGET [libFuzzer options]`, or `scripts/fuzz.py TARGET FILE...` for what was found. Seeds come from
tests/corpus; what crashes, hangs or is slow is kept under build/fuzz.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import hashlib
import io
import re
import sys
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import atheris
import fuzz_shapes

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["gateway"]):
    import msgspec
    from cryptography import x509

    from gateway.demo.cms_maker import CmsPlan, build_cms
    from gateway.demo.documents import scanned_pdf
    from gateway.read.budget import Budget
    from gateway.read.containers.members import CONTAINERS, Container
    from gateway.read.kinds import sniff
    from gateway.read.message import read_message
    from gateway.read.notes import AMBIGUITIES, Notes
    from gateway.read.office.packages import read_office
    from gateway.read.office.rtf import read_rtf
    from gateway.read.office.rtf_objects import find_objects
    from gateway.read.pdf.reader import read_pdf
    from gateway.read.signatures.smime import judge_cms, open_cms
    from gateway.read.texts import read_text
    from gateway.read.trust.evidence import bounded, weigh
    from gateway.read.trust.revocation import RevocationLists
    from gateway.read.vietnamese import detect
    from gateway.values.facts import MessageFacts
    from gateway.values.trust import EMPTY_TRUST
    from tests.corpus import archives, compose, office
    from tests.support import signed_pdfs

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
BUDGET = Budget(container_octets=20_000_000, revision_seconds=1.0)
REASONS = {
    "", "encrypted", "over_budget", "malformed", "unsupported", "no_ocr", "unread_letters", "split", "crashed_reader",
    "no_text_format", "leftover",
}  # fmt: skip
MARKED = ("subject", "body", "first_page", "file_name")


def message(octets: bytes) -> None:
    """Facts of any message are of closed words and go through JSON unchanged."""
    facts = read_message(octets, BUDGET, EMPTY_TRUST, AT, host="mx.gateway.example")
    assert facts == msgspec.json.decode(msgspec.json.encode(facts), type=MessageFacts)
    assert set(facts.ambiguities) <= AMBIGUITIES.keys()
    assert {part.uninspectable for part in facts.parts} <= REASONS


def pdf(octets: bytes) -> None:
    """Any octets are read as a PDF, or said not to be one."""
    assert read_pdf(octets, BUDGET, signed_pdfs.trust(), signed_pdfs.AT).uninspectable in REASONS


def signatures(octets: bytes) -> None:
    """Any octets are judged as the CMS of a signature, and opened as a file."""
    judge_cms(octets, signed_pdfs.base(), signed_pdfs.trust(), signed_pdfs.AT, None)
    assert open_cms(octets).kind in {"signed", "certificates", "enveloped", "compressed", "unknown"}


def evidence(octets: bytes) -> None:
    """Any octets are weighed as a revocation list and as an OCSP response."""
    pki = signed_pdfs.pki()
    path = [
        x509.load_der_x509_certificate(der) for der in (pki.snapshot().anchors[0].certificate_der, pki.agency().der)
    ]
    weigh(bounded((octets,), (octets,)), path, RevocationLists(()), signed_pdfs.AT, signed_pdfs.AT)


PACKAGES = {
    "docx": (b"word/document.xml", b"word/header1.xml", b"word/_rels/document.xml.rels", b"docProps/core.xml"),
    "xlsx": (b"xl/sharedStrings.xml", b"xl/worksheets/sheet1.xml", b"xl/sharedStrings.bin"),
    "pptx": (b"ppt/slides/slide1.xml", b"ppt/notesSlides/notesSlide1.xml"),
    "odt": (b"content.xml", b"META-INF/manifest.xml", b"meta.xml", b"styles.xml"),
}


def texts(octets: bytes) -> None:
    """Any octets are read as a text of each kind; the first octet chooses kind and charset."""
    first = octets[0] if octets else 0
    kind, charset = ("rtf", "html", "xml", "text")[first % 4], ("", "utf-8", "cp1258", "utf-7")[first // 4 % 4]
    if kind == "rtf":
        read_rtf(octets[1:], BUDGET.text_characters)
        list(find_objects(octets[1:], Notes(BUDGET)))
    else:
        read_text(octets[1:], kind, charset, Notes(BUDGET))


def parts_of_office(octets: bytes) -> None:
    """Any octets are read as each part of each office package; the first octet chooses the family."""
    kind = sorted(PACKAGES)[octets[0] % 4] if octets else "docx"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for name in PACKAGES[kind]:
            package.writestr(name.decode(), octets[1:])
    read_office(packed.getvalue(), kind, BUDGET.text_characters, Notes(BUDGET))


def marks(octets: bytes) -> None:
    """Marks of any text in any encoding are found or not; the first octet chooses the kind of text."""
    detect(octets[1:].decode("utf-8", "surrogateescape"), MARKED[octets[0] % 4] if octets else "body", AT)


def containers(octets: bytes) -> None:
    """Any container gives members and reasons; nothing of it outlives its budget."""
    kind = sniff(octets)
    if kind in CONTAINERS:
        notes = Notes(BUDGET)
        container = Container(octets, kind, notes)
        count = sum(member.octets is not None for member in container)
        assert count <= BUDGET.container_entries
        assert container.uninspectable in REASONS


def file(octets: bytes) -> None:
    """Any attached file is read as whatever it shows itself to be."""
    message(b"MIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=a.bin\r\n\r\n" + octets)


TARGETS = {
    "message": message, "file": file, "pdf": pdf, "containers": containers, "marks": marks, "signatures": signatures,
    "evidence": evidence, "office": parts_of_office, "texts": texts,
}  # fmt: skip


def mails() -> list[bytes]:
    """Messages of the corpus that are not large."""
    found = sorted((ROOT / "tests/corpus").glob("*/*.eml"))
    return [octets for mail in found if len(octets := mail.read_bytes()) < 65_536]


def files() -> list[bytes]:
    """One file of each kind: the attachments of the corpus, decoded, and a signed one."""
    parts = [part for mail in mails() for part in email.message_from_bytes(mail, policy=email.policy.default).walk()]
    found = {part.get_payload(decode=True) for part in parts if part.get_filename() and not part.is_multipart()}
    signed = build_cms(compose.PLAIN, signed_pdfs.pki().agency(), CmsPlan())
    return sorted(octets for octets in {*found, signed, *packages()} if octets and len(octets) < 65_536)


def packages() -> list[bytes]:
    """Containers of each kind."""
    inside = (("a.pdf", compose.pdf()), ("b.txt", b"mot"))
    makers = (compose.archive, compose.tar, compose.tnef, archives.rar, archives.cab, archives.iso)
    outlook = office.outlook("Thu", "Noi dung", *inside)
    return [*(make(*inside) for make in makers), outlook, archives.SEVEN_ZIP, archives.SEVEN_ZIP_SEALED]


def pdfs() -> list[bytes]:
    """PDFs plain, signed, scanned, of the corpus, and those kept because they broke something."""
    known = [octets for octets in files() if b"%PDF-" in octets[:1024]]
    return [compose.pdf(), signed_pdfs.base(), signed_pdfs.one(), signed_pdfs.two(), scanned_pdf(), *known]


def structures() -> list[bytes]:
    """CMS of every make, as signatures of PDFs hold them."""
    pki = signed_pdfs.pki()
    agency, crls, responses = pki.agency(), pki.snapshot().crls_der, (pki.ocsp_response(pki.agency()),)
    plans = (
        CmsPlan(signing_time=signed_pdfs.AT),
        CmsPlan(is_cades=True, stamper=pki.time_stamper(), stamp_time=signed_pdfs.AT),
        CmsPlan(archived_crls=crls, archived_responses=responses, scheme="pss"),
    )
    return [build_cms(signed_pdfs.base(), agency, plan) for plan in plans]


def lists() -> list[bytes]:
    """Revocation lists, and a response."""
    pki = signed_pdfs.pki()
    return [*pki.snapshot().crls_der, pki.ocsp_response(pki.agency())]


def markup() -> list[bytes]:
    """XML parts of the packages of the corpus, behind each choosing octet."""
    found: set[bytes] = set()
    for octets in files():
        # what the corpus holds of damaged packages, zipfile refuses in many ways
        with contextlib.suppress(*fuzz_shapes.BROKEN), zipfile.ZipFile(io.BytesIO(octets)) as package:
            plain = [one for one in package.infolist() if not one.flag_bits & 1 and one.file_size < 65_536]
            found |= {package.read(one) for one in plain if re.search(r"xml$|rels$|bin$", one.filename)}
    return [bytes((number,)) + octets for octets in sorted(found) for number in range(4)]


def words() -> list[bytes]:
    """RTF, HTML, XML and plain text of the corpus behind their choosing octets, and lines of the labelled texts."""
    kinds = {"rtf": 0, "html": 1, "xml": 2, "text": 3}
    known = [bytes((kinds[kind] + 4,)) + octets for octets in files() if (kind := sniff(octets)) in kinds]
    return [*known, *(b"\x07" + line[1:] for line in lines())]


def lines() -> list[bytes]:
    """Labelled texts in every encoding."""
    found = sorted((ROOT / "tests/corpus/text").glob("*.jsonl"))
    return [b"\1" + line for text in found for line in text.read_bytes().splitlines()[:40]]


SEEDS = {
    "message": mails, "file": files, "pdf": pdfs, "containers": packages, "marks": lines, "signatures": structures,
    "evidence": lists, "office": markup, "texts": words,
}  # fmt: skip


def main() -> None:
    """Write the seeds and hand over to libFuzzer, which never returns; or run a target on the files given."""
    target, options = sys.argv[1], sys.argv[2:]
    if options and all(Path(option).is_file() for option in options):
        for option in options:
            TARGETS[target](Path(option).read_bytes())
        return
    folder = ROOT / "build/fuzz" / target
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    for seed in SEEDS[target]():
        (folder / "corpus" / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    (folder / "words").write_text(fuzz_shapes.dictionary(target) or '"\\x00"\n')
    limits = ["-max_len=65536", "-timeout=10", "-report_slow_units=3", "-rss_limit_mb=1500"]
    names = [f"-artifact_prefix={folder}/", f"-dict={folder}/words"]

    def mutate(octets: bytes, max_octets: int, seed: int) -> bytes:
        return fuzz_shapes.mutate(octets, max_octets, seed, atheris.Mutate)

    atheris.Setup(
        [sys.argv[0], *limits, *names, *options, str(folder / "corpus")], TARGETS[target], custom_mutator=mutate
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
