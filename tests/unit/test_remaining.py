"""What of a link is still to come: a single meeting until it ends, a series date by date."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from core.domain.event import EventPlace
from core.domain.ids import BookingId, EnvironmentId, MailboxKey, MappingId, ResourceId
from core.domain.interval import Interval
from core.domain.mapping import (
    BookingLink,
    DateLink,
    Mapping,
    MappingState,
    Refusal,
    SeriesLink,
)
from core.domain.remaining import (
    is_followed,
    is_over,
    next_booking,
    next_time,
    open_refusals,
)
from core.domain.series import Pattern, PatternKind, Recurrence, SeriesRange, WallSpan

MONDAY = datetime(2026, 11, 2, 8, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NO = Refusal(fingerprint="f", aspects=frozenset(), code="occupied", text="", since=MONDAY)


def a_link(number: int, **more) -> DateLink:
    start = MONDAY + number * DAY
    booking = BookingLink(booking_id=BookingId(number), resource=ResourceId(101))
    link = DateLink(
        original_start=start,
        state=MappingState.LINKED,
        bookings=(booking,),
        time=Interval(start, start + HOUR),
    )
    return replace(link, **more)


def a_series(*dates: DateLink, **bounds) -> Mapping:
    nine = datetime(2026, 11, 2, 9)  # noqa: DTZ001 - on the wall
    recurrence = Recurrence(
        pattern=Pattern(kind=PatternKind.DAILY),
        range=SeriesRange(first=date(2026, 11, 2), **bounds),
        span=WallSpan(start=nine, end=nine + HOUR),
        zone="Europe/Zurich",
    )
    return replace(a_single(), time=None, series=SeriesLink(recurrence=recurrence, dates=dates))


def a_single() -> Mapping:
    return Mapping(
        id=MappingId("x"),
        state=MappingState.LINKED,
        home=EventPlace(EnvironmentId("contoso"), MailboxKey("p11")),
        mandator="Default",
        bookings=(BookingLink(booking_id=BookingId(7), resource=ResourceId(101)),),
        time=Interval(MONDAY, MONDAY + HOUR),
    )


def test_a_single_meeting_is_over_when_it_has_ended():
    link = replace(a_single(), refusals=(NO,))
    before, after = MONDAY + HOUR - timedelta(seconds=1), MONDAY + HOUR
    assert (is_over(link, before), is_over(link, after)) == (False, True)
    assert (open_refusals(link, before), open_refusals(link, after)) == ((NO,), ())
    assert next_booking(link, after) == link.booking
    assert next_time(link, after) == link.time
    assert not is_over(replace(link, time=None), after), "nobody knows when it is"


@pytest.mark.parametrize(
    ("bounds", "after_days", "over"),
    [
        ({"count": 3}, 2, False),
        ({"count": 3}, 3, True),
        ({"last": date(2026, 11, 4)}, 2, False),
        ({"last": date(2026, 11, 4)}, 4, True),
        ({}, 400, False),
    ],
)
def test_a_series_is_over_after_its_last_date(bounds, after_days: int, over):
    link = a_series(a_link(0), a_link(1), a_link(2), **bounds)
    assert is_over(link, MONDAY + after_days * DAY) == over


def test_a_series_that_nobody_has_dealt_with_yet_is_not_over_before_its_rule_is():
    assert not is_over(a_series(count=3), MONDAY + 2 * DAY)
    assert is_over(a_series(count=3), MONDAY + 3 * DAY)


def test_a_date_that_was_moved_behind_the_last_one_still_comes():
    start = MONDAY + 9 * DAY
    moved = a_link(1, time=Interval(start, start + HOUR))
    link = a_series(a_link(0), moved, a_link(2), count=3)
    assert not is_over(link, MONDAY + 9 * DAY)
    assert next_time(link, MONDAY + 5 * DAY) == moved.time
    assert is_over(link, MONDAY + 10 * DAY)


def test_a_zone_that_nobody_knows_makes_no_series_over():
    link = a_series(count=3)
    assert link.series is not None
    unknown = replace(link.series.recurrence, zone="Nowhere/At_all")
    series = replace(link.series, recurrence=unknown)
    assert not is_over(replace(link, series=series), MONDAY + 99 * DAY)


def test_of_a_series_the_next_date_to_come_is_shown():
    dates = (
        a_link(0),
        a_link(1, state=MappingState.CANCELLED, bookings=()),
        a_link(2, state=MappingState.REJECTED, bookings=(), time=None),
        a_link(3),
    )
    link = a_series(*dates, count=4)
    now = MONDAY + HOUR
    assert next_time(link, now) == Interval(MONDAY + 2 * DAY, MONDAY + 2 * DAY + HOUR)
    assert next_booking(link, now) == dates[3].bookings[0]
    assert next_booking(link, MONDAY + 30 * DAY) == dates[0].bookings[0], "better than none"


def test_refusals_of_dates_to_come_are_open_and_those_of_the_past_are_not():
    other = replace(NO, code="closed")
    link = a_series(
        a_link(0, refusals=(NO,)),
        a_link(1, refusals=(other, replace(NO, removed=True))),
        a_link(2, refusals=(NO,), state=MappingState.CANCELLED),
        count=3,
    )
    assert open_refusals(link, MONDAY) == (NO, other)
    assert open_refusals(link, MONDAY + HOUR) == (other,)
    assert open_refusals(replace(link, refusals=(NO,)), MONDAY + HOUR) == (NO, other)


def test_a_series_is_followed_while_all_its_dates_to_come_are():
    off = a_link(1, state=MappingState.SYNC_DISABLED)
    link = a_series(a_link(0), off, a_link(2), count=3)
    assert not is_followed(link, MONDAY)
    assert is_followed(link, MONDAY + 2 * DAY)
    assert not is_followed(replace(link, state=MappingState.SYNC_DISABLED), MONDAY + 2 * DAY)
    assert is_followed(a_single(), MONDAY)
