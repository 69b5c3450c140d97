"""Lets bookings leave a series: each gets a link of its own, a series of ROOMS one for all (R-611).

Their new links are named before the old one lets go, so that a crash between loses none of them.
"""

from core.app.services import Services
from core.domain.ids import MappingId
from core.domain.pointers import Pointer, PointerKey, booking_pointer, series_pointer
from core.domain.work import BookingKey, MappingKey, Source, WorkItem
from core.sync.series.sight import SeriesSight
from core.sync.series.steps import Release


async def release(sight: SeriesSight, step: Release, services: Services) -> tuple[MappingId, ...]:
    """Name new links for bookings that leave, queue a look at each of them, return the names.

    A look at the old link comes first: once the bookings lead elsewhere, nothing else would.
    """
    head, now = sight.mapping, services.clock.now()
    own_look = MappingKey(head.id, head.home)
    await services.queue.send(
        [WorkItem(key=own_look, source=Source.SWEEP, thorough=True, first_seen=now)]
    )
    mandator = head.mandator
    as_series: dict[int, PointerKey] = {}
    looks: dict[PointerKey, BookingKey] = {}
    named: list[MappingId] = []
    for booking in step.bookings:
        number = booking.series_id
        is_whole = (
            number is not None
            and sight.rule is not None
            and number not in sight.own_series
            and len([b for b in step.bookings if b.series_id == number]) > 1
        )
        own = booking_pointer(mandator, booking.booking_id)
        if is_whole and number is not None:
            key = as_series.setdefault(number, series_pointer(mandator, number))
            await _forget(own, sight.mapping.id, services)
        else:
            key = own
        if key not in looks:
            looks[key] = BookingKey(mandator, booking.booking_id)
            named.append(await _name(key, sight.mapping.id, services))
    await services.queue.send(
        [WorkItem(key=key, source=Source.SWEEP, first_seen=now) for key in looks.values()]
    )
    return tuple(named)


async def _name(key: PointerKey, old: MappingId, services: Services) -> MappingId:
    """Let a pointer name a link that is still to come, unless a run before did already."""
    known = await services.pointers.find(key)
    if known is not None and known.mapping_id is not None and known.mapping_id != old:
        return known.mapping_id
    name = services.new_id()
    await services.pointers.replace(key, Pointer(mapping_id=name))
    return name


async def _forget(key: PointerKey, old: MappingId, services: Services) -> None:
    known = await services.pointers.find(key)
    if known is not None and known.mapping_id == old:
        await services.pointers.remove(key)
