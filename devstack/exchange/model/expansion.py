"""The dates of a recurrence, expanded by dateutil in wall-clock time (graph-calendar 3.2, 10).

A date is what tells one occurrence of a series from another: two never begin on the same day.
"""

from collections.abc import Callable
from datetime import MINYEAR, UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any

from dateutil.rrule import DAILY, MONTHLY, WEEKLY, YEARLY, rrule
from dateutil.rrule import weekdays as weekday_rules

from devstack.exchange.model.recurrence import (
    INDEXES,
    WEEKDAYS,
    Pattern,
    PatternKind,
    RangeKind,
    Recurrence,
)
from devstack.exchange.model.values import Content, ZonedTime
from devstack.exchange.model.zones import Zone

SHORTEST_MONTH = 28
LOOKED_AT_FOR_OVERLAP = 400
Step = Callable[[Recurrence, date], date | None]
_EARLIEST, _LATEST = date(MINYEAR + 1, 1, 1), date(9998, 12, 31)


def dates_between(recurrence: Recurrence, first: date, last: date) -> list[date]:
    """Return the dates of the pattern from `first` to `last`, both included."""
    begins, ends = _midnight(max(first, _EARLIEST)), _midnight(min(last, _LATEST))
    return [found.date() for found in _rule(recurrence).between(begins, ends, inc=True)]


def first_date(recurrence: Recurrence) -> date | None:
    """Return the first date, None when the range ends before there is one."""
    found = next(iter(_rule(recurrence)), None)
    return None if found is None else found.date()


def last_date(recurrence: Recurrence) -> date | None:
    """Return the last date, None when there is no end."""
    if recurrence.range.kind is RangeKind.NO_END:
        return None
    last = None
    for last in _rule(recurrence):  # noqa: B007 - the last one is wanted
        pass
    return None if last is None else last.date()


def date_before(recurrence: Recurrence, day: date) -> date | None:
    found = _rule(recurrence).before(_midnight(day))
    return None if found is None else found.date()


def date_after(recurrence: Recurrence, day: date) -> date | None:
    found = _rule(recurrence).after(_midnight(day))
    return None if found is None else found.date()


def zone_of_series(content: Content) -> Zone:
    """Return the zone in whose wall-clock time the series repeats."""
    recurrence = content.recurrence
    if recurrence is not None and recurrence.range.zone is not None:
        return recurrence.range.zone
    return content.start.zone


def day_of(moment: ZonedTime, where: Zone) -> date:
    return moment.instant.astimezone(where.info).date()


def times_on(content: Content, day: date) -> tuple[ZonedTime, ZonedTime]:
    """Return start and end of the occurrence of a day: the same wall-clock times as the master's.

    A time that a change of the clocks leaves out moves on by the gap, one that is there twice is
    the first of both (graph-calendar 10).
    """
    where = zone_of_series(content)
    first = content.start.instant.astimezone(where.info).replace(tzinfo=None)
    lasts = content.end.instant.astimezone(where.info).replace(tzinfo=None) - first
    starts = datetime.combine(day, first.time())
    start = _instant(starts, where)
    end = max(_instant(starts + lasts, where), start)
    return ZonedTime(start, content.start.zone), ZonedTime(end, content.end.zone)


def overlaps_itself(content: Content) -> bool:
    """Tell whether an occurrence lasts into the next one, which Exchange does not allow."""
    recurrence = content.recurrence
    if recurrence is None:
        return False
    where = zone_of_series(content)
    walls = [t.instant.astimezone(where.info).replace(tzinfo=None) for t in
             (content.start, content.end)]  # fmt: skip
    lasts = walls[1] - walls[0]
    if lasts <= timedelta(days=1):
        return False
    days = list(islice(_rule(recurrence), LOOKED_AT_FOR_OVERLAP))
    return any(after - before < lasts for before, after in pairwise(days))


@lru_cache(maxsize=4096)
def _rule(recurrence: Recurrence) -> rrule:
    pattern, limits = recurrence.pattern, recurrence.range
    until = _midnight(limits.end) if limits.kind is RangeKind.END_DATE and limits.end else None
    return rrule(
        dtstart=_midnight(limits.start),
        interval=pattern.interval,
        count=limits.occurrences if limits.kind is RangeKind.NUMBERED else None,
        until=until,
        cache=True,
        **_selection(pattern),
    )


def _selection(pattern: Pattern) -> dict[str, Any]:
    """Return which days of a period count, in dateutil's words."""
    days = [weekday_rules[WEEKDAYS.index(name)] for name in pattern.days_of_week]
    match pattern.kind:
        case PatternKind.DAILY:
            return {"freq": DAILY}
        case PatternKind.WEEKLY:
            begins = WEEKDAYS.index(pattern.first_day_of_week)
            return {"freq": WEEKLY, "byweekday": days, "wkst": begins}
        case PatternKind.ABSOLUTE_MONTHLY:
            return {"freq": MONTHLY, **_day_of_month(pattern.day_of_month)}
        case PatternKind.ABSOLUTE_YEARLY:
            return {
                "freq": YEARLY, "bymonth": pattern.month, **_day_of_month(pattern.day_of_month)
            }  # fmt: skip
        case PatternKind.RELATIVE_MONTHLY:
            return {"freq": MONTHLY, "byweekday": days, "bysetpos": INDEXES[pattern.index]}
        case PatternKind.RELATIVE_YEARLY:
            return {
                "freq": YEARLY, "bymonth": pattern.month, "byweekday": days,
                "bysetpos": INDEXES[pattern.index],
            }  # fmt: skip


def _day_of_month(day: int) -> dict[str, Any]:
    """Select a day; in a month that is too short it is the last one (graph-calendar 3.2)."""
    if day <= SHORTEST_MONTH:
        return {"bymonthday": day}
    return {"bymonthday": list(range(SHORTEST_MONTH, day + 1)), "bysetpos": -1}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0))


def _instant(wall: datetime, where: Zone) -> datetime:
    return wall.replace(tzinfo=where.info).astimezone(UTC)
