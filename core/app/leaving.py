"""Is a slot that ROOMS calls occupied about to become free, because its holder has left it?

Two changes in Exchange may be looked at in the wrong order: one meeting takes the slot that another
has just left there. Nobody is refused for that (P10).
"""

from dataclasses import dataclass

from core.app.claims import linked
from core.app.date_sight import event_now
from core.app.services import Services
from core.domain.booking import Booking
from core.domain.event import Event
from core.domain.ids import ResourceId, is_resource_mailbox
from core.domain.interval import Interval
from core.domain.mapping import Mapping
from core.domain.pointers import booking_pointer
from core.ports.rooms import BookingQuery
from core.sync.observed import Observed
from core.sync.steps import CreateBooking, Step, UpdateBooking
from core.sync.translate import invited_resources


@dataclass(frozen=True, slots=True)
class Leaving:
    """A meeting that has left a slot in Exchange and not yet in ROOMS; `event` None: it ended."""

    mapping: Mapping
    event: Event | None


async def who_is_leaving(seen: Observed, step: Step, services: Services) -> tuple[Leaving, ...]:
    """Return all who stand in the way of a step, if they have left the slot in Exchange already.

    Empty when somebody stays, or nobody is there.
    """
    asked = _asked(seen, step)
    if asked is None:
        return ()
    resource, time = asked
    own = step.booking_id if isinstance(step, UpdateBooking) else None
    found: list[Leaving] = []
    for booking in await holders_of(resource, time, services):
        if booking.booking_id == own:
            continue
        leaving = await _leaving(booking, time, services)
        if leaving is None:
            return ()
        found.append(leaving)
    return tuple(found)


async def holders_of(resource: ResourceId, time: Interval, services: Services) -> list[Booking]:
    """Return the bookings that occupy a slot now."""
    found = await services.rooms.find_bookings(BookingQuery(window=time, resource=resource))
    return [b for b in found if b.status.occupies and b.time.overlaps(time)]


def _asked(seen: Observed, step: Step) -> tuple[ResourceId, Interval] | None:
    match step:
        case CreateBooking(draft=draft):
            return draft.resource, draft.time
        case UpdateBooking(booking_id=number, changes=changes):
            booking = seen.booking_of(number)
            if booking is None:
                return None
            return changes.resource or booking.resource, changes.time or booking.time
        case _:
            return None


async def _leaving(booking: Booking, time: Interval, services: Services) -> Leaving | None:
    """Return what a booking's meeting has done in Exchange, None when it has not left."""
    key = booking_pointer(booking.mandator, booking.booking_id)
    mapping = await linked(key, services)
    if mapping is None or mapping.event is None or is_resource_mailbox(mapping.home.mailbox):
        return None
    event = await event_now(mapping, booking.booking_id, services)
    if event is None:
        return Leaving(mapping, None)
    directory = await services.roster.directory()
    is_invited = booking.resource in invited_resources(event, directory)
    if event.is_cancelled or not is_invited or not event.time.overlaps(time):
        return Leaving(mapping, None if event.is_cancelled else event)
    return None
