"""The dates of a recurrence against two independent oracles, over random rules, zones and years."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given

from core.domain.expansion import occurrences, occurrences_in
from core.domain.interval import Interval
from core.domain.series import (
    WORKING_DAYS,
    MalformedRecurrenceError,
    Pattern,
    PatternKind,
    Recurrence,
    SeriesRange,
    WallSpan,
    Weekday,
    WeekIndex,
)
from devstack.rooms.model import recurrence as simulated
from devstack.rooms.model.series import Kind
from devstack.rooms.model.series import Pattern as SimulatedPattern
from tests.kit.rules import recurrences
from tests.kit.search import examples

NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = {"daily": "DAILY", "weekly": "WEEKLY"}
KINDS = {
    PatternKind.DAILY: Kind.DAILY,
    PatternKind.WEEKLY: Kind.WEEKLY,
    PatternKind.ABSOLUTE_MONTHLY: Kind.MONTHLY,
    PatternKind.RELATIVE_MONTHLY: Kind.MONTHLY_NTH,
    PatternKind.ABSOLUTE_YEARLY: Kind.YEARLY,
    PatternKind.RELATIVE_YEARLY: Kind.YEARLY,
}
MOST = 60


def rrule_text(recurrence: Recurrence) -> str:
    """Say the same in iCalendar's words, the days by their position where that is possible."""
    pattern, bounds = recurrence.pattern, recurrence.range
    kind = pattern.kind.value
    monthly = "YEARLY" if kind.endswith("Yearly") else "MONTHLY"
    parts = [f"FREQ={FREQUENCIES.get(kind, monthly)}", f"INTERVAL={pattern.interval}"]
    if pattern.month is not None:
        parts.append(f"BYMONTH={pattern.month}")
    days = [NAMES[day] for day in sorted(pattern.weekdays)]
    if pattern.index is not None and len(days) == 1:
        parts.append(f"BYDAY={int(pattern.index)}{days[0]}")
    elif days:
        parts.append(f"BYDAY={','.join(days)}")
        if pattern.index is not None:
            parts.append(f"BYSETPOS={int(pattern.index)}")
    if pattern.kind is PatternKind.WEEKLY:
        parts.append(f"WKST={NAMES[pattern.first_weekday]}")
    if pattern.day_of_month is not None:
        sure = ",".join(
            str(d) for d in range(min(28, pattern.day_of_month), pattern.day_of_month + 1)
        )
        parts.append(f"BYMONTHDAY={sure};BYSETPOS=-1")
    if bounds.count is not None:
        parts.append(f"COUNT={bounds.count}")
    if bounds.last is not None:
        until = datetime.combine(bounds.last, time(23, 59, 59), ZoneInfo(recurrence.zone))
        parts.append(f"UNTIL={until.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    return ";".join(parts)


def by_oracle(recurrence: Recurrence, window: Interval) -> list[tuple[datetime, datetime]]:
    """Expand with recurring-ical-events; its first date need not be one of the pattern."""
    zone = ZoneInfo(recurrence.zone)
    event = icalendar.Event()
    event.add("uid", "x")
    event.add("dtstart", recurrence.span.start.replace(tzinfo=zone))
    event.add("dtend", recurrence.span.end.replace(tzinfo=zone))
    event.add("rrule", icalendar.vRecur.from_ical(rrule_text(recurrence)))
    calendar = icalendar.Calendar()
    calendar.add_component(event)
    found = recurring_ical_events.of(calendar).between(window.start, window.end)
    return sorted((e.start.astimezone(UTC), e.end.astimezone(UTC)) for e in found)


def window_of(recurrence: Recurrence) -> Interval:
    start = datetime.combine(recurrence.range.first, time(), UTC)
    return Interval(start - timedelta(days=2), start + timedelta(days=1200))


def simulated_days(recurrence: Recurrence) -> Iterator[date]:
    """Count the days as the simulator of ROOMS does: by hand, without the library."""
    pattern = recurrence.pattern
    other = SimulatedPattern(
        kind=KINDS[pattern.kind],
        interval=pattern.interval,
        days=tuple(sorted((day + 1) % 7 for day in pattern.weekdays)),
        day_in_month=pattern.day_of_month,
        week_number=None if pattern.index is None else int(pattern.index) % 6,
        month_of_year=pattern.month,
    )
    reading = simulated.Reading(week_starts_on=(pattern.first_weekday + 1) % 7)
    return simulated.days(other, recurrence.range.first, reading)


@examples(100)
@given(recurrences())
def test_the_dates_are_those_of_an_independent_calendar(recurrence):
    window = window_of(recurrence)

    ours = [o.time for o in occurrences_in(recurrence, window)]

    theirs = by_oracle(recurrence, window)
    if next(simulated_days(recurrence)) != recurrence.range.first:
        theirs = theirs[1:]  # iCalendar counts the start as a date even where it does not fit
    assert [o.start for o in ours] == sorted({start for start, _ in theirs})


@examples(150)
@given(recurrences())
def test_the_days_are_those_that_the_simulator_of_rooms_counts(recurrence):
    """Written by hand from the facts, without the library."""
    bounds = recurrence.range
    zone = ZoneInfo(recurrence.zone)
    begin, end = (m.replace(tzinfo=zone) for m in (recurrence.span.start, recurrence.span.end))
    expected = [
        simulated.placed(day, begin, end, zone)
        for day in islice(simulated_days(recurrence), bounds.count or MOST)
        if bounds.last is None or day <= bounds.last
    ]

    ours = [o.time for o in islice(occurrences(recurrence), MOST)]

    assert [o.start for o in ours] == sorted({start for start, _ in expected})[:MOST]


@examples(100)
@given(recurrences())
def test_dates_follow_one_another_at_the_same_time_of_day(recurrence):
    zone = ZoneInfo(recurrence.zone)
    starts = [o.time.start for o in islice(occurrences(recurrence), MOST)]
    days = [start.astimezone(zone).date() for start in starts]

    assert starts == sorted(set(starts))
    wanted = recurrence.span.start.time()
    assert starts == [datetime.combine(day, wanted, zone).astimezone(UTC) for day in days]


def test_a_day_that_a_zone_leaves_out_is_no_date_of_its_own():
    """Samoa had no 30 December 2011."""
    samoa = rule({"kind": PatternKind.DAILY}, "2011-12-29T09:00", zone="Pacific/Apia", count=3)

    assert local_dates(samoa) == ["11-12-29 09:00", "11-12-31 09:00"]


def rule(pattern: dict, first: str, *, zone="Europe/Zurich", hours=1, **bounds) -> Recurrence:
    start = datetime.fromisoformat(first)
    return Recurrence(
        pattern=Pattern(**pattern),
        range=SeriesRange(first=start.date(), **bounds),
        span=WallSpan(start=start, end=start + timedelta(hours=hours)),
        zone=zone,
    )


def local_dates(recurrence: Recurrence, many: int = 4) -> list[str]:
    zone = ZoneInfo(recurrence.zone)
    found = islice(occurrences(recurrence), many)
    return [o.time.start.astimezone(zone).strftime("%y-%m-%d %H:%M") for o in found]


THE_31ST = {"kind": PatternKind.ABSOLUTE_MONTHLY, "day_of_month": 31}
LEAP_DAY = {"kind": PatternKind.ABSOLUTE_YEARLY, "day_of_month": 29, "month": 2}
LAST_WORKING_DAY = {
    "kind": PatternKind.RELATIVE_MONTHLY,
    "weekdays": WORKING_DAYS,
    "index": WeekIndex.LAST,
}
TUESDAY_AND_SUNDAY = {
    "kind": PatternKind.WEEKLY,
    "interval": 2,
    "weekdays": frozenset({Weekday.TUESDAY, Weekday.SUNDAY}),
}


@pytest.mark.parametrize(
    ("recurrence", "expected"),
    [
        (
            rule(THE_31ST, "2026-01-31T09:00"),
            ["26-01-31 09:00", "26-02-28 09:00", "26-03-31 09:00", "26-04-30 09:00"],
        ),
        (
            rule(LEAP_DAY, "2027-01-01T09:00"),
            ["27-02-28 09:00", "28-02-29 09:00", "29-02-28 09:00", "30-02-28 09:00"],
        ),
        (
            rule(LAST_WORKING_DAY, "2026-01-05T09:00"),
            ["26-01-30 09:00", "26-02-27 09:00", "26-03-31 09:00", "26-04-30 09:00"],
        ),
        (
            rule(TUESDAY_AND_SUNDAY | {"first_weekday": Weekday.SUNDAY}, "2026-03-03T09:00"),
            ["26-03-03 09:00", "26-03-15 09:00", "26-03-17 09:00", "26-03-29 09:00"],
        ),
        (
            rule(TUESDAY_AND_SUNDAY | {"first_weekday": Weekday.MONDAY}, "2026-03-03T09:00"),
            ["26-03-03 09:00", "26-03-08 09:00", "26-03-17 09:00", "26-03-22 09:00"],
        ),
        (
            rule({"kind": PatternKind.DAILY}, "2026-03-28T02:30", count=3),
            ["26-03-28 02:30", "26-03-29 03:30", "26-03-30 02:30"],
        ),
        (
            rule(
                {"kind": PatternKind.DAILY, "interval": 2},
                "2026-03-01T09:00",
                last=date(2026, 3, 5),
            ),
            ["26-03-01 09:00", "26-03-03 09:00", "26-03-05 09:00"],
        ),
    ],
)
def test_the_dates_that_are_easily_got_wrong(recurrence, expected):
    assert local_dates(recurrence) == expected


def test_the_hour_that_comes_twice_is_meant_the_first_time():
    nights = rule({"kind": PatternKind.DAILY}, "2026-10-24T02:30", count=3)

    starts = [o.time.start.strftime("%dT%H:%M") for o in occurrences(nights)]

    assert starts == ["24T00:30", "25T00:30", "26T01:30"]


def test_an_end_is_read_from_the_clock_as_well():
    """A night shift is an hour shorter when summer time begins."""
    nights = rule({"kind": PatternKind.DAILY}, "2026-03-27T22:00", hours=8, count=3)

    lengths = [o.time.end - o.time.start for o in occurrences(nights)]

    assert lengths == [timedelta(hours=8), timedelta(hours=7), timedelta(hours=8)]


def test_an_end_that_the_clock_puts_before_the_start_keeps_the_length():
    gap = rule({"kind": PatternKind.DAILY}, "2026-03-29T02:45", hours=0.5, count=1)

    (only,) = occurrences(gap)

    assert only.time.end - only.time.start == timedelta(minutes=30)


@pytest.mark.parametrize(
    "pattern",
    [
        {"kind": PatternKind.DAILY, "interval": 0},
        {"kind": PatternKind.WEEKLY},
        {"kind": PatternKind.DAILY, "weekdays": frozenset({Weekday.MONDAY})},
        {"kind": PatternKind.ABSOLUTE_MONTHLY},
        {"kind": PatternKind.ABSOLUTE_MONTHLY, "day_of_month": 32},
        {"kind": PatternKind.ABSOLUTE_YEARLY, "day_of_month": 30, "month": 2},
        {"kind": PatternKind.ABSOLUTE_YEARLY, "day_of_month": 1, "month": 13},
        {"kind": PatternKind.RELATIVE_MONTHLY, "weekdays": WORKING_DAYS},
    ],
)
def test_a_pattern_without_a_meaning_is_none(pattern):
    with pytest.raises(MalformedRecurrenceError):
        Pattern(**pattern)


@pytest.mark.parametrize(
    "bounds",
    [
        {"last": date(2026, 1, 1)},
        {"count": 0},
        {"count": 2, "last": date(2027, 1, 1)},
    ],
)
def test_a_range_without_a_date_is_none(bounds):
    with pytest.raises(MalformedRecurrenceError):
        SeriesRange(first=date(2026, 3, 2), **bounds)


def test_a_zone_that_nobody_knows_is_told():
    with pytest.raises(MalformedRecurrenceError, match="Mars"):
        next(occurrences(rule({"kind": PatternKind.DAILY}, "2026-03-02T09:00", zone="Mars/Base")))


def test_an_endless_series_is_expanded_only_as_far_as_it_is_looked_at():
    endless = rule({"kind": PatternKind.DAILY}, "2016-03-02T09:00")
    window = Interval(datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 4, tzinfo=UTC))

    assert len(list(occurrences_in(endless, window))) == 2


def test_what_rooms_does_not_take_as_a_series_is_known_beforehand():
    """Nothing yearly, no last working day (R-600, R-601)."""
    daily = Pattern(kind=PatternKind.DAILY)
    fridays = Pattern(
        kind=PatternKind.RELATIVE_MONTHLY,
        weekdays=frozenset({Weekday.FRIDAY}),
        index=WeekIndex.LAST,
    )
    working = Pattern(kind=PatternKind.WEEKLY, weekdays=WORKING_DAYS)

    known = [p.is_known_to_rooms for p in (daily, fridays, working)]
    unknown = [Pattern(**p).is_known_to_rooms for p in (LAST_WORKING_DAY, LEAP_DAY)]

    assert (known, unknown) == ([True] * 3, [False] * 2)
    assert working.is_every_working_day
    assert not fridays.is_every_working_day
