"""Those who were refused a resource are looked at again when its slot becomes free (R-401).

Blocking times, opening hours and holidays change without a word: the hourly sweep asks about them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.app.services import Services
from core.domain.booking import Booking
from core.domain.ids import MappingId, ResourceId, is_resource_mailbox, resource_of
from core.domain.interval import Interval
from core.domain.mapping import Mapping, MappingState, Refusal
from core.domain.refusal import DECLINES
from core.domain.remaining import time_of
from core.domain.waiting import Waiting, Wake
from core.domain.work import MappingKey, Source, WorkItem
from core.sync.demand import SLOT_CODES

AWAITED = SLOT_CODES | DECLINES
"""Reasons that may leave: a mailbox declines mostly because of another meeting."""


async def note_waiting(old: Mapping, new: Mapping, services: Services) -> None:
    """Keep the look-up rows of a link in step with what it was refused.

    What the link is stored with already may come from this very pass: it is written all the same.
    """
    before, now = _awaited(old), _awaited(new)
    for resource in sorted(before.keys() - now.keys()):
        await services.waiting.remove(resource, new.id)
    for resource, times in now.items():
        if times:
            first, *more = times
            await services.waiting.put(
                Waiting(
                    resource=resource,
                    mapping_id=new.id,
                    home=new.home,
                    time=first,
                    more=tuple(more),
                )
            )


async def whom_to_wake(old: Mapping, new: Mapping, services: Services) -> tuple[Wake, ...]:
    """Return who waits for what a link has left: another time, another resource, its end."""
    found: dict[Wake, None] = {}
    kept, freed = set(_held(new)), dict[ResourceId, list[Interval]]()
    for held in _held(old):
        if held not in kept:
            span = _with_buffers(held.time, held.resource, old)
            freed.setdefault(held.resource, []).append(span)
    for resource, spans in freed.items():
        found |= dict.fromkeys(await _waiting(resource, spans, services, but=new.id))
    if old.time is None:
        return tuple(found)
    is_strangers = is_resource_mailbox(old.home.mailbox) and not old.every_booking
    if is_strangers and (old.time != new.time or new.state is MappingState.CANCELLED):
        # It kept the resource's mailbox from everybody else (D5, D6).
        own = resource_of(old.home.mailbox)
        found |= dict.fromkeys(await _waiting(own, [old.time], services, but=new.id))
    return tuple(found)


async def wake_for_booking(booking: Booking, services: Services) -> None:
    """Wake those who wait for the resource of a booking that is none of ours and has changed.

    What it held before is not known: everybody is woken whom it does not stand in the way now.
    """
    for waiting in await services.waiting.of(booking.resource):
        is_in_the_way = all(booking.time.overlaps(time) for time in waiting.times)
        if not (booking.status.occupies and is_in_the_way):
            await _look(waiting, services)


async def _waiting(
    resource: ResourceId, freed: Sequence[Interval], services: Services, *, but: MappingId
) -> list[Wake]:
    """Return everybody who waits for a resource at one of these times."""
    return [
        Wake(waiting.mapping_id, waiting.home)
        for waiting in await services.waiting.of(resource)
        if waiting.mapping_id != but
        and any(time.overlaps(span) for time in waiting.times for span in freed)
    ]


@dataclass(frozen=True, slots=True)
class _Held:
    """A slot that a link's booking has; `states` of the link and of its date."""

    resource: ResourceId
    time: Interval
    states: tuple[MappingState, ...]


def _held(mapping: Mapping) -> list[_Held]:
    if mapping.series is None:
        time, states = mapping.time, (mapping.state,)
        return [] if time is None else [_Held(b.resource, time, states) for b in mapping.bookings]
    return [
        _Held(link.resource, time_of(date, mapping.series), (mapping.state, date.state))
        for date in mapping.series.dates
        for link in date.bookings
    ]


def _with_buffers(time: Interval, resource: ResourceId, mapping: Mapping) -> Interval:
    """Return a span with what a link kept free before and after it (D8)."""
    mine = [b.time for b in mapping.buffers if resource_of(b.place.mailbox) == resource]
    beside = [
        span
        for span in mine
        if span is not None
        and (mapping.series is None or (span.start <= time.end and time.start <= span.end))
    ]
    spans = [time, *beside]
    return Interval(min(s.start for s in spans), max(s.end for s in spans))


async def _look(waiting: Waiting, services: Services) -> None:
    item = WorkItem(
        key=MappingKey(waiting.mapping_id, waiting.home),
        source=Source.FREED,
        thorough=True,
        first_seen=services.clock.now(),
    )
    await services.queue.send([item])


def _awaited(mapping: Mapping) -> dict[ResourceId, tuple[Interval, ...]]:
    """Return what a link waits for, with the times; none while they are not known."""
    series = mapping.series
    if series is None:
        times = () if mapping.time is None else (mapping.time,)
        return dict.fromkeys(_refused(mapping.refusals), times)
    every = tuple(time_of(date, series) for date in series.dates)
    found = dict.fromkeys(_refused(mapping.refusals), every)
    for date in series.dates:
        for resource in _refused(date.refusals):
            found[resource] = (*found.get(resource, ()), time_of(date, series))
    return found


def _refused(refusals: Iterable[Refusal]) -> list[ResourceId]:
    return sorted({r.resource for r in refusals if r.resource is not None and r.code in AWAITED})
