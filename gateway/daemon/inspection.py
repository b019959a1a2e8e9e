"""Inspection: one message through reading and judging; runs in a reader worker.

The only clock here measures durations; the instant a message is judged at comes with its envelope.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import msgspec

from gateway.daemon.asking import Examination
from gateway.daemon.enquiry import MAX_QUESTIONS
from gateway.daemon.generation import Generation, Judge, Order
from gateway.edge.readers.slate import SLATE, Casualty
from gateway.edge.readers.tesseract import load_recogniser
from gateway.judge.matter import matter_of
from gateway.mark.tags import tag_fields
from gateway.read.cache import FactsCache
from gateway.read.guard import contain
from gateway.read.identity.authenticate import Inquiry
from gateway.read.identity.results import results_value
from gateway.read.message import only_top, read_message, read_top
from gateway.read.mime.wire import content_of, to_wire
from gateway.read.signatures.second_opinion import warm
from gateway.values.evidence import Outcome
from gateway.values.identity import NOTHING_KNOWN
from gateway.values.verdict import HeaderField, Inspection
from gateway.values.zone import instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from gateway.read.mime.wire import Buffer
    from gateway.read.vietnamese.detect import Others
    from gateway.values.envelope import Envelope
    from gateway.values.facts import MessageFacts, PartFacts
    from gateway.values.identity import Known
    from gateway.values.verdict import Verdict

_ENCODER = msgspec.msgpack.Encoder()
_UNCHECKED = (Outcome.PASS, Outcome.NONE)
"""Outcome and revocation of a signature that passes although its revocation is not known (`soft`)."""


class Inspector:
    """Reader and judge of one generation, with the caches of one process."""

    def __init__(self, generation: Generation, others: Others | None = None) -> None:
        """Build judge and caches; `others` are the detectors beside that of secrecy, ours if None.

        Raises:
            Misconfigured: a rule does not compile.
        """
        self._generation, self._others = generation, others
        self._judge = Judge(generation)
        # loaded here, in the workers' parent: a sandboxed worker reads no language files
        self._recogniser = load_recogniser()
        self._cache = FactsCache(generation.cache_entries, generation.trust.generation)
        self._cache.signers.prepare(generation.trust)

    def examine(
        self,
        wire: Buffer,
        envelope: Envelope,
        *,
        known: Known = NOTHING_KNOWN,
        is_unread: bool = False,
        left_out: tuple[Casualty, ...] = (),
    ) -> Examination:
        """Read and judge one message given in wire form. Never raises for anything in the message.

        `known` is what DNS said of it. Files in `left_out` broke a worker and are not read. `is_unread`: the message
        did, nobody knows by which file: only its header section and the names of its files are looked at.
        """
        SLATE.begin_message(left_out)
        cache, hits, misses = self._cache, self._cache.hits, self._cache.misses
        cache.signers.awaited.clear()
        started = time.perf_counter_ns()
        content = content_of(wire)
        inquiry = Inquiry.of(self._generation.identity, known, envelope.client)
        facts = self._read(content.octets, instant(envelope.received_at_us), inquiry, is_unread=is_unread)
        read = time.perf_counter_ns()
        verdict, matter, facts = self._judged(envelope, facts)
        judged = time.perf_counter_ns()
        inspection = Inspection(
            verdict=verdict,
            forged_ranges=to_wire(facts.header.forged_ranges, content.stuffed),
            received_count=facts.header.received_count,
            own_ids=facts.header.own_ids,
            doc_type=facts.document.doc_type or "none",
            urgency=facts.document.urgency.value,
            message_id="" if verdict.is_secret else facts.header.message_id,
            parts=tuple((part.kind, attachment_word(part)) for part in facts.parts if part.is_attachment),
            signatures=tuple(signature_words(facts)),
            disagreements=() if verdict.is_secret else tuple(disagreements(facts)),
            awaited=() if verdict.is_secret else awaited_paths(facts, cache.signers.awaited),
            questions=() if verdict.is_secret else tuple(inquiry.answers.missing)[:MAX_QUESTIONS],
            authentication=() if verdict.is_secret else tuple(authentication_words(facts, verdict)),
            results=None if verdict.is_secret else self._results_field(facts, envelope),
            tags=tag_fields(verdict, facts.document.urgency.value),
            read_us=(read - started) // 1000,
            judge_us=(judged - read) // 1000,
            cache_hits=cache.hits - hits,
            cache_misses=cache.misses - misses,
            is_automatic=facts.header.is_auto_submitted or facts.header.is_list_mail,
            has_8bit_octets=is_unread or not content.octets.isascii(),
            has_8bit_header=not header_octets(content.octets).isascii(),
            matter=matter,
        )
        return Examination(facts, verdict, inspection)

    def _judged(self, envelope: Envelope, facts: MessageFacts) -> tuple[Verdict, bytes, MessageFacts]:
        """Judge, and give the facts judged: what breaks judging leaves the header section and the highest mark of them.

        So a rule about state secrets does not go with what another one broke.
        """
        answer = contain(lambda: self._answer(envelope, facts), SLATE.caught)
        if answer is not None:
            return (*answer, facts)
        left = only_top(facts)
        return (*self._answer(envelope, left), left)

    def _answer(self, envelope: Envelope, facts: MessageFacts) -> tuple[Verdict, bytes]:
        """Judge, and encode what the ledger keeps of the message, where one is kept."""
        verdict, scene = self._judge.judge_whole(envelope, facts)
        is_kept = self._generation.keeps_ledger and not verdict.is_secret
        return verdict, _ENCODER.encode(matter_of(scene, facts, self._judge.registry)) if is_kept else b""

    def _results_field(self, facts: MessageFacts, envelope: Envelope) -> HeaderField | None:
        """Make our Authentication-Results field; nobody else's results are told under our name."""
        found = facts.authentication
        if found.source != "check":
            return None
        value = results_value(found, self._generation.host, envelope.reverse_path, envelope.client.helo)
        return HeaderField("Authentication-Results", value)

    def _read(self, octets: Buffer, at: datetime, inquiry: Inquiry, *, is_unread: bool) -> MessageFacts:
        """Turn the octets of a message into facts, by this generation's budget and trust."""
        generation = self._generation
        if is_unread:
            return read_top(octets, generation.budget, host=generation.host)
        if self._recogniser is not None:
            budget = generation.budget
            self._recogniser.grant(*budget.ocr_milliseconds_for(len(octets)))
        return read_message(
            octets,
            generation.budget,
            generation.trust,
            at,
            host=generation.host,
            cache=self._cache,
            recogniser=self._recogniser,
            watch=SLATE,
            now=time.process_time,
            inquiry=inquiry,
            others=self._others,
        )


def header_octets(octets: bytes) -> bytes:
    """Cut the header section off a message in CRLF lines: all of it when there is no empty line."""
    end = octets.find(b"\r\n\r\n")
    return octets if end < 0 else octets[:end]


def attachment_word(part: PartFacts) -> str:
    """Name what the attachments metric says of a part."""
    if part.uninspectable:
        words = {"encrypted": "encrypted", "over_budget": "too_large", "no_ocr": "no_ocr", "unread_letters": "no_ocr"}
        return words.get(part.uninspectable, "unreadable")
    return "suspicious" if part.has_active_content or part.is_mismatched else "clean"


def authentication_words(facts: MessageFacts, verdict: Verdict) -> Iterator[tuple[str, str]]:
    """Give (method, result) of all that was looked at, and of the identity concluded; nothing where nobody looked."""
    found = facts.authentication
    if found.source:
        for method, one in (("spf", found.spf), ("dmarc", found.dmarc), ("arc", found.arc)):
            if one is not None:
                yield method, one.result
        yield from (("dkim", one.result) for one in found.dkim)
        yield "identity", verdict.identity


def signature_words(facts: MessageFacts) -> Iterator[str]:
    """Name the best signature outcome of each PDF attachment."""
    order = [Outcome.PASS, Outcome.TEMPERROR, Outcome.PERMERROR, Outcome.FAIL, Outcome.NONE]
    for part in facts.parts:
        if part.pdf is not None:
            outcomes = {signature.outcome for signature in part.pdf.signatures if not signature.is_timestamp}
            yield next((outcome.value for outcome in order if outcome in outcomes), Outcome.NONE.value)


def disagreements(facts: MessageFacts) -> Iterator[str]:
    """Name every contradiction between readers about a signature, of documents and of mail."""
    for part in facts.parts:
        of_mail = (*((part.smime,) if part.smime else ()), *part.smime_others)
        for signature in (*(part.pdf.signatures if part.pdf else ()), *of_mail):
            yield from signature.disagreement


def awaited_paths(facts: MessageFacts, noted: dict[bytes, tuple[bytes, ...]]) -> tuple[tuple[bytes, ...], ...]:
    """Give the paths noted while reading, when some signature waits for revocation data or passes without (`soft`)."""
    if not noted:
        return ()
    signatures = [
        one
        for part in facts.parts
        for one in (*(part.pdf.signatures if part.pdf else ()), part.smime, *part.smime_others)
    ]
    is_open = any(
        one is not None and (one.outcome is Outcome.TEMPERROR or (one.outcome, one.revocation) == _UNCHECKED)
        for one in signatures
    )
    return tuple(noted.values()) if is_open else ()


def load(payload: bytes) -> Callable[[bytes, bytes], bytes]:
    """Make the work function of the daemon's workers from an encoded generation; it answers an `Inspection`."""
    return load_whole(payload, lambda examination: examination.inspection)


def load_whole(
    payload: bytes,
    answer: Callable[[Examination], msgspec.Struct] = lambda examination: examination,
    others: Others | None = None,
) -> Callable[[bytes, bytes], bytes]:
    """Make the same work function for commands, where the answer is the whole `Examination`; `others` as above."""
    warm()
    inspector = Inspector(msgspec.msgpack.decode(payload, type=Generation), others)
    decode = msgspec.msgpack.Decoder(Order).decode

    def work(request: bytes, wire: bytes) -> bytes:
        order = decode(request)
        examination = inspector.examine(
            wire, order.envelope, known=order.known, is_unread=order.is_unread, left_out=order.left_out
        )
        return _ENCODER.encode(answer(examination))

    return work
