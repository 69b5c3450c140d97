"""What blocks a resource: bookings, closed hours, holidays, blocking times; and as busy bits."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from devstack.rooms.model.availability import holidays, occupants, overlap
from devstack.rooms.model.booking import Booking
from devstack.rooms.model.opening import Interval, closed_intervals
from devstack.rooms.model.resource import Resource
from devstack.rooms.model.store import Store


class BlockerType(IntEnum):
    """The order of the vendor's sentence (rooms-api 7, inferred)."""

    BOOKING = 0
    CLOSED = 1
    HOLIDAY = 2
    BLOCKING_TIME = 3


TITLES = {
    BlockerType.CLOSED: "Geschlossen",
    BlockerType.HOLIDAY: "Feiertag",
    BlockerType.BLOCKING_TIME: "Sperrzeit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """One reason why a resource is not free between `start` and `end` (UTC)."""

    type: BlockerType
    resource_id: int
    start: datetime
    end: datetime
    title: str
    booking: Booking | None = None


def blockers(
    store: Store, resource: Resource, window: Interval, *, ignore: int = 0
) -> Iterator[Blocker]:
    """Yield what blocks a resource in the window: bookings first, then the calendar of the house.

    Bookings count with their lead and follow-up times; an online resource is never blocked by them.
    """
    if not resource.online:
        for booking in occupants(store, resource.id, window, ignore=ignore):
            start, end = booking.occupied
            yield Blocker(
                type=BlockerType.BOOKING,
                resource_id=resource.id,
                start=start,
                end=end,
                title=booking.title,
                booking=booking,
            )
    yield from _house(resource, BlockerType.CLOSED, _closed(resource, window))
    yield from _house(resource, BlockerType.HOLIDAY, holidays(store, resource, window))
    for blocking in resource.blocking_times:
        if overlap((blocking.start, blocking.end), window):
            yield Blocker(
                type=BlockerType.BLOCKING_TIME,
                resource_id=resource.id,
                start=blocking.start,
                end=blocking.end,
                title=blocking.title or TITLES[BlockerType.BLOCKING_TIME],
            )


def busy_bits(
    store: Store, resource: Resource, window: Interval, minutes: int, *, shows_status: bool = False
) -> str:
    """Return one character per interval, `0` where nothing blocks any part of it.

    Busy is `1`, or with `shows_status` a digit taken from the status of the booking.
    """
    start, end = window
    step = timedelta(minutes=minutes)
    bits = ["0"] * math.ceil((end - start) / step)
    for blocker in blockers(store, resource, window):
        first = max(0, (blocker.start - start) // step)
        last = min(len(bits), math.ceil((blocker.end - start) / step))
        booking = blocker.booking if shows_status else None
        digit = "1" if booking is None else str(booking.status % 10)
        bits[first:last] = digit * (last - first)
    return "".join(bits)


def _closed(resource: Resource, window: Interval) -> list[Interval]:
    return closed_intervals(resource.opening_hours, resource.zone, *window)


def _house(
    resource: Resource, kind: BlockerType, intervals: Iterator[Interval] | list[Interval]
) -> Iterator[Blocker]:
    for start, end in intervals:
        yield Blocker(type=kind, resource_id=resource.id, start=start, end=end, title=TITLES[kind])
