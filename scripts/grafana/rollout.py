"""Roll-out of rules: what would be refused if they were enforced, by rule, agency and posture."""

from __future__ import annotations

from scripts.grafana.board import Board
from scripts.grafana.parts import (
    AGENCY,
    COUNT,
    DISPOSITIONS,
    GOOD_NEWS,
    OF_AGENCY,
    ORANGE,
    PER_MINUTE,
    PICK,
    POSTURES,
    RED,
    RULE,
    Ask,
    Column,
    Look,
    Row,
    counted,
    grid,
    lines,
    number,
    per_minute,
    ranking,
    rated,
    some,
    topmost,
    words,
)

SOFT = 'effect="reject", posture=~"observe|tag"'
"""Asks for refusal, and is only observed or tagged."""
WOULD = f"{PICK}, {SOFT}"
WOULD_BY_AGENCY = f"{AGENCY}, {SOFT}"
WEEK_S = 604_800
WARN = Look(decimals=0, steps=((None, ORANGE),))


def next_week(by: str, family: str = "rule_matches_total", matchers: str = WOULD) -> str:
    """Write what a week would hold at the rate of the time shown."""
    return f"{WEEK_S} * {rated(family, matchers, by, '$__range')} > 0"


AHEAD = Row(
    "Nếu áp dụng ngay",
    (
        number(
            "Lượt sẽ bị từ chối",
            f"Messages, once a rule that asks for refusal and is not enforced yet, over the time shown. {GOOD_NEWS}",
            Ask(counted("rule_matches_total", WOULD), is_instant=True),
            look=WARN,
            width=6,
        ),
        number(
            "Quy tắc sẽ từ chối",
            f"Rules that would have refused something, over the time shown. {GOOD_NEWS}",
            Ask(f"count({counted('rule_matches_total', WOULD, 'rule')} > 0)", is_instant=True),
            look=WARN,
            width=6,
        ),
        number(
            "Cơ quan bị ảnh hưởng",
            f"Agencies of which something would have been refused, over the time shown. {GOOD_NEWS}",
            Ask(f"count({counted('agency_rule_matches_total', WOULD_BY_AGENCY, 'agency')} > 0)", is_instant=True),
            look=WARN,
            width=6,
        ),
        number(
            "Đã bị từ chối",
            "Messages counted once a rule that was enforced and refused, over the time shown.",
            Ask(counted("rule_matches_total", f'{PICK}, effect="reject", posture="enforce"'), is_instant=True),
            look=COUNT,
            width=6,
        ),
    ),
)

NEXT_WEEK = Row(
    "Nếu áp dụng từ tuần tới",
    (
        ranking(
            "Mỗi tuần sẽ từ chối, theo quy tắc",
            "What enforcing would refuse in a week, at the rate of the time shown: choose a week with a reporting day.",
            f"topk(12, {next_week('rule')})",
            (RULE,),
            colour=ORANGE,
        ),
        ranking(
            "Mỗi tuần sẽ từ chối, theo cơ quan",
            "The same by agency: call those at the top before the day. Mail of no agency is not in it.",
            f"topk(12, {next_week('agency', 'agency_rule_matches_total', WOULD_BY_AGENCY)})",
            (OF_AGENCY,),
            colour=ORANGE,
        ),
        grid(
            "Ai sẽ bị từ chối vì quy tắc nào",
            "Messages by agency and rule that enforcing would have refused, over the time shown.",
            Ask(some("agency_rule_matches_total", WOULD_BY_AGENCY, "agency, rule, posture")),
            columns=(
                OF_AGENCY,
                RULE,
                Column("posture", "Mức áp dụng hiện nay", names=words(POSTURES)),
                Column("Value", "Số thư", unit="none"),
            ),
        ),
    ),
)

COURSE = Row(
    "Diễn biến",
    (
        lines(
            "Sẽ từ chối mỗi phút, theo quy tắc",
            "Would-be refusals by rule. A rule is ready when its line lies at 0, or when every hit was understood.",
            Ask(per_minute("rule_matches_total", WOULD, "rule"), "{{rule}}"),
            look=Look(PER_MINUTE),
        ),
        lines(
            "Mọi vi phạm mỗi phút, theo mức áp dụng",
            "Messages in which a rule hit, counted once a rule, by posture: what moves from observed to enforced.",
            Ask(per_minute("rule_matches_total", PICK, "posture"), "{{posture}}"),
            look=Look(PER_MINUTE, words=POSTURES),
            is_stacked=True,
        ),
        ranking(
            "Đang từ chối, theo quy tắc",
            "Refusals of enforced rules, over the time shown.",
            topmost(12, "rule_matches_total", f'{PICK}, effect="reject", posture="enforce"', "rule"),
            (RULE,),
            colour=RED,
            width=8,
        ),
        ranking(
            "Gắn nhãn, theo quy tắc",
            "Messages that rules tagged, over the time shown; rules that are only observed are left out.",
            topmost(12, "rule_matches_total", f'{PICK}, effect="tag", posture!="observe"', "rule"),
            (RULE,),
            colour=ORANGE,
            width=8,
        ),
        ranking(
            "Miễn áp dụng, chưa quyết được",
            "Messages in which a waiver covered a rule, or a rule lacked a fact, by rule, over the time shown."
            f" {GOOD_NEWS}",
            "label_replace(" + some("waived_total", PICK, "rule") + ', "what", "miễn", "", "")'
            " or label_replace(" + some("policy_errors_total", PICK, "rule") + ', "what", "chưa quyết", "", "")',
            (RULE, Column("what", "Lý do")),
            width=8,
        ).about("RuleUndecided", "WaiversExpiring"),
        grid(
            "Quy tắc, đòi hỏi và mức áp dụng",
            "Every rule that hit, what it asks for and how hard it acts, over the time shown.",
            Ask(some("rule_matches_total", PICK, "rule, effect, posture")),
            columns=(
                RULE,
                Column("effect", "Đòi hỏi", names=words(DISPOSITIONS)),
                Column("posture", "Mức áp dụng", names=words(POSTURES)),
                Column("Value", "Số thư", unit="none"),
            ),
        ),
    ),
)

BOARD = Board(
    "congthu-rollout",
    "Congthu: Lộ trình / Roll-out",
    "Before a rule is enforced: what it would refuse, of whom, and what a week of it would mean.",
    (AHEAD, NEXT_WEEK, COURSE),
    has_agencies=True,
    shown="now-7d",
)
