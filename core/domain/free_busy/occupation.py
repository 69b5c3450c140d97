"""What ROOMS says of a resource's time, kind by kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.domain.ids import BookingId, ResourceId
from core.domain.interval import Interval


class Occupation(StrEnum):
    """What stands against a time in ROOMS, the strongest first: it is what a cell shows."""

    BOOKING = "booking"
    PENDING = "pending"
    """A draft: somebody is booking right now."""
    BUFFER = "buffer"
    """Lead or follow-up time of a booking."""
    BLOCKING_TIME = "blocking_time"
    HOLIDAY = "holiday"
    CLOSED = "closed"
    OTHER = "other"


STRENGTH = {kind: -number for number, kind in enumerate(Occupation)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Blocker:
    """One line of ROOMS' list of what blocks; of a booking with lead and follow-up time."""

    resource: ResourceId
    time: Interval
    kind: Occupation
    booking: BookingId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedTime:
    """A booking as far as it occupies; `prepared` is with lead and follow-up time.

    `is_expected`: Exchange is to show it, too.
    """

    booking: BookingId
    time: Interval
    prepared: Interval
    kind: Occupation = Occupation.BOOKING
    is_expected: bool = True


@dataclass(frozen=True, slots=True)
class Occupied:
    """A span of a resource's time in ROOMS."""

    time: Interval
    kind: Occupation
    booking: BookingId | None = None
    is_expected: bool = False


def occupied(blockers: Iterable[Blocker], booked: Sequence[BookedTime]) -> tuple[Occupied, ...]:
    """Return what occupies one resource, by start.

    Bookings tell their lead and follow-up time apart, which the list of blockers does not; one
    that only the list knows, as of a status that cannot be found, counts as it is there.
    """
    known = {each.booking for each in booked}
    found = [part for each in booked for part in _parts(each)]
    for each in blockers:
        is_booking = each.kind in {Occupation.BOOKING, Occupation.PENDING}
        if is_booking and each.booking in known:
            continue
        found.append(
            Occupied(
                each.time, each.kind, each.booking, is_expected=each.kind is Occupation.BOOKING
            )
        )
    return tuple(sorted(found, key=lambda each: (each.time, each.kind)))


def _parts(booked: BookedTime) -> Iterable[Occupied]:
    yield Occupied(booked.time, booked.kind, booked.booking, is_expected=booked.is_expected)
    if booked.prepared.start < booked.time.start:
        lead = Interval(booked.prepared.start, booked.time.start)
        yield Occupied(lead, Occupation.BUFFER, booked.booking)
    if booked.time.end < booked.prepared.end:
        follow_up = Interval(booked.time.end, booked.prepared.end)
        yield Occupied(follow_up, Occupation.BUFFER, booked.booking)
