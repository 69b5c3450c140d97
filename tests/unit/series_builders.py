"""Links with a series: a weekly one of Anna's in Säntis, one booking for each date."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from core.domain.event import EventKind
from core.domain.event_series import EventSeries
from core.domain.ids import BookingId
from core.domain.interval import Interval
from core.domain.mapping import BookingLink, DateLink, Mapping, MappingState, Refusal, SeriesLink
from core.domain.series import (
    Pattern,
    PatternKind,
    Recurrence,
    SeriesRange,
    WallSpan,
    Weekday,
)
from tests.unit.builders import NOW, SAENTIS, a_link, an_event, hours

WEEK = timedelta(weeks=1)
FIRST = hours(9, 10)
"""The first date: on the day after NOW, a Tuesday."""


def a_rule(count: int | None = 4) -> Recurrence:
    start = datetime.combine(FIRST.start.date(), datetime.min.time()) + timedelta(hours=9)
    return Recurrence(
        pattern=Pattern(kind=PatternKind.WEEKLY, weekdays=frozenset({Weekday.TUESDAY})),
        range=SeriesRange(first=date(start.year, start.month, start.day), count=count),
        span=WallSpan(start=start, end=start + timedelta(hours=1)),
        zone="Etc/UTC",
    )


def at(number: int) -> Interval:
    """When a date is, counted from 0."""
    return Interval(FIRST.start + number * WEEK, FIRST.end + number * WEEK)


def a_date(number: int, **facts) -> DateLink:
    """A date with the booking 2000 + `number`, whose version "s1" was dealt with."""
    link = BookingLink(booking_id=BookingId(2000 + number), resource=SAENTIS, settled=("s1",))
    date = DateLink(
        original_start=at(number).start,
        state=MappingState.LINKED,
        bookings=(link,),
        time=at(number),
    )
    return replace(date, **facts)


def a_refused_date(number: int, code: str = "occupied", **facts) -> DateLink:
    refusal = Refusal(
        fingerprint=f"f{number}",
        aspects=frozenset(),
        code=code,
        text="Belegt",
        since=NOW,
        resource=SAENTIS,
        **facts,
    )
    return a_date(number, state=MappingState.REJECTED, bookings=(), refusals=(refusal,))


def a_series(*dates: DateLink, **facts) -> Mapping:
    """A link with those dates, or with four ordinary ones."""
    series = SeriesLink(recurrence=a_rule(), dates=dates or tuple(a_date(n) for n in range(4)))
    link = a_link(a_master(), None, time=None, series=series)
    return replace(link, **facts)


def a_master(**facts):
    return an_event(**{"kind": EventKind.SERIES_MASTER, "time": FIRST, **facts})


def shown(**facts) -> EventSeries:
    """The series as Exchange shows it."""
    return EventSeries(**{"master": a_master(), "recurrence": a_rule(), **facts})
