"""Lint of packs: rules that cannot hit, that others cover, and words that will not reach their reader as meant."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gateway.commands.lint.trying import Expressions, facts_of, impossible_words, is_implied, known_facts
from gateway.mark.replies import reply_for_verdict
from gateway.values.faults import ConfigProblem
from gateway.values.pack import ascii_form
from gateway.values.verdict import Disposition, Finding, Posture, Verdict

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Sequence

    from gateway.commands.lint.trying import Trial
    from gateway.judge.rules import CompiledPacks
    from gateway.values.pack import Pack, Rule

LONG_FILE_NAME = "Báo cáo kết quả thực hiện nhiệm vụ phát triển kinh tế xã hội quý III và phương hướng quý IV.pdf"
"""A name as offices give them, for the length of a reply."""
_LONG_WORD = re.compile(r"[a-z]{5,}")
_ORDINARY = frozenset(("again", "document", "message", "please", "sender", "would", "there", "their", "which"))


def lint_packs(compiled: CompiledPacks, on: dt.date) -> Iterator[ConfigProblem]:
    """Look at every rule of some packs, alone and beside the others; `on` is today."""
    expressions = Expressions(compiled)
    trials: list[tuple[Pack, Rule, Trial]] = []
    for pack in compiled.packs:
        for rule in pack.rules:
            trial = expressions.try_rule(rule)
            trials.append((pack, rule, trial))
            yield from _firing(pack, rule, trial)
            yield from _words(pack, rule)
            # What has a first day too is the target of a past year, kept as history.
            if rule.binding.since is None and rule.binding.until is not None and rule.binding.until < on:
                yield _say(pack, rule, "binding.until", f"ended on {rule.binding.until.isoformat()}; remove the rule")
    yield from _covered(trials, expressions)
    yield from _shared_tags(compiled.packs)


def _say(pack: Pack, rule: Rule, key: str, message: str) -> ConfigProblem:
    line = rule.when_line if key == "when" else rule.line
    return ConfigProblem(pack.file, line, key, f"rule {rule.id}: {message}")


def _firing(pack: Pack, rule: Rule, trial: Trial) -> Iterator[ConfigProblem]:
    """Tell of rules that never hit or always, and of words that no fact ever is."""
    for fact, word in impossible_words(rule):
        yield _say(pack, rule, "when", f"`{fact}` is never `{word}`: it is no word of its set")
    how = "every combination of its facts was tried" if trial.is_whole else f"a sample of {trial.tried} was tried"
    if not trial.hits:
        yield _say(pack, rule, "when", f"can never hit ({how})" if trial.is_whole else f"seems never to hit ({how})")
    elif trial.hits == trial.tried:
        yield _say(pack, rule, "when", f"hits everything ({how})")


def _words(pack: Pack, rule: Rule) -> Iterator[ConfigProblem]:
    """Tell of evidence nobody may quote, of texts too long for a reply, and of missing translations."""
    for name in rule.evidence:
        if "never quote" in known_facts()[name].description:
            yield _say(pack, rule, "evidence", f"`{name}` would be quoted in log and reply; leave it out")
    if rule.effect is Disposition.REJECT and not rule.is_secret and _is_first_line_full(rule):
        message = "with a long file name the reason does not fit the first line, and some clients show no other"
        yield _say(pack, rule, "reply", f"{message}; shorten reply or citations")
    for key in ("title", "reply", "remedy"):
        vietnamese, english = getattr(rule, f"{key}_vi"), getattr(rule, f"{key}_en")
        if vietnamese == english:
            yield _say(pack, rule, key, "both languages say the same; translate it")
        elif vietnamese.isascii() and len(vietnamese.split()) >= 4:
            yield _say(
                pack, rule, f"{key}.vi", "has no diacritics; write Vietnamese as it is, the wire form is made from it"
            )
        if "?" in ascii_form(vietnamese).replace("?", "", vietnamese.count("?")):
            yield _say(pack, rule, f"{key}.vi", "holds a character that has no form on the wire")


def _is_first_line_full(rule: Rule) -> bool:
    """Tell whether file name, reason and citations of a refusal overflow its first line."""
    finding = Finding(
        rule.id, "x", "1", rule.effect, Posture.ENFORCE, rule.effect, cites=rule.cites, file_name=LONG_FILE_NAME
    )
    verdict = Verdict(rule.effect, (finding,), deciding=finding)
    second = reply_for_verdict(verdict, {rule.id: rule}, "x" * 12).lines[1]
    return not rule.remedy_ascii.startswith(second[:20])


def _covered(trials: Sequence[tuple[Pack, Rule, Trial]], expressions: Expressions) -> Iterator[ConfigProblem]:
    """Tell of rules that another, at least as hard for at least as many, was seen to cover."""
    for pack, rule, trial in trials:
        for other_pack, other, _ in trials:
            if (
                other is not rule
                and trial.witnesses
                and _covers(other_pack, other, pack, rule)
                and not set(facts_of(rule)).isdisjoint(facts_of(other))
                and is_implied(rule, trial.witnesses, other, expressions)
            ):
                how = "in every combination tried" if trial.is_whole else f"in all of {trial.hits} hits of a sample"
                yield _say(pack, rule, "when", f"is covered by {other.id}, which is stricter and hits too {how}")
                break


def _covers(pack: Pack, rule: Rule, of_pack: Pack, of: Rule) -> bool:
    """Tell whether a rule does more than another of the same scope, and binds whomever that binds."""
    # of another pack too a rule may be covered: there it is cited from another source, and may be in force alone
    is_wider = pack.id == of_pack.id
    binding, narrower = rule.binding, of.binding
    is_wider = is_wider and binding.binds in {narrower.binds, "any"} and binding.until is None
    is_wider = is_wider and (not binding.classes or set(narrower.classes) <= set(binding.classes) != set())
    is_free = not binding.exempt_agencies and not binding.exempt_classes
    is_free = is_free and (binding.start is None or binding.start == narrower.start)
    is_stricter = _comes_to(rule).strictness > _comes_to(of).strictness
    return is_wider and is_free and is_stricter and rule.scope is of.scope and not of.is_secret


def _comes_to(rule: Rule) -> Disposition:
    """Give what a hit comes to under the rule's own posture."""
    match rule.posture:
        case Posture.ENFORCE:
            return rule.effect
        case Posture.TAG:
            return Disposition.TAG
        case _:
            return Disposition.RELAY


def _shared_tags(packs: Sequence[Pack]) -> Iterator[ConfigProblem]:
    """Tell of a token of two rules that share neither fact nor word: who filters mail by it gets both."""
    first: dict[str, tuple[Rule, set[str]]] = {}
    for pack in packs:
        for rule in pack.rules:
            text = f"{rule.title_en} {rule.reply_en} {rule.remedy_en}".lower()
            words = set(_LONG_WORD.findall(text)) - _ORDINARY | set(facts_of(rule))
            known, said = first.setdefault(rule.tag, (rule, words))
            if known is not rule and said.isdisjoint(words):
                message = f"`{rule.tag}` already means `{known.title_en}` ({known.id}); choose another token"
                yield _say(pack, rule, "tag", message)
