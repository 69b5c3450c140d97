"""Is a slot that ROOMS calls occupied about to become free, because its holder has left it?

Two changes in Exchange may be looked at in the wrong order: one meeting takes the slot that another
has just left there. Nobody is refused for that (P10).
"""

from core.app.claims import linked
from core.app.services import Services
from core.domain.booking import Booking
from core.domain.ids import ResourceId, is_resource_mailbox
from core.domain.interval import Interval
from core.domain.pointers import booking_pointer
from core.errors import NotFoundError
from core.ports.rooms import BookingQuery
from core.sync.observed import Observed
from core.sync.steps import CreateBooking, Step, UpdateBooking
from core.sync.translate import invited_resources


async def is_about_to_be_free(seen: Observed, step: Step, services: Services) -> bool:
    """Tell whether all who stand in the way of a step have left the slot in Exchange already."""
    asked = _asked(seen, step)
    if asked is None:
        return False
    resource, time = asked
    found = await services.rooms.find_bookings(BookingQuery(window=time, resource=resource))
    own = None if seen.booking is None else seen.booking.booking_id
    holders = [
        booking
        for booking in found
        if booking.status.occupies and booking.booking_id != own and booking.time.overlaps(time)
    ]
    for booking in holders:
        if not await _has_left(booking, time, services):
            return False
    return bool(holders)


def _asked(seen: Observed, step: Step) -> tuple[ResourceId, Interval] | None:
    match step, seen.booking:
        case CreateBooking(draft=draft), _:
            return draft.resource, draft.time
        case UpdateBooking(changes=changes), Booking() as booking:
            return changes.resource or booking.resource, changes.time or booking.time
        case _:
            return None


async def _has_left(booking: Booking, time: Interval, services: Services) -> bool:
    key = booking_pointer(booking.mandator, booking.booking_id)
    mapping = await linked(key, services)
    if mapping is None or mapping.event is None or is_resource_mailbox(mapping.home.mailbox):
        return False
    calendar = services.calendars[mapping.home.environment]
    try:
        event = await calendar.get_event(mapping.home, mapping.event.event_id)
    except NotFoundError:
        return True
    directory = await services.roster.directory()
    is_invited = booking.resource in invited_resources(event, directory)
    return event.is_cancelled or not is_invited or not event.time.overlaps(time)
