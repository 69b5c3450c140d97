"""The rule of a series: a pattern and a range (graph-calendar 3.2)."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from devstack.exchange.model.zones import Zone

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
INDEXES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}


class PatternKind(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    ABSOLUTE_MONTHLY = "absoluteMonthly"
    RELATIVE_MONTHLY = "relativeMonthly"
    ABSOLUTE_YEARLY = "absoluteYearly"
    RELATIVE_YEARLY = "relativeYearly"


class RangeKind(StrEnum):
    END_DATE = "endDate"
    NO_END = "noEnd"
    NUMBERED = "numbered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """On which days; members that the kind does not use keep their defaults."""

    kind: PatternKind
    interval: int = 1
    days_of_week: tuple[str, ...] = ()
    first_day_of_week: str = "sunday"
    day_of_month: int = 0
    month: int = 0
    index: str = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """From when to when, `end` included; `zone` None is the zone of the event's start."""

    kind: RangeKind
    start: date
    end: date | None = None
    occurrences: int = 0
    zone: Zone | None = None


@dataclass(frozen=True, slots=True)
class Recurrence:
    pattern: Pattern
    range: Range
