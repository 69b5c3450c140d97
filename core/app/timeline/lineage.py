"""Which other links belong to a meeting's history: it was split, became another one, or came back.

    what happened                                        how the other link is found
    moved to another organizer or mailbox                it keeps its link: nothing to follow
    a copy's link was taken over by the organizer's      the same
    a date left its series (R-611)                       the ROOMS series its booking is still of
    dates became a series of their own                   the look-up row of that series
    an item carries another link than the one that has   the link that it carries
      it now (made anew, restored, rebuilt)
    another link has its event or booking by now         the look-up row of that item
    bookings left for another link, or came from one     the history of either (`Evidence.links`)

A look-up row is only a hint: what it leads to counts if it is stored. Followed until nothing new is
found, at most `MOST` links.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.app.services import Services
from core.app.timeline.sides import Shown, read_sides
from core.domain.history import HistoryEntry
from core.domain.ids import MappingId
from core.domain.mapping import Mapping
from core.domain.pointers import (
    PointerKey,
    booking_pointer,
    event_pointer,
    meeting_pointer,
    series_pointer,
)

MOST = 8
"""Links of one history: a series taken apart has one for each date, nobody reads them all."""

MOST_BOOKINGS = 5
"""Bookings of a link whose look-up rows are asked: those of a series lead to one and the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kin:
    """One link of a meeting: with its history, newest first, and what both sides show of it now."""

    link: Mapping
    shown: Shown
    history: Sequence[HistoryEntry]


async def lineage(first: Mapping, services: Services) -> list[Kin]:
    """Return a link and those it leads to."""
    found: list[Kin] = []
    waiting = [first]
    while waiting and len(found) < MOST:
        link = waiting.pop(0)
        kin = Kin(
            link=link,
            shown=await read_sides(link, services),
            history=await services.mappings.history(link.id),
        )
        found.append(kin)
        known = {each.link.id for each in found} | {each.id for each in waiting}
        waiting += await _related(kin, known, services)
    return found


async def _related(kin: Kin, known: Iterable[MappingId], services: Services) -> list[Mapping]:
    seen = set(known)
    found: list[Mapping] = []
    for name in await _names(kin.link, kin.shown, kin.history, services):
        if name in seen:
            continue
        seen.add(name)
        other = await services.mappings.get(name)
        if other is not None:
            found.append(other)
    return found


async def _names(
    mapping: Mapping, shown: Shown, history: Sequence[HistoryEntry], services: Services
) -> list[MappingId]:
    pointers = [await services.pointers.find(key) for key in _keys(mapping, shown)]
    named = [p.mapping_id for p in pointers if p is not None and p.mapping_id is not None]
    carried = [] if shown.event is None else [shown.event.appointment_oid]
    carried += [booking.appointment_oid for booking in shown.bookings.values()]
    noted = [name for entry in history for name in entry.evidence.links]
    return [*named, *(MappingId(oid.lower()) for oid in carried if oid), *noted]


def _keys(mapping: Mapping, shown: Shown) -> list[PointerKey]:
    keys: list[PointerKey] = []
    if mapping.event is not None:
        keys += [
            event_pointer(mapping.home, mapping.event.event_id),
            meeting_pointer(mapping.home, mapping.event.ical_uid),
        ]
    known = [link.booking_id for link in mapping.every_booking[:MOST_BOOKINGS]]
    keys += [booking_pointer(mapping.mandator, booking_id) for booking_id in known]
    numbers = [] if mapping.series is None else [*mapping.series.rooms_series]
    numbers += [b.series_id for b in shown.bookings.values() if b.series_id is not None]
    keys += [series_pointer(mapping.mandator, number) for number in dict.fromkeys(numbers)]
    return keys
