"""Which side was changed last: field by field since both agreed, else by the stamps (R-843)."""

from collections.abc import Iterable
from datetime import timedelta

from core.domain.booking import Booking
from core.domain.drift import NewerSide
from core.domain.event import Event
from core.domain.meeting import Aspect
from core.domain.stamps import moment_of
from core.sync.context import Context
from core.sync.merge import changed_aspects
from core.sync.sides import Pair

APART = timedelta(minutes=1)
"""Stamps that are nearer than this say nothing: one is often the echo of the other."""


def newer_of(aspect: Aspect, pairs: tuple[Pair, ...], context: Context) -> NewerSide:
    """Return who changed an aspect since both agreed; where nobody did, the later stamp tells."""
    found: set[NewerSide] = set()
    for pair in pairs:
        changed = changed_aspects(pair.exchange, pair.rooms, pair.baseline, context.keys)
        here, there = aspect in changed.exchange, aspect in changed.rooms
        if changed.is_first or here == there:
            found.add(
                NewerSide.MIXED
                if here and there and not changed.is_first
                else _by_stamps(pair.event, pair.booking)
            )
        else:
            found.add(NewerSide.EXCHANGE if here else NewerSide.ROOMS)
    return together(found)


def _by_stamps(event: Event, booking: Booking) -> NewerSide:
    here, there = event.modified_at, moment_of(booking.modified_on)
    if here is None or there is None or abs(here - there) < APART:
        return NewerSide.UNCLEAR
    return NewerSide.EXCHANGE if here > there else NewerSide.ROOMS


def together(sides: Iterable[NewerSide]) -> NewerSide:
    """Return the one side that all name, `MIXED` where they name different ones."""
    found = set(sides) - {NewerSide.UNCLEAR}
    if not found:
        return NewerSide.UNCLEAR
    return found.pop() if len(found) == 1 else NewerSide.MIXED
