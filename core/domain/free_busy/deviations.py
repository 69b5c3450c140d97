"""Where the two sides say something else of one resource (R-821): the purpose of seeing both."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core.domain.free_busy.occupation import Occupation, Occupied
from core.domain.free_busy.schedule import OCCUPYING, BusyTime
from core.domain.free_busy.spans import clipped, without
from core.domain.ids import BookingId
from core.domain.interval import Interval

SHORTEST = timedelta(minutes=1)
"""Below is how the two sides round, not what somebody did."""

_TAKEN = frozenset({Occupation.BOOKING, Occupation.PENDING})


class DeviationKind(StrEnum):
    """Which side alone has something."""

    ONLY_IN_ROOMS = "only_in_rooms"
    ONLY_IN_EXCHANGE = "only_in_exchange"


@dataclass(frozen=True, slots=True, order=True)
class Deviation:
    """A span that only one side has; `booking` is set where only ROOMS has it."""

    time: Interval
    kind: DeviationKind
    booking: BookingId | None = None


def deviations(
    occupied: Iterable[Occupied],
    busy: Iterable[BusyTime],
    window: Interval,
    *,
    holds_buffers: bool,
) -> tuple[Deviation, ...]:
    """Return where a resource differs within a window, by start; to the minute, not to the cell.

    Exchange need not show drafts, what is no booking, and bookings that are not synced. Lead and
    follow-up time may be there where the policy keeps it free (D8), and never must: it is cut to
    what was free.
    """
    here = tuple(occupied)
    taken = clipped((b.time for b in busy if b.show_as in OCCUPYING), window)
    may_be_there = _TAKEN | ({Occupation.BUFFER} if holds_buffers else frozenset())
    found = [
        Deviation(left, DeviationKind.ONLY_IN_ROOMS, each.booking)
        for each in here
        if each.is_expected
        for left in without(clipped([each.time], window), taken)
    ]
    explained = [each.time for each in here if each.kind in may_be_there]
    found += [Deviation(left, DeviationKind.ONLY_IN_EXCHANGE) for left in without(taken, explained)]
    return tuple(
        sorted(
            (each for each in found if each.time.end - each.time.start >= SHORTEST),
            key=lambda each: (each.time, each.kind, each.booking or 0),
        )
    )
