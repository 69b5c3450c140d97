"""Look-up rows lie outside the links' transactions: made up where they miss, swept where orphaned.

a row                                        then
leads to a link that has it                  stays
leads to another link than has it            is put right
is missing                                   is made up
leads to a link that has left it behind      stays: its notifications end there
leads to no link, nobody is linking it       goes
marks a copy that only witnesses             stays, retention is asked about it
"""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from core.app.services import Services
from core.app.waiting import note_waiting
from core.domain.ids import MappingId
from core.domain.mapping import Mapping
from core.domain.pointers import (
    Pointer,
    PointerKey,
    booking_pointer,
    event_pointer,
    meeting_pointer,
    series_pointer,
)
from core.domain.waiting import Waiting
from core.errors import InvalidPayloadError, StaleVersionError

UNCLAIMED = timedelta(hours=1)
"""How long a pointer may lead nowhere before it goes."""

type Pointers = dict[PointerKey, Pointer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Repaired:
    """How many look-up rows were made up or put right, and how many led nowhere and went."""

    made: int = 0
    removed: int = 0


def pointers_of(mapping: Mapping) -> set[PointerKey]:
    """Return every key that a link is to be found under."""
    keys = {booking_pointer(mapping.mandator, b.booking_id) for b in mapping.every_booking}
    if mapping.event is not None:
        keys.add(event_pointer(mapping.home, mapping.event.event_id))
        keys.add(meeting_pointer(mapping.home, mapping.event.ical_uid))
    numbers = () if mapping.series is None else mapping.series.rooms_series
    keys |= {series_pointer(mapping.mandator, number) for number in numbers}
    buffers = (b for b in mapping.buffers if b.event_id is not None)
    return keys | {event_pointer(b.place, b.event_id) for b in buffers if b.event_id is not None}


async def repair_lookups(services: Services) -> Repaired:
    """Bring look-up rows in step with the links: make up what is missing, sweep what leads nowhere.

    Rows are read before links: a look writes its rows first and its link last.
    """
    there, waiting, links = await _read(services)
    removed = await _sweep(there, waiting, links, services)
    return Repaired(made=await _make_up(there, links, services), removed=removed)


async def sweep_lookups(services: Services) -> int:
    """Remove rows that lead nowhere, and copies that were noted long ago; say how many."""
    there, waiting, links = await _read(services)
    removed = await _sweep(there, waiting, links, services)
    return removed + await _sweep_copies(there, services)


async def _read(services: Services) -> tuple[Pointers, list[Waiting], dict[MappingId, Mapping]]:
    there = {key: pointer async for key, pointer in services.pointers.all()}
    waiting = [each async for each in services.waiting.all()]
    return there, waiting, {mapping.id: mapping async for mapping in services.mappings.all()}


async def _sweep(
    there: Pointers,
    waiting: list[Waiting],
    links: dict[MappingId, Mapping],
    services: Services,
) -> int:
    """Remove what leads nowhere, an hour at least after it was first seen to.

    A pointer may name a link that is still to come (`series/release.py`): the first sweep ends its
    lease, a later one removes it.
    """
    removed, now = 0, services.clock.now()
    for key, pointer in there.items():
        if pointer.mapping_id is None or pointer.mapping_id in links:
            continue
        same = await services.pointers.find(key)
        if same != pointer or not await _is_gone(pointer.mapping_id, services):
            continue
        if pointer.lease_until is None:
            with suppress(StaleVersionError):
                await services.pointers.replace(key, replace(pointer, lease_until=now))
        elif pointer.lease_until <= now - UNCLAIMED:
            await services.pointers.remove(key)
            removed += 1
    for each in waiting:
        if each.mapping_id not in links and await _is_gone(each.mapping_id, services):
            await services.waiting.remove(each.resource, each.mapping_id)
            removed += 1
    return removed


async def _sweep_copies(there: Pointers, services: Services) -> int:
    """Forget copies that only witness and were noted long ago: at worst they are read once more."""
    removed, now = 0, services.clock.now()
    for key, pointer in there.items():
        if pointer.mapping_id is not None:
            continue
        if pointer.noted_at is None:
            with suppress(StaleVersionError):
                await services.pointers.replace(key, replace(pointer, noted_at=now))
        elif pointer.noted_at <= now - services.retention.copies:
            await services.pointers.remove(key)
            removed += 1
    return removed


async def _make_up(
    there: dict[PointerKey, Pointer], links: dict[MappingId, Mapping], services: Services
) -> int:
    made, now = 0, services.clock.now()
    for mapping in links.values():
        for key in sorted(pointers_of(mapping), key=lambda k: (k.kind, k.parts)):
            known = there.get(key)
            if known is not None and known.mapping_id == mapping.id:
                continue
            if known is not None and known.mapping_id in links:
                # Two links have it: whichever look comes next decides.
                continue
            if known is not None and known.lease_until is not None and known.lease_until > now:
                continue
            await services.pointers.replace(key, Pointer(mapping_id=mapping.id))
            made += 1
        await note_waiting(replace(mapping, refusals=(), series=None), mapping, services)
    return made


async def _is_gone(mapping_id: MappingId, services: Services) -> bool:
    """Tell whether there is no such link; one that cannot be read is there."""
    try:
        return await services.mappings.get(mapping_id) is None
    except InvalidPayloadError:
        return False
