"""How values compare with the literals of a `$filter` (graph-calendar 4, 6)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from devstack.exchange.graph.moments import read_instant
from devstack.exchange.graph.properties import read_property_id
from devstack.exchange.model.values import PropertyId


class Comparable(Protocol):
    """A value on the left of an operator; literals arrive as text without quotes."""

    def compares(self, sign: str, literal: str) -> bool:
        """Tell whether `value sign literal` holds."""
        ...

    def has(self, function: str, literal: str) -> bool:
        """Tell whether startswith, endswith or contains holds."""
        ...


def ordered(sign: str, difference: int) -> bool:
    """Translate a three-way comparison (negative, zero, positive) for an operator."""
    return {
        "eq": difference == 0,
        "ne": difference != 0,
        "gt": difference > 0,
        "ge": difference >= 0,
        "lt": difference < 0,
        "le": difference <= 0,
    }[sign]


@dataclass(frozen=True, slots=True)
class Text:
    """A string; Exchange and the directory mostly ignore case."""

    value: str
    ignores_case: bool = True

    def compares(self, sign: str, literal: str) -> bool:
        own, other = self._folded(self.value), self._folded(literal)
        return ordered(sign, (own > other) - (own < other))

    def has(self, function: str, literal: str) -> bool:
        own, other = self._folded(self.value), self._folded(literal)
        if function == "startswith":
            return own.startswith(other)
        return own.endswith(other) if function == "endswith" else other in own

    def _folded(self, text: str) -> str:
        return text.casefold() if self.ignores_case else text


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant; the literal may be quoted or not, without an offset it is UTC."""

    value: datetime

    def compares(self, sign: str, literal: str) -> bool:
        other = read_instant(literal, "filter")
        return ordered(sign, (self.value > other) - (self.value < other))

    def has(self, function: str, literal: str) -> bool:  # noqa: ARG002 - times have no parts
        return False


@dataclass(frozen=True, slots=True)
class Flag:
    value: bool

    def compares(self, sign: str, literal: str) -> bool:
        return ordered(sign, self.value - (literal.lower() == "true"))

    def has(self, function: str, literal: str) -> bool:  # noqa: ARG002 - booleans have no parts
        return False


@dataclass(frozen=True, slots=True)
class PropertyName:
    """The id of an extended property: GUID in any case, name exactly as it is."""

    value: PropertyId

    def compares(self, sign: str, literal: str) -> bool:
        return ordered(sign, int(read_property_id(literal).key != self.value.key))

    def has(self, function: str, literal: str) -> bool:  # noqa: ARG002 - ids are compared whole
        return False
