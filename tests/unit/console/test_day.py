"""Where things stand on the time axis, in the resource's own wall time."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from core.app.console.day import ResourceSeen, day_view
from core.app.console.links import links
from core.app.console.standing import Frame, Seen, Side, Standing
from core.app.console.wall import day_span, wall_minutes, zone_named
from core.domain.ids import BookingId
from core.domain.interval import Interval
from tests.unit.builders import NOW, SAENTIS, a_booking, a_directory, a_link, a_resource
from tests.unit.series_builders import a_date, a_series

ZURICH = ZoneInfo("Europe/Zurich")
MONDAY = date(2026, 3, 2)
SPRING = date(2026, 3, 29)
AUTUMN = date(2026, 10, 25)


def at(hour, minute=0, *, day=2, zone=ZURICH):
    return datetime(2026, 3, day, hour, minute, tzinfo=zone)


def booked(number, start, end):
    return a_booking(booking_id=BookingId(number), time=Interval(start, end), appointment_oid=None)


def board(*bookings, day=MONDAY, zone="Europe/Zurich", troubles=None, now=NOW, known=()):
    resource = a_resource(SAENTIS, "Saentis", time_zone=zone)
    read = ResourceSeen(
        resource=resource, seen=Seen(bookings=bookings, events=()), troubles=troubles or {}
    )
    return day_view(day, [read], Frame(links(known), a_directory(), now))


def rooms_lane(view):
    return view.resources[0].lanes[0]


def places(view):
    return [(e.begins, e.ends, e.row) for e in rooms_lane(view).entries]


def test_a_block_stands_at_its_wall_time_in_steps_of_five_minutes():
    assert places(board(booked(1, at(9, 3), at(10, 1)))) == [(540, 605, 0)]


def test_a_short_block_can_still_be_seen():
    assert places(board(booked(1, at(9), at(9)))) == [(540, 545, 0)]


def test_what_overlaps_goes_into_the_first_row_that_is_free():
    view = board(booked(1, at(9), at(11)), booked(2, at(10), at(12)), booked(3, at(11), at(12)))

    assert places(view) == [(540, 660, 0), (600, 720, 1), (660, 720, 0)]
    assert rooms_lane(view).rows == 2


def test_the_axis_shows_the_working_day_and_widens_for_what_lies_outside():
    quiet, early = board(), board(booked(1, at(5, 30), at(20, 10)))

    assert (quiet.first_hour, quiet.last_hour) == (7, 19)
    assert (early.first_hour, early.last_hour) == (5, 21)


def test_what_crosses_midnight_is_cut_at_the_day():
    night = booked(1, at(22), at(2, day=3))

    assert places(board(night)) == [(1320, 1440, 0)]
    assert places(board(night, day=date(2026, 3, 3))) == [(0, 120, 0)]


def test_now_is_a_line_on_today_only():
    assert board(now=at(9, 42)).resources[0].now == 580
    assert board(now=at(9, 42), day=date(2026, 3, 3)).resources[0].now is None


def test_a_pair_counts_once_and_a_gap_not_at_all():
    view = board(booked(1, at(9), at(10)), booked(2, at(11), at(12)))
    pair = a_link(None, booked(1, at(9), at(10)))

    assert view.numbers == {Standing.MISSING: 2}
    assert board(booked(1, at(9), at(10)), known=[pair]).numbers == {Standing.MISSING: 1}


def test_a_side_that_could_not_be_read_says_why():
    view = board(troubles={Side.EXCHANGE: "no answer within 10 s"})

    assert view.resources[0].lanes[1].trouble == "no answer within 10 s"


def test_an_entry_keeps_its_id_when_others_come_before_it():
    alone = rooms_lane(board(booked(7, at(9), at(10)))).entries[0].id
    later = rooms_lane(board(booked(1, at(7), at(8)), booked(7, at(9), at(10)))).entries[1].id

    assert alone == later


def test_days_with_a_change_of_clocks_have_their_real_length():
    hours = [
        (span.end - span.start).total_seconds() / 3600
        for span in (day_span(day, ZURICH) for day in (SPRING, MONDAY, AUTUMN))
    ]

    assert hours == [23, 24, 25]


def test_wall_minutes_follow_the_clock_on_the_wall():
    before, after = datetime(2026, 3, 29, 0, 30, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)

    assert wall_minutes(before, SPRING, ZURICH) == 90
    assert wall_minutes(after, SPRING, ZURICH) == 180


def test_an_unknown_zone_is_shown_in_utc_instead_of_failing():
    assert [zone_named(name).key for name in ("W. Europe Standard Time", "", "../x")] == ["UTC"] * 3


def test_two_dates_of_a_series_on_one_day_are_told_apart():
    link = a_series(a_date(0), a_date(1))
    numbers = [b.booking_id for b in link.every_booking]
    view = board(
        booked(numbers[0], at(9), at(10)), booked(numbers[1], at(11), at(12)), known=[link]
    )
    ids = [entry.id for entry in rooms_lane(view).entries]
    assert ids == [f"rooms-{SAENTIS}-{link.id}", f"rooms-{SAENTIS}-{link.id}-2"]
