"""A series in words: every pattern, every range, every special date; no subject, no people."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.app.series_wording import pattern, rule, special_dates, summary, times
from core.domain.ids import BookingId, ResourceId
from core.domain.interval import Interval
from core.domain.mapping import BookingLink, DateLink, MappingState, Refusal, SeriesLink
from core.domain.series import (
    WORKING_DAYS,
    Pattern,
    PatternKind,
    Recurrence,
    SeriesRange,
    WallSpan,
    Weekday,
    WeekIndex,
)

FIRST = date(2026, 11, 3)
"""A Tuesday."""
NINE = datetime(2026, 11, 3, 9)  # noqa: DTZ001 - on the wall
TUESDAYS = Pattern(kind=PatternKind.WEEKLY, weekdays=frozenset({Weekday.TUESDAY}))
WEEKLY = Recurrence(
    pattern=TUESDAYS,
    range=SeriesRange(first=FIRST, last=date(2027, 1, 5)),
    span=WallSpan(start=NINE, end=NINE + timedelta(hours=1)),
    zone="Europe/Zurich",
)


def weekly(*days: Weekday, **more: object) -> Pattern:
    return Pattern(kind=PatternKind.WEEKLY, weekdays=frozenset(days), **more)  # type: ignore[arg-type]


def monthly(index: WeekIndex, *days: Weekday, **more: object) -> Pattern:
    kind = PatternKind.RELATIVE_MONTHLY
    return Pattern(kind=kind, index=index, weekdays=frozenset(days), **more)  # type: ignore[arg-type]


def monthly_on(day: int, **more: object) -> Pattern:
    return Pattern(kind=PatternKind.ABSOLUTE_MONTHLY, day_of_month=day, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("each", "words"),
    [
        (Pattern(kind=PatternKind.DAILY), "daily"),
        (Pattern(kind=PatternKind.DAILY, interval=3), "every 3 days"),
        (weekly(Weekday.TUESDAY), "weekly on Tuesday"),
        (weekly(Weekday.FRIDAY, Weekday.MONDAY), "weekly on Monday and Friday"),
        (
            weekly(Weekday.FRIDAY, Weekday.MONDAY, Weekday.SUNDAY, interval=2),
            "every 2 weeks on Monday, Friday and Sunday",
        ),
        (weekly(*WORKING_DAYS), "every working day"),
        (monthly_on(1), "monthly on the 1st"),
        (monthly_on(2), "monthly on the 2nd"),
        (monthly_on(11), "monthly on the 11th"),
        (monthly_on(23), "monthly on the 23rd"),
        (monthly_on(31, interval=3), "every 3 months on the 31st"),
        (monthly(WeekIndex.SECOND, Weekday.TUESDAY), "monthly on the second Tuesday"),
        (monthly(WeekIndex.LAST, *WORKING_DAYS), "monthly on the last working day"),
        (monthly(WeekIndex.FIRST, *Weekday, interval=2), "every 2 months on the first day"),
        (
            monthly(WeekIndex.LAST, Weekday.SATURDAY, Weekday.SUNDAY),
            "monthly on the last weekend day",
        ),
        (
            monthly(WeekIndex.THIRD, Weekday.MONDAY, Weekday.WEDNESDAY),
            "monthly on the third Monday or Wednesday",
        ),
        (
            Pattern(kind=PatternKind.ABSOLUTE_YEARLY, day_of_month=29, month=2),
            "yearly on 29 February",
        ),
        (
            Pattern(
                kind=PatternKind.RELATIVE_YEARLY,
                weekdays=frozenset({Weekday.SUNDAY}),
                index=WeekIndex.FIRST,
                month=5,
                interval=4,
            ),
            "every 4 years on the first Sunday of May",
        ),
    ],
)
def test_every_pattern_has_words(each: Pattern, words: str):
    assert pattern(each) == words


@pytest.mark.parametrize(
    ("bounds", "words"),
    [
        (SeriesRange(first=FIRST, last=date(2027, 1, 5)), "weekly on Tuesday until 5 Jan 2027"),
        (SeriesRange(first=FIRST, count=10), "weekly on Tuesday, 10 times"),
        (SeriesRange(first=FIRST, count=1), "weekly on Tuesday, once"),
        (SeriesRange(first=FIRST), "weekly on Tuesday without an end"),
    ],
)
def test_every_range_has_words(bounds: SeriesRange, words: str):
    assert rule(replace(WEEKLY, range=bounds)) == words


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(hours=1), "09:00\u201310:00 (Europe/Zurich)"),
        (timedelta(hours=24), "09:00\u201309:00 1 day later (Europe/Zurich)"),
        (timedelta(hours=49), "09:00\u201310:00 2 days later (Europe/Zurich)"),
    ],
)
def test_the_time_of_day_is_the_clock_of_the_series(length: timedelta, words: str):
    assert times(replace(WEEKLY, span=WallSpan(start=NINE, end=NINE + length))) == words


def dates(number: int) -> list[DateLink]:
    starts = (datetime(2026, 11, 3, 8, tzinfo=UTC) + timedelta(weeks=n) for n in range(number))
    return [
        DateLink(
            original_start=start,
            state=MappingState.LINKED,
            bookings=(BookingLink(booking_id=BookingId(n), resource=ResourceId(101)),),
            time=Interval(start, start + timedelta(hours=1)),
        )
        for n, start in enumerate(starts, start=1)
    ]


def refused(link: DateLink, *codes: str, removed: bool = False) -> DateLink:
    refusals = tuple(
        Refusal(
            fingerprint="f",
            aspects=frozenset(),
            code=code,
            text="Anna Meier hat schon gebucht",
            since=link.original_start,
            removed=removed,
        )
        for code in codes
    )
    return replace(link, state=MappingState.REJECTED, bookings=(), refusals=refusals)


def test_a_series_is_one_line():
    links = dates(10)
    links[2] = refused(links[2], "occupied")
    links[5] = refused(links[5], "closed", removed=True)
    links[6] = replace(links[6], state=MappingState.CANCELLED, bookings=())
    told = summary(SeriesLink(recurrence=WEEKLY, dates=tuple(links)))
    assert told == "weekly on Tuesday until 5 Jan 2027, 10 dates, 2 refused, 1 cancelled"


@pytest.mark.parametrize(
    ("number", "told"), [(0, ", 0 dates"), (1, ", 1 date"), (2, ", 2 dates"), (10, ", 10 dates")]
)
def test_a_series_as_its_rule_says_has_nothing_to_tell(number: int, told: str):
    series = SeriesLink(recurrence=WEEKLY, dates=tuple(dates(number)))
    assert summary(series) == f"weekly on Tuesday until 5 Jan 2027{told}"
    assert special_dates(series) == ()


def test_each_special_date_is_told_with_what_is_special():
    links = dates(8)
    links[0] = refused(links[0], "occupied", "occupied", "closed")
    links[1] = replace(links[1], state=MappingState.CANCELLED)
    links[2] = replace(links[2], state=MappingState.SYNC_DISABLED)
    links[3] = replace(links[3], state=MappingState.CREATING, bookings=())
    start = links[4].original_start + timedelta(hours=2)
    links[4] = replace(links[4], time=Interval(start, start + timedelta(minutes=30)))
    aside = BookingLink(booking_id=BookingId(99), resource=ResourceId(102))
    links[5] = replace(links[5], bookings=(aside,))
    start = links[6].original_start
    links[6] = replace(
        links[6], time=Interval(start, start + timedelta(hours=2)), bookings=(aside,)
    )
    series = SeriesLink(recurrence=WEEKLY, dates=tuple(links))

    assert summary(series).endswith(
        "8 dates, 1 refused, 1 cancelled, 2 moved, 2 on another resource, 1 no longer followed, "
        "1 to be booked"
    )
    assert special_dates(series) == (
        (
            "Tue 3 Nov 2026 09:00",
            "refused: The resource is booked already, Outside the opening hours",
        ),
        ("Tue 10 Nov 2026 09:00", "cancelled"),
        ("Tue 17 Nov 2026 09:00", "no longer followed"),
        ("Tue 1 Dec 2026 09:00", "moved to Tue 1 Dec 2026 11:00\u201311:30"),
        ("Tue 8 Dec 2026 09:00", "on another resource"),
        (
            "Tue 15 Dec 2026 09:00",
            "moved to Tue 15 Dec 2026 09:00\u201311:00; on another resource",
        ),
    )


def test_a_date_that_is_shorter_in_spring_by_the_clock_alone_is_not_moved():
    night = datetime(2026, 3, 28, 22)  # noqa: DTZ001 - on the wall
    span = WallSpan(start=night, end=night + timedelta(hours=8))
    start = datetime(2026, 3, 28, 21, tzinfo=UTC)
    link = DateLink(
        original_start=start,
        state=MappingState.LINKED,
        time=Interval(start, start + timedelta(hours=7)),
    )
    recurrence = replace(WEEKLY, pattern=weekly(Weekday.SATURDAY), span=span)
    assert special_dates(SeriesLink(recurrence=recurrence, dates=(link,))) == ()


def test_what_rooms_has_said_and_whose_it_is_stays_out():
    series = SeriesLink(recurrence=WEEKLY, dates=(refused(dates(1)[0], "occupied"),))
    assert "Anna" not in summary(series) + repr(special_dates(series))
