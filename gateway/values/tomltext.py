"""TomlText: a TOML document an operator wrote, and the line on which each of its keys stands.

`tomllib` gives the values and forgets the places. The line index is built only when a problem must be
reported, by one linear scan over text that `tomllib` has already accepted.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from bisect import bisect_right
from typing import TYPE_CHECKING, Any

from gateway.values.faults import ConfigProblem, Misconfigured

if TYPE_CHECKING:
    from collections.abc import Iterable

Path = tuple[str | int, ...]
"""Keys and array indices from the root, for example `("agency", 0, "domains", 2, "value")`."""

_BLANK = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2})' + r"|'''.*?'''(?:'{0,2})" + r'|"(?:\\.|[^"\\])*"' + r"|'[^']*+'",
    re.DOTALL,
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]++")
_BARE_VALUE = re.compile(r"[^,\]}#\n]++")
_PLACE = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|end of document)\)$")


class TomlText:
    """One parsed document: `value` is what `tomllib` makes of it, `line` answers where a key stands."""

    def __init__(self, file: str, text: str) -> None:
        """Parse the text; `file` is the name to report.

        Raises:
            Misconfigured: the text is not TOML; one problem with its line.
        """
        self.file = file
        self._text = text
        self._lines: dict[Path, int] | None = None
        try:
            self.value: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise Misconfigured([_syntax_problem(file, text, str(error))]) from None

    def line(self, path: Path) -> int:
        """Give the line (from 1) of a key or array element, or of its closest ancestor that has one."""
        if self._lines is None:
            self._lines = _Scanner(self._text).scan()
        for length in range(len(path), 0, -1):
            found = self._lines.get(path[:length])
            if found is not None:
                return found
        return 1

    def problem(self, path: Path, message: str) -> ConfigProblem:
        """Make the problem that stands at `path`."""
        return ConfigProblem(self.file, self.line(path), dotted(path), message)


def dotted(path: Path) -> str:
    """Spell a path for people: `relay.routes[0].hosts[1]`, counting array elements from 0."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            text += f".{step}" if text else step
    return text


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Give `; did you mean ...?` when a known word is close, else nothing."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean `{close[0]}`?" if close else ""


def _syntax_problem(file: str, text: str, message: str) -> ConfigProblem:
    place = _PLACE.search(message)
    line = int(place[1]) if place and place[1] else text.count("\n") + 1
    column = f" (column {place[2]})" if place and place[2] else ""
    return ConfigProblem(file, line, "", f"not valid TOML: {_PLACE.sub('', message)}{column}")


class _Scanner:
    """Walks text that is known to be valid TOML and notes where keys and array elements begin."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.arrays: dict[Path, int] = {}
        self.breaks = [match.start() for match in re.finditer("\n", text)]

    def scan(self) -> dict[Path, int]:
        """Visit every statement of the document."""
        prefix: Path = ()
        self._blank()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                prefix = self._header()
            else:
                self._pair(prefix)
            self._blank()
        return self.lines

    def _note(self, path: Path, at: int) -> None:
        self.lines.setdefault(path, bisect_right(self.breaks, at - 1) + 1)

    def _blank(self) -> None:
        match = _BLANK.match(self.text, self.at)
        assert match is not None
        self.at = match.end()

    def _header(self) -> Path:
        start = self.at
        is_array = self.text.startswith("[[", start)
        self.at += 2 if is_array else 1
        keys = self._key()
        self.at += 2 if is_array else 1
        path: Path = ()
        for number, key in enumerate(keys, start=1):
            path = (*path, key)
            if is_array and number == len(keys):
                self.arrays[path] = self.arrays.get(path, 0) + 1
            if path in self.arrays:
                path = (*path, self.arrays[path] - 1)
            self._note(path, start)
        return path

    def _key(self) -> list[str]:
        keys = []
        while True:
            self._blank()
            match = _BARE_KEY.match(self.text, self.at)
            if match is None:
                match = _STRING.match(self.text, self.at)
                assert match is not None
                keys.append(str(tomllib.loads(f"k={match[0]}")["k"]))
            else:
                keys.append(match[0])
            self.at = match.end()
            self._blank()
            if self.text[self.at] != ".":
                return keys
            self.at += 1

    def _pair(self, prefix: Path) -> None:
        start = self.at
        path = prefix
        for key in self._key():
            path = (*path, key)
            self._note(path, start)
        self.at += 1  # the equals sign
        self._value(path)

    def _value(self, path: Path) -> None:
        self._blank()
        first = self.text[self.at]
        if first == "[":
            self._members(path, "]")
        elif first == "{":
            self._members(path, "}")
        else:
            match = (_STRING if first in "\"'" else _BARE_VALUE).match(self.text, self.at)
            assert match is not None
            self.at = match.end()

    def _members(self, path: Path, closing: str) -> None:
        self.at += 1
        index = 0
        while True:
            self._blank()
            if self.text[self.at] == closing:
                self.at += 1
                return
            if self.text[self.at] == ",":
                self.at += 1
            elif closing == "}":
                self._pair(path)
            else:
                self._note((*path, index), self.at)
                self._value((*path, index))
                index += 1
