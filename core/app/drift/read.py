"""Reads what a scan compares: a calendar in pages, ROOMS with one search, nothing per item."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.app.services import Services
from core.domain.booking import Booking
from core.domain.event import Event, EventPlace
from core.domain.ids import PersonId, is_resource_mailbox, resource_of
from core.domain.interval import Interval
from core.ports.rooms import BookingQuery
from core.sync.context import Context
from core.sync.eligibility import home_of_booking

LEEWAY = timedelta(days=1)
"""Around a span: an item that has moved a little is still found by the same search."""


@dataclass(frozen=True, slots=True)
class BothSides:
    """All events of a mailbox in a span, and the bookings that belong to it."""

    events: tuple[Event, ...]
    bookings: tuple[Booking, ...]


async def context_of(services: Services) -> Context:
    """Return what judgements look at: as an operator sees things, older ones included (D11)."""
    return Context(
        directory=await services.roster.directory(), keys=services.keys, now=services.clock.now()
    )


async def read_bookings(
    place: EventPlace,
    window: Interval,
    events: Sequence[Event],
    context: Context,
    services: Services,
) -> list[Booking]:
    """Return the bookings whose home is a mailbox, and those that carry its events' links."""
    carried = {event.appointment_oid.lower() for event in events if event.appointment_oid}
    return [
        booking
        for booking in await services.rooms.find_bookings(query_for(place, window))
        if home_of_booking(booking, context.directory) == place
        or (booking.appointment_oid or "").lower() in carried
    ]


def query_for(place: EventPlace, window: Interval) -> BookingQuery:
    """Return the one search that finds the bookings of a mailbox."""
    wide = Interval(window.start - LEEWAY, window.end + LEEWAY)
    if is_resource_mailbox(place.mailbox):
        return BookingQuery(window=wide, resource=resource_of(place.mailbox))
    return BookingQuery(window=wide, organizer=PersonId(int(place.mailbox[1:])))
