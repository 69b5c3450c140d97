"""Before anything is created: look on the other side for what exists or was half made."""

from dataclasses import replace

from core.app.claims import carried_link
from core.app.services import Services
from core.app.whereabouts import EventAwaitedError
from core.domain.booking import Booking
from core.domain.event import Event
from core.domain.ids import MappingId
from core.domain.mapping import PendingKind
from core.ports.rooms import BookingQuery
from core.sync.context import Context
from core.sync.fingerprint import canonical_text
from core.sync.foreign import is_foreign
from core.sync.observed import Observed
from core.sync.translate import meeting_of_event


async def with_counterpart(seen: Observed, context: Context, services: Services) -> Observed:
    """Return what is seen with the other side added, if it is there.

    EventAwaitedError: the add-in has made the booking and will write its link on an event (R-304).
    """
    if seen.event is not None and _is_missing_some(seen, context):
        return await _with_bookings_for(seen.event, seen, context, services)
    if seen.active_bookings and seen.event is None:
        booking = seen.active_bookings[0]
        return replace(seen, event=await _event_for(booking, seen, context, services))
    if seen.event is None and seen.mapping.is_pending(PendingKind.CREATE_EVENT):
        # Its booking has ended meanwhile: what was half made for it must not stay.
        return replace(seen, event=await _carrying(seen, services))
    return seen


def _is_missing_some(seen: Observed, context: Context) -> bool:
    """Tell whether an event may have bookings that we do not know of (yet)."""
    is_making = seen.mapping.is_pending(PendingKind.CREATE_BOOKING)
    return not seen.bookings or (is_making and context.directory.policies.books_each_resource)


async def _with_bookings_for(
    event: Event, seen: Observed, context: Context, services: Services
) -> Observed:
    """Find the bookings of an event: the same link, else the same slot, organizer and resource.

    A booking that carries a link which is nobody's yet is the add-in's: its link becomes ours.
    """
    meeting = meeting_of_event(event, context.directory)
    if meeting.organizer is None:
        return seen
    is_many = context.directory.policies.books_each_resource
    query = BookingQuery(window=event.time, organizer=meeting.organizer)
    for booking in await services.rooms.find_bookings(query):
        if seen.active_bookings and not is_many:
            break
        # ROOMS keeps hidden copies of cancelled bookings on a resource of its own.
        if not booking.status.occupies or booking.resource not in context.directory.resources:
            continue
        if _carries(booking, seen):
            seen = seen.with_booking(booking)
            continue
        if booking.resource not in meeting.resources or booking.time != event.time:
            continue
        if is_foreign(event, seen.mapping):
            seen = replace(seen, is_booked_apart=True)
            continue
        if booking.appointment_oid is None:
            seen = seen.with_booking(booking)
        elif event.appointment_oid is None and await _is_unlinked(booking, seen, services):
            link = MappingId(booking.appointment_oid.lower())
            seen = replace(seen, mapping=replace(seen.mapping, id=link)).with_booking(booking)
    return seen


async def _event_for(
    booking: Booking, seen: Observed, context: Context, services: Services
) -> Event | None:
    """Find the event of a booking: the same link, else the same slot with its resource or title."""
    place, pending = seen.mapping.home, seen.mapping.pending
    if booking.appointment_oid is not None or pending is not None:
        linked = await _carrying(seen, services)
        if linked is not None or pending is not None:
            return linked
    calendar = services.calendars[place.environment]
    async for event in calendar.list_events(place, booking.time):
        if (
            event.appointment_oid is None
            and not event.buffer
            and _is_same_meeting(event, booking, context)
        ):
            return event
    if _carries(booking, seen) and seen.mapping.version is None:
        raise EventAwaitedError("a booking with a link whose event does not carry it yet (R-304)")
    return None


async def _carrying(seen: Observed, services: Services) -> Event | None:
    """Find the event that carries the link, in the calendar where it is to be."""
    place = seen.mapping.home
    calendar = services.calendars[place.environment]
    found = await calendar.find_by_appointment_oid(place, seen.mapping.id)
    return next((e for e in found if e.is_organizer and not e.is_cancelled), None)


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
