"""Explain: the whole story of one mail without sending anything: `congthu explain`."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
from msgspec import structs

from gateway.daemon.asking import Examination, Told, examiner
from gateway.daemon.config.load import load_config
from gateway.daemon.enquiry import Ahead, Bounds, Enquiry, Sources, resolver_of
from gateway.daemon.listening import admission_of
from gateway.daemon.loading import load_generation
from gateway.edge.resolver.zone import ZoneFile
from gateway.judge.binding import is_pack_bound, posture_for
from gateway.judge.describe import describe
from gateway.mark.fields import prepended
from gateway.mark.replies import delivered_reply, reply_for_verdict
from gateway.values.addresses import bracketed
from gateway.values.envelope import Client, Envelope
from gateway.values.faults import Misconfigured
from gateway.values.showing import coded
from gateway.values.status import Reply, reply_to
from gateway.values.verdict import Disposition, Finding, HeaderField, Posture
from gateway.values.zone import VIETNAM, instant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gateway.daemon.config.schema import Config
    from gateway.daemon.generation import Generation, Judge
    from gateway.edge.listener.admission import Admission
    from gateway.values.identity import Authentication

EXIT_CODES = {Disposition.RELAY: 0, Disposition.TAG: 10, Disposition.REJECT: 20, Disposition.DEFER: 30}
SAMPLE_ID = "EXPLAIN00000"


class RuleAnswer(msgspec.Struct, frozen=True):
    """What one rule said."""

    rule: str
    pack: str
    answer: str
    """`hit`, `waived`, `miss`, `unknown`, or `not_bound` when it binds nobody here."""
    title: str


class Story(msgspec.Struct, frozen=True):
    """Everything `explain` tells."""

    examination: Examination
    client: Client
    """Who sent it, with the rights the configuration gives that address."""
    rules: tuple[RuleAnswer, ...]
    reply: Reply
    fields: tuple[HeaderField, ...]
    admission: Reply | None
    """Refusal the recipient would have met at RCPT; None when it would pass."""
    fault: str = ""
    """Why a reader did not get through it the first time; the client is put off, and what is told is the next try."""

    @property
    def disposition(self) -> Disposition:
        """What happens to the mail now."""
        return Disposition.DEFER if self.fault else self.examination.verdict.disposition

    @property
    def exit_code(self) -> int:
        """0 relay, 10 tag, 20 reject, 30 defer."""
        return EXIT_CODES[self.disposition]

    @property
    def as_json(self) -> dict[str, Any]:
        """The story as JSON values; facts of a marked secret are left out."""
        verdict = self.examination.verdict
        return {
            "disposition": self.disposition.value,
            "fault": self.fault,
            "agency": verdict.agency,
            "direction": verdict.direction,
            "identity": verdict.identity,
            "client": {
                "ip": self.client.ip,
                "is_trusted": self.client.is_trusted,
                "speaks_for": list(self.client.speaks_for),
                "network": self.client.network,
            },
            "findings": [_finding_json(finding) for finding in verdict.findings],
            "would": [_finding_json(finding) for finding in verdict.would],
            "waived": [_finding_json(finding) | {"waived": finding.waived} for finding in verdict.waived],
            "rules": [msgspec.to_builtins(answer) for answer in self.rules],
            "reply": {"code": self.reply.code, "status": self.reply.status, "lines": list(self.reply.lines)},
            "fields": [[field.name, field.value] for field in self.fields],
            "facts": {} if verdict.is_secret else msgspec.to_builtins(self.examination.facts),
        }

    @property
    def text(self) -> str:
        """The story for people."""
        verdict, facts = self.examination.verdict, self.examination.facts
        lines = [f"disposition: {self.disposition.value}   agency: {verdict.agency}   direction: {verdict.direction}"]
        if self.client.is_trusted:
            domains = f", speaks for {' '.join(self.client.speaks_for)}" if self.client.speaks_for else ""
            network = f", of `{self.client.network}`" if self.client.network else ""
            lines.append(f"client: {self.client.ip} of our networks{network}{domains}")
        if self.fault:
            lines.append(
                f"note: reading it failed ({self.fault}): the client is told to come again; then it is judged so"
            )
        if self.admission is not None:
            lines.append(f"note: this recipient is refused at RCPT: {self.admission.code} {self.admission.lines[0]}")
        lines += ["", "facts"]
        lines += ["  (a marked state secret: nothing is shown)"] if verdict.is_secret else _fact_lines(facts)
        if not verdict.is_secret and facts.authentication.source:
            lines += ["", f"identity: {verdict.identity}", *_authentication_lines(facts.authentication)]
        lines += ["", "rules"]
        lines += [f"  {answer.answer:9} {answer.rule:18} {answer.title}" for answer in self.rules]
        for word, findings in (
            ("findings", verdict.findings),
            ("would, but for their posture", verdict.would),
            ("waived", verdict.waived),
        ):
            if findings:
                lines += ["", word, *(_finding_line(finding) for finding in findings)]
        lines += ["", "header fields", *(f"  {field.name}: {field.value}" for field in self.fields)]
        lines += ["", "reply", *(f"  {line}" for line in self.reply.octets.decode("ascii").splitlines())]
        return "\n".join(coded(one) for line in lines for one in line.split("\n"))


def explain(  # noqa: PLR0913, PLR0917 - the envelope of a message has this many parts
    config_file: Path, mail: bytes, mail_from: str, rcpts: tuple[str, ...], client_ip: str, at: dt.datetime | None,
    *, listener: str = "", helo: str = "explain", dns: Path | None = None, is_asking: bool = False,
) -> Story:  # fmt: skip
    """Inspect one mail under a configuration as the daemon would, in a worker like its own.

    Args:
        config_file: the configuration.
        mail: octets of an .eml file; bare LF line ends, as files have them, are taken for CRLF.
        mail_from: reverse-path without brackets, empty for the null one.
        rcpts: forward-paths without brackets.
        client_ip: address the mail came from.
        at: instant to judge at; None is now, without a zone it is Vietnam's.
        listener: name of the block of `listen` it came to; empty for the first.
        helo: argument of EHLO.
        dns: answers of DNS by hand (`ZoneFile`); senders are checked by them, whatever the configuration says.
        is_asking: check senders by asking DNS now, whatever the configuration says.

    Raises:
        Misconfigured: with every problem; there is no such listener.
        Transient: the readers do not start here.
    """
    config = load_config(config_file)
    answers = ZoneFile(dns) if dns is not None else None
    if answers is not None or is_asking:
        config = structs.replace(config, identity=structs.replace(config.identity, mode="check"))
    generation, judge = load_generation(config, 1)
    moment = at or dt.datetime.now(dt.UTC)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=VIETNAM)
    admission = admission_at(config, listener)
    envelope = Envelope(
        client=client_of(admission, client_ip, helo),
        reverse_path=mail_from,
        forward_paths=rcpts,
        received_at_us=int(moment.timestamp() * 1_000_000),
        transaction_id=SAMPLE_ID,
    )
    told = asyncio.run(_examine(_Asked(config, generation, answers, is_asking), wire_form(mail), envelope))
    examination = told.examination
    refusals = (admission.check_recipient(path, envelope.client.is_trusted) for path in rcpts)
    return Story(
        examination,
        envelope.client,
        tuple(_answers(generation, judge, envelope, examination)),
        reply_to(told.fault.situation) if told.fault else _reply(config, generation, examination),
        prepended(examination.verdict, examination.inspection, envelope, generation.host),
        next((refusal for refusal in refusals if refusal is not None), None),
        told.fault.situation if told.fault else "",
    )


def admission_at(config: Config, listener: str) -> Admission:
    """Say who may relay to whom at a block of `listen`, the first where no name is given.

    Raises:
        Misconfigured: no block has that name.
    """
    blocks = {block.name: block for block in config.listen}
    block = blocks.get(listener) if listener else config.listen[0]
    if block is None:
        problem = f"no block is named {listener}; there are {', '.join(blocks)}"
        raise Misconfigured([config.origin.problem("listen", problem)])
    return admission_of(config, block)


def client_of(admission: Admission, ip: str, helo: str) -> Client:
    """Give a client the rights its address has."""
    return Client(
        ip,
        helo=helo,
        is_trusted=admission.is_trusted_client(ip),
        speaks_for=admission.speaks_for(ip),
        network=admission.network_of(ip),
    )


class _Asked(NamedTuple):
    """What a mail is examined with."""

    config: Config
    generation: Generation
    answers: ZoneFile | None
    is_asking: bool


async def _examine(asked: _Asked, wire: bytes, envelope: Envelope) -> Told:
    dns = asked.config.identity.dns
    bounds = Bounds(dns.questions_per_message, dns.message_timeout_s)
    readers = structs.replace(asked.config.inspection.readers, workers=1)
    async with examiner(readers, asked.generation) as examine, contextlib.AsyncExitStack() as stack:
        sources = Sources(asked.answers.answer, asked.answers.look_up) if asked.answers is not None else None
        if asked.is_asking:
            resolver = resolver_of(asked.config)
            stack.push_async_callback(resolver.close)
            sources = Sources(resolver.known, resolver.look_up)
        enquiry = Enquiry(sources, bounds, Ahead()) if sources is not None else None
        if enquiry is not None:
            enquiry.begin(envelope.client, envelope.reverse_path)
        return await examine(wire, envelope, enquiry)


def wire_form(mail: bytes) -> bytes:
    """Turn the octets of a file into what a client would send: CRLF line ends, dot-stuffed, ending in CRLF."""
    octets = mail if b"\r\n" in mail else mail.replace(b"\n", b"\r\n")
    octets = octets.replace(b"\r\n.", b"\r\n..")
    if octets.startswith(b"."):
        octets = b"." + octets
    return octets if octets.endswith(b"\r\n") or not octets else octets + b"\r\n"


def _answers(generation: Generation, judge: Judge, envelope: Envelope, examination: Examination) -> list[RuleAnswer]:
    at = instant(envelope.received_at_us)
    scene = describe(envelope, examination.facts, judge.registry, at)
    findings = (*examination.verdict.findings, *examination.verdict.would)
    words = {one.rule: "waived" for one in examination.verdict.waived}
    words |= {one.rule: "hit" for one in findings} | {one.rule: "unknown" for one in findings if one.is_unknown}
    answers = []
    for pack in generation.packs:
        for rule in pack.rules:
            recipients = range(len(envelope.forward_paths))
            is_bound = is_pack_bound(pack, scene) and any(
                posture_for(rule, pack, scene, recipient, generation.posture) is not Posture.OFF
                for recipient in recipients
            )
            word = words.get(rule.id) or ("miss" if is_bound else "not_bound")
            answers.append(RuleAnswer(rule.id, pack.id, word, rule.title_vi))
    return answers


def _reply(config: Config, generation: Generation, examination: Examination) -> Reply:
    verdict = examination.verdict
    if verdict.disposition in {Disposition.REJECT, Disposition.DEFER}:
        return reply_for_verdict(verdict, generation.rules, SAMPLE_ID, config.gateway.help_base)
    return delivered_reply(reply_to("ok").lines[0], SAMPLE_ID)


def _finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "pack": f"{finding.pack}@{finding.pack_version}",
        "effect": finding.effect.value,
        "posture": finding.posture.value,
        "is_unknown": finding.is_unknown,
        "subject": finding.subject,
        "cites": list(finding.cites),
        "evidence": list(finding.evidence),
    }


def _finding_line(finding: Finding) -> str:
    evidence = " ".join(finding.evidence)
    waived = f", waived by {finding.waived}" if finding.waived else ""
    return (
        f"  {finding.rule} ({finding.posture.value} {finding.effect.value}{waived}) {finding.subject}"
        f"{': ' + finding.file_name if finding.file_name else ''}  {evidence}\n      {'; '.join(finding.cites)}"
    )


def _fact_lines(facts: Any) -> list[str]:
    header, document = facts.header, facts.document
    author = ", ".join(f"{one.display_name} {bracketed(one.address)}".strip() for one in header.author)
    lines = [
        f"  from {author or '-'}",
        f"  subject {header.subject or '-'}",
        f"  document {_set_fields(document) or '-'}",
        f"  secrecy {facts.secrecy.value}",
        f"  ambiguities {', '.join(facts.ambiguities) or '-'}   overruns {', '.join(facts.overruns) or '-'}",
    ]
    for part in facts.parts:
        words = [part.path, part.kind, f"{part.size_octets} octets"]
        words += [repr(part.name)] if part.name else []
        words += [f"uninspectable: {part.uninspectable}"] if part.uninspectable else []
        lines.append(f"  part {' '.join(words)}")
        if part.is_attachment and _set_fields(part.marks):
            lines.append(f"      marks {_set_fields(part.marks)}")
        if part.pdf is not None:
            pdf = structs.replace(part.pdf, signatures=())
            lines.append(f"      pdf {_set_fields(pdf)}")
            lines += [f"      signature {_set_fields(one)}" for one in part.pdf.signatures]
    return lines


def _authentication_lines(found: Authentication) -> Iterator[str]:
    for method, one in (("spf", found.spf), *(("dkim", one) for one in found.dkim), ("dmarc", found.dmarc)):
        if one is not None:
            yield f"  {method:6}{_set_fields(one)}"
    if found.arc is not None:
        yield f"  arc   {_set_fields(found.arc)}"
    if found.vouched_by:
        yield f"  vouched for by {found.vouched_by}"
    if found.overruns:
        yield f"  overruns {', '.join(found.overruns)}"


def _set_fields(record: msgspec.Struct) -> str:
    """List the fields that differ from their defaults."""
    values = msgspec.to_builtins(record)
    return " ".join(f"{name}={value}" for name, value in values.items() if value not in (None, "", [], False))
