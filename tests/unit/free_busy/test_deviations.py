"""Which side has something that the other has not, and what explains it (R-821)."""

from core.domain.free_busy.cells import Grid, deviation_cells
from core.domain.free_busy.deviations import Deviation, DeviationKind, deviations
from core.domain.free_busy.occupation import (
    Blocker,
    BookedTime,
    Occupation,
    Occupied,
    occupied,
)
from core.domain.free_busy.schedule import BusyTime
from core.domain.ids import BookingId, ResourceId
from core.domain.meeting import ShowAs
from tests.unit.builders import hours

ROOM, ONE, OTHER = ResourceId(1), BookingId(7), BookingId(8)
DAY = hours(0, 24)


def booked(start, end, *, expected=True, booking=ONE, kind=Occupation.BOOKING):
    return Occupied(hours(start, end), kind, booking, is_expected=expected)


def busy(start, end, show_as=ShowAs.BUSY):
    return BusyTime(hours(start, end), show_as)


def found(rooms, exchange, *, holds=False):
    return [
        (d.time, d.kind, d.booking) for d in deviations(rooms, exchange, DAY, holds_buffers=holds)
    ]


def test_the_same_time_on_both_sides_is_none():
    for show_as in (ShowAs.BUSY, ShowAs.TENTATIVE, ShowAs.OUT_OF_OFFICE):
        assert found([booked(9, 10)], [busy(9, 10, show_as)]) == []


def test_a_booking_that_exchange_does_not_show_is_told_with_its_number():
    told = [(hours(9, 10), DeviationKind.ONLY_IN_ROOMS, ONE)]
    assert found([booked(9, 10)], []) == told
    assert found([booked(9, 10)], [busy(9, 10, ShowAs.FREE)]) == told


def test_another_time_is_told_to_the_minute_on_both_sides():
    assert found([booked(9, 10)], [busy(9.5, 11)]) == [
        (hours(9, 9.5), DeviationKind.ONLY_IN_ROOMS, ONE),
        (hours(10, 11), DeviationKind.ONLY_IN_EXCHANGE, None),
    ]


def test_less_than_a_minute_is_how_the_sides_round():
    assert found([booked(9, 10)], [busy(9, 10 + 1 / 120)]) == []


def test_what_is_not_synced_need_not_be_there_and_may():
    lesson = booked(9, 10, expected=False)
    assert found([lesson], []) == []
    assert found([lesson], [busy(9, 10)]) == []


def test_an_item_in_exchange_outside_opening_hours_is_told():
    closed = Occupied(hours(0, 8), Occupation.CLOSED)
    assert found([closed], [busy(7, 8)]) == [(hours(7, 8), DeviationKind.ONLY_IN_EXCHANGE, None)]


def test_lead_and_follow_up_time_is_expected_only_where_it_is_kept_free():
    rooms = [booked(9, 10), Occupied(hours(10, 10.25), Occupation.BUFFER, ONE)]
    assert found(rooms, [busy(9, 10)], holds=True) == []
    assert found(rooms, [busy(9, 10.25)], holds=True) == []
    assert found(rooms, [busy(9, 10.25)]) == [
        (hours(10, 10.25), DeviationKind.ONLY_IN_EXCHANGE, None)
    ]


def test_a_cell_is_marked_however_little_of_it_differs():
    found = deviations([booked(9, 10)], [busy(9, 9.75), busy(11, 12)], DAY, holds_buffers=False)
    marks = deviation_cells(found, Grid(hours(9, 12), 60))
    assert marks == (
        {DeviationKind.ONLY_IN_ROOMS}, set(), {DeviationKind.ONLY_IN_EXCHANGE},
    )  # fmt: skip


def test_outside_the_window_nothing_is_told():
    assert deviations([booked(9, 10)], [], hours(10, 12), holds_buffers=False) == ()
    assert deviations([booked(9, 11)], [], hours(10, 12), holds_buffers=False) == (
        Deviation(hours(10, 11), DeviationKind.ONLY_IN_ROOMS, ONE),
    )


def test_bookings_tell_their_lead_and_follow_up_time_apart():
    blocker = Blocker(resource=ROOM, time=hours(8.75, 10.5), kind=Occupation.BOOKING, booking=ONE)
    booking = BookedTime(booking=ONE, time=hours(9, 10), prepared=hours(8.75, 10.5))
    assert occupied([blocker], [booking]) == (
        Occupied(hours(8.75, 9), Occupation.BUFFER, ONE),
        booked(9, 10),
        Occupied(hours(10, 10.5), Occupation.BUFFER, ONE),
    )


def test_a_booking_that_only_the_list_of_blockers_knows_counts_as_it_is_there():
    lines = [
        Blocker(resource=ROOM, time=hours(9, 10), kind=Occupation.BOOKING, booking=OTHER),
        Blocker(resource=ROOM, time=hours(10, 11), kind=Occupation.PENDING, booking=OTHER),
        Blocker(resource=ROOM, time=hours(18, 24), kind=Occupation.CLOSED),
    ]
    assert occupied(lines, []) == (
        booked(9, 10, booking=OTHER),
        booked(10, 11, booking=OTHER, kind=Occupation.PENDING, expected=False),
        Occupied(hours(18, 24), Occupation.CLOSED),
    )
