"""A series of ROOMS read as a rule with exceptions: nothing is lost, nothing is made up (R-662)."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.expansion import occurrences
from core.domain.interval import Interval
from core.domain.series import (
    Pattern,
    PatternKind,
    Recurrence,
    SeriesRange,
    WallSpan,
    Weekday,
    WeekIndex,
)
from core.domain.series_shape import SeriesShape, shape_of
from tests.kit.search import examples

EASTERN = "America/New_York"
DAILY = Pattern(kind=PatternKind.DAILY)
WEEKLY = Pattern(kind=PatternKind.WEEKLY, weekdays=frozenset({Weekday.TUESDAY}))

patterns = st.sampled_from(
    [
        DAILY,
        Pattern(kind=PatternKind.DAILY, interval=3),
        WEEKLY,
        Pattern(
            kind=PatternKind.WEEKLY,
            interval=2,
            weekdays=frozenset({Weekday.TUESDAY, Weekday.SUNDAY}),
            first_weekday=Weekday.MONDAY,
        ),
        Pattern(kind=PatternKind.ABSOLUTE_MONTHLY, day_of_month=31),
        Pattern(
            kind=PatternKind.RELATIVE_MONTHLY,
            weekdays=frozenset({Weekday.FRIDAY}),
            index=WeekIndex.LAST,
        ),
        Pattern(kind=PatternKind.ABSOLUTE_YEARLY, day_of_month=29, month=2),
    ]
)


def times_of(pattern: Pattern, *, first="2026-03-10T09:00", many=8, zone="Europe/Zurich"):
    start = datetime.fromisoformat(first)
    rule = Recurrence(
        pattern=pattern,
        range=SeriesRange(first=start.date()),
        span=WallSpan(start=start, end=start + timedelta(hours=1)),
        zone=zone,
    )
    return [o.time for o in islice(occurrences(rule), many)]


def shifted(time: Interval, hours: float) -> Interval:
    by = timedelta(hours=hours)
    return Interval(time.start + by, time.end + by)


def rebuilt(shape: SeriesShape) -> list[Interval]:
    """Do what a shape says: the rule, its exceptions, its cancelled dates, and what is beside."""
    dates = {o.original_start: o.time for o in occurrences(shape.recurrence)}
    for name in shape.missing:
        del dates[name]
    for name in shape.moved:
        dates[name] = shape.held[name]
    return sorted([*dates.values(), *shape.stray])


@examples(150)
@given(
    patterns,
    st.integers(1, 12),
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    st.dictionaries(st.integers(0, 11), st.sampled_from([-6, -1, 0.5, 2, 20, 50]), max_size=4),
    st.sets(st.integers(0, 11), max_size=4),
)
def test_what_a_shape_says_are_the_items_again(pattern, many, first, moves, gone):
    times = times_of(pattern, first=f"{first}T09:00", many=many)
    items = [shifted(t, moves.get(n, 0)) for n, t in enumerate(times) if n not in gone]
    items = sorted(set(items)) or times[:1]

    shape = shape_of(pattern, items, "Europe/Zurich")

    assert rebuilt(shape) == items
    assert len(shape.held) + len(shape.stray) == len(items)


@examples(60)
@given(patterns, st.integers(1, 12), st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_a_series_without_exceptions_has_none(pattern, many, first):
    shape = shape_of(pattern, times_of(pattern, first=f"{first}T09:00", many=many), "Europe/Zurich")

    assert shape.deviations == 0


@pytest.mark.parametrize(
    ("zone", "exceptions"), [(EASTERN, 0), ("Europe/Zurich", 7), ("Europe/London", 7)]
)
def test_the_vendors_own_example_has_as_many_exceptions(zone, exceptions):
    """R-661: daily from 27 October to 6 November 2023 at 9, the organizer in New York."""
    items = times_of(DAILY, first="2023-10-27T09:00", many=11, zone=zone)

    shape = shape_of(DAILY, items, EASTERN)

    assert len(shape.moved) == shape.deviations == exceptions
    local = [t.start.astimezone(ZoneInfo(EASTERN)) for _, t in sorted(shape.held.items())]
    assert [m.day for m in local] == [27, 28, 29, 30, 31, 1, 2, 3, 4, 5, 6]


def test_a_first_date_that_was_moved_does_not_make_exceptions_of_all_others():
    times = times_of(WEEKLY, many=10)

    shape = shape_of(WEEKLY, [shifted(times[0], 3), *times[1:]], "Europe/Zurich")

    assert (len(shape.moved), shape.missing, shape.stray) == (1, (), ())
    assert shape.recurrence.span.start.hour == 9


def test_moved_and_cancelled_dates_are_named_by_where_they_were():
    times = times_of(WEEKLY, many=6)
    items = [times[0], shifted(times[1], 30), times[2], times[4], times[5]]

    shape = shape_of(WEEKLY, items, "Europe/Zurich")

    assert shape.moved == (times[1].start,)
    assert shape.held[times[1].start] == shifted(times[1], 30)
    assert shape.missing == (times[3].start,)
    assert shape.recurrence.range == SeriesRange(first=date(2026, 3, 10), last=date(2026, 4, 14))


def test_an_item_too_many_is_told_as_such():
    times = times_of(WEEKLY, many=3)
    extra = shifted(times[1], 24)

    shape = shape_of(WEEKLY, [*times, extra], "Europe/Zurich")

    assert shape.stray == (extra,)


def test_a_single_item_is_a_series_of_one():
    only = Interval(datetime(2026, 3, 10, 8, tzinfo=UTC), datetime(2026, 3, 10, 9, tzinfo=UTC))

    assert shape_of(WEEKLY, [only], "Europe/Zurich").deviations == 0
