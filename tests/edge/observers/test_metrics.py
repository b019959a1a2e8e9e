"""Metrics: closed label sets, bounded series, nothing of a secret, exemplars when asked."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from gateway.edge.observers.catalogue import BY_NAME, CATALOGUE, OTHER, PREFIX, SECRET_RULE
from gateway.edge.observers.metrics import Metrics
from gateway.values.envelope import Client
from gateway.values.events import ConnectionRecord, HandshakeRecord, RelayRecord, ReloadRecord, SessionRecord
from gateway.values.registry import Agency
from gateway.values.status import Reply
from gateway.values.verdict import Disposition, Posture
from tests.support.records import REJECTED, relayed, secret
from tests.support.verdicts import CLIENT, HOSTILE, finding, inspection, verdict

OPENMETRICS = "application/openmetrics-text; version=1.0.0"
CONFIGURED = {
    "agencies": ["so-a", "so-b"],
    "rules": ["BD-1c", "NAT-SEC-1"],
    "routes": ["binh-duong"],
    "listeners": ["smtp"],
}


@pytest.fixture
def metrics():
    """A registry of its own, configured with two agencies."""
    made = Metrics("0.1.0", "abc")
    made.configure(**CONFIGURED)
    return made


def samples(metrics):
    """Scrape as Prometheus does: {(name, sorted labels): value} of our own families."""
    text = metrics.render("text/plain")[0].decode()
    return {
        (sample.name.removeprefix(PREFIX), tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name.startswith(PREFIX)
    }


def value(metrics, name, **labels):
    """Read one sample; None when it does not exist."""
    return samples(metrics).get((name, tuple(sorted(labels.items()))))


def test_a_transaction_is_counted_by_agency_direction_and_disposition(metrics):
    """One record moves message, octet, stage, document, attachment and signature counters."""
    metrics.observe_transaction(relayed())

    assert value(metrics, "messages_total", agency="so-a", direction="inbound", disposition="tag") == 1
    assert value(metrics, "message_bytes_total", agency="so-a", direction="inbound") == 5_000
    assert value(metrics, "message_size_bytes_count", direction="inbound") == 1
    assert value(metrics, "message_processing_seconds_sum", direction="inbound") == pytest.approx(0.042)
    assert value(metrics, "stage_duration_seconds_sum", stage="relay") == pytest.approx(0.031)
    assert (
        value(metrics, "documents_total", agency="so-a", direction="inbound", doc_type="giay_moi", urgency="khan") == 1
    )
    assert value(metrics, "attachments_total", kind="pdf", verdict="clean") == 1
    assert value(metrics, "signature_checks_total", agency="so-a", result="pass") == 1
    assert value(metrics, "document_cache_total", result="miss") == 1
    assert value(metrics, "rule_matches_total", rule="BD-1c", effect="tag", posture="enforce") == 1
    assert (
        value(metrics, "agency_rule_matches_total", agency="so-a", rule="BD-1c", effect="tag", posture="enforce") == 1
    )


def test_contradictions_between_readers_are_counted_by_reader(metrics):
    """One a signature and answer; both readers stand at 0 before."""
    assert value(metrics, "signature_disagreements_total", reader="pdfium") == 0
    opinions = ("pyhanko:is_intact:false", "pyhanko:digest:other")
    record = relayed()
    metrics.observe_transaction(relayed(inspection=msgspec.structs.replace(record.inspection, disagreements=opinions)))

    assert value(metrics, "signature_disagreements_total", reader="pyhanko") == 2
    assert value(metrics, "signature_disagreements_total", reader="pdfium") == 0


@pytest.mark.parametrize(
    ("code", "disposition"), [(250, "tag"), (451, "defer"), (554, "reject"), (421, "defer"), (552, "reject")]
)
def test_the_reply_decides_the_disposition(metrics, code, disposition):
    """A message the next hop refused was rejected, whatever our verdict."""
    metrics.observe_transaction(relayed(reply=Reply(code, f"{code // 100}.0.0", ("x",))))

    assert value(metrics, "messages_total", agency="so-a", direction="inbound", disposition=disposition) == 1


def test_a_fault_before_the_verdict_is_counted_without_agency(metrics):
    """No verdict, no agency: `other`."""
    metrics.observe_transaction(relayed(inspection=None, reply=Reply(451, "4.3.0", ("x",)), situation="deadline"))

    assert value(metrics, "messages_total", agency="other", direction="inbound", disposition="defer") == 1


def test_a_rule_is_counted_once_a_message(metrics):
    """Twenty wrong files are one message in which the rule hit."""
    many = verdict(*[finding(subject=f"part {n}") for n in range(20)])
    observed = finding(posture=Posture.OBSERVE, disposition=Disposition.TAG)
    metrics.observe_transaction(relayed(inspection=inspection(many)))
    metrics.observe_transaction(relayed(inspection=inspection(verdict(would=(observed,)))))

    assert value(metrics, "rule_matches_total", rule="BD-1c", effect="reject", posture="enforce") == 1
    assert value(metrics, "rule_matches_total", rule="BD-1c", effect="reject", posture="observe") == 1


def test_a_waived_rule_is_counted_apart(metrics):
    """Once a message, and not among the rules that acted."""
    waived = finding(disposition=Disposition.RELAY, waived="wv-1")
    metrics.observe_transaction(relayed(inspection=inspection(verdict(waived=(waived, waived)))))

    assert value(metrics, "waived_total", rule="BD-1c") == 1
    assert value(metrics, "rule_matches_total", rule="BD-1c", effect="reject", posture="enforce") == 0


def test_a_rule_that_could_not_decide_is_counted(metrics):
    """What rested on an unknown fact shows, whether it deferred or not."""
    unknown = finding(is_unknown=True, effect=Disposition.DEFER, disposition=Disposition.DEFER)
    metrics.observe_transaction(relayed(inspection=inspection(verdict(unknown, unknown))))

    assert value(metrics, "policy_errors_total", rule="BD-1c") == 1
    assert value(metrics, "rule_matches_total", rule="BD-1c", effect="defer", posture="enforce") == 1


def test_a_secret_is_counted_neutrally(metrics):
    """No agency, no size, no type, no rule id: one message, one neutral rule."""
    before = samples(metrics)
    metrics.observe_transaction(secret("CANARY"))
    moved = {key for key, number in samples(metrics).items() if before.get(key, 0) != number}

    assert {name for name, _ in moved if "bucket" not in name} == {
        "messages_total", "message_processing_seconds_count", "message_processing_seconds_sum",
        "stage_duration_seconds_count", "stage_duration_seconds_sum", "rule_matches_total",
    }  # fmt: skip
    assert value(metrics, "messages_total", agency="other", direction="inbound", disposition="reject") == 1
    assert value(metrics, "rule_matches_total", rule=SECRET_RULE, effect="reject", posture="enforce") == 1
    for accept in ("text/plain", OPENMETRICS):
        scraped = metrics.render(accept)[0]
        assert b"CANARY" not in scraped
        assert b"4bXk2TzQ" not in scraped


def test_a_secret_that_several_rules_could_not_decide_is_counted_once(metrics):
    """Three rules that lacked a fact, all of them folded into one neutral id: one message."""
    unknown = [finding(rule=f"NAT-SEC-{n}", is_secret=True, is_unknown=True) for n in range(3)]
    metrics.observe_transaction(relayed(inspection=inspection(verdict(*unknown)), reply=REJECTED))

    assert value(metrics, "policy_errors_total", rule=SECRET_RULE) == 1
    assert value(metrics, "policy_errors_total", rule=OTHER) == 0


def test_files_of_documents_are_counted_by_agency_and_form(metrics):
    """Whatever their number of kinds, files are PDF, office file, picture, archive or other; other mail counts none."""
    files = (("pdf", "clean"), ("docx", "clean"), ("xls", "clean"), ("jpeg", "clean"), ("executable", "suspicious"))
    metrics.observe_transaction(relayed(inspection=inspection(verdict(), doc_type="cong_van", parts=files)))
    metrics.observe_transaction(relayed(inspection=inspection(verdict(), doc_type="none", parts=files)))

    forms = {form: value(metrics, "document_files_total", agency="so-a", form=form) for form in ("pdf", "office")}
    assert forms == {"pdf": 1, "office": 2}
    assert value(metrics, "document_files_total", agency="so-a", form="picture") == 1
    assert value(metrics, "document_files_total", agency="so-a", form="other") == 1


def test_an_agency_is_described_once(metrics):
    """Territory and class of those with series of their own; a new description replaces the old, for joins."""
    known = {"so-a": Agency("so-a", territory="binh-duong", agency_class="department"), "so-b": Agency("so-b")}
    metrics.describe_agencies(known.get)
    metrics.describe_agencies(known.get)
    described = {labels for name, labels in samples(metrics) if name == "agency_info"}
    moved = {"so-a": Agency("so-a", territory="ho-chi-minh", agency_class="department")}
    metrics.describe_agencies(moved.get)

    assert described == {
        (("agency", "other"), ("class", "other"), ("territory", "other")),
        (("agency", "so-a"), ("class", "department"), ("territory", "binh-duong")),
        (("agency", "so-b"), ("class", "other"), ("territory", "other")),
    }
    assert value(metrics, "agency_info", agency="so-a", territory="ho-chi-minh", **{"class": "department"}) == 1
    assert value(metrics, "agency_info", agency="so-a", territory="binh-duong", **{"class": "department"}) is None


def test_more_agencies_than_the_limit_are_not_described():
    """A description without series to group would only cost."""
    metrics = Metrics("0.1.0")
    limit = BY_NAME["messages"].labels[0].limit
    metrics.configure(agencies=[f"a-{n:05d}" for n in range(limit + 50)])
    metrics.describe_agencies(lambda agency: Agency(agency, territory="t"))

    assert sum(name == "agency_info" for name, _ in samples(metrics)) == limit + 1


def test_a_limit_is_there_when_it_is_known(metrics):
    """A limit of 0 divides by zero, or reads as if nothing were allowed; nobody listens under `other`."""
    metrics.set_gauge("smtp_connections_limit", 1_000, "smtp")
    limits = {
        labels: number
        for (name, labels), number in samples(metrics).items()
        if name.endswith(("_limit", "_limit_bytes"))
    }

    assert limits == {(("listener", "smtp"),): 1_000}


def test_exemplars_carry_the_transaction_id_when_openmetrics_is_asked(metrics):
    """Latency and message counters lead to the log line; the plain text format has no exemplars."""
    metrics.observe_transaction(relayed())

    openmetrics, content_type = metrics.render(OPENMETRICS)
    exemplars = [line for line in openmetrics.decode().splitlines() if '# {trace_id="4bXk2TzQ"}' in line]

    assert {line.partition("{")[0] for line in exemplars} == {
        "congthu_messages_total",
        "congthu_message_processing_seconds_bucket",
    }
    assert content_type.startswith("application/openmetrics-text")
    assert openmetrics.endswith(b"# EOF\n")
    assert b"trace_id" not in metrics.render("text/plain")[0]


def test_expected_series_stand_at_zero_from_the_start(metrics):
    """increase() misses a first event whose series did not exist before."""
    assert value(metrics, "messages_total", agency="so-b", direction="outbound", disposition="reject") == 0
    assert value(metrics, "messages_total", agency="other", direction="inbound", disposition="relay") == 0
    assert value(metrics, "relay_attempts_total", route="binh-duong", result="temporary_failure") == 0
    assert value(metrics, "policy_errors_total", rule="BD-1c") == 0
    assert value(metrics, "rule_matches_total", rule=SECRET_RULE, effect="reject", posture="enforce") == 0
    assert value(metrics, "smtp_replies_total", listener="smtp", command="DATA_END", code="451") == 0


def test_no_created_series_are_exposed(metrics):
    """They would double every scrape."""
    metrics.observe_transaction(relayed())

    assert [name for name, _ in samples(metrics) if name.endswith("_created")] == []


def test_the_other_observers_count(metrics):
    """Sessions, handshakes, attempts, reloads, replies and gauges reach their families."""
    tls = Client(ip="192.0.2.1", tls_version="TLSv1.3")
    metrics.observe_session(SessionRecord(CLIENT, "limit"))
    metrics.observe_handshake(HandshakeRecord(tls, is_successful=True))
    metrics.observe_handshake(HandshakeRecord(CLIENT, is_successful=False))
    metrics.observe_relay(RelayRecord("binh-duong", "mail[192.0.2.25]:25", "delivered", 20_000))
    metrics.observe_connection(ConnectionRecord("binh-duong", "mail[192.0.2.25]:25", "failed", "SSLError: x"))
    metrics.observe_reload(ReloadRecord(is_successful=True, generation=4, at_s=1_795_000_000.0))
    metrics.observe_reload(ReloadRecord(is_successful=False, generation=4, at_s=1_795_000_100.0))
    metrics.observe_reply("smtp", "RCPT", 550)
    metrics.observe_reply("smtp", "DATA_END", 250)
    metrics.observe_loop_lag(0.002)
    metrics.count("worker_restarts", amount=2)
    metrics.samplers.append(lambda: metrics.set_gauge("workers_busy", 2))
    metrics.sample()

    found = samples(metrics)

    assert found["smtp_connections_total", (("listener", "smtp"), ("result", "limit"))] == 1
    handshakes = "smtp_tls_handshakes_total"
    assert found[handshakes, (("listener", "smtp"), ("result", "ok"), ("version", "TLSv1.3"))] == 1
    assert found[handshakes, (("listener", "smtp"), ("result", "failed"), ("version", "none"))] == 1
    assert found["relay_attempts_total", (("result", "delivered"), ("route", "binh-duong"))] == 1
    assert found["relay_connections_total", (("route", "binh-duong"), ("tls", "failed"))] == 1
    assert found["relay_connections_total", (("route", "binh-duong"), ("tls", "TLSv1.3"))] == 0
    assert found["config_generation", ()] == 4
    assert found["config_last_reload_successful", ()] == 0
    assert found["config_last_reload_success_timestamp_seconds", ()] == 1_795_000_000.0
    assert found["smtp_replies_total", (("code", "550"), ("command", "RCPT"), ("listener", "smtp"))] == 1
    assert found["smtp_replies_total", (("code", "250"), ("command", "DATA_END"), ("listener", "smtp"))] == 1
    assert found["event_loop_lag_seconds_count", ()] == 1
    assert found["worker_restarts_total", ()] == 2
    assert found["workers_busy", ()] == 2
    assert found["agencies_configured", ()] == 2


def test_a_new_generation_keeps_the_series_of_the_old(metrics):
    """A counter that vanished would read as a restart; a new agency appears at once."""
    metrics.observe_transaction(relayed())
    metrics.configure(**{**CONFIGURED, "agencies": ["so-c"]})

    assert value(metrics, "messages_total", agency="so-a", direction="inbound", disposition="tag") == 1
    assert value(metrics, "messages_total", agency="so-c", direction="inbound", disposition="relay") == 0


def allowed_values(label):
    """List what a label may hold under CONFIGURED, `other` included."""
    sources = {"agency": "agencies", "rule": "rules", "route": "routes", "listener": "listeners"}
    configured = CONFIGURED[sources[label.source]] if label.source else ()
    return {*label.values, *configured, OTHER, *([SECRET_RULE] if label.source == "rule" else [])}


@given(st.data())
@settings(max_examples=50, deadline=None)
def test_no_label_value_is_ever_invented(data):
    """Hostile words in every place a label comes from are folded to `other`."""
    word = data.draw(HOSTILE)
    metrics = Metrics("0.1.0")
    metrics.configure(**CONFIGURED)
    hit = finding(rule=word)
    metrics.observe_transaction(
        relayed(
            listener=word,
            inspection=inspection(
                verdict(hit, agency=word, direction=word),
                doc_type=word,
                urgency=word,
                parts=((word, word),),
                signatures=(word,),
            ),
            stages_us=((word, 1),),
            reply=Reply(data.draw(st.integers(200, 599)), "", ("x",)),
        )
    )
    metrics.observe_session(SessionRecord(CLIENT, word, listener=word))
    metrics.observe_relay(RelayRecord(word, word, word, 1))
    metrics.observe_connection(ConnectionRecord(word, word, word, word))
    metrics.observe_reply(word, word, 999)
    bounds = {
        family.exposed_name.removeprefix(PREFIX): {label.name: allowed_values(label) for label in family.labels}
        for family in CATALOGUE
    }

    for name, labels in samples(metrics):
        if name in {"build_info", "agency_info"}:
            continue
        base = next(
            base for base in (name, *(name.removesuffix(s) for s in ("_bucket", "_count", "_sum"))) if base in bounds
        )
        for label, held in labels:
            assert label == "le" or held in bounds[base][label]


def test_two_hundred_agencies_stay_below_fifteen_thousand_series():
    """Worst case: every agency sends every document type with every urgency and breaks every rule every way."""
    agencies = [f"so-{n:03d}" for n in range(200)]
    rules = [f"R-{n}" for n in range(40)]
    metrics = Metrics("0.1.0")
    metrics.configure(agencies=agencies, rules=rules, routes=["a", "b", "c"], listeners=["smtp", "submission"])
    for family in CATALOGUE:
        if not family.is_lazy or not family.labels:
            continue
        sets = {"agency": agencies, "rule": rules, "route": ["a"], "listener": ["smtp", "submission"]}
        values = [label.values or sets[label.source] for label in family.labels]
        for combination in itertools.islice(itertools.product(*values), 60_000):
            metrics._series[family.name].child(*combination)

    assert len(samples(metrics)) <= 15_000


def test_more_agencies_than_the_limit_share_one_label():
    """The registry may hold 20,000; those past the limit count as `other`, and nothing is lost."""
    metrics = Metrics("0.1.0")
    limit = BY_NAME["messages"].labels[0].limit
    metrics.configure(agencies=[f"a-{n:05d}" for n in range(limit + 1)])
    metrics.observe_transaction(relayed(inspection=inspection(verdict(agency=f"a-{limit:05d}"))))

    assert value(metrics, "messages_total", agency="other", direction="inbound", disposition="relay") == 1


def test_metrics_outside_the_catalogue_do_not_exist(metrics):
    """A misspelt name is a bug found by the first test that runs it."""
    with pytest.raises(KeyError):
        metrics.count("no_such_metric")


def test_a_secret_under_several_postures_is_counted_once(metrics):
    """Three rules that see the secret, each acting another way: one message, counted as hard as it was treated."""
    secrets = [
        finding(rule=f"NAT-SEC-{posture.value}", is_secret=True, posture=posture)
        for posture in (Posture.OBSERVE, Posture.ENFORCE, Posture.TAG)
    ]
    inspected = inspection(verdict(*secrets))
    metrics.observe_transaction(relayed(inspection=inspected, reply=REJECTED))

    assert value(metrics, "rule_matches_total", rule=SECRET_RULE, effect="reject", posture="enforce") == 1
    assert sum(
        number for (name, labels), number in samples(metrics).items()
        if name == "rule_matches_total" and ("rule", SECRET_RULE) in labels
    ) == 1  # fmt: skip


@pytest.mark.parametrize("name", ["trust_fetch_last_success_timestamp_seconds"])
def test_what_was_never_set_is_not_there(metrics, name):
    """A time that stands at 0 would be 56 years ago: an alert on a gateway that never fetches."""
    assert name not in {sample for sample, _ in samples(metrics)}

    metrics.set_gauge(name, 1_800_000_000.0)

    assert value(metrics, name) == 1_800_000_000.0


@pytest.mark.parametrize("agencies", [1_000, 20_000])
def test_series_are_bounded_however_many_agencies(agencies):
    """Agencies past the thousandth share one label: a scrape stays below 30,000 lines, whatever the registry holds."""
    metrics = Metrics("0.1.0")
    metrics.configure(
        agencies=[f"so-{number}" for number in range(agencies)], rules=[f"NAT-{number}" for number in range(100)],
        routes=["a", "b"], listeners=["smtp"],
    )  # fmt: skip
    for number in range(0, agencies, 7):
        metrics.observe_transaction(relayed(inspection=inspection(verdict(agency=f"so-{number}"), doc_type="cong_van")))

    assert len(samples(metrics)) < 30_000
