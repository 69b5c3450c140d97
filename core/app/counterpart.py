"""Before anything is created: look on the other side for what exists or was half made."""

from dataclasses import replace

from core.app.claims import carried_link
from core.app.services import Services
from core.app.whereabouts import EventAwaitedError
from core.domain.booking import Booking
from core.domain.event import Event
from core.domain.ids import MappingId
from core.ports.rooms import BookingQuery
from core.sync.begin import Context
from core.sync.fingerprint import canonical_text
from core.sync.observed import Observed
from core.sync.translate import meeting_of_event


async def with_counterpart(seen: Observed, context: Context, services: Services) -> Observed:
    """Return what is seen with the other side added, if it is there.

    EventAwaitedError: the add-in has made the booking and will write its link on an event (R-304).
    """
    if seen.event is not None and seen.booking is None:
        return await _with_booking_for(seen.event, seen, context, services)
    if seen.booking is not None and seen.event is None:
        return replace(seen, event=await _event_for(seen.booking, seen, context, services))
    return seen


async def _with_booking_for(
    event: Event, seen: Observed, context: Context, services: Services
) -> Observed:
    """Find the booking of an event: the same link, else the same slot, organizer and resource.

    A booking that carries a link which is nobody's yet is the add-in's: its link becomes ours.
    """
    meeting = meeting_of_event(event, context.directory)
    if meeting.organizer is None:
        return seen
    query = BookingQuery(window=event.time, organizer=meeting.organizer)
    for booking in await services.rooms.find_bookings(query):
        # ROOMS keeps hidden copies of cancelled bookings on a resource of its own.
        if not booking.status.occupies or booking.resource not in context.directory.resources:
            continue
        if _carries(booking, seen):
            return replace(seen, booking=booking)
        if booking.resource not in meeting.resources or booking.time != event.time:
            continue
        if booking.appointment_oid is None:
            return replace(seen, booking=booking)
        if event.appointment_oid is None and await _is_unlinked(booking, seen, services):
            link = MappingId(booking.appointment_oid.lower())
            return replace(seen, booking=booking, mapping=replace(seen.mapping, id=link))
    return seen


async def _event_for(
    booking: Booking, seen: Observed, context: Context, services: Services
) -> Event | None:
    """Find the event of a booking: the same link, else the same slot with its resource or title."""
    place, pending = seen.mapping.home, seen.mapping.pending
    calendar = services.calendars[place.environment]
    if booking.appointment_oid is not None or pending is not None:
        found = await calendar.find_by_appointment_oid(place, seen.mapping.id)
        linked = next((e for e in found if e.is_organizer and not e.is_cancelled), None)
        if linked is not None or pending is not None:
            return linked
    async for event in calendar.list_events(place, booking.time):
        if event.appointment_oid is None and _is_same_meeting(event, booking, context):
            return event
    if booking.appointment_oid is not None:
        raise EventAwaitedError("a booking with a link whose event does not carry it yet (R-304)")
    return None


def _is_same_meeting(event: Event, booking: Booking, context: Context) -> bool:
    """Tell whether an unlinked event of the organizer's is what was booked (D11)."""
    invited = meeting_of_event(event, context.directory).resources
    same_title = canonical_text(event.subject) == canonical_text(booking.title)
    is_add_ins = booking.appointment_oid is not None and same_title and not invited
    return (
        event.is_organizer
        and not event.is_cancelled
        and event.time == booking.time
        and (booking.resource in invited or is_add_ins)
    )


def _carries(booking: Booking, seen: Observed) -> bool:
    return (booking.appointment_oid or "").lower() == seen.mapping.id


async def _is_unlinked(booking: Booking, seen: Observed, services: Services) -> bool:
    """Tell whether a booking's link is no mapping of ours, and ours can still take its name."""
    if seen.mapping.version is not None:
        return False
    return await carried_link(booking.appointment_oid, services) is None
