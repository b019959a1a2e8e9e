"""Work of a corpus worker: the facts of one PDF or mail as JSON; runs inside the sandbox."""

from __future__ import annotations

import email.parser
import email.utils
import resource
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import msgspec

from gateway.commands.explaining import SAMPLE_ID, wire_form
from gateway.daemon.generation import Generation  # noqa: TC001 - msgspec resolves annotations at run time
from gateway.daemon.inspection import Inspector
from gateway.edge.readers.slate import SLATE
from gateway.edge.readers.tesseract import load_recogniser
from gateway.judge.signers import any_valid, signatures_of_signers
from gateway.read.budget import DEFAULT_BUDGET, Budget
from gateway.read.cache import FactsCache
from gateway.read.guard import attempt
from gateway.read.message import read_message
from gateway.read.pdf.embedded_trust import trust_whoever_signed
from gateway.read.signatures.second_opinion import warm
from gateway.read.signatures.smime import canonical
from gateway.values.envelope import Client, Envelope
from gateway.values.evidence import Outcome
from gateway.values.facts import Secrecy
from gateway.values.trust import EMPTY_TRUST, TrustSnapshot
from gateway.values.zone import instant

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from gateway.values.evidence import SignatureFacts
    from gateway.values.facts import MessageFacts, PartFacts
    from gateway.values.verdict import Verdict

_WORDS = {
    Outcome.PASS: "passed",
    Outcome.FAIL: "failed",
    Outcome.TEMPERROR: "indeterminate",
    Outcome.PERMERROR: "indeterminate",
    Outcome.NONE: "none",
}
"""Words of ETSI EN 319 102-1 for one signature."""
_NO_DOCUMENTS = frozenset({"text", "xml", "html", "unknown", "empty"})
"""Kinds of files named as PDFs that are no document at all."""
_MOST_SIGNATURES: Final = 400
"""Signatures of one line; ten files of as many as one may have."""
_BEST_FIRST = (Outcome.PASS, Outcome.TEMPERROR, Outcome.PERMERROR, Outcome.FAIL)


class CorpusJob(msgspec.Struct, frozen=True):
    """What every file of one run is read with."""

    at_us: int
    trust: TrustSnapshot = EMPTY_TRUST
    is_trust_embedded: bool = False
    """Trust whoever signed, at the time claimed, instead of `trust`."""
    budget: Budget = DEFAULT_BUDGET
    generation: Generation | None = None
    """With one, mails are judged too."""
    mail_from: str | None = None
    """Reverse-path of every mail; None takes the author's."""
    rcpts: tuple[str, ...] = ()
    """Forward-paths of every mail; empty takes To and Cc."""
    client: Client = Client("192.0.2.1", helo="corpus")
    """Who sent every mail; of TEST-NET-1 (RFC 5737) unless said otherwise."""


class CorpusOrder(msgspec.Struct, frozen=True):
    """What is asked of a worker for one file."""

    kind: str
    """`eml`, or `file` for anything that is no mail."""
    name: str = ""
    """File name, as an attachment of that name would have it."""
    beside_octets: int = 0
    """The octets begin with a signature of that length; behind it comes the file it stands beside."""
    is_unread: bool = False
    """The same octets broke two workers before."""


def load(payload: bytes) -> Callable[[bytes, bytes], bytes]:
    """Make the work function of a worker from an encoded job (the entry named to the pool)."""
    warm()
    job = msgspec.msgpack.decode(payload, type=CorpusJob)
    worker = CorpusReader(job)
    decode = msgspec.msgpack.Decoder(CorpusOrder).decode

    def work(request: bytes, octets: bytes) -> bytes:
        order = decode(request)
        if order.is_unread:
            return msgspec.json.encode({"fault": "repeated"})
        record = worker.read_mail(octets) if order.kind == "eml" else worker.read_file(octets, order)
        record["size_octets"] = len(octets) - order.beside_octets
        record["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return msgspec.json.encode(record)

    return work


class CorpusReader:
    """Reads the files of one run; keeps what all of them share."""

    def __init__(self, job: CorpusJob) -> None:
        """Load judge and recogniser, before the sandbox closes.

        Raises:
            Misconfigured: a rule does not compile.
        """
        self._job = job
        self._inspector = Inspector(job.generation) if job.generation else None
        self._recogniser = load_recogniser()
        # of no entries: signers are remembered between files, what was read of a file is not
        self._cache = FactsCache(0, job.trust.generation)

    def read_mail(self, octets: bytes) -> dict[str, Any]:
        """Read a mail, and judge it where there is a configuration."""
        if self._inspector is None:
            return mail_record(self._facts(canonical(octets), self._job.trust, instant(self._job.at_us)))
        examination = self._inspector.examine(wire_form(octets), envelope_of(octets, self._job))
        return mail_record(examination.facts) | _judged(examination.verdict)

    def read_file(self, octets: bytes, order: CorpusOrder) -> dict[str, Any]:
        """Read any other file as the one attachment of a mail, with the file beside it if it is a signature."""
        job = self._job
        trust, at = job.trust, instant(job.at_us)
        own = octets[: order.beside_octets] if order.beside_octets else octets
        if job.is_trust_embedded:
            trust, claimed = trust_whoever_signed(own, job.budget, attempt)
            at = claimed or at
        mail = _wrapped([(order.name, own)])
        if order.beside_octets:
            mail = _wrapped([(order.name, own), (order.name.rpartition(".")[0], octets[order.beside_octets :])])
        return file_record(self._facts(mail, trust, at))

    def _facts(self, content: bytes, trust: TrustSnapshot, at: datetime) -> MessageFacts:
        budget, recogniser = self._job.budget, self._recogniser
        if recogniser is not None:
            recogniser.grant(*budget.ocr_milliseconds_for(len(content)))
        cache = self._cache if trust.generation == self._cache.trust_generation else None
        SLATE.begin_message()
        return read_message(
            content,
            budget,
            trust,
            at,
            host="corpus",
            cache=cache,
            recogniser=recogniser,
            watch=SLATE,
            now=time.process_time,
        )


def _wrapped(files: Sequence[tuple[str, bytes]]) -> bytes:
    """Make the mail that carries files as they are, one as its only part."""
    entities = [
        b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename*=utf-8''"
        + quote(name, safe="").encode() + b"\r\n\r\n" + octets
        for name, octets in files
    ]  # fmt: skip
    top = b"From: corpus@localhost.invalid\r\nMIME-Version: 1.0\r\n"
    if len(entities) == 1:
        return top + entities[0]
    boundary = sha256(b"".join(entities)).hexdigest().encode()
    delimiter = b"\r\n--" + boundary
    kind = b'Content-Type: multipart/mixed; boundary="' + boundary + b'"\r\n'
    return top + kind + b"".join(delimiter + b"\r\n" + entity for entity in entities) + delimiter + b"--\r\n"


def deciding_outcome(signatures: Sequence[SignatureFacts]) -> str:
    """Name the outcome of the signature that decides: the best of those that are nobody's mere time-stamp.

    It is the one a rule would rest on, so an attack that leaves any signature passed counts as passed.
    """
    signers = signatures_of_signers(signatures)
    if any_valid(signers):
        return "passed"
    found = {one.outcome for one in signers}
    best = next((outcome for outcome in _BEST_FIRST if outcome in found), Outcome.NONE)
    return "indeterminate" if best is Outcome.PASS else _WORDS[best]


def file_record(facts: MessageFacts) -> dict[str, Any]:
    """Sum up a file: outcome, every signature with its claims, facts of a PDF, marks, files inside it."""
    whole = facts.parts[0]
    signatures, left_out = _signatures(facts.parts)
    is_no_pdf = whole.name_kind == "pdf" and whole.kind in _NO_DOCUMENTS
    # A signed file inside a PDF vouches for itself alone, not for the cover that carries it.
    deciding = facts.parts[:1] if whole.kind == "pdf" else facts.parts
    record: dict[str, Any] = {
        "kind": whole.kind,
        "outcome": deciding_outcome(_signature_facts(deciding)),
        "uninspectable": whole.uninspectable or ("malformed" if is_no_pdf else ""),
        "signatures": signatures,
        **({"signatures_left_out": left_out} if left_out else {}),
        "sha256": whole.sha256,
        "is_mismatched": whole.is_mismatched,
        "has_active_content": whole.has_active_content,
        "is_encrypted": whole.is_encrypted,
        "secrecy": facts.secrecy.value,
        "is_ambiguous": facts.is_ambiguous,
        "ambiguities": list(facts.ambiguities),
        "overruns": list(facts.overruns),
    }
    if whole.pdf is not None:
        record["pdf"] = _explicit(whole.pdf, without="signatures")
    if facts.secrecy is not Secrecy.NONE:  # of a marked state secret no words, numbers or names
        return record
    return record | {"document": _explicit(facts.document), "parts": [_part(part) for part in facts.parts[1:]]}


def mail_record(facts: MessageFacts) -> dict[str, Any]:
    """Sum a mail up; of a marked state secret only that it is one."""
    if facts.secrecy is not Secrecy.NONE:
        return {"kind": "eml", "outcome": "none", "secrecy": facts.secrecy.value, "signatures": []}
    signatures, left_out = _signatures(facts.parts)
    return {
        "kind": "eml",
        "outcome": deciding_outcome(_signature_facts(facts.parts)),
        "signatures": signatures,
        **({"signatures_left_out": left_out} if left_out else {}),
        "secrecy": facts.secrecy.value,
        "document": _explicit(facts.document),
        "is_ambiguous": facts.is_ambiguous,
        "is_author_ambiguous": facts.header.is_author_ambiguous,
        "ambiguities": list(facts.ambiguities),
        "overruns": list(facts.overruns),
        "uninspectable": sorted({part.uninspectable for part in facts.parts if part.uninspectable}),
        "parts": [_part(part) for part in facts.parts],
    }


def _signature_facts(parts: Sequence[PartFacts]) -> list[SignatureFacts]:
    """List the signatures of all PDFs, and those over mail and files."""
    return [one for part in parts for one in _of(part)]


def _of(part: PartFacts) -> tuple[SignatureFacts, ...]:
    """Give the signatures of one part, whichever way it is signed."""
    if part.pdf is not None and part.pdf.signatures:
        return part.pdf.signatures
    return (part.smime, *part.smime_others) if part.smime is not None else ()


def _signatures(parts: Sequence[PartFacts]) -> tuple[list[dict[str, Any]], int]:
    """Give every claim of the first signatures with the path of their part, and how many more there are."""
    found = [{"part": part.path, **_explicit(one)} for part in parts for one in _of(part)]
    return found[:_MOST_SIGNATURES], len(found[_MOST_SIGNATURES:])


def _explicit(record: msgspec.Struct, *, without: str = "") -> dict[str, Any]:
    """Give every field, those that have their default too: a reader of the line need not know it."""
    names = (name for name in record.__struct_fields__ if name != without)
    return {name: msgspec.to_builtins(getattr(record, name)) for name in names}


def _part(part: PartFacts) -> dict[str, Any]:
    """Give what is known of a part but its signatures; a field that is absent has its default."""
    found: dict[str, Any] = msgspec.to_builtins(part)
    for word in ("start", "end", "smime"):
        found.pop(word, None)
    found.get("pdf", {}).pop("signatures", None)
    return found


def _judged(verdict: Verdict) -> dict[str, Any]:
    return {
        "disposition": verdict.disposition.value,
        "agency": verdict.agency,
        "findings": [f"{one.rule} {one.posture.value} {one.effect.value}" for one in verdict.findings],
        "would": [f"{one.rule} {one.posture.value} {one.effect.value}" for one in verdict.would],
        "waived": [f"{one.rule} {one.waived}" for one in verdict.waived],
    }


def envelope_of(mail: bytes, job: CorpusJob) -> Envelope:
    """Make the envelope of a mail that comes without: what the job says, else what its header names."""
    header = email.parser.BytesHeaderParser().parsebytes(mail)
    authors = email.utils.getaddresses([str(one) for one in header.get_all("From", [])])
    named = email.utils.getaddresses([str(one) for key in ("To", "Cc") for one in header.get_all(key, [])])
    author = next((address for _, address in authors if "@" in address), "")
    return Envelope(
        client=job.client,
        reverse_path=author if job.mail_from is None else job.mail_from,
        forward_paths=job.rcpts
        or tuple(address for _, address in named if "@" in address)
        or ("postmaster@localhost",),
        received_at_us=job.at_us,
        transaction_id=SAMPLE_ID,
    )
