"""Tag fields."""

from __future__ import annotations

import re
from email.header import decode_header, make_header

import pytest
from hypothesis import given, settings

from gateway.mark.tags import MAX_TAGS, tag_fields, tag_token
from gateway.values.verdict import Disposition, HeaderField, Posture
from tests.support.verdicts import HOSTILE, finding, verdict, verdicts


def test_each_tag_is_one_line_a_client_rule_can_match():
    """Words in order of the findings, no repeats."""
    tagging = {"effect": Disposition.TAG, "disposition": Disposition.TAG}
    judged = verdict(
        finding(tag="chua-ky-so", **tagging), finding(tag="song-hanh", **tagging), finding(tag="chua-ky-so", **tagging)
    )

    assert (HeaderField("Congthu-Tag", "chua-ky-so"), HeaderField("Congthu-Tag", "song-hanh")) == tag_fields(judged)


def test_an_observed_finding_leaves_no_tag():
    """A filter of a user must not act before the rule is in force."""
    observed = finding(posture=Posture.OBSERVE, disposition=Disposition.TAG)

    assert tag_fields(verdict(disposition=Disposition.TAG, would=(observed,))) == ()


def test_a_softened_rejection_tags():
    """Posture `tag` turns a rejecting rule into a tag on the message."""
    softened = finding(posture=Posture.TAG, disposition=Disposition.TAG)

    assert (HeaderField("Congthu-Tag", "khong-pdf"),) == tag_fields(verdict(softened, would=(softened,)))


@pytest.mark.parametrize(
    ("urgency", "word"),
    [("khan", "khan"), ("thuong_khan", "thuong-khan"), ("hoa_toc", "hoa-toc"), ("hoa_toc_hen_gio", "hoa-toc-hen-gio")],
)
def test_urgent_documents_show_as_important(urgency, word):
    """The mark becomes a tag and the two fields mail clients show."""
    expected = (HeaderField("Congthu-Tag", word), HeaderField("Importance", "high"), HeaderField("X-Priority", "1"))

    assert expected == tag_fields(verdict(), urgency)


def test_a_proposed_return_has_a_field_of_its_own_and_names_what_is_missing():
    """A filter moves it to the clerk who decides; the names are those of the mail, readable in any client."""
    tagging = {"effect": Disposition.TAG, "disposition": Disposition.TAG}
    lacking = finding(tag="thieu-tai-lieu", evidence=("mail.missing_enclosures=Phụ lục I,Danh sách",), **tagging)
    proposed = finding(rule="HCM-2b", tag="de-xuat-tra-lai", evidence=lacking.evidence, **tagging)

    fields = {field.name: field.value for field in tag_fields(verdict(lacking, proposed))}

    assert fields["Congthu-Return"] == "proposed; rule=HCM-2b"
    assert str(make_header(decode_header(fields["Congthu-Missing"]))) == "Phụ lục I,Danh sách"


def test_a_rejected_file_has_no_proposal():
    """Where the office switched the refusal on, there is nothing left to propose."""
    assert tag_fields(verdict(finding(tag="de-xuat-tra-lai", disposition=Disposition.REJECT))) == ()


def test_ordinary_documents_get_no_field():
    """Neither `none` nor an unknown word changes anything."""
    assert tag_fields(verdict(), "none") == ()
    assert tag_fields(verdict(), "Importance: high") == ()


def test_a_secret_is_never_tagged():
    """Not even its urgency is repeated."""
    assert tag_fields(verdict(finding(is_secret=True)), "hoa_toc") == ()


@given(HOSTILE)
@settings(max_examples=50, deadline=None)
def test_any_text_becomes_a_tag_word_or_nothing(text):
    """`[a-z0-9-]`, bounded."""
    assert re.fullmatch(r"[a-z0-9-]{0,64}", tag_token(text))


@given(verdicts)
@settings(max_examples=50, deadline=None)
def test_tags_are_bounded(judged):
    """However many findings, at most MAX_TAGS lines."""
    assert len(tag_fields(judged)) <= MAX_TAGS
