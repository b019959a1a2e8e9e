"""Work of a corpus worker: the facts of one PDF or mail as JSON; runs inside the sandbox."""

from __future__ import annotations

import email.parser
import email.utils
import resource
from typing import TYPE_CHECKING, Any

import msgspec

from gateway.daemon.explaining import SAMPLE_ID, wire_form
from gateway.daemon.generation import Generation, instant
from gateway.daemon.inspection import Inspector
from gateway.edge.tesseract import load_recogniser
from gateway.judge.signers import any_valid, signatures_of_signers
from gateway.read.budget import DEFAULT_BUDGET, Budget
from gateway.read.embedded_trust import trust_whoever_signed
from gateway.read.message import read_message
from gateway.read.pdf import SignerCache, attempt, read_pdf
from gateway.values.envelope import Client, Envelope
from gateway.values.facts import Outcome, Secrecy
from gateway.values.trust import EMPTY_TRUST, TrustSnapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gateway.read.ocr import Recogniser
    from gateway.values.facts import MessageFacts, PartFacts, SignatureFacts
    from gateway.values.verdict import Verdict

_WORDS = {
    Outcome.PASS: "passed",
    Outcome.FAIL: "failed",
    Outcome.TEMPERROR: "indeterminate",
    Outcome.PERMERROR: "indeterminate",
    Outcome.NONE: "none",
}
"""Words of ETSI EN 319 102-1 for one signature."""
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
    client_ip: str = "192.0.2.1"


class CorpusOrder(msgspec.Struct, frozen=True):
    """What is asked of a worker for one file."""

    kind: str
    """`pdf` or `eml`."""
    is_unread: bool = False
    """The same octets broke two workers before."""


def load(payload: bytes) -> Callable[[bytes, memoryview], bytes]:
    """Make the work function of a worker from an encoded job (the entry named to the pool)."""
    job = msgspec.msgpack.decode(payload, type=CorpusJob)
    inspector = Inspector(job.generation) if job.generation else None
    decode = msgspec.msgpack.Decoder(CorpusOrder).decode
    signers, recogniser = SignerCache(), load_recogniser()

    def work(request: bytes, octets: memoryview) -> bytes:
        order = decode(request)
        if order.is_unread:
            return msgspec.json.encode({"fault": "repeated"})
        record = (
            read_one_pdf(bytes(octets), job, signers, recogniser)
            if order.kind == "pdf"
            else _read_mail(octets, job, inspector, recogniser)
        )
        record["size_octets"] = len(octets)
        record["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        return msgspec.json.encode(record)

    return work


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


def read_one_pdf(
    octets: bytes, job: CorpusJob, signers: SignerCache, recogniser: Recogniser | None = None
) -> dict[str, Any]:
    """Read a PDF into its record: outcome, facts, and every signature with its claims."""
    trust, at = job.trust, instant(job.at_us)
    if job.is_trust_embedded:
        trust, claimed = trust_whoever_signed(octets, job.budget, attempt)
        at = claimed or at
    reading = read_pdf(octets, job.budget, trust, at, signers=signers, recogniser=recogniser)
    facts = msgspec.to_builtins(reading.facts)
    signatures = facts.pop("signatures", [])
    return {
        "kind": "pdf",
        "outcome": deciding_outcome(reading.facts.signatures),
        "uninspectable": reading.uninspectable,
        "signatures": signatures,
        "pdf": facts,
    }


def _read_mail(
    octets: memoryview, job: CorpusJob, inspector: Inspector | None, recogniser: Recogniser | None
) -> dict[str, Any]:
    if inspector is None:
        content = bytes(octets)
        facts = read_message(content, job.budget, job.trust, instant(job.at_us), host="corpus", recogniser=recogniser)
        return _mail_record(facts)
    mail = wire_form(bytes(octets))
    examination = inspector.examine(memoryview(mail), _envelope(bytes(octets), job))
    return _mail_record(examination.facts) | _judged(examination.verdict)


def _mail_record(facts: MessageFacts) -> dict[str, Any]:
    """Sum a mail up; of a marked state secret only that it is one."""
    if facts.secrecy is not Secrecy.NONE:
        return {"kind": "eml", "outcome": "none", "secrecy": facts.secrecy.value, "signatures": []}
    signatures = [one for part in facts.parts if part.pdf for one in part.pdf.signatures]
    return {
        "kind": "eml",
        "outcome": deciding_outcome(signatures),
        "signatures": msgspec.to_builtins(signatures),
        "document": msgspec.to_builtins(facts.document),
        "ambiguities": list(facts.ambiguities),
        "overruns": list(facts.overruns),
        "parts": [_part(part) for part in facts.parts],
    }


def _part(part: PartFacts) -> dict[str, Any]:
    found = msgspec.to_builtins(part)
    words = ("path", "kind", "name", "size_octets", "sha256", "uninspectable", "is_mismatched", "has_active_content")
    return {word: found[word] for word in words if word in found}


def _judged(verdict: Verdict) -> dict[str, Any]:
    return {
        "disposition": verdict.disposition.value,
        "agency": verdict.agency,
        "findings": [f"{one.rule} {one.posture.value} {one.effect.value}" for one in verdict.findings],
        "would": [f"{one.rule} {one.posture.value} {one.effect.value}" for one in verdict.would],
    }


def _envelope(mail: bytes, job: CorpusJob) -> Envelope:
    """Make the envelope of a mail that comes without: what the job says, else what its header names."""
    header = email.parser.BytesHeaderParser().parsebytes(mail)
    authors = email.utils.getaddresses([str(one) for one in header.get_all("From", [])])
    named = email.utils.getaddresses([str(one) for key in ("To", "Cc") for one in header.get_all(key, [])])
    author = next((address for _, address in authors if "@" in address), "")
    return Envelope(
        client=Client(job.client_ip, helo="corpus"),
        reverse_path=author if job.mail_from is None else job.mail_from,
        forward_paths=job.rcpts
        or tuple(address for _, address in named if "@" in address)
        or ("postmaster@localhost",),
        received_at_us=job.at_us,
        transaction_id=SAMPLE_ID,
    )
