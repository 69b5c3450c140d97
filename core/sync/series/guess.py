"""Which rule the items of a ROOMS series follow when ROOMS' own words for it mean nothing."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from core.domain.interval import Interval
from core.domain.series import Pattern, PatternKind, Weekday
from core.domain.series_shape import SeriesShape, shape_of

LONGEST_PAUSE = 4
"""Weeks between two dates of a weekly series that is still taken for one."""


def likely_shape(times: Sequence[Interval], zone: str) -> SeriesShape:
    """Return the shape of the likeliest rule; `times` are the items', at least one, each once.

    What the rule does not fit are exceptions, as for a rule that ROOMS tells.
    """
    shapes = [shape_of(pattern, times, zone) for pattern in _candidates(times, zone)]
    return min(shapes, key=lambda shape: shape.deviations)


def _candidates(times: Sequence[Interval], zone: str) -> Iterator[Pattern]:
    local = ZoneInfo(zone)
    days = sorted(time.start.astimezone(local).date() for time in times)
    weekdays = frozenset(Weekday(day.weekday()) for day in days)
    for interval in range(1, LONGEST_PAUSE + 1):
        yield Pattern(kind=PatternKind.WEEKLY, interval=interval, weekdays=weekdays)
    gaps = [later - earlier for earlier, later in pairwise(days) if later > earlier]
    shortest = min(gaps, default=timedelta(days=1)).days
    yield Pattern(kind=PatternKind.DAILY, interval=shortest)
    yield Pattern(kind=PatternKind.ABSOLUTE_MONTHLY, day_of_month=days[0].day)
