"""Laws of the judge: what holds for every message, registry date and posture (ADR 0003)."""

from __future__ import annotations

import itertools

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.judge.decide import decide, judge
from gateway.judge.evaluate import evaluate
from gateway.judge.rules import compile_packs
from gateway.values.evidence import Outcome, PdfFacts, SignatureFacts
from gateway.values.facts import AddressFacts, HeaderFacts, Marks, MessageFacts, PartFacts, Secrecy, Urgency
from gateway.values.pack import OWN_POSTURE, PostureEntry, PostureTable
from gateway.values.verdict import Disposition, Finding, Posture, Verdict
from gateway.values.waiver import Waiver
from tests.support.judging import AGENCY_MAILBOX, AT, OFFICE_MAILBOX, PACKS, PERSONAL_MAILBOX, envelope, registry

REGISTRY = registry()
BOTH = compile_packs(PACKS)
SWAPPED = compile_packs(PACKS[::-1])
GROWING = [
    compile_packs([msgspec.structs.replace(pack, rules=pack.rules[: len(pack.rules) * step // 4]) for pack in PACKS])
    for step in range(5)
]
"""Each has the rules of the one before and more."""

ADDRESSES = [AGENCY_MAILBOX, PERSONAL_MAILBOX, OFFICE_MAILBOX, "x@gmail.com", "x@thunghiem-gov.vn", "x@example.com", ""]
NAMES = ["", "Văn thư Sở A", "Sở A tỉnh Thử Nghiệm", "Công dân", "vanthu@soa.thunghiem.gov.vn"]
CLASSES = ["invitation", "meeting_papers", "schedule", "funding", "personnel", "submission", "normative", "programme"]

marks = st.builds(
    Marks,
    doc_type=st.sampled_from([None, "cong_van", "giay_moi", "bao_cao", "to_trinh", "ke_hoach", "tai_lieu_hop"]),
    number=st.sampled_from([None, "7", "125"]),
    notation=st.sampled_from([None, "SA-VP", "UBND"]),
    urgency=st.sampled_from(Urgency),
    is_secrecy_mentioned=st.booleans(),
    is_draft=st.booleans(),
    is_invitation=st.booleans(),
    meeting_time=st.sampled_from([None, "2026-11-23T20:00:00+07:00", "2026-12-01"]),
    policy_classes=st.sets(st.sampled_from(CLASSES)).map(lambda found: tuple(sorted(found))),
    period=st.sampled_from([None, "month", "year"]),
    recipient_roles=st.sets(st.sampled_from(["act", "know", "report", "coordinate"])).map(tuple),
)
signatures = st.builds(
    SignatureFacts,
    field=st.just("Signature1"),
    outcome=st.sampled_from(Outcome),
    modification=st.sampled_from(["none", "lta", "other"]),
    signer_serial=st.sampled_from(["5a01", "77ff"]),
    trust_list=st.sampled_from(["official", "public"]),
    is_timestamp=st.booleans(),
)
parts = st.builds(
    PartFacts,
    path=st.sampled_from(["1", "2", "3", "2!1"]),
    kind=st.sampled_from(["pdf", "docx", "text", "executable", "zip"]),
    name=st.sampled_from(["", "125_SA-VP.pdf", "a.exe"]),
    is_attachment=st.booleans(),
    uninspectable=st.sampled_from(["", "encrypted", "no_ocr"]),
    is_mismatched=st.booleans(),
    pdf=st.none()
    | st.builds(
        PdfFacts,
        version=st.sampled_from(["", "1.3", "1.7", "x"]),
        image_pages=st.integers(0, 2),
        seal_score=st.floats(0, 1),
        signatures=st.lists(signatures, max_size=3).map(tuple),
    ),
    marks=marks,
)
addresses = st.builds(AddressFacts, st.sampled_from(ADDRESSES), st.sampled_from(NAMES))
messages = st.builds(
    MessageFacts,
    size_octets=st.integers(0, 10**9),
    header=st.builds(
        HeaderFacts,
        author=st.lists(addresses, max_size=2).map(tuple),
        reply_to=st.lists(addresses, max_size=2).map(tuple),
    ),
    parts=st.lists(parts, max_size=4).map(tuple),
    ambiguities=st.sampled_from([(), ("duplicate_from",)]),
    document=marks,
    secrecy=st.sampled_from([Secrecy.NONE, Secrecy.NONE, Secrecy.NONE, Secrecy.MAT]),
)
envelopes = st.builds(
    lambda reverse_path, forward_paths: envelope(reverse_path, *forward_paths),
    st.sampled_from(ADDRESSES),
    st.lists(st.sampled_from(ADDRESSES[:-1]), min_size=1, max_size=3),
)
hostile = st.text(st.characters() | st.characters(categories=["Cs"]) | st.sampled_from("\0.-@/T"), max_size=30)
rule_ids = [rule.id for pack in PACKS for rule in pack.rules]
postures = st.builds(
    PostureTable,
    st.none() | st.sampled_from(Posture),
    st.lists(
        st.builds(
            PostureEntry,
            st.sampled_from(Posture),
            agency=st.sampled_from(["", "so-a", "other"]),
            rule=st.sampled_from(["", *rule_ids]),
        ),
        max_size=4,
    ).map(tuple),
)
RULES = {rule.id: rule for pack in PACKS for rule in pack.rules}
waivers = st.lists(
    st.builds(
        Waiver,
        id=st.sampled_from(["wv-1", "wv-2"]),
        rules=st.lists(st.sampled_from([*rule_ids, *(pack.id for pack in PACKS)]), min_size=1).map(tuple),
        reason=st.just("x"),
        approved_by=st.just("Chánh Văn phòng"),
        valid_from=st.just(AT.date()),
        valid_to=st.just(AT.date()),
        sender=st.sampled_from(["", *ADDRESSES[:-1]]),
        agency=st.sampled_from(["", "so-a"]),
        number=st.sampled_from(["", "125/SA-VP"]),
    ),
    max_size=4,
)
findings = st.builds(
    Finding,
    rule=st.sampled_from(["A-1", "B-2"]),
    pack=st.just("p"),
    pack_version=st.just("1"),
    effect=st.sampled_from([Disposition.TAG, Disposition.REJECT]),
    posture=st.sampled_from(Posture),
    disposition=st.sampled_from(Disposition),
    is_secret=st.booleans(),
    evidence=st.just(("a=b",)),
)


def disposition(compiled, asked, facts, table):
    """Judge and give the disposition alone."""
    return judge(compiled, asked, facts, REGISTRY, AT, table).disposition


@settings(max_examples=60, deadline=None)
@given(envelopes, messages, postures)
def test_adding_rules_never_softens(asked, facts, table):
    """Rules only tighten: more of them, never a softer disposition."""
    strictness = [disposition(compiled, asked, facts, table).strictness for compiled in GROWING]
    assert sorted(strictness) == strictness


def learn(facts, answers):
    """Replace each pending signature outcome by the next answer."""
    new_parts = []
    for part in facts.parts:
        known = part.pdf
        if known is not None:
            learned = tuple(
                msgspec.structs.replace(one, outcome=next(answers)) if one.outcome is Outcome.TEMPERROR else one
                for one in known.signatures
            )
            known = msgspec.structs.replace(known, signatures=learned)
        new_parts.append(msgspec.structs.replace(part, pdf=known))
    return msgspec.structs.replace(facts, parts=tuple(new_parts))


@settings(max_examples=100, deadline=None)
@given(envelopes, messages, postures, st.lists(st.sampled_from([Outcome.PASS, Outcome.FAIL]), min_size=1))
def test_learning_an_unknown_never_flips_a_settled_answer(asked, facts, table, answers):
    """What was rejected stays rejected, what was let through is not rejected: only DEFER was open."""
    before = disposition(BOTH, asked, facts, table)
    after = disposition(BOTH, asked, learn(facts, itertools.cycle(answers)), table)
    if before is Disposition.REJECT:
        assert Disposition.REJECT is after
    elif before is not Disposition.DEFER:
        assert after.strictness <= before.strictness


@settings(max_examples=60, deadline=None)
@given(envelopes, messages, postures)
def test_an_unknown_never_rejects(asked, facts, table):
    """No finding rests a rejection on an unknown; with everything known nothing defers."""
    found = evaluate(BOTH, asked, facts, REGISTRY, AT, table)
    assert [] == [one for one in found if one.is_unknown and Disposition.REJECT in {one.effect, one.disposition}]
    pending = any(one.outcome is Outcome.TEMPERROR for part in facts.parts if part.pdf for one in part.pdf.signatures)
    assert pending or not any(one.is_unknown for one in found)


@settings(max_examples=100, deadline=None)
@given(envelopes, messages, postures, waivers)
def test_waivers_take_back_known_findings_and_nothing_else(asked, facts, table, given_waivers):
    """Every finding is still there; unknown ones, secrets and rules nobody may waive count as before."""
    plain = judge(BOTH, asked, facts, REGISTRY, AT, table)
    found = judge(compile_packs(PACKS, given_waivers), asked, facts, REGISTRY, AT, table)
    assert _kept(plain) == _kept(found)
    assert found.disposition.strictness <= plain.disposition.strictness
    assert all(RULES[one.rule].can_be_waived and not one.is_unknown for one in found.waived)
    assert [one for one in plain.findings if one.is_unknown] == [one for one in found.findings if one.is_unknown]
    assert plain.is_secret is found.is_secret


def _kept(verdict):
    """Name rule and subject of everything a verdict holds."""
    return {(one.rule, one.subject) for one in (*verdict.findings, *verdict.would, *verdict.waived)}


@settings(max_examples=60, deadline=None)
@given(envelopes, messages, postures)
def test_the_order_of_packs_does_not_matter(asked, facts, table):
    """Strictest wins is a maximum, and a maximum has no order."""
    assert disposition(BOTH, asked, facts, table) is disposition(SWAPPED, asked, facts, table)


@settings(max_examples=100, deadline=None)
@given(st.lists(findings, max_size=6), findings)
def test_decide_is_the_plain_maximum(some, one_more):
    """Of the dispositions; adding a finding never lowers it; a secret finding silences all evidence."""
    verdict = decide(some)
    assert max([one.disposition.strictness for one in some], default=0) == verdict.disposition.strictness
    assert verdict.disposition.strictness <= decide([*some, one_more]).disposition.strictness
    shown = [one.evidence for one in (*verdict.findings, *verdict.would)]
    assert not verdict.is_secret or not any(shown)


@settings(max_examples=60, deadline=None)
@given(envelopes, messages)
def test_a_marked_secret_is_refused_and_silent(asked, facts):
    """Under every pack's own posture, whatever else the message holds."""
    marked = msgspec.structs.replace(facts, secrecy=Secrecy.MAT)
    verdict = judge(BOTH, asked, marked, REGISTRY, AT, OWN_POSTURE)
    assert (Disposition.REJECT, True) == (verdict.disposition, verdict.is_secret)
    assert not any(one.evidence or one.file_name for one in (*verdict.findings, *verdict.would))


@settings(max_examples=60, deadline=None)
@given(hostile, hostile, st.integers(0, 1 << 80))
def test_hostile_texts_and_counts_get_a_verdict(name, word, count):
    """Lone surrogates, controls and impossible counts are judged like anything else, and never defer."""
    header = HeaderFacts(subject=word, author=(AddressFacts(f"{word}@{name}", name),))
    part = PartFacts(
        path="2",
        kind="pdf",
        name=name,
        name_kind=word,
        is_attachment=True,
        pdf=PdfFacts(version=word, page_count=count),
    )
    document = Marks(doc_type="cong_van", number=word, notation=name, policy_classes=(word,), meeting_time=word)
    facts = MessageFacts(size_octets=count, header=header, parts=(part,), document=document)
    verdict = judge(BOTH, envelope(AGENCY_MAILBOX), facts, REGISTRY, AT, OWN_POSTURE)
    assert Disposition.DEFER is not verdict.disposition
    assert verdict == msgspec.json.decode(msgspec.json.encode(verdict), type=Verdict)
    facts = msgspec.structs.replace(
        facts, header=msgspec.structs.replace(header, author=(AddressFacts(AGENCY_MAILBOX, name),))
    )
    assert Disposition.DEFER is not judge(BOTH, envelope(), facts, REGISTRY, AT, OWN_POSTURE).disposition
