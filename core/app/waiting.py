"""Those who were refused a resource are looked at again when its slot becomes free (R-401).

Blocking times, opening hours and holidays change without a word: the hourly sweep asks about them.
"""

from core.app.services import Services
from core.domain.booking import Booking
from core.domain.ids import MappingId, ResourceId, is_resource_mailbox, resource_of
from core.domain.interval import Interval
from core.domain.mapping import Mapping, MappingState
from core.domain.refusal import DECLINES
from core.domain.waiting import Waiting
from core.domain.work import MappingKey, Source, WorkItem
from core.sync.demand import SLOT_CODES

AWAITED = SLOT_CODES | DECLINES
"""Reasons that may leave: a mailbox declines mostly because of another meeting."""


async def note_waiting(old: Mapping, new: Mapping, services: Services) -> None:
    """Keep the look-up rows of a link in step with what it was refused."""
    before, now = _awaited(old), _awaited(new)
    for resource in before - now:
        await services.waiting.remove(resource, new.id)
    if new.time is None:
        return
    is_moved = old.time != new.time or old.home != new.home
    for resource in now if is_moved else now - before:
        await services.waiting.put(
            Waiting(resource=resource, mapping_id=new.id, home=new.home, time=new.time)
        )


async def wake_for_links(old: Mapping, new: Mapping, services: Services) -> None:
    """Wake those who wait for what a link has left: another time, another resource, its end."""
    if old.time is None:
        return
    held = {link.resource for link in new.bookings}
    for link in old.bookings:
        if link.resource not in held or old.time != new.time or new.state != old.state:
            freed = _with_buffers(old.time, link.resource, old)
            await wake(link.resource, freed, services, but=new.id)
    is_strangers = is_resource_mailbox(old.home.mailbox) and not old.bookings
    if is_strangers and (old.time != new.time or new.state is MappingState.CANCELLED):
        # It kept the resource's mailbox from everybody else (D5, D6).
        await wake(resource_of(old.home.mailbox), old.time, services, but=new.id)


async def wake_for_booking(booking: Booking, services: Services) -> None:
    """Wake those who wait for the resource of a booking that is none of ours and has changed.

    What it held before is not known: everybody is woken whom it does not stand in the way now.
    """
    for waiting in await services.waiting.of(booking.resource):
        if not (booking.status.occupies and booking.time.overlaps(waiting.time)):
            await _look(waiting, services)


async def wake(
    resource: ResourceId, freed: Interval, services: Services, *, but: MappingId
) -> None:
    """Queue a look at everybody who waits for a resource at that time."""
    for waiting in await services.waiting.of(resource):
        if waiting.mapping_id != but and waiting.time.overlaps(freed):
            await _look(waiting, services)


def _with_buffers(time: Interval, resource: ResourceId, mapping: Mapping) -> Interval:
    """Return a span with what a link kept free before and after it (D8)."""
    mine = [b.time for b in mapping.buffers if resource_of(b.place.mailbox) == resource]
    spans = [time, *(span for span in mine if span is not None)]
    return Interval(min(s.start for s in spans), max(s.end for s in spans))


async def _look(waiting: Waiting, services: Services) -> None:
    item = WorkItem(
        key=MappingKey(waiting.mapping_id, waiting.home),
        source=Source.FREED,
        thorough=True,
        first_seen=services.clock.now(),
    )
    await services.queue.send([item])


def _awaited(mapping: Mapping) -> frozenset[ResourceId]:
    return frozenset(
        refusal.resource
        for refusal in mapping.refusals
        if refusal.resource is not None and refusal.code in AWAITED
    )
