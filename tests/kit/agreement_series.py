"""Do both sides agree on a series? Asked date by date, whatever the two keep it as.

Exchange has a master with exceptions and deleted dates, ROOMS one series, several, or single
bookings: of a link there has to be exactly one booking for each date and room, and no other.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from tests.kit.moments import ZONE
from tests.kit.sides import (
    Finding,
    Sides,
    compared,
    finding,
    home_of,
    may_wait,
    rooms_to_book,
)
from tests.kit.views import BookingView, EventView


def unbooked_dates(master: EventView, sides: Sides) -> Iterable[Finding]:
    """Yield the dates of a series without a link that have to be booked."""
    for date in sides.dates_of(master):
        if rooms_to_book(date, sides):
            yield finding("missing", "no booking for", date, None)


def series_disagreements(
    master: EventView, bookings: list[BookingView], sides: Sides
) -> Iterable[Finding]:
    """Yield what differs between the dates of a series and the bookings of its link."""
    dates = sides.dates_of(master)
    held, left = _paired(dates, bookings)
    for date in dates:
        yield from _of_date(date, held[date.event_id], sides)
    for booking in left:
        if home_of(booking, sides) is not None:
            yield finding("missing", f"no date of the series {master.oid} for", None, booking)


def _of_date(date: EventView, bookings: list[BookingView], sides: Sides) -> Iterable[Finding]:
    rooms = Counter(booking.resource for booking in bookings)
    most = len(rooms) if sides.several_rooms else 1
    if len(bookings) > most:
        yield finding("link", f"{len(bookings)} bookings for one date:", date, None)
        return
    if not bookings:
        is_hold = date.mailbox in sides.company.resources
        if is_hold or rooms_to_book(date, sides):
            yield finding("missing", "no booking for", date, None)
        return
    # A room that is too far ahead to be booked yet keeps its invitation (D15).
    asked = tuple(r for r in date.rooms if r in rooms or not may_wait(date, r, sides))
    for booking in bookings:
        yield from compared(replace(date, rooms=asked), booking, sides, also=tuple(rooms))


def _paired(
    dates: list[EventView], bookings: list[BookingView]
) -> tuple[dict[str, list[BookingView]], list[BookingView]]:
    """Give each date the bookings at its time, else those of its day; return what is left over.

    The second is only for the words of a finding: a date and a booking that differ in their time.
    """
    held: dict[str, list[BookingView]] = {date.event_id: [] for date in dates}
    at = {date.slot: date for date in dates}
    rest = []
    for booking in bookings:
        if booking.slot in at:
            held[at[booking.slot].event_id].append(booking)
        else:
            rest.append(booking)
    free = {_day(date): date for date in dates if not held[date.event_id]}
    left = []
    for booking in rest:
        if _day(booking) in free:
            held[free[_day(booking)].event_id].append(booking)
        else:
            left.append(booking)
    return held, left


def _day(item: EventView | BookingView) -> object:
    return item.slot.start.astimezone(ZONE).date()
