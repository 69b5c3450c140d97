"""Look-ups from either side to a link, which are the claims on creating one at the same time."""

from dataclasses import dataclass
from datetime import datetime

from core.domain.event import EventPlace
from core.domain.ids import BookingId, EventId, ICalUid, MappingId


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """What is known of an item before its link is read: which link, or whose meeting it copies.

    A pointer without a mapping marks a participant's or resource's copy: `ical_uid` and `home` say
    whose meeting it is, `noted_at` when it was read. While `lease_until` runs the link is being
    created by one worker.
    """

    mapping_id: MappingId | None = None
    ical_uid: ICalUid | None = None
    home: EventPlace | None = None
    lease_until: datetime | None = None
    noted_at: datetime | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class PointerKey:
    """What a pointer is filed under."""

    kind: str
    parts: tuple[str, ...]


def event_pointer(place: EventPlace, event_id: EventId) -> PointerKey:
    """Return the key of one copy in one mailbox."""
    return PointerKey("event", (place.environment, place.mailbox, event_id))


def meeting_pointer(home: EventPlace, ical_uid: ICalUid) -> PointerKey:
    """Return the key of a meeting across mailboxes: its organizer and iCalUId (S03)."""
    return PointerKey("meeting", (home.environment, home.mailbox, ical_uid))


def booking_pointer(mandator: str, booking_id: BookingId) -> PointerKey:
    """Return the key of a booking."""
    return PointerKey("booking", (mandator, str(booking_id)))


def series_pointer(mandator: str, series_id: int) -> PointerKey:
    """Return the key of a series of ROOMS: all its bookings have one link."""
    return PointerKey("series", (mandator, str(series_id)))
