"""The link between one event and its booking, and what both sides last agreed on."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from core.domain.event import EventPlace
from core.domain.ids import BookingId, EventId, EventVersion, ICalUid, MappingId, ResourceId
from core.domain.interval import Interval
from core.domain.meeting import Aspect

SETTLED_KEPT = 6
"""How many settled versions a link remembers: later duplicates than that are read again."""


class MappingState(StrEnum):
    """Where a link is in its life (design 4)."""

    CREATING = "creating"
    LINKED = "linked"
    REJECTED = "rejected"
    SYNC_DISABLED = "sync_disabled"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLink:
    """The organizer's copy. `settled` are versions that were part of a pass that reached its end.

    A notification that carries a settled version needs no look: what it announces was dealt with.
    """

    event_id: EventId
    ical_uid: ICalUid
    settled: tuple[EventVersion, ...] = ()

    def settle(self, *versions: EventVersion) -> "EventLink":
        """Return the link with `versions` remembered as dealt with."""
        return replace(self, settled=_remember(self.settled, versions))


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingLink:
    """One booking; `settled` are ROOMS' own change stamps, used like an event's versions."""

    booking_id: BookingId
    resource: ResourceId
    settled: tuple[str, ...] = ()

    def settle(self, *stamps: str) -> "BookingLink":
        """Return the link with `stamps` remembered as dealt with."""
        return replace(self, settled=_remember(self.settled, stamps))


def _remember[T: str](known: tuple[T, ...], new: tuple[T, ...]) -> tuple[T, ...]:
    ordered = dict.fromkeys((*known, *(item for item in new if item)))
    for item in new:
        if item:
            ordered[item] = ordered.pop(item)
    return tuple(ordered)[-SETTLED_KEPT:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """Keyed hashes of one side's meeting: one per aspect, one per attendee; no clear text."""

    aspects: dict[Aspect, str] = field(default_factory=dict)
    attendees: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """What each side showed when they last agreed. `key_version` names the hash key that was used.

    `masked` means that ROOMS deliberately holds a neutral title and no participants, because the
    event was made private after its creation (design 5.2).
    """

    key_version: str
    exchange: Fingerprint
    rooms: Fingerprint
    masked: bool = False


class PendingKind(StrEnum):
    """A create that was announced before it was tried, so that a crash leaves a trace."""

    CREATE_EVENT = "create_event"
    CREATE_BOOKING = "create_booking"
    MOVE_EVENT = "move_event"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """The write-ahead mark: what is being created, where, and until when nobody else may try."""

    kind: PendingKind
    lease_until: datetime
    transaction_id: str = ""
    draft_context: int | None = None
    place: EventPlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A no of ROOMS, remembered so that the same state is neither tried nor mailed twice.

    `fingerprint` is of the aspects that were refused, as Exchange showed them.
    """

    fingerprint: str
    aspects: frozenset[Aspect]
    code: str
    text: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """One link. `home` is the mailbox that holds the organizer's copy; only its session writes.

    `version` is the store's own (etag), None for a mapping that is not stored yet.
    """

    id: MappingId
    state: MappingState
    home: EventPlace
    mandator: str
    event: EventLink | None = None
    bookings: tuple[BookingLink, ...] = ()
    time: Interval | None = None
    baseline: Baseline | None = None
    pending: Pending | None = None
    refusal: Refusal | None = None
    changed_at: datetime | None = None
    version: str | None = None

    @property
    def booking(self) -> BookingLink | None:
        """Return the booking of a mapping that has one resource, None when it has none."""
        return self.bookings[0] if self.bookings else None
