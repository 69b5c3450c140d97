"""The rule of a series: a pattern and a range (graph-calendar 3.2)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Which days: `kind` is daily, weekly, absolute or relative, monthly or yearly."""

    kind: str
    interval: int = 1
    days_of_week: tuple[str, ...] = ()
    first_day_of_week: str = "sunday"
    day_of_month: int = 0
    month: int = 0
    index: str = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """From when to when: `kind` is endDate (inclusive), noEnd or numbered."""

    kind: str
    start: date
    end: date | None = None
    occurrences: int = 0
    zone: str | None = None


@dataclass(frozen=True, slots=True)
class Recurrence:
    pattern: Pattern
    range: Range
