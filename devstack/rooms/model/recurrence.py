"""Which days a pattern means, and when the items of a series begin and end. Pure.

Written for this simulator from the facts, so that it is an independent check of the sync's own.
"""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from devstack.rooms.model.opening import Interval
from devstack.rooms.model.series import LAST_WEEK, WEEKDAYS, Kind, Pattern

LAST_YEAR = 9990


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the sources leave open about patterns (switches `series_*`)."""

    week_starts_on: int = 1
    short_months: str = "last"
    fifth_week: str = "last"


def days(pattern: Pattern, first: date, reading: Reading) -> Iterator[date]:
    """Yield the days of a pattern from `first` on, in order, without an end of their own."""
    source = {
        Kind.DAILY: _daily,
        Kind.WEEKLY: _weekly,
        Kind.MONTHLY: _monthly,
        Kind.MONTHLY_NTH: _monthly,
        Kind.YEARLY: _yearly,
    }[pattern.kind]
    for day in source(pattern, first, reading):
        if day >= first:
            yield day


def weekday(day: date) -> int:
    """Return 0 for Sunday to 6 for Saturday, as .NET counts."""
    return day.isoweekday() % 7


def placed(day: date, begin: datetime, end: datetime, zone: ZoneInfo) -> Interval:
    """Return `begin` to `end` moved to another local day: same wall-clock times there, in UTC.

    A time in the hour that DST leaves out is an hour later; an end that this would put before the
    begin keeps the length instead.
    """
    local_begin, local_end = begin.astimezone(zone), end.astimezone(zone)
    length = local_end.date() - local_begin.date()
    moved = _utc(day, local_begin.timetz().replace(tzinfo=None), zone)
    until = _utc(day + length, local_end.timetz().replace(tzinfo=None), zone)
    return moved, until if until > moved else moved + (end - begin)


def _utc(day: date, wall: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, wall.replace(fold=0), zone).astimezone(UTC)


def _daily(pattern: Pattern, first: date, _: Reading) -> Iterator[date]:
    step = 1 if pattern.every_week_day else pattern.interval
    day = first
    while day.year <= LAST_YEAR:
        if not pattern.every_week_day or weekday(day) in WEEKDAYS:
            yield day
        day += timedelta(days=step)


def _weekly(pattern: Pattern, first: date, reading: Reading) -> Iterator[date]:
    week = first - timedelta(days=(weekday(first) - reading.week_starts_on) % 7)
    offsets = sorted((day - reading.week_starts_on) % 7 for day in pattern.days)
    while week.year <= LAST_YEAR:
        for offset in offsets:
            yield week + timedelta(days=offset)
        week += timedelta(weeks=pattern.interval)


def _monthly(pattern: Pattern, first: date, reading: Reading) -> Iterator[date]:
    return _in_months(pattern, first.year, first.month, pattern.interval, reading)


def _yearly(pattern: Pattern, first: date, reading: Reading) -> Iterator[date]:
    month = pattern.month_of_year or first.month
    return _in_months(pattern, first.year, month, 12 * pattern.interval, reading)


def _in_months(
    pattern: Pattern, year: int, month: int, step: int, reading: Reading
) -> Iterator[date]:
    while year <= LAST_YEAR:
        day = _in_month(pattern, year, month, reading)
        if day is not None:
            yield day
        months = year * 12 + month - 1 + step
        year, month = months // 12, months % 12 + 1


def _in_month(pattern: Pattern, year: int, month: int, reading: Reading) -> date | None:
    length = calendar.monthrange(year, month)[1]
    if pattern.week_number is not None:
        wanted = [d for d in range(1, length + 1) if weekday(date(year, month, d)) in pattern.days]
        if pattern.week_number == LAST_WEEK and reading.fifth_week == "last":
            return date(year, month, wanted[-1])
        at = pattern.week_number - 1
        return date(year, month, wanted[at]) if at < len(wanted) else None
    day = pattern.day_in_month or 1
    if day > length and reading.short_months == "skipped":
        return None
    return date(year, month, min(day, length))
