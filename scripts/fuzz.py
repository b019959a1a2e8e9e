"""Coverage-guided fuzzing of the reader (atheris, libFuzzer): no octets may raise, hang or leave the closed words.

`scripts/fuzz.py TARGET [libFuzzer options]`; seeds come from tests/corpus. What crashes is kept under build/fuzz.
"""

from __future__ import annotations

import email
import email.policy
import hashlib
import sys
from datetime import UTC, datetime
from pathlib import Path

import atheris

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["gateway"]):
    import msgspec

    from gateway.demo.cms_maker import CmsPlan, build_cms
    from gateway.read.budget import Budget
    from gateway.read.containers import CONTAINERS, Container
    from gateway.read.kinds import sniff
    from gateway.read.message import read_message
    from gateway.read.notes import AMBIGUITIES, Notes
    from gateway.read.pdf import read_pdf
    from gateway.read.vietnamese import detect
    from gateway.values.facts import MessageFacts
    from gateway.values.trust import EMPTY_TRUST
    from tests.corpus import archives, compose
    from tests.support import signed_pdfs

AT = datetime(2026, 11, 21, 2, 30, tzinfo=UTC)
BUDGET = Budget(container_octets=20_000_000, revision_seconds=1.0)
REASONS = {"", "encrypted", "over_budget", "malformed", "unsupported", "no_ocr", "split", "crashed_reader"}
MARKED = ("subject", "body", "first_page", "file_name")


def message(octets: bytes) -> None:
    """Facts of any message are of closed words and go through JSON unchanged."""
    facts = read_message(octets, BUDGET, EMPTY_TRUST, AT, host="mx.gateway.example")
    assert facts == msgspec.json.decode(msgspec.json.encode(facts), type=MessageFacts)
    assert set(facts.ambiguities) <= AMBIGUITIES.keys()
    assert {part.uninspectable for part in facts.parts} <= REASONS


def pdf(octets: bytes) -> None:
    """Any octets are read as a PDF, or said not to be one."""
    assert read_pdf(octets, BUDGET, EMPTY_TRUST, AT).uninspectable in REASONS


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


TARGETS = {"message": message, "file": file, "pdf": pdf, "marks": marks, "containers": containers}


def seeds(target: str) -> list[bytes]:
    """What a target starts from."""
    if target == "marks":
        texts = sorted((ROOT / "tests/corpus/text").glob("*.jsonl"))
        return [b"\1" + line for text in texts for line in text.read_bytes().splitlines()[:40]]
    mails = sorted((ROOT / "tests/corpus").glob("*/*.eml"))
    if target == "message":
        return [octets for mail in mails if len(octets := mail.read_bytes()) < 65_536]
    if target == "pdf":
        return [compose.pdf(), signed_pdfs.base(), signed_pdfs.one(), signed_pdfs.two()]
    files = (("a.pdf", compose.pdf()), ("b.txt", b"mot"))
    if target == "file":
        return file_seeds()
    makers = (compose.archive, compose.tar, compose.tnef, archives.rar, archives.cab, archives.iso)
    return [*(make(*files) for make in makers), archives.SEVEN_ZIP, archives.SEVEN_ZIP_SEALED]


def file_seeds() -> list[bytes]:
    """One file of each kind: the attachments of the corpus, decoded, and a signed one."""
    mails = [path.read_bytes() for path in sorted((ROOT / "tests/corpus").glob("*/*.eml"))]
    parts = [part for mail in mails for part in email.message_from_bytes(mail, policy=email.policy.default).walk()]
    files = {part.get_payload(decode=True) for part in parts if part.get_filename() and not part.is_multipart()}
    signed = build_cms(compose.PLAIN, signed_pdfs.pki().agency(), CmsPlan())
    return sorted(octets for octets in {*files, signed} if octets and len(octets) < 65_536)


def main() -> None:
    """Write the seeds and hand over to libFuzzer, which never returns."""
    target, options = sys.argv[1], sys.argv[2:]
    folder = ROOT / "build/fuzz" / target
    (folder / "corpus").mkdir(parents=True, exist_ok=True)
    for seed in seeds(target):
        (folder / "corpus" / hashlib.sha256(seed).hexdigest()[:16]).write_bytes(seed)
    limits = ["-max_len=65536", "-timeout=20", "-rss_limit_mb=3000", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], *limits, *options, str(folder / "corpus")], TARGETS[target])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
