"""The metric catalogue: every family with its type, labels, bounds and help. A table and nothing else.

`gateway.edge.observers.metrics` builds its registry from this table and `docs/metrics.md` is written from it, so
neither can name a metric the other does not. Names follow the Prometheus naming practice: one prefix,
base units, `_total` on counters (added by the client library and in the documentation).
"""

from __future__ import annotations

import msgspec

from gateway.values.events import CHECK_RESULTS, COMMANDS, RELAY_RESULTS, RELAY_TLS, SESSION_RESULTS, STAGES
from gateway.values.ledger import LEDGER_TROUBLES

PREFIX = "congthu_"
OTHER = "other"
"""What a label value outside its closed set is counted as; never a new value."""
SECRET_RULE = "secret"  # noqa: S105 - a neutral rule id, not a credential
"""The rule label of every finding of a secret verdict."""

FAST = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds inside one machine. Buckets are part of the contract: changing them breaks history."""
LONG = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)
"""Seconds including other machines; 300 is past every deadline of ours."""
SIZE = (4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 10_485_760, 26_214_400, 52_428_800)
"""Octets; 25 and 50 MiB are the usual size limits."""


class Label(msgspec.Struct, frozen=True):
    """One label with its closed set; any other value is counted as `other`."""

    name: str
    values: tuple[str, ...] = ()
    """The closed set; empty when the set comes from the configuration."""
    source: str = ""
    """Which configured set: `agency`, `rule`, `route` or `listener`; empty for a fixed set."""
    limit: int = 0
    """Values of a configured set that get series of their own, first come first served."""

    @property
    def bound(self) -> int:
        """Values this label can ever take, `other` included."""
        return len({*self.values, OTHER}) + self.limit


class Family(msgspec.Struct, frozen=True):
    """One metric family."""

    name: str
    """Without prefix and `_total`."""
    kind: str
    """`counter`, `gauge`, `histogram` or `info`."""
    help: str
    """One English sentence."""
    labels: tuple[Label, ...] = ()
    unit: str = ""
    """`seconds`, `bytes` or empty for a plain count."""
    buckets: tuple[float, ...] = ()
    has_exemplar: bool = False
    """Samples carry the transaction id as exemplar when a scraper asks for OpenMetrics."""
    is_lazy: bool = False
    """Label sets appear with their first value (large products, limits: a limit of 0 says that nothing is allowed);
    all others stand at 0 from the start."""
    described: tuple[str, ...] = ()
    """Labels of an info family beside `labels`: what it says of each label set; at most one series each."""
    max_series: int = 0
    """Bound on the label sets of a lazy family with an agency; past it the agency is `other`. 0: none."""

    @property
    def exposed_name(self) -> str:
        """Name as scraped."""
        return f"{PREFIX}{self.name}{ {'counter': '_total', 'info': '_info'}.get(self.kind, '') }"


AGENCY_LIMIT = 1_000
"""Agencies with series of their own: one scrape of 1,000 takes about a second to render."""
RULE_LIMIT = 200
ROUTE_LIMIT = 50
LISTENER_LIMIT = 8

AGENCY = Label("agency", source="agency", limit=AGENCY_LIMIT)
RULE = Label("rule", source="rule", limit=RULE_LIMIT)
ROUTE = Label("route", source="route", limit=ROUTE_LIMIT)
LISTENER = Label("listener", source="listener", limit=LISTENER_LIMIT)

DIRECTION = Label("direction", ("inbound", "outbound", "internal"))
DISPOSITION = Label("disposition", ("relay", "tag", "reject", "defer"))
EFFECT = Label("effect", ("tag", "reject", "defer"))
POSTURE = Label("posture", ("observe", "tag", "enforce"))
URGENCY = Label("urgency", ("none", "khan", "thuong_khan", "hoa_toc", "hoa_toc_hen_gio"))
RESULT = Label("result", ("ok", "failed"))
DOC_TYPE = Label("doc_type", (
    "none", "nghi_quyet", "quyet_dinh", "chi_thi", "quy_che", "quy_dinh", "thong_cao", "thong_bao",
    "huong_dan", "chuong_trinh", "ke_hoach", "phuong_an", "de_an", "du_an", "bao_cao", "bien_ban", "to_trinh",
    "hop_dong", "cong_van", "cong_dien", "ban_ghi_nho", "ban_thoa_thuan", "giay_uy_quyen", "giay_moi",
    "giay_gioi_thieu", "giay_nghi_phep", "phieu_gui", "phieu_chuyen", "phieu_bao", "thu_cong",
    "ban_sao", "nghi_dinh", "thong_tu", "luat", "phap_lenh", "lenh", "lich_lam_viec", "tai_lieu_hop", "dang_ky_hop",
    "phieu_trinh",
))  # fmt: skip
KIND = Label("kind", (
    "pdf", "docx", "xlsx", "pptx", "odt", "doc", "xls", "ppt", "rtf", "html", "text", "jpeg", "png", "tiff",
    "zip", "7z", "rar", "gzip", "eml", "tnef", "pkcs7", "executable", "unknown",
))  # fmt: skip
ATTACHMENT_VERDICT = Label("verdict", ("clean", "suspicious", "encrypted", "unreadable", "too_large", "no_ocr"))
SIGNATURE_RESULT = Label("result", ("pass", "fail", "none", "temperror", "permerror"))
AUTH_METHOD = Label("method", ("spf", "dkim", "dmarc", "arc", "identity"))
AUTH_RESULT = Label("result", (
    "pass", "fail", "softfail", "neutral", "none", "policy", "temperror", "permerror", "verified", "claimed", "unknown",
))  # fmt: skip
FORM = Label("form", ("pdf", "office", "picture", "archive", "other"))
READER = Label("reader", ("pyhanko", "pdfium"))
CODE = Label("code", (
    "220", "221", "250", "252", "354", "421", "450", "451", "452", "454", "455", "500", "501", "502", "503",
    "504", "530", "535", "550", "551", "552", "553", "554", "555", "556",
))  # fmt: skip
TLS_VERSION = Label("version", ("TLSv1.2", "TLSv1.3", "none"))
EXPECTED_DATA_END_CODES = ("250", "451", "550", "554")
"""Replies to the final dot that stand at 0 from the start: the service level is counted by them."""
DATASET = Label("dataset", ("registry", "trust", "packs"))
TRUST_LIST = Label("trust_list", ("official", "public", "local"))

CATALOGUE: tuple[Family, ...] = (
    # What became of mail.
    Family("messages", "counter", "Messages whose final dot was answered, by agency of the sender.",
           (AGENCY, DIRECTION, DISPOSITION), has_exemplar=True),
    Family("message_bytes", "counter", "Octets of those messages; secret ones are left out.",
           (AGENCY, DIRECTION), "bytes"),
    Family("documents", "counter", "Official documents recognised in relayed messages.",
           (AGENCY, DIRECTION, DOC_TYPE, URGENCY), is_lazy=True, max_series=4_500),
    Family("rule_matches", "counter", "Messages in which a rule hit, by what it asks for and how hard it acts.",
           (RULE, EFFECT, POSTURE)),
    Family("agency_rule_matches", "counter", "Messages of a registered agency in which a rule hit.",
           (AGENCY, RULE, EFFECT, POSTURE), is_lazy=True, max_series=2_500),
    Family("policy_errors", "counter", "Messages in which a rule could not decide: a fact was unknown for now.",
           (RULE,)),
    Family("waived", "counter", "Messages in which a waiver covered what a rule found.", (RULE,)),
    Family("checks", "counter", "Mails to the check address, by how they ended; they count as no messages.",
           (Label("result", (*dict.fromkeys(CHECK_RESULTS.values()), "failed")),)),
    Family("waivers_expiring", "gauge", "Waivers in force that end within 14 days."),
    Family("message_size_bytes", "histogram", "Size of received messages; secret ones are left out.",
           (DIRECTION,), "bytes", SIZE),
    Family("message_processing_seconds", "histogram", "Time from the final dot to our reply.",
           (DIRECTION,), "seconds", LONG, has_exemplar=True),
    Family("stage_duration_seconds", "histogram", "Time spent in one stage of a transaction.",
           (Label("stage", STAGES),), "seconds", FAST),
    Family("attachments", "counter", "Attachments inspected, by real type and what came of it.",
           (KIND, ATTACHMENT_VERDICT)),
    Family("document_files", "counter",
           "Attachments of messages with an official document, relayed or not, by agency and form of file.",
           (AGENCY, FORM), is_lazy=True, max_series=1_500),
    Family("signature_checks", "counter", "PDF signatures judged, by agency; none: a signature is missing.",
           (AGENCY, SIGNATURE_RESULT), is_lazy=True, max_series=2_000),
    Family("signature_disagreements", "counter", "Signatures on which another reader contradicted ours.", (READER,)),
    Family("sender_authentication", "counter",
           "Messages by what vouches for their sender: `spf`, `dkim` (each signature), `dmarc`, `arc` in words of RFC "
           "8601, and `identity`: `verified`, `claimed` or `unknown`.", (AUTH_METHOD, AUTH_RESULT), is_lazy=True),
    Family("dns_lookups", "counter", "Look-ups in DNS that were made, by what came of them.",
           (Label("status", ("found", "no_data", "no_domain", "failed")),)),
    Family("dns_lookup_seconds", "histogram", "Time of one look-up in DNS.", (), "seconds", FAST),
    Family("document_cache", "counter", "Attachments whose facts were known already (hit) or had to be read (miss).",
           (Label("result", ("hit", "miss")),)),
    # The ledger.
    Family("ledger_records", "counter", "Records written to the ledger.",
           (Label("kind", ("intent", "outcome", "refusal", "secret", "gap", "opened")),)),
    Family("ledger_records_lost", "counter", "Records that memory did not hold while the ledger could not be written.",
           (Label("reason", LEDGER_TROUBLES),)),
    Family("ledger_late", "counter", "Messages sent to the next hop before their record was written."),
    Family("ledger_failing", "gauge", "1 while no record can be written: no room, a lock, no right, a damaged file."),
    Family("ledger_waiting", "gauge", "Records in memory that are not written yet."),
    Family("ledger_commit_seconds", "histogram", "Time of one commit of the ledger.", (), "seconds", FAST),
    # The SMTP edge.
    Family("smtp_connections", "counter", "Sessions by how admission or their end went.",
           (LISTENER, Label("result", SESSION_RESULTS))),
    Family("smtp_connections_active", "gauge", "Sessions open now.", (LISTENER,)),
    Family("smtp_connections_limit", "gauge", "Sessions allowed at one time.", (LISTENER,), is_lazy=True),
    Family("smtp_replies", "counter", "Replies sent, by what they answer and code; DATA_END is the final dot.",
           (LISTENER, Label("command", COMMANDS), CODE), is_lazy=True),
    Family("smtp_tls_handshakes", "counter", "TLS handshakes with clients.", (LISTENER, TLS_VERSION, RESULT)),
    Family("in_flight_bytes", "gauge", "Octets of messages held in memory now.", unit="bytes"),
    Family("in_flight_limit_bytes", "gauge", "Octets of messages allowed in memory at one time.", unit="bytes",
           is_lazy=True),
    # The next hop.
    Family("relay_attempts", "counter", "Attempts to pass a message to a next hop.",
           (ROUTE, Label("result", RELAY_RESULTS))),
    Family("relay_connections", "counter",
           "Connections opened to next hops, by their TLS; failed: offered and not had, so in plain.",
           (ROUTE, Label("tls", RELAY_TLS))),
    Family("relay_duration_seconds", "histogram", "Time of one attempt.", (ROUTE,), "seconds", LONG),
    # Ourselves.
    Family("config_generation", "gauge", "Number of the running configuration generation."),
    Family("config_reloads", "counter", "Attempts to load configuration, packs, registry and trust.", (RESULT,)),
    Family("config_last_reload_successful", "gauge", "1 when the last load of the files was taken."),
    Family("config_restart_needed", "gauge", "Settings on disk that differ from those in force until a restart."),
    Family("config_last_reload_success_timestamp_seconds", "gauge", "Unix time of the last successful load.",
           unit="seconds"),
    Family("data_updated_timestamp_seconds", "gauge", "Unix time a data set the verdicts rest on was last changed.",
           (DATASET,), "seconds", is_lazy=True),
    Family("trust_list_expiry_timestamp_seconds", "gauge",
           "Unix time the first revocation list of an authority in force runs out, by trust list; 0: one has no list.",
           (TRUST_LIST,), "seconds", is_lazy=True),
    Family("trust_stale_authorities", "gauge",
           "Authorities in force without a fresh revocation list: documents under it wait.", (TRUST_LIST,)),
    Family("trust_fetches", "counter", "Addresses of revocation data asked, by what came of it.",
           (Label("result", ("new", "unchanged", "failed")),)),
    Family("trust_fetch_last_success_timestamp_seconds", "gauge", "Unix time revocation data was last fetched well.",
           (), "seconds", is_lazy=True),
    Family("certificate_expiry_timestamp_seconds", "gauge", "Unix time a served certificate expires.",
           (LISTENER,), "seconds", is_lazy=True),
    Family("event_loop_lag_seconds", "histogram", "Delay of the event loop behind its schedule.",
           (), "seconds", FAST),
    Family("workers_busy", "gauge", "Reader workers at work now."),
    Family("workers_limit", "gauge", "Reader workers configured.", is_lazy=True),
    Family("messages_waiting", "gauge", "Messages that wait for a reader worker now."),
    Family("worker_kept", "counter",
           "Times the last free reader worker was kept for others while messages of an account that used much waited."),
    Family("worker_largest_part_ratio", "gauge",
           "Part of recent reader time that was one client network's or sender's, 0 to 1."),
    Family("worker_restarts", "counter", "Reader workers replaced because they died, failed or overran."),
    Family("worker_sandbox", "gauge", "1 when the kernel offers this confinement and the workers run under it.",
           (Label("layer", ("rlimits", "landlock", "seccomp", "no_new_privs")),)),
    Family("agencies_configured", "gauge", "Agencies in the running registry."),
    Family("agency", "info",
           "1 for each agency that has series of its own, to group by: where it is and what it is, when last loaded.",
           (AGENCY,), described=("territory", "class")),
    Family("journal_lines_lost", "counter", "Log lines dropped because their reader had stopped reading."),
    Family("bugs", "counter", "Unexpected exceptions, by the part of the program they came from.",
           (Label("where", ("ledger", "listener", "reader", "reload", "trust_service")),)),
    Family("build", "info", "Version that runs.", described=("version", "revision", "pythonversion")),
)  # fmt: skip

BY_NAME = {family.name: family for family in CATALOGUE}


def reference() -> str:
    """Write docs/metrics.md: one table row a family, its labels below."""
    rows = "\n".join(_row(family) for family in CATALOGUE)
    labels = "\n".join(f"| `{name}` | {values} |" for name, values in sorted(_label_rows().items()))
    return f"{_HEAD}\n| name | type | labels | what it counts |\n|---|---|---|---|\n{rows}\n{_MIDDLE}\n{labels}\n"


def _row(family: Family) -> str:
    labels = ", ".join(f"`{name}`" for name in (*(label.name for label in family.labels), *family.described)) or "-"
    notes = [family.help]
    if family.has_exemplar:
        notes.append("Exemplar: `trace_id`.")
    if family.max_series:
        notes.append(f"At most {family.max_series} label sets, then agency `other`.")
    return f"| `{family.exposed_name}` | {family.kind} | {labels} | {' '.join(notes)} |"


def _label_rows() -> dict[str, str]:
    """List each label name with its set; families that differ are joined with `or`."""
    rows: dict[str, list[str]] = {}
    for family in CATALOGUE:
        for label in family.labels:
            fixed = ", ".join(f"`{value}`" for value in label.values)
            text = fixed or f"the configured set `{label.source}`, at most {label.limit}, others `{OTHER}`"
            if text not in rows.setdefault(label.name, []):
                rows[label.name].append(text)
    return {name: " or ".join(texts) for name, texts in rows.items()}


_HEAD = """# Metrics

Written by `scripts/reference` from `gateway/edge/observers/catalogue.py`; a test compares them.

Scrape `/metrics` of the health listener (loopback by default), every 30 s. Each gateway process has its own
endpoint; sum over `instance`. Counters start at 0 with the process: use `rate()` and `increase()`, and do
not publish them as statistics. Under OpenMetrics, latency and message counters carry the transaction id as
exemplar. `process_*` and `python_*` of the client library are there too. `congthu_agency_info` groups by territory or
class, without these being labels of counters:

```
sum by (territory) (sum by (job, agency) (rate(congthu_messages_total[5m]))
  * on (job, agency) group_left (territory) max by (job, agency, territory) (congthu_agency_info))
```

Label values are closed sets: no address, domain, message id, subject, file name or document number is ever
a label. A value outside its set is counted as `other`. A message with a marked state secret counts in
`congthu_messages_total` with agency `other`, and its rule as `secret`; its size, type and attachments are not
counted.
"""

_MIDDLE = """
Series of one process, measured with 90 rules after every agency sent three kinds of document: 5,800 for 200 agencies
(480 kB, 27 kB as gzip, 0.2 s to render), 23,000 for 1,000 (2 MB, 90 kB, 0.5 s). That is the most: the first 1,000
agencies of a registry that send mail have series of their own, and 20,000 agencies make no more (0.6 s). `/metrics` is
compressed when `Accept-Encoding` asks for gzip, as Prometheus does.

Buckets: sizes 4 KiB to 50 MiB; stages and loop lag 1 ms to 10 s; processing and relay 5 ms to 300 s.

## Labels

| label | values |
|---|---|"""
