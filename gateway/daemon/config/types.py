"""Types of configuration keys: the words for them, and the test whether a written value has one."""

from __future__ import annotations

import enum
import math
import types
import typing
from typing import Any

import msgspec

from gateway.daemon.config.schema import BOUNDS

_WORDS: dict[Any, str] = {str: "text", bool: "true or false"}


class KeyType(msgspec.Struct, frozen=True):
    """What may stand for one key."""

    base: Any
    """A plain type, an Enum, a Literal, `datetime.date`, or a Struct."""
    is_list: bool = False
    is_optional: bool = False
    low: float | None = None
    high: float | None = None
    is_low_included: bool = True

    @property
    def is_table(self) -> bool:
        """True when the key is a table, or with `is_list` an array of tables."""
        return isinstance(self.base, type) and issubclass(self.base, msgspec.Struct)

    @property
    def choices(self) -> tuple[str, ...]:
        """The closed set of words; empty when the set is open."""
        if isinstance(self.base, type) and issubclass(self.base, enum.Enum):
            return tuple(member.value for member in self.base)
        return typing.get_args(self.base) if typing.get_origin(self.base) is typing.Literal else ()

    @property
    def words(self) -> str:
        """The type in words, for problems and documentation."""
        if self.choices:
            one = "one of " + ", ".join(f"`{choice}`" for choice in self.choices)
        elif self.base in {int, float}:
            one = ("whole number" if self.base is int else "number") + self._bounds()
        else:
            one = _WORDS.get(self.base, "date such as 2026-07-01")
        return f"list of {one}" if self.is_list else one

    def _bounds(self) -> str:
        assert self.low is not None  # every number of the schema has a least value
        at_least = f" of at least {_plain(self.low)}" if self.is_low_included else f" above {_plain(self.low)}"
        return at_least + ("" if self.high is None else f" and at most {_plain(self.high)}")

    def accepts(self, value: Any) -> bool:
        """Tell whether one written value (of a list: one element) has the type and keeps the bounds."""
        if self.choices:
            return value in self.choices
        if isinstance(value, bool) != (self.base is bool):
            return False
        try:
            number = msgspec.convert(value, self.base)
        except msgspec.ValidationError:
            return False
        if self.low is None:
            return True
        if not math.isfinite(number):
            return False
        above = number >= self.low if self.is_low_included else number > self.low
        return bool(above) and (self.high is None or number <= self.high)


def key_type(owner: type, field: msgspec.structs.FieldInfo) -> KeyType:
    """Work out the type of one field of a Struct."""
    base, low, high, is_list, is_optional = field.type, None, None, False, False
    is_low_included = True
    if isinstance(base, types.UnionType) or typing.get_origin(base) is typing.Union:
        base = next(member for member in typing.get_args(base) if member is not type(None))
        is_optional = True
    if typing.get_origin(base) is tuple:
        base, is_list = typing.get_args(base)[0], True
    if typing.get_origin(base) is typing.Annotated:
        base, meta = typing.get_args(base)
        low, high = (meta.ge if meta.gt is None else meta.gt), meta.le
        is_low_included = meta.gt is None
    if base in {int, float} and low is None:
        bounds = BOUNDS.get((owner, field.name))
        if bounds:
            low, high = bounds
        else:
            low, is_low_included = (1, True) if base is int else (0, False)
    return KeyType(base, is_list, is_optional, low, high, is_low_included)


def has_default(field: msgspec.structs.FieldInfo) -> bool:
    """Tell whether the key may be left out."""
    return field.default is not msgspec.NODEFAULT or field.default_factory is not msgspec.NODEFAULT


def default_of(field: msgspec.structs.FieldInfo) -> Any:
    """Give the default of a key that has one."""
    return field.default if field.default is not msgspec.NODEFAULT else field.default_factory()


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)
