"""Look-up rows lie outside the links' transactions: made up where they miss, swept where orphaned.

a row                                        then
leads to a link that has it                  stays
leads to another link than has it            is put right
is missing                                   is made up
leads to a link that has left it behind      stays: its notifications end there
leads to no link, nobody is linking it       goes
marks a copy that only witnesses             stays, retention is asked about it
"""

from dataclasses import dataclass, replace

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


async def repair_lookups(services: Services, *, makes_up: bool = True) -> Repaired:
    """Bring look-up rows in step with the links; with `makes_up` also those that are missing.

    Rows are read before links, and what seems to lead nowhere is looked up once more before it
    goes: a look writes its rows first and its link last.
    """
    there = {key: pointer async for key, pointer in services.pointers.all()}
    waiting = [each async for each in services.waiting.all()]
    links = {mapping.id: mapping async for mapping in services.mappings.all()}
    removed = await _sweep(there, links, services)
    for each in waiting:
        if each.mapping_id not in links and await _is_gone(each.mapping_id, services):
            await services.waiting.remove(each.resource, each.mapping_id)
            removed += 1
    made = await _make_up(there, links, services) if makes_up else 0
    return Repaired(made=made, removed=removed)


async def _sweep(
    there: dict[PointerKey, Pointer], links: dict[MappingId, Mapping], services: Services
) -> int:
    removed, now = 0, services.clock.now()
    for key, pointer in there.items():
        if pointer.mapping_id is None or pointer.mapping_id in links:
            continue
        if pointer.lease_until is not None and pointer.lease_until > now:
            continue
        same = await services.pointers.find(key)
        if same == pointer and await _is_gone(pointer.mapping_id, services):
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
    return await services.mappings.get(mapping_id) is None
