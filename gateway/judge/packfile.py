"""Pack text to `Pack`: every error at once, each with file, line and key.

Strategy: `TomlText` for syntax and places, this module for the shape. Nothing here
knows facts; `gateway.judge.rules` type-checks the expressions.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, TypeVar

from gateway.values.faults import ConfigProblem, Misconfigured
from gateway.values.pack import Bound, Citation, Pack, Rule, RuleScope, Scope, Start
from gateway.values.tomltext import TomlText, did_you_mean
from gateway.values.verdict import Disposition, Posture

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_PACK_CHARACTERS = 1_000_000
"""A pack is written by hand; the national one has some 60,000 characters."""
MAX_RULES = 500
MAX_WHEN_CHARACTERS = 4_000
MAX_TEXT_CHARACTERS = 400
"""A reply or remedy: four reply lines (RFC 5321 section 4.5.3.1.5) with room to spare."""

_RULE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,31}")
_PACK_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,31}")
_TAG = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_RULE_KEYS = frozenset(
    (
        "id",
        "scope",
        "title",
        "cites",
        "when",
        "effect",
        "posture",
        "severity",
        "tag",
        "reply",
        "remedy",
        "binding",
        "evidence",
        "is_secret",
        "is_waivable",
        "help",
    )
)
_Choice = TypeVar("_Choice", RuleScope, Disposition, Posture, Bound)
_EFFECTS = {"tag": Disposition.TAG, "reject": Disposition.REJECT}


def parse_pack(text: str, file: str, guides: Collection[str] | None = None) -> Pack:
    """Read one pack.

    Args:
        text: contents of a `pack.toml`.
        file: its name, as problems shall show it.
        guides: ids that `help` may name; None where nobody looks at them.

    Raises:
        Misconfigured: with every problem found, in file order.
    """
    if len(text) > MAX_PACK_CHARACTERS:
        raise Misconfigured([ConfigProblem(file, 0, "", f"longer than {MAX_PACK_CHARACTERS} characters")])
    document = TomlText(file, text)
    reader = _Reader(document, text.splitlines(), guides)
    pack = reader.pack(document.value)
    if reader.problems:
        raise Misconfigured(sorted(reader.problems, key=lambda problem: problem.line))
    return pack


class _Reader:
    """Collects problems while it reads; a value that is wrong is replaced by a harmless one."""

    def __init__(self, document: TomlText, lines: list[str], guides: Collection[str] | None) -> None:
        self.document, self.lines, self.problems = document, lines, list[ConfigProblem]()
        self.guides = guides

    def pack(self, tree: dict[str, Any]) -> Pack:
        """Read the whole tree."""
        head = self.table(tree, "", "pack")
        self.unknown(tree, "", {"pack", "rules"})
        self.unknown(head, "pack", {"id", "version", "title", "territories", "start"})
        title_vi, title_en = self.bilingual(head, "pack", "title")
        rows = tree.get("rules", [])
        if not isinstance(rows, list) or not 0 < len(rows) <= MAX_RULES:
            self.wrong("rules", f"write 1 to {MAX_RULES} rules as [[rules]]")
            rows = []
        territories = self.names(head, "pack", "territories")
        if not territories:
            self.wrong("pack.territories", 'name the territories the pack binds, or ["*"]')
        rules = tuple(self.rule(row, f"rules.{index}") for index, row in enumerate(rows))
        self.unique_ids(rules)
        return Pack(
            id=self.matching(head, "pack", "id", _PACK_ID),
            version=self.matching(head, "pack", "version", _VERSION),
            title_vi=title_vi,
            title_en=title_en,
            territories=territories,
            rules=rules,
            start=self.start(head.get("start", {}), "pack.start"),
            file=self.document.file,
        )

    def rule(self, row: dict[str, Any], at: str) -> Rule:
        """Read one element of [[rules]]."""
        self.unknown(row, at, _RULE_KEYS)
        title_vi, title_en = self.bilingual(row, at, "title")
        reply_vi, reply_en = self.bilingual(row, at, "reply")
        remedy_vi, remedy_en = self.bilingual(row, at, "remedy")
        severity = row.get("severity", 2)
        if not isinstance(severity, int) or not 1 <= severity <= 5:
            self.wrong(f"{at}.severity", "write a whole number from 1 (note) to 5 (grave)")
            severity = 2
        is_secret, is_waivable = self.flag(row, at, "is_secret"), self.flag(row, at, "is_waivable", default=True)
        evidence = self.names(row, at, "evidence")
        if is_secret and evidence:
            self.wrong(f"{at}.evidence", "a rule about secrets quotes no evidence: remove it")
        return Rule(
            id=self.matching(row, at, "id", _RULE_ID),
            scope=self.choice(row, at, "scope", {scope.value: scope for scope in RuleScope}, RuleScope.MESSAGE),
            title_vi=title_vi,
            title_en=title_en,
            citations=self.citations(row.get("cites", []), at),
            when=self.text(row, at, "when", MAX_WHEN_CHARACTERS),
            effect=self.choice(row, at, "effect", _EFFECTS, Disposition.TAG),
            posture=self.choice(row, at, "posture", {item.value: item for item in Posture}, Posture.TAG),
            severity=severity,
            tag=self.matching(row, at, "tag", _TAG),
            reply_vi=reply_vi,
            reply_en=reply_en,
            remedy_vi=remedy_vi,
            remedy_en=remedy_en,
            binding=self.binding(row.get("binding", {}), f"{at}.binding"),
            evidence=evidence,
            is_secret=is_secret,
            is_waivable=is_waivable,
            help=self.help(row, at) if "help" in row else None,
            line=self.line_of(at),
            when_line=self.text_line_of(f"{at}.when"),
        )

    def help(self, row: dict[str, Any], at: str) -> tuple[str, ...]:
        """Read the ids of guides, each of which there is."""
        found = self.names(row, at, "help")
        for index, name in enumerate(found):
            if self.guides is not None and name not in self.guides:
                advice = did_you_mean(name, self.guides)
                self.wrong(f"{at}.help.{index}", f"no guides.toml has a guide `{name}`{advice}")
        return found

    def binding(self, table: Any, at: str) -> Scope:
        """Read whom a rule binds."""
        if not isinstance(table, dict):
            self.wrong(at, 'write a table such as { binds = "sender" }')
            return Scope()
        self.unknown(table, at, {"binds", "classes", "exempt_classes", "exempt_agencies", "start", "since", "until"})
        return Scope(
            binds=self.choice(table, at, "binds", {item.value: item for item in Bound}, Bound.SENDER, is_optional=True),
            classes=self.names(table, at, "classes"),
            exempt_classes=self.names(table, at, "exempt_classes"),
            exempt_agencies=self.names(table, at, "exempt_agencies"),
            start=self.start(table["start"], f"{at}.start") if "start" in table else None,
            since=self.date(table, at, "since"),
            until=self.date(table, at, "until"),
        )

    def start(self, table: Any, at: str) -> Start:
        """Read dates from which something binds."""
        if not isinstance(table, dict):
            self.wrong(at, "write a table such as { default = 2014-07-01 }")
            return Start()
        self.unknown(table, at, {"default", "by_class", "by_decision"})
        by_class = self.table(table, at, "by_class", is_optional=True)
        dates = {name: self.date(by_class, f"{at}.by_class", name) for name in by_class}
        return Start(
            default=self.date(table, at, "default"),
            by_class={name: date for name, date in dates.items() if date is not None},
            by_decision=self.names(table, at, "by_decision"),
        )

    def citations(self, rows: Any, at: str) -> tuple[Citation, ...]:
        """Read the citations; a rule without one is refused."""
        key = f"{at}.cites"
        if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
            self.wrong(key, 'cite at least one source: [{ document = "...", locator = "...", date = 2020-03-05 }]')
            return ()
        for row in rows:
            self.unknown(row, key, {"document", "locator", "date"})
        return tuple(
            Citation(
                self.text(row, key, "document"),
                self.text(row, key, "locator", is_optional=True),
                self.date(row, key, "date"),
            )
            for row in rows
        )

    def unique_ids(self, rules: tuple[Rule, ...]) -> None:
        """Refuse an id that occurs twice."""
        seen: dict[str, int] = {}
        for index, rule in enumerate(rules):
            if rule.id and rule.id in seen:
                self.wrong(f"rules.{index}.id", f"{rule.id} is already the id of the rule in line {seen[rule.id]}")
            seen.setdefault(rule.id, rule.line)

    def table(self, parent: dict[str, Any], at: str, name: str, *, is_optional: bool = False) -> dict[str, Any]:
        """Give a sub-table, empty when it is missing or no table."""
        found = parent.get(name, {})
        if not isinstance(found, dict) or (not found and not is_optional):
            self.wrong(f"{at}.{name}" if at else name, f"write a table [{name}]")
            return {}
        return found

    def bilingual(self, parent: dict[str, Any], at: str, name: str) -> tuple[str, str]:
        """Read `{ vi = "...", en = "..." }`."""
        table = self.table(parent, at, name)
        self.unknown(table, f"{at}.{name}", {"vi", "en"})
        return self.text(table, f"{at}.{name}", "vi"), self.text(table, f"{at}.{name}", "en")

    def text(
        self, table: dict[str, Any], at: str, name: str, limit: int = MAX_TEXT_CHARACTERS, *, is_optional: bool = False
    ) -> str:
        """Read a text that is neither empty nor longer than `limit`; reduce its whitespace unless it is CEL."""
        value = table.get(name, "")
        if not isinstance(value, str) or len(value) > limit or not (value.strip() or is_optional):
            self.wrong(f"{at}.{name}", f"write a text of 1 to {limit} characters")
            return ""
        return value if name == "when" else " ".join(value.split())

    def matching(self, table: dict[str, Any], at: str, name: str, pattern: re.Pattern[str]) -> str:
        """Read a text of a given form."""
        value = table.get(name)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            self.wrong(f"{at}.{name}", f"write a text of the form {pattern.pattern}")
            return ""
        return value

    def flag(self, table: dict[str, Any], at: str, name: str, *, default: bool = False) -> bool:
        """Read true or false."""
        value = table.get(name, default)
        if not isinstance(value, bool):
            self.wrong(f"{at}.{name}", "write true or false")
        return value is True

    def names(self, table: dict[str, Any], at: str, name: str) -> tuple[str, ...]:
        """Read a list of texts, empty when missing."""
        value = table.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
            self.wrong(f"{at}.{name}", "write a list of texts")
            return ()
        return tuple(value)

    def date(self, table: dict[str, Any], at: str, name: str) -> dt.date | None:
        """Read a TOML local date, None when missing."""
        value = table.get(name)
        if value is None or (isinstance(value, dt.date) and not isinstance(value, dt.datetime)):
            return value
        self.wrong(f"{at}.{name}", "write a date such as 2014-07-01, without quotes")
        return None

    def choice(  # noqa: PLR0913 - a table cell and what it may hold; keyword use only would blur the calls
        self,
        table: dict[str, Any],
        at: str,
        name: str,
        choices: dict[str, _Choice],
        fallback: _Choice,
        *,
        is_optional: bool = False,
    ) -> _Choice:
        """Read one of a closed set of words."""
        value = table.get(name)
        if value is None and is_optional:
            return fallback
        if not isinstance(value, str) or value not in choices:
            self.wrong(f"{at}.{name}", f"write one of: {', '.join(choices)}")
            return fallback
        return choices[value]

    def unknown(self, table: dict[str, Any], at: str, known: set[str] | frozenset[str]) -> None:
        """Refuse keys nobody reads: most are misspelt."""
        for key in table:
            if key not in known:
                self.wrong(f"{at}.{key}" if at else key, f"unknown key; known here: {', '.join(sorted(known))}")

    def wrong(self, key: str, message: str) -> None:
        """Note a problem at the line of its key, or of the nearest key above it."""
        self.problems.append(ConfigProblem(self.document.file, self.line_of(key), key, message))

    def line_of(self, key: str) -> int:
        """Give the line of a dotted key or of its closest parent."""
        path = tuple(int(label) if label.isdecimal() else label for label in key.split("."))
        return self.document.line(path)

    def text_line_of(self, key: str) -> int:
        """Give the line where a text begins: below its key when it opens with a line end."""
        line = self.line_of(key)
        return line + self.lines[line - 1].rstrip().endswith(('"""', "'''"))
