"""The prepended fields: who gets which, and that no value can break out of its line."""

from __future__ import annotations

import email
import email.policy
import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.mark.fields import MAX_FINDINGS, clean_value, prepended, render, seam, verdict_field
from gateway.values.verdict import Disposition, HeaderField, Posture
from tests.support.verdicts import ENVELOPE, HOSTILE, envelopes, finding, inspection, verdict, verdicts

HOST = "mx.example.vn"


def parse_verdict(value):
    """Read Congthu-Verdict by the grammar of docs/fields.md: (version, {name: [word, ...]})."""
    version, *params = re.split(r";\s+", value)
    names = {}
    for param in params:
        name, word = re.fullmatch(r"([a-z]+)=([A-Za-z0-9.@_/+:-]+)", param).groups()
        names.setdefault(name, []).append(word)
    return version, names


def unfold(octets):
    """Read rendered fields back as [(name, value)] by RFC 5322 section 2.2.3, strictly."""
    text = octets.decode("ascii")
    assert not re.search(r"(?<!\r)\n|\r(?!\n)|\x00", text)
    lines = text.split("\r\n")
    assert lines.pop() == ""
    fields = []
    for line in lines:
        assert len(line) <= 998
        if line.startswith(" "):
            assert line.strip()
            fields[-1] = (fields[-1][0], fields[-1][1] + line)
        else:
            name, value = line.split(": ", 1)
            fields.append((name, value))
    return fields


def test_a_relayed_message_gets_received_verdict_and_tags_in_that_order():
    """Received is top-most, as RFC 5321 section 4.4 asks of a trace field."""
    tagged = verdict(finding(effect=Disposition.TAG, disposition=Disposition.TAG))

    names = [field.name for field in prepended(tagged, inspection(tagged, urgency="khan"), ENVELOPE, HOST)]

    assert names == ["Received", "Congthu-Verdict", "Congthu-Tag", "Congthu-Tag", "Importance", "X-Priority"]


def test_the_verdict_field_names_the_waiver_behind_a_finding():
    """Who reads the field sees that the rule hit, how hard it acts, and why it did not."""
    waived = finding(disposition=Disposition.RELAY, waived="wv-2026-003")
    judged = verdict(waived=(waived, waived))

    _, names = parse_verdict(prepended(judged, inspection(judged), ENVELOPE, HOST)[1].value)

    assert names["rule"] == ["BD-1c:binh-duong-14-2014@1.0:reject:enforce:waived/wv-2026-003"]


def test_the_verdict_field_tells_rules_with_pack_effect_and_posture():
    """Findings that count and findings that would have counted, once each."""
    observed = finding(rule="BD-1d", posture=Posture.OBSERVE, disposition=Disposition.TAG)
    judged = verdict(finding(disposition=Disposition.TAG, posture=Posture.TAG), would=(observed, observed))

    version, names = parse_verdict(prepended(judged, inspection(judged), ENVELOPE, HOST)[1].value)

    assert version == "1"
    assert names == {
        "host": [HOST],
        "id": ["4bXk2TzQ"],
        "disposition": ["tag"],
        "agency": ["so-a"],
        "direction": ["inbound"],
        "rule": ["BD-1c:binh-duong-14-2014@1.0:reject:tag", "BD-1d:binh-duong-14-2014@1.0:reject:observe"],
    }


@pytest.mark.parametrize("disposition", [Disposition.REJECT, Disposition.DEFER])
def test_what_is_not_relayed_gets_no_field(disposition):
    """Nothing is written for a message that goes back."""
    judged = verdict(finding(disposition=disposition))

    assert prepended(judged, inspection(judged), ENVELOPE, HOST) == ()


def test_an_observed_secret_gets_received_alone():
    """A trace field that names the secrecy rule would itself point at the secret."""
    judged = verdict(finding(is_secret=True, disposition=Disposition.TAG, posture=Posture.OBSERVE))

    assert [field.name for field in prepended(judged, inspection(judged), ENVELOPE, HOST)] == ["Received"]


def test_tags_chosen_by_the_worker_are_used():
    """Inspection.tags wins over computing them again."""
    tags = (HeaderField("Congthu-Tag", "rieng"),)
    judged = verdict()

    assert tags == prepended(judged, inspection(judged, tags=tags), ENVELOPE, HOST)[2:]


def test_findings_in_the_field_are_bounded():
    """Past MAX_FINDINGS they are counted, not written."""
    many = tuple(finding(rule=f"R-{n}", disposition=Disposition.TAG) for n in range(MAX_FINDINGS + 5))
    judged = verdict(*many)

    _, names = parse_verdict(prepended(judged, inspection(judged), ENVELOPE, HOST)[1].value)

    assert len(names["rule"]) == MAX_FINDINGS
    assert names["more"] == ["5"]


@given(verdicts, envelopes, HOSTILE)
@settings(max_examples=100, deadline=None)
def test_rendered_fields_unfold_to_their_values(judged, envelope, host):
    """Whatever findings, envelope and host hold: ASCII, CRLF only, one line a field, values unharmed."""
    fields = prepended(judged, inspection(judged, urgency="hoa_toc"), envelope, host)

    assert [(field.name, field.value) for field in fields] == unfold(render(fields))


@given(st.lists(st.builds(HeaderField, name=st.sampled_from(["Congthu-Tag", "Received"]), value=HOSTILE), max_size=4))
@settings(max_examples=100, deadline=None)
def test_even_raw_values_cannot_inject(fields):
    """The renderer itself cleans: a value made by mistake stays one field."""
    octets = render(fields)
    message = email.message_from_bytes(octets + b"\r\nbody", policy=email.policy.default)

    assert [(field.name, clean_value(field.value)) for field in fields] == unfold(octets)
    assert [field.name for field in fields] == message.keys()


def test_lines_are_folded_at_78_where_words_allow():
    """RFC 5322 section 2.1.1."""
    lines = render([HeaderField("Congthu-Verdict", "; ".join(["1", *["rule=" + "x" * 20] * 20]))]).split(b"\r\n")

    assert all(len(line) <= 78 for line in lines)


@pytest.mark.parametrize("name", ["", "Bad Name", "X:Y", "X\r\nY", "é"])
def test_a_field_name_is_ours(name):
    """Names are constants; anything else is a bug that must not reach the wire."""
    with pytest.raises(ValueError, match="not a field name"):
        render([HeaderField(name, "x")])


def test_no_fields_are_no_octets():
    """Nothing to prepend leaves the message as it is."""
    assert render(()) == b""


def test_the_page_shows_a_field_of_the_same_grammar():
    """The example of docs/fields.md parses, and its table lists every name that is written, in order."""
    page = (Path(__file__).parents[2] / "docs" / "fields.md").read_text("utf-8")
    example = re.search(r"Congthu-Verdict: (1;(?:.|\n )+)", page)[1]
    listed = re.findall(r"(?m)^\| `([a-z]+)` \| [01]", page)
    many = tuple(finding(rule=f"R-{n}", disposition=Disposition.TAG) for n in range(MAX_FINDINGS + 1))
    counted = msgspec.structs.replace(verdict(*many), identity="verified")
    written = verdict_field(counted, ENVELOPE, HOST).value

    assert set(parse_verdict(example)[1]) <= set(listed)
    assert list(parse_verdict(written)[1]) == listed


@pytest.mark.parametrize("first", [b" a\r\n", b"\t\r\n", b". a\r\n", b".\ta", b" "])
def test_a_continuation_line_is_kept_off_our_fields(first):
    """What a parser reads of our last field stays what we wrote, and the octets below are the body as received."""
    ours = render([HeaderField("Congthu-Tag", "khan")])
    parsed = email.message_from_bytes(ours + seam(first) + first.removeprefix(b"."), policy=email.policy.SMTP)
    assert parsed["Congthu-Tag"] == "khan"
    assert parsed.get_payload(decode=True) == first.removeprefix(b".")


@pytest.mark.parametrize("first", [b"From a@b Mon Nov 30 10:00:00 2026\r\n", b">From a\r\n", b"from x"])
def test_the_line_of_a_mailbox_file_does_not_end_the_header_section(first):
    """Below our fields it would be a line that is no field, and all behind it would be shown as text."""
    below = first.rstrip() + b"\r\nSubject: x\r\n\r\ntext"
    ours = render([HeaderField("Congthu-Tag", "khan")])
    parsed = email.message_from_bytes(ours + seam(first) + below, policy=email.policy.SMTP)
    assert (parsed["Congthu-Tag"], parsed["Subject"], parsed.get_payload()) == ("khan", "x", "text")


@pytest.mark.parametrize(
    "first",
    [
        b"",
        b"\r\n",
        b"..",
        b"Subject: x",
        b"From: a@b",
        b"From : a@b",
        b"From \t:a@b",
        b"From \r\n",
        b"text",
        b"\x0b\xc3",
    ],
)
def test_anything_else_follows_our_fields_at_once(first):
    """Fields, text and the empty line that ends the header section need nothing before them."""
    assert seam(first) == b""
