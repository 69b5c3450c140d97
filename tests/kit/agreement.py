"""Do both sides agree? Told from the simulators' state alone, by rules of its own (not core's).

Every event that has to have a booking has one, every booking that has to have an event has one, and
the two say the same in every field that is synced (R-201 ... R-208). Of series that holds for every
date (agreement_series.py).
"""

from collections.abc import Iterable

from tests.kit.agreement_series import series_disagreements, unbooked_dates
from tests.kit.sides import Finding, Sides, compared, finding, home_of, rooms_to_book
from tests.kit.views import BookingView, EventView


def disagreements(sides: Sides) -> list[Finding]:
    """Return everything on which the two sides differ."""
    findings: list[Finding] = []
    by_link: dict[str, tuple[list[EventView], list[BookingView]]] = {}
    for event in sides.living_events():
        if event.oid:
            by_link.setdefault(event.oid, ([], []))[0].append(event)
        else:
            findings += _unbooked(event, sides)
    for booking in sides.living_bookings():
        if booking.oid and booking.oid in by_link:
            by_link[booking.oid][1].append(booking)
        elif home_of(booking, sides) is not None:
            findings.append(finding("missing", "no event for", None, booking))
    for events, bookings in by_link.values():
        findings += _linked(events, bookings, sides)
    return findings


def _linked(
    events: list[EventView], bookings: list[BookingView], sides: Sides
) -> Iterable[Finding]:
    event = events[0]
    rooms = {booking.resource for booking in bookings}
    most = len(rooms) if sides.several_rooms else 1
    if len(events) > 1 or (len(bookings) > most and not event.is_series):
        yield finding("link", f"{len(events)} events, {len(bookings)} bookings", event, None)
        return
    if event.is_series:
        yield from series_disagreements(event, bookings, sides)
        return
    if not bookings:
        yield from _unbooked(event, sides)
        return
    for booking in bookings:
        yield from compared(event, booking, sides, also=tuple(rooms))


def _unbooked(event: EventView, sides: Sides) -> Iterable[Finding]:
    if event.is_series:
        yield from unbooked_dates(event, sides)
    elif rooms_to_book(event, sides):
        yield finding("missing", "no booking for", event, None)
