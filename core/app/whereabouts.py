"""What looking for a key's link can come to."""

from dataclasses import dataclass

from core.domain.booking import Booking
from core.domain.event import Event, EventKind
from core.domain.mapping import EventLink, Mapping
from core.domain.pointers import PointerKey
from core.domain.work import ItemKey
from core.errors import RetryClass, TransientError


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A link, known or new, with the side that was read on the way.

    `claim` is the pointer that was claimed for a new one: given back if nothing comes of it. `lost`
    is the event that the link had in a mailbox which is not its home any more. `is_single`: an item
    of a ROOMS series that has a link of its own.
    """

    mapping: Mapping
    event: Event | None = None
    booking: Booking | None = None
    claim: PointerKey | None = None
    lost: EventLink | None = None
    is_single: bool = False


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another session has to do it: that of the link's home mailbox (design 5)."""

    key: ItemKey


@dataclass(frozen=True, slots=True)
class Nothing:
    """There is nothing to do, and why.

    `freed` is a changed booking that is none of ours: somebody may wait for its resource.
    """

    reason: str
    freed: Booking | None = None


Whereabouts = Found | Elsewhere | Nothing


def is_series(found: Found) -> bool:
    """Tell whether what was found is a series on either side."""
    if found.mapping.series is not None:
        return True
    if found.event is not None and found.event.kind is EventKind.SERIES_MASTER:
        return True
    booking = found.booking
    if booking is None or booking.series_id is None or found.is_single:
        return False
    # An item beside the booking that a link knows: the meeting has become a series (S02).
    return found.mapping.link_of(booking.booking_id) is None


class NotYetThereError(TransientError):
    """A notification came before its item can be read (graph-calendar 12.2); mostly it follows."""

    is_answer = True


class EventAwaitedError(TransientError):
    """The add-in made a booking and has not written its link on the event yet (R-304)."""

    retry_class = RetryClass.BACK_SYNC
    is_answer = True
