"""A series as both sides mean it: a pattern and a range, in the wall-clock time of one zone.

Occurrences are named by their original start, wherever they were moved to. Which days a recurrence
means is said by `core.domain.expansion`.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum

from core.domain.interval import Interval, utc

_FIRST_YEAR = 1601
"""The first that Exchange can hold."""
_LONGEST_MONTH = 31
_DAYS_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class MalformedRecurrenceError(ValueError):
    """A recurrence that means nothing; the text says what is wrong with it."""


class Weekday(IntEnum):
    """Monday is 0, as Python counts."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


WORKING_DAYS = frozenset(
    {Weekday.MONDAY, Weekday.TUESDAY, Weekday.WEDNESDAY, Weekday.THURSDAY, Weekday.FRIDAY}
)


class PatternKind(StrEnum):
    """The six patterns of Graph (graph-calendar 3.2)."""

    DAILY = "daily"
    WEEKLY = "weekly"
    ABSOLUTE_MONTHLY = "absoluteMonthly"
    RELATIVE_MONTHLY = "relativeMonthly"
    ABSOLUTE_YEARLY = "absoluteYearly"
    RELATIVE_YEARLY = "relativeYearly"


_ON_WEEKDAYS = {PatternKind.WEEKLY, PatternKind.RELATIVE_MONTHLY, PatternKind.RELATIVE_YEARLY}
_ON_A_DAY = {PatternKind.ABSOLUTE_MONTHLY, PatternKind.ABSOLUTE_YEARLY}
_RELATIVE = {PatternKind.RELATIVE_MONTHLY, PatternKind.RELATIVE_YEARLY}
_YEARLY = {PatternKind.ABSOLUTE_YEARLY, PatternKind.RELATIVE_YEARLY}


class WeekIndex(IntEnum):
    """Which of the days that fit, counted within the month; `LAST` from its end."""

    FIRST = 1
    SECOND = 2
    THIRD = 3
    FOURTH = 4
    LAST = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Which days; parts that the kind does not use are left out by its constructors.

    `day_of_month` beyond the end of a month is its last day. A pattern that means nothing is a
    MalformedRecurrenceError.
    """

    kind: PatternKind
    interval: int = 1
    weekdays: frozenset[Weekday] = frozenset()
    first_weekday: Weekday = Weekday.SUNDAY
    index: WeekIndex | None = None
    day_of_month: int | None = None
    month: int | None = None

    def __post_init__(self) -> None:
        if self.interval < 1:
            raise MalformedRecurrenceError(f"an interval of {self.interval}: at least 1 is needed")
        _require("weekdays", bool(self.weekdays), self.kind in _ON_WEEKDAYS)
        _require("index", self.index is not None, self.kind in _RELATIVE)
        _require("day_of_month", self.day_of_month is not None, self.kind in _ON_A_DAY)
        _require("month", self.month is not None, self.kind in _YEARLY)
        if self.month is not None and not 1 <= self.month <= len(_DAYS_OF_MONTH):
            raise MalformedRecurrenceError(f"there is no month {self.month}")
        longest = _LONGEST_MONTH if self.month is None else _DAYS_OF_MONTH[self.month - 1]
        if self.day_of_month is not None and not 1 <= self.day_of_month <= longest:
            raise MalformedRecurrenceError(f"no such month has a day {self.day_of_month}")

    @property
    def is_every_working_day(self) -> bool:
        """Tell whether it is Monday to Friday of each week (R-642)."""
        weekly = self.kind is PatternKind.WEEKLY and self.interval == 1
        return weekly and self.weekdays == WORKING_DAYS

    @property
    def is_known_to_rooms(self) -> bool:
        """Tell whether ROOMS' API takes it as a series (R-600, R-601; rooms-api 4).

        Nothing yearly, and no k-th of several weekdays, such as the last working day.
        """
        if self.kind is PatternKind.RELATIVE_MONTHLY:
            return len(self.weekdays) == 1
        return self.kind not in _YEARLY


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRange:
    """From when, until when: `last` is inclusive, `count` counts from `first`; neither: endless."""

    first: date
    last: date | None = None
    count: int | None = None

    def __post_init__(self) -> None:
        if self.first.year < _FIRST_YEAR:
            raise MalformedRecurrenceError(f"it begins in the year {self.first.year}")
        if self.last is not None and self.count is not None:
            raise MalformedRecurrenceError("a series ends by a day or by a number, not by both")
        if self.last is not None and self.last < self.first:
            raise MalformedRecurrenceError(f"it ends on {self.last}, before it begins")
        if self.count is not None and self.count < 1:
            raise MalformedRecurrenceError(f"a series of {self.count} occurrences")

    @property
    def is_endless(self) -> bool:
        """Tell whether nothing ends it (R-602)."""
        return self.last is None and self.count is None


@dataclass(frozen=True, slots=True, kw_only=True)
class WallSpan:
    """When one occurrence is held, in local time without a zone; it may go over midnights."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is not None or self.end.tzinfo is not None:
            raise ValueError("a wall-clock time has no zone")
        if self.end < self.start:
            raise MalformedRecurrenceError("an occurrence ends before it starts")

    @property
    def length(self) -> timedelta:
        """Return the length on the clock, not the elapsed time."""
        return self.end - self.start


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """A whole rule: `span` gives the times of day, `zone` (IANA) says where the clock hangs.

    The first occurrence is the first day from `range.first` on that fits the pattern.
    """

    pattern: Pattern
    range: SeriesRange
    span: WallSpan
    zone: str


@dataclass(frozen=True, slots=True, order=True)
class Occurrence:
    """One date of a series. `original_start` names it, also where `time` was moved elsewhere."""

    original_start: datetime
    time: Interval

    def __post_init__(self) -> None:
        object.__setattr__(self, "original_start", utc(self.original_start))


def _require(name: str, given: bool, wanted: bool) -> None:
    if given != wanted:
        raise MalformedRecurrenceError(f"{name} {'missing' if wanted else 'without a meaning'}")
