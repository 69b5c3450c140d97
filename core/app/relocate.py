"""A link whose mailbox is not (or no longer) its own: it belongs where ROOMS says its booking does.

That is the new organizer's calendar (R-103, R-511) or the same person's new mailbox (R-033).
Without one the link has ended (D12), or waits as a difference (D11).
"""

from dataclasses import replace

from core.app.locate_booking import is_homeless
from core.app.rematch import without_event
from core.app.services import Services
from core.app.whereabouts import Elsewhere, Found, Nothing, Whereabouts
from core.domain.booking import Booking
from core.domain.event import Event, EventPlace
from core.domain.mapping import EventLink, Mapping
from core.domain.pointers import booking_pointer
from core.domain.remaining import next_booking
from core.domain.work import BookingKey, WorkItem
from core.errors import NotFoundError, PermanentError
from core.sync.eligibility import home_of_booking

ENDED = Nothing("its mailbox is not synced any more (D12)")


async def at_its_bookings_home(found: Found, item: WorkItem, services: Services) -> Whereabouts:
    """Return the link in the session of the mailbox that its booking belongs to now."""
    mapping, directory = found.mapping, await services.roster.directory()
    if not isinstance(item.key, BookingKey):
        return await _by_its_booking(found, services)
    try:
        booking = await services.rooms.get_booking(item.key.booking_id)
    except NotFoundError:
        return found if is_homeless(mapping) else ENDED
    home = home_of_booking(booking, directory)
    if home is None or not directory.watches(home):
        return replace(found, booking=booking) if is_homeless(mapping) else ENDED
    if item.key.home != home:
        return Elsewhere(BookingKey(item.key.mandator, item.key.booking_id, home))
    return await _arrived(found, booking, home, services)


async def _by_its_booking(found: Found, services: Services) -> Whereabouts:
    """Follow a link without an event through its booking; it ends when another one has that.

    A series is followed through the next of its bookings.
    """
    mapping = found.mapping
    booking = next_booking(mapping, services.clock.now())
    if not is_homeless(mapping) or booking is None:
        return ENDED
    pointer = booking_pointer(mapping.mandator, booking.booking_id)
    own = await services.pointers.find(pointer)
    if own is None or own.mapping_id != mapping.id:
        series = mapping.series and replace(mapping.series, dates=())
        return replace(found, mapping=replace(mapping, bookings=(), series=series))
    return Elsewhere(BookingKey(mapping.mandator, booking.booking_id, mapping.home))


async def _arrived(
    found: Found, booking: Booking, home: EventPlace, services: Services
) -> Whereabouts:
    """Return the link at its new home: the old event is moved there, if it can be had.

    In another mailbox of the same person it is looked for, not moved.
    """
    mapping = found.mapping
    if home == mapping.home:
        return replace(found, booking=booking)
    if mapping.event is not None and home.mailbox != mapping.home.mailbox:
        event = await _left_behind(mapping, mapping.event, services)
        if event is not None:
            return Found(mapping=mapping, booking=booking, event=event)
    return Found(mapping=without_event(mapping, home), booking=booking, lost=mapping.event)


async def _left_behind(mapping: Mapping, link: EventLink, services: Services) -> Event | None:
    """Return the event in the former organizer's calendar, None if that is out of reach."""
    try:
        calendar = services.calendars[mapping.home.environment]
        event = await calendar.get_event(mapping.home, link.event_id)
    except (KeyError, NotFoundError, PermanentError):
        return None
    return None if event.is_cancelled else event
