"""Which dates a recurrence means: expanded by python-dateutil on the clock, then placed in UTC.

A module of its own because of the library: nothing on the way of a notification needs it.

A local time that DST leaves out counts with the offset before the gap, one that comes twice is the
first (RFC 5545, 3.3.5). Day 29 to 31 of a month that has none is its last day, as Outlook does it.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule, weekday

from core.domain.interval import Interval
from core.domain.series import MalformedRecurrenceError, Occurrence, PatternKind, Recurrence

_FREQUENCIES: dict[PatternKind, Literal[0, 1, 2, 3]] = {
    PatternKind.DAILY: DAILY,
    PatternKind.WEEKLY: WEEKLY,
    PatternKind.ABSOLUTE_MONTHLY: MONTHLY,
    PatternKind.RELATIVE_MONTHLY: MONTHLY,
    PatternKind.ABSOLUTE_YEARLY: YEARLY,
    PatternKind.RELATIVE_YEARLY: YEARLY,
}
_SURE_DAY = 28
"""The last day of the month that every month has."""


def occurrences(recurrence: Recurrence) -> Iterator[Occurrence]:
    """Yield the dates in order, endlessly if nothing ends them; exceptions are not known here.

    An unknown zone is a MalformedRecurrenceError.
    """
    zone = _zone(recurrence.zone)
    last: datetime | None = None
    for start in _rule(recurrence):
        placed = _placed(start, recurrence.span.length, zone)
        if last is None or placed.start > last:  # a zone may leave out a whole day (Samoa, 2011)
            yield Occurrence(placed.start, placed)
        last = placed.start


def occurrences_in(recurrence: Recurrence, window: Interval) -> Iterator[Occurrence]:
    """Yield the dates that share a moment with `window`, in order."""
    for occurrence in occurrences(recurrence):
        if occurrence.time.start >= window.end:
            return
        if occurrence.time.end > window.start:
            yield occurrence


def _rule(recurrence: Recurrence) -> rrule:
    pattern, bounds = recurrence.pattern, recurrence.range
    days = [weekday(day) for day in sorted(pattern.weekdays)] or None
    until = None if bounds.last is None else datetime.combine(bounds.last, time.max)
    return rrule(
        _FREQUENCIES[pattern.kind],
        dtstart=datetime.combine(bounds.first, recurrence.span.start.time()),
        interval=pattern.interval,
        wkst=int(pattern.first_weekday),
        count=bounds.count,
        until=until,
        bymonth=pattern.month,
        bymonthday=_days_of_month(pattern.day_of_month),
        byweekday=days,
        bysetpos=_position(recurrence),
    )


def _days_of_month(day: int | None) -> list[int] | None:
    """Return the days of which the last that the month has is meant."""
    if day is None:
        return None
    return [day] if day <= _SURE_DAY else list(range(_SURE_DAY, day + 1))


def _position(recurrence: Recurrence) -> int | None:
    pattern = recurrence.pattern
    if pattern.index is not None:
        return int(pattern.index)
    return -1 if pattern.day_of_month is not None else None


def _placed(start: datetime, length: timedelta, zone: ZoneInfo) -> Interval:
    """Return a span of the clock as an interval; both its ends are read from the clock.

    Where DST would put the end before the start, the length is elapsed time instead.
    """
    begin = start.replace(tzinfo=zone).astimezone(UTC)
    end = (start + length).replace(tzinfo=zone).astimezone(UTC)
    return Interval(begin, end if end >= begin else begin + length)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise MalformedRecurrenceError(f"{name!r} is no known time zone") from None
