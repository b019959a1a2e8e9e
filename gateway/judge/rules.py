"""Rules: the CEL environments, made from the view types, and packs compiled in them.

Every expression is type-checked when a pack loads, must answer a bool, and may use only what cannot fail at
run time: no indexing, division or conversion. So at run time an error has one cause, an unknown fact, which
is what the law of unknowns rests on (ADR 0002, ADR 0003).

All rules of a scope are also compiled as one list. A message about which nothing is unknown costs one evaluation a
subject, and none where the same facts were asked about before; only when that errs is each rule asked alone.
"""

from __future__ import annotations

import re
import typing
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec
from cel_expr_python import cel  # type: ignore[import-untyped] # the wheel ships no stubs

from gateway.judge.memory import Memory
from gateway.judge.part_view import PartView
from gateway.judge.views import (
    AuthView,
    ClientView,
    DocumentView,
    MailView,
    RecipientView,
    ReverseView,
    SenderView,
)
from gateway.judge.waiving import waivers_by_rule
from gateway.values.faults import ConfigProblem, Misconfigured
from gateway.values.pack import Pack, Rule, RuleScope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from gateway.values.waiver import Waiver

_MESSAGE_VIEWS: dict[str, type[msgspec.Struct]] = {
    "client": ClientView,
    "reverse": ReverseView,
    "sender": SenderView,
    "auth": AuthView,
    "mail": MailView,
    "document": DocumentView,
}
VIEWS: dict[RuleScope, dict[str, type[msgspec.Struct]]] = {
    RuleScope.ENVELOPE: {"client": ClientView, "reverse": ReverseView, "recipient": RecipientView},
    RuleScope.MESSAGE: _MESSAGE_VIEWS,
    RuleScope.PART: _MESSAGE_VIEWS | {"part": PartView},
    RuleScope.RECIPIENT: _MESSAGE_VIEWS | {"recipient": RecipientView},
}
"""Scope to prefix to view: which facts a rule of that scope may ask."""
ASKED_TOGETHER = {
    RuleScope.ENVELOPE: frozenset({RuleScope.ENVELOPE}),
    RuleScope.MESSAGE: frozenset({RuleScope.MESSAGE}),
    RuleScope.PART: frozenset({RuleScope.PART}),
    RuleScope.RECIPIENT: frozenset({RuleScope.RECIPIENT, RuleScope.ENVELOPE}),
}
"""Scope of a subject to the scopes whose rules are asked about it: with the message known, a forward-path is
asked about once, by both kinds of rule that look at forward-paths."""

_CEL_TYPES: dict[object, Any] = {
    bool: cel.Type.BOOL,
    bool | None: cel.Type.BOOL,
    int: cel.Type.INT,
    float: cel.Type.DOUBLE,
    str: cel.Type.STRING,
    list[str]: cel.Type.List(cel.Type.STRING),
}
_WORDS: dict[object, str] = {
    bool: "bool",
    bool | None: "bool, may be unknown",
    int: "int",
    float: "double",
    str: "string",
    list[str]: "list of strings",
}
_FACT_NAME = re.compile(r"\b(?:client|reverse|sender|auth|mail|document|part|recipient)\.[a-z_]{1,64}\b")
_LITERAL = re.compile(r"\"(?:[^\"\\\n]|\\.){0,4000}\"|'(?:[^'\\\n]|\\.){0,4000}'|//[^\n]{0,4000}")
_CALL = re.compile(r"\b([A-Za-z_]{1,64})\s*\(")
_MAY_FAIL = re.compile(
    r"\b(?!in\b)\w{1,64}\s{0,64}\[|[)\]}]\s{0,64}\[|\}\s{0,64}\.|[/%*]|\d{16}"
    r"|\bmatches\s{0,64}\((?!\s{0,64}[rR]?\"\"\s{0,64}\))"
)
"""On a literal taken for `""`: an index, a key of a map, what has no quotient or may be too large for 64 bits, and an
expression to match that a sender could write."""
_FUNCTIONS = frozenset(
    ("all", "contains", "endsWith", "exists", "exists_one", "filter", "in", "map", "matches", "size", "startsWith")
)
_PATTERN = re.compile(r"\bmatches\s{0,64}\(\s{0,64}([rR]?(?:\"(?:[^\"\\\n]|\\.){0,4000}\"|'(?:[^'\\\n]|\\.){0,4000}'))")
_CEL_PLACE = re.compile(r"<input>:(\d{1,6}):(\d{1,6}): (.{1,300})")


class FactEntry(msgspec.Struct, frozen=True):
    """One line of the table of facts."""

    name: str
    """For example `part.kind`."""
    type: str
    scopes: tuple[str, ...]
    description: str


class Group(typing.NamedTuple):
    """The rules asked about one kind of subject, compiled, in the order of packs and files."""

    rules: tuple[tuple[Pack, Rule], ...]
    expressions: tuple[cel.Expression, ...]
    """One per rule."""
    together: cel.Expression
    """List of all answers."""
    environment: cel.Env
    """Declares the facts that expressions ask and no others: these are the key of the memory, so it lacks none."""
    memory: Memory


class Asked(typing.NamedTuple):
    """Facts of one view that are worth binding."""

    names: tuple[str, ...]
    """Full names."""
    values_of: Callable[[object], tuple[Any, ...]]
    """Reads them from the view, in that order."""
    deciding_of: Callable[[object], tuple[Any, ...]]
    """Reads those that expressions ask, without what is only quoted as evidence."""


NOTHING_ASKED = Asked((), lambda _view: (), lambda _view: ())


class CompiledPacks(typing.NamedTuple):
    """Packs ready to be asked. Holds native objects: compile in the process that evaluates."""

    packs: tuple[Pack, ...]
    groups: dict[RuleScope, Group]
    """Scopes without rules are left out."""
    asked: dict[RuleScope, dict[str, Asked]]
    """Facts some rule of the scope asks or quotes, by prefix."""
    waivers: dict[str, tuple[Waiver, ...]]
    """Those of each rule that has some; empty where nothing is waived."""


def fact_table() -> tuple[FactEntry, ...]:
    """List every fact a rule may ask, by prefix: the source of the table in docs/policy.md."""
    entries = []
    for prefix, view in {**VIEWS[RuleScope.PART], **VIEWS[RuleScope.RECIPIENT]}.items():
        scopes = tuple(scope.value for scope, views in VIEWS.items() if prefix in views)
        hints = typing.get_type_hints(view, include_extras=True)
        for name in view.__struct_fields__:
            bare, about = hints[name].__origin__, hints[name].__metadata__[0]
            entries.append(FactEntry(f"{prefix}.{name}", _WORDS[bare], scopes, about.description))
    return tuple(entries)


def compile_packs(packs: Sequence[Pack], waivers: Sequence[Waiver] = ()) -> CompiledPacks:
    """Type-check and compile packs, keeping their order, with the exceptions from their rules.

    Raises:
        Misconfigured: with every expression that does not compile, every misspelt fact, every rule id that
            two packs share.
    """
    environments = {scope: cel.NewEnv(variables=_variables(scope)) for scope in RuleScope}
    problems = list(_shared_ids(packs))
    for pack in packs:
        for rule in pack.rules:
            _check(rule, pack, environments[rule.scope], problems)
    if problems:
        raise Misconfigured(problems)
    groups = {scope: _group(packs, scope) for scope in RuleScope}
    return CompiledPacks(
        packs=tuple(packs),
        groups={scope: group for scope, group in groups.items() if group.rules},
        asked={scope: _by_prefix(group.rules) for scope, group in groups.items()},
        waivers=waivers_by_rule(waivers, packs),
    )


def _group(packs: Sequence[Pack], scope: RuleScope) -> Group:
    rules = tuple((pack, rule) for pack in packs for rule in pack.rules if rule.scope in ASKED_TOGETHER[scope])
    types = _variables(scope)
    environment = cel.NewEnv(variables={name: types[name] for name in _deciding(rules)})
    together = ",\n".join(f"({rule.when}\n)" for _, rule in rules)
    return Group(
        rules=rules,
        expressions=tuple(environment.compile(rule.when) for _, rule in rules),
        together=environment.compile(f"[{together}]"),
        environment=environment,
        memory=Memory(),
    )


@cache
def _variables(scope: RuleScope) -> dict[str, Any]:
    """Flatten the views of a scope to dotted names with CEL types."""
    return {
        f"{prefix}.{name}": _CEL_TYPES[hint]
        for prefix, view in VIEWS[scope].items()
        for name, hint in typing.get_type_hints(view).items()
    }


def _check(rule: Rule, pack: Pack, environment: cel.Env, problems: list[ConfigProblem]) -> None:
    """Note what is wrong with the expression or evidence of one rule."""
    known = _variables(rule.scope)
    for name in rule.evidence:
        if name not in known:
            message = f"rule {rule.id}: no fact `{name}` in scope {rule.scope.value}"
            problems.append(ConfigProblem(pack.file, rule.line, "evidence", message))
    unsafe = _find_unsafe(rule.when)
    if unsafe:
        message = f"rule {rule.id}: `{unsafe}` may fail at run time and is not allowed in a rule"
        problems.append(ConfigProblem(pack.file, rule.when_line, "when", message))
        return
    try:
        answer = environment.compile(rule.when).return_type().name()
    except RuntimeError as error:
        problems.extend(_located(rule, pack, str(error)))
        return
    if answer != "BOOL":
        message = f"rule {rule.id}: the expression answers {answer}, a rule must answer BOOL"
        problems.append(ConfigProblem(pack.file, rule.when_line, "when", message))
    for pattern in _PATTERN.findall(rule.when):
        if environment.compile(f'"".matches({pattern})').eval(data={}).type().name() == "ERROR":
            message = f"rule {rule.id}: {pattern} is no regular expression (RE2)"
            problems.append(ConfigProblem(pack.file, rule.when_line, "when", message))


def _find_unsafe(when: str) -> str:
    """Find an operator or function that errs on some values; empty when there is none."""
    code = _LITERAL.sub('""', when)
    unsafe = _MAY_FAIL.search(code)
    calls = sorted(set(_CALL.findall(code)) - _FUNCTIONS)
    return f"{calls[0]}()" if calls else unsafe.group().strip() if unsafe else ""


def _located(rule: Rule, pack: Pack, text: str) -> Iterator[ConfigProblem]:
    """Turn the places CEL names (inside the expression) into lines of the pack file."""
    places = _CEL_PLACE.findall(text) or [("1", "1", text[:300])]
    for line, column, message in places:
        yield ConfigProblem(
            pack.file, max(rule.when_line, 1) + int(line) - 1, "when", f"rule {rule.id}: column {column}: {message}"
        )


def _shared_ids(packs: Sequence[Pack]) -> Iterator[ConfigProblem]:
    owners: dict[str, str] = {}
    for pack in packs:
        for rule in pack.rules:
            if owners.setdefault(rule.id, pack.id) != pack.id:
                message = f"rule {rule.id} is also in pack {owners[rule.id]}; ids are unique over all packs"
                yield ConfigProblem(pack.file, rule.line, "id", message)


def _names_in(rule: Rule) -> set[str]:
    return set(_FACT_NAME.findall(rule.when)) & set(_variables(rule.scope))


def _deciding(rules: Iterable[tuple[Pack, Rule]]) -> set[str]:
    """Name the facts that expressions ask."""
    return {name for _, rule in rules for name in _names_in(rule)}


def _by_prefix(rules: Sequence[tuple[Pack, Rule]]) -> dict[str, Asked]:
    deciding = _deciding(rules)
    found: dict[str, list[str]] = {}
    for name in sorted(deciding | {name for _, rule in rules for name in rule.evidence}):
        found.setdefault(name.partition(".")[0], []).append(name)
    return {
        prefix: Asked(tuple(full), _reader(full), _reader([name for name in full if name in deciding]))
        for prefix, full in found.items()
    }


def _reader(full: list[str]) -> Callable[[object], tuple[Any, ...]]:
    """Make what reads these fields of a view: always a tuple, which `attrgetter` gives of two fields or more."""
    fields = [name.partition(".")[2] for name in full]
    if len(fields) > 1:
        return attrgetter(*fields)
    return lambda view: tuple(getattr(view, field) for field in fields)
