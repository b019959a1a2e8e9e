"""Metrics: an observer that counts what happened into one Prometheus registry of its own.

Only this module knows prometheus_client. One process owns all samples (no multi-process mode); workers
send their findings back and count nothing. Every label value is checked against its closed set, so that
no octet of a message, however chosen, can become a label.
"""

from __future__ import annotations

import platform
from itertools import product
from typing import TYPE_CHECKING, Protocol, cast

import prometheus_client
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info
from prometheus_client.exposition import choose_encoder

from gateway.edge.observers.catalogue import (
    BY_NAME,
    CATALOGUE,
    EXPECTED_DATA_END_CODES,
    OTHER,
    PREFIX,
    SECRET_RULE,
    Family,
    Label,
)
from gateway.values.verdict import Posture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from gateway.values.events import (
        ConnectionRecord,
        HandshakeRecord,
        RelayRecord,
        ReloadRecord,
        SessionRecord,
        TransactionRecord,
    )
    from gateway.values.registry import Agency
    from gateway.values.trust import Renewal
    from gateway.values.verdict import Inspection, Verdict

MICROSECONDS = 1e-6
_HARDNESS = {
    posture: place for place, posture in enumerate((Posture.OFF, Posture.OBSERVE, Posture.TAG, Posture.ENFORCE))
}
_FORMS = {
    "pdf": "pdf",
    **dict.fromkeys(("docx", "xlsx", "pptx", "odt", "doc", "xls", "ppt", "rtf"), "office"),
    **dict.fromkeys(("jpeg", "png", "tiff"), "picture"),
    **dict.fromkeys(("zip", "7z", "rar", "gzip"), "archive"),
}
"""Kind of attachment to form, for the share of documents sent as PDF; any other kind is `other`."""
_ALWAYS = {"rule": frozenset({SECRET_RULE})}
"""Values of a configured label that exist in every configuration."""


class _Sample(Protocol):
    """What a labelled child of any kind may be asked; each kind answers its own verbs."""

    def inc(self, amount: float = 1, exemplar: dict[str, str] | None = None) -> None: ...
    def set(self, value: float) -> None: ...
    def observe(self, amount: float, exemplar: dict[str, str] | None = None) -> None: ...


class _ConfiguredSet:
    """Values of one configured label: first come, first served up to the limit; never taken back."""

    def __init__(self, limit: int, always: frozenset[str] = frozenset()) -> None:
        self.limit = limit
        self.always = always
        self.configured: frozenset[str] = frozenset()
        self.admitted: set[str] = set(always)

    def fold(self, value: str) -> str:
        if value in self.admitted:
            return value
        if value in self.configured and len(self.admitted) < self.limit:
            self.admitted.add(value)
            return value
        return OTHER


class _Series:
    """One family: folds label values, makes children once, keeps them for cheap look-up."""

    def __init__(self, family: Family, sets: dict[str, _ConfiguredSet], registry: CollectorRegistry) -> None:
        self.family = family
        self._sets = sets
        self._registry = registry
        # One without labels stands at 0 as soon as it is made: a lazy one is made with its first value.
        self._metric = None if family.is_lazy and not family.labels else _make(family, registry)
        self._children: dict[tuple[str, ...], _Sample] = {}

    def child(self, *values: str) -> _Sample:
        """Give the sample of these label values; only folded values are ever kept."""
        found = self._children.get(values)
        if found is not None:
            return found
        folded = tuple(self._fold(label, value) for label, value in zip(self.family.labels, values, strict=True))
        if self.family.max_series and len(self._children) >= self.family.max_series and folded not in self._children:
            folded = (OTHER, *folded[1:])
        if folded not in self._children:
            self._metric = self._metric or _make(self.family, self._registry)
            made = self._metric.labels(*folded) if folded else self._metric
            self._children[folded] = cast("_Sample", made)
        return self._children[folded]

    def stand_at_zero(self) -> None:
        """Make every expected label set, so that the first event is seen by increase()."""
        if self.family.is_lazy:
            return
        for values in product(*(self._expected(label) for label in self.family.labels)):
            self.child(*values)

    def _fold(self, label: Label, value: str) -> str:
        if label.source:
            return self._sets[label.source].fold(value)
        return value if value in label.values else OTHER

    def _expected(self, label: Label) -> Iterable[str]:
        if not label.source:
            return label.values
        configured = self._sets[label.source]
        return (*sorted(configured.configured)[: configured.limit], *sorted(configured.always), OTHER)


def _make(family: Family, registry: CollectorRegistry) -> Counter | Gauge | Histogram:
    """Make the library's object for one row of the catalogue."""
    name, labels = PREFIX + family.name, [label.name for label in family.labels]
    if family.kind == "histogram":
        return Histogram(name, family.help, labels, buckets=family.buckets, registry=registry)
    if family.kind == "gauge":
        return Gauge(name, family.help, labels, registry=registry)
    return Counter(name, family.help, labels, registry=registry)


class Metrics:
    """All samples of this process. Methods are for the event loop's thread; `render` may run in another."""

    def __init__(self, version: str, revision: str = "") -> None:
        """Make every family; `revision` is the source revision, empty when unknown."""
        prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry()
        self._sets = {
            label.source: _ConfiguredSet(label.limit, _ALWAYS.get(label.source, frozenset()))
            for family in CATALOGUE
            for label in family.labels
            if label.source
        }
        self._series = {
            family.name: _Series(family, self._sets, self.registry) for family in CATALOGUE if family.kind != "info"
        }
        build = {"version": version, "revision": revision, "pythonversion": platform.python_version()}
        self._info("build").info(build)
        self._agencies = self._info("agency")
        prometheus_client.ProcessCollector(registry=self.registry)
        prometheus_client.PlatformCollector(registry=self.registry)
        prometheus_client.GCCollector(registry=self.registry)
        self._replies: dict[tuple[str, str, int], int] = {}
        """Counted since the last scrape: a mail has seven, and a sample of the library costs ten times a dictionary."""
        self.samplers: list[Callable[[], None]] = []
        """Called by `sample` in the loop's thread before a scrape: each sets gauges of a part of the daemon."""
        self.configure()

    def _info(self, name: str) -> Info:
        family = BY_NAME[name]
        return Info(PREFIX + name, family.help, [label.name for label in family.labels], registry=self.registry)

    def describe_agencies(self, find: Callable[[str], Agency | None]) -> None:
        """Say where (territory) and what (class) each agency with series of its own is; call after `configure`.

        One series an agency, which a new description replaces: two would break every query that joins them. One that
        is not found keeps its last description; `other` is described as `other`.
        """
        for agency_id in (*self._sets["agency"].admitted, OTHER):
            agency = find(agency_id)
            if agency is not None or agency_id == OTHER:
                territory, kind = (agency.territory, agency.agency_class) if agency is not None else ("", "")
                self._agencies.labels(agency_id).info({"territory": territory or OTHER, "class": kind or OTHER})

    def configure(
        self,
        *,
        agencies: Iterable[str] = (),
        rules: Iterable[str] = (),
        routes: Iterable[str] = (),
        listeners: Iterable[str] = (),
    ) -> None:
        """Take the closed sets of one configuration generation.

        Series of values that are gone stay: a counter that vanished would read as a restart.
        """
        for source, values in (("agency", agencies), ("rule", rules), ("route", routes), ("listener", listeners)):
            self._sets[source].configured = frozenset(values)
        self.set_gauge("agencies_configured", len(self._sets["agency"].configured))
        for series in self._series.values():
            series.stand_at_zero()
        for listener, code in product(sorted(self._sets["listener"].configured), EXPECTED_DATA_END_CODES):
            self._series["smtp_replies"].child(listener, "DATA_END", code)

    def observe_transaction(self, record: TransactionRecord) -> None:
        """Count one answered final dot; its reply comes through `observe_reply` like every other."""
        series, verdict, disposition = self._series, record.verdict, record.disposition
        direction = verdict.direction if verdict is not None else "inbound"
        is_shown = not record.is_secret
        agency = verdict.agency if verdict is not None and is_shown else OTHER
        exemplar = {"trace_id": record.envelope.transaction_id} if is_shown else None
        series["messages"].child(agency, direction, disposition).inc(1, exemplar)
        series["message_processing_seconds"].child(direction).observe(record.total_us * MICROSECONDS, exemplar)
        for stage, duration_us in record.stages_us:
            series["stage_duration_seconds"].child(stage).observe(duration_us * MICROSECONDS)
        if verdict is not None and (verdict.findings or verdict.would):
            self._count_rules(verdict, agency, is_shown=is_shown)
        if verdict is not None and is_shown:
            self._count_waived(verdict)
        if is_shown:
            series["message_bytes"].child(agency, direction).inc(record.size_octets)
            series["message_size_bytes"].child(direction).observe(record.size_octets)
            if record.inspection is not None:
                self._count_inspection(record.inspection, agency, direction, is_relayed=record.reply.is_positive)

    def _count_waived(self, verdict: Verdict) -> None:
        """Count each rule once a message, whichever waiver it was."""
        for rule in {finding.rule for finding in verdict.waived}:
            self._series["waived"].child(rule).inc()

    def _count_rules(self, verdict: Verdict, agency: str, *, is_shown: bool) -> None:
        """Count each rule once a message; a secret verdict once, under one neutral id and without agency."""
        findings = (*verdict.findings, *verdict.would)
        hits = {(finding.rule, finding.effect.value, finding.posture.value) for finding in findings}
        if not is_shown:
            strictest = max(findings, key=lambda finding: (_HARDNESS[finding.posture], finding.effect.strictness))
            hits = {(SECRET_RULE, strictest.effect.value, strictest.posture.value)}
        for rule in {finding.rule if is_shown else SECRET_RULE for finding in findings if finding.is_unknown}:
            self._series["policy_errors"].child(rule).inc()
        rules, by_agency = self._series["rule_matches"], self._series["agency_rule_matches"]
        for rule, effect, posture in hits:
            if posture == Posture.OFF.value:
                continue
            rules.child(rule, effect, posture).inc()
            if is_shown and agency != OTHER:
                by_agency.child(agency, rule, effect, posture).inc()

    def _count_inspection(self, inspection: Inspection, agency: str, direction: str, *, is_relayed: bool) -> None:
        series = self._series
        if is_relayed and inspection.doc_type != "none":
            series["documents"].child(agency, direction, inspection.doc_type, inspection.urgency).inc()
        for kind, word in inspection.parts:
            series["attachments"].child(kind, word).inc()
            if inspection.doc_type != "none":
                series["document_files"].child(agency, _FORMS.get(kind, OTHER)).inc()
        for outcome in inspection.signatures:
            series["signature_checks"].child(agency, outcome).inc()
        for method, result in inspection.authentication:
            series["sender_authentication"].child(method, result).inc()
        for opinion in inspection.disagreements:
            series["signature_disagreements"].child(opinion.partition(":")[0]).inc()
        if inspection.cache_hits:
            series["document_cache"].child("hit").inc(inspection.cache_hits)
        if inspection.cache_misses:
            series["document_cache"].child("miss").inc(inspection.cache_misses)

    def observe_reply(self, listener: str, command: str, code: int) -> None:
        """Count one reply, shown from the next `sample` on; `command` is one of COMMANDS."""
        key = (listener, command, code)
        self._replies[key] = self._replies.get(key, 0) + 1

    def observe_session(self, record: SessionRecord) -> None:
        """Count how admission, or the end of a session, went."""
        self._series["smtp_connections"].child(record.listener, record.result).inc()

    def observe_handshake(self, record: HandshakeRecord) -> None:
        """Count one TLS handshake with a client."""
        result = "ok" if record.is_successful else "failed"
        version = record.client.tls_version or "none"
        self._series["smtp_tls_handshakes"].child(record.listener, version, result).inc()

    def observe_relay(self, record: RelayRecord) -> None:
        """Count one attempt at a next hop."""
        self._series["relay_attempts"].child(record.route, record.result).inc()
        self._series["relay_duration_seconds"].child(record.route).observe(record.duration_us * MICROSECONDS)

    def observe_connection(self, record: ConnectionRecord) -> None:
        """Count one connection to a next hop."""
        self._series["relay_connections"].child(record.route, record.tls).inc()

    def observe_reload(self, record: ReloadRecord) -> None:
        """Count one load of the configuration and show which generation runs."""
        self._series["config_reloads"].child("ok" if record.is_successful else "failed").inc()
        self.set_gauge("config_generation", record.generation)
        if not record.is_whole:
            return  # which says nothing of the files on disk
        self.set_gauge("config_last_reload_successful", int(record.is_successful))
        if record.is_successful:
            self.set_gauge("config_last_reload_success_timestamp_seconds", record.at_s)

    def observe_renewal(self, renewal: Renewal) -> None:
        """Count what one run of the trust service asked, and show when it last succeeded."""
        for report in renewal.reports:
            self._series["trust_fetches"].child(report.result).inc()
        if renewal.succeeded_at_s:
            self.set_gauge("trust_fetch_last_success_timestamp_seconds", renewal.succeeded_at_s)

    def observe_look_up(self, status: str, seconds: float) -> None:
        """Count one look-up in DNS by what came of it, and its time."""
        self._series["dns_lookups"].child(status).inc()
        self._series["dns_lookup_seconds"].child().observe(seconds)

    def observe_ledger_commit(self, seconds: float) -> None:
        """Count the time of one commit of the ledger, whatever number of records it held."""
        self._series["ledger_commit_seconds"].child().observe(seconds)

    def observe_loop_lag(self, lag_s: float) -> None:
        """Count how late the event loop woke."""
        self._series["event_loop_lag_seconds"].child().observe(lag_s)

    def count(self, name: str, *labels: str, amount: float = 1) -> None:
        """Add to a counter of the catalogue: `worker_restarts`, `journal_lines_lost`.

        Raises:
            KeyError: not in the catalogue: a bug.
        """
        self._series[name].child(*labels).inc(amount)

    def set_gauge(self, name: str, value: float, *labels: str) -> None:
        """Set a gauge of the catalogue.

        Raises:
            KeyError: not in the catalogue: a bug.
        """
        self._series[name].child(*labels).set(value)

    def sample(self) -> None:
        """Bring gauges and the count of replies up to date; call in the loop's thread before `render`."""
        replies, self._replies = self._replies, {}
        for (listener, command, code), count in replies.items():
            self.count("smtp_replies", listener, command, str(code), amount=count)
        for sampler in self.samplers:
            sampler()

    def render(self, accept: str) -> tuple[bytes, str]:
        """Give (octets, Content-Type) in the format an Accept header asks for; may run in a thread.

        Exemplars are in the OpenMetrics format only.
        """
        encoder, content_type = choose_encoder(accept)
        return encoder(self.registry), content_type
