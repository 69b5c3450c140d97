"""The link between one event and its booking, and what both sides last agreed on."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from core.domain.buffer import Buffer
from core.domain.event import Event, EventPlace
from core.domain.ids import BookingId, EventId, EventVersion, ICalUid, MappingId, ResourceId
from core.domain.interval import Interval
from core.domain.meeting import Aspect
from core.domain.refusal import DECLINES
from core.domain.series import Recurrence
from core.domain.waiting import Wake

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
class Attempt:
    """What is being written into a booking, as keyed hashes: done late, it is no user's wish.

    After `until` what ROOMS shows is believed.
    """

    booking_id: BookingId
    key_version: str
    aspects: dict[Aspect, str]
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingLink:
    """One booking; `settled` are ROOMS' own change stamps, used like an event's versions.

    `parked`: we moved it to an online resource for a moment, so that another meeting can pass
    (design 5, swaps); `resource` is still the one it is to leave.
    """

    booking_id: BookingId
    resource: ResourceId
    parked: bool = False
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

    `rooms` is of every booking that has no entry of its own in `by_booking`. `masked` means that
    ROOMS deliberately holds a neutral title and no participants, because the event was made private
    after its creation (design 5.2). `groups` are the groups among the event's attendees that ROOMS
    has as their members, by the group's hash: those who were in it then (R-008).
    """

    key_version: str
    exchange: Fingerprint
    rooms: Fingerprint
    by_booking: dict[BookingId, Fingerprint] = field(default_factory=dict)
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    masked: bool = False

    def of_booking(self, booking_id: BookingId) -> Fingerprint:
        """Return what one booking showed."""
        return self.by_booking.get(booking_id, self.rooms)


class PendingKind(StrEnum):
    """What was announced before it was tried, so that a crash leaves a trace."""

    CREATE_EVENT = "create_event"
    CREATE_BOOKING = "create_booking"
    MOVE_EVENT = "move_event"
    RESCHEDULE = "reschedule"
    """A series gets another rule: its deleted dates come back, and are to be deleted again."""
    REINVITE = "reinvite"
    """A resource leaves the event for a moment: that must not be taken for a user's wish."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """The write-ahead mark: what is being done, where, and until when nobody else may try.

    `resource` is the one that is invited again, `original_start` the date of a series that it is
    about.
    """

    kind: PendingKind
    lease_until: datetime
    transaction_id: str = ""
    draft_context: int | None = None
    place: EventPlace | None = None
    resource: ResourceId | None = None
    original_start: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A no, remembered so that the same state is neither tried nor mailed twice.

    `resource` is the one that was not to be had; `fingerprint` is of what was asked for it, as
    Exchange showed it, `aspects` what of that was refused. `told`: the organizer was mailed.
    `removed`: the resource was taken off the event (R-402); invited again, it is asked for again.
    """

    fingerprint: str
    aspects: frozenset[Aspect]
    code: str
    text: str
    since: datetime
    resource: ResourceId | None = None
    told: bool = False
    removed: bool = False

    @property
    def is_open(self) -> bool:
        """Tell whether both sides still disagree: what was removed or declined is settled."""
        return not self.removed and self.code not in DECLINES


def taken_off(refusals: Iterable[Refusal]) -> frozenset[ResourceId]:
    """Return what was taken off an event or date and is booked once it can be had (D2)."""
    return frozenset(f.resource for f in refusals if f.removed and f.resource is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateLink:
    """One date of a series, named by its original start (UTC): what a link is for a single meeting.

    It is kept when the date has ended. `is_deleted`: it is not to be in the calendar any more, also
    where a new rule brings it back (S10). `state` `creating`: not dealt with yet.
    """

    original_start: datetime
    state: MappingState
    bookings: tuple[BookingLink, ...] = ()
    time: Interval | None = None
    baseline: Baseline | None = None
    refusals: tuple[Refusal, ...] = ()
    conflicts: int = 0
    reinvited: tuple[ResourceId, ...] = ()
    is_deleted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesLink:
    """The dates of a series that were dealt with, by original start, and the rule they are of.

    `horizon`: up to when they are (design D14); time moves it on. `asked_at`: when ROOMS last said
    that what comes after is too far ahead, None if it never did. `rooms_series` are the series that
    ROOMS has the dates in: one, more after an extension, none where it has single bookings.
    """

    recurrence: Recurrence
    dates: tuple[DateLink, ...] = ()
    horizon: datetime | None = None
    asked_at: datetime | None = None
    rooms_series: tuple[int, ...] = ()

    def date_of(self, booking_id: BookingId) -> DateLink | None:
        """Return the date that has a booking, None when no date has it."""
        return next((d for d in self.dates if _link_in(d.bookings, booking_id)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping:
    """One link. `home` is the mailbox that holds the organizer's copy; only its session writes.

    `conflicts` counts consecutive changes in Exchange that ROOMS refused (R-704), `occasions` the
    passes that told somebody something, so that each mail has an id of its own; `reinvited` are the
    resources that were invited once more after a decline whose cause had gone (design 5); `buffers`
    keep lead and follow-up time free in resource mailboxes (D8); `outbox` are looks that follow
    from what is stored and were perhaps not queued yet. Of a `series` the master is the event, and
    the dates have what a single meeting has: bookings, baseline, refusals.
    `given_up` is the entry of what was given up that the next look that succeeds makes good.
    `attempts` are writes into ROOMS that nobody has answered (docs/late-writes.md).
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
    refusals: tuple[Refusal, ...] = ()
    conflicts: int = 0
    occasions: int = 0
    reinvited: tuple[ResourceId, ...] = ()
    buffers: tuple[Buffer, ...] = ()
    outbox: tuple[Wake, ...] = ()
    series: SeriesLink | None = None
    attempts: tuple[Attempt, ...] = ()
    changed_at: datetime | None = None
    given_up: str = ""
    version: str | None = None

    def is_pending(self, kind: PendingKind) -> bool:
        """Tell whether a write of this kind was announced and not recorded yet."""
        return self.pending is not None and self.pending.kind is kind

    def is_at(self, event: Event) -> bool:
        """Tell whether this is the event of the link, in the mailbox that is its home."""
        known = self.event
        return known is not None and (self.home, known.event_id) == (event.place, event.event_id)

    @property
    def every_booking(self) -> tuple[BookingLink, ...]:
        """Return the bookings, those of all dates of a series."""
        if self.series is None:
            return self.bookings
        return tuple(link for date in self.series.dates for link in date.bookings)

    @property
    def every_refusal(self) -> tuple[Refusal, ...]:
        """Return what was refused, of a series for any of its dates."""
        if self.series is None:
            return self.refusals
        return tuple(refusal for date in self.series.dates for refusal in date.refusals)

    @property
    def booking(self) -> BookingLink | None:
        """Return the booking, the first of several, None when there is none."""
        return next(iter(self.every_booking), None)

    @property
    def open_refusal(self) -> Refusal | None:
        """Return what both sides still disagree on because somebody said no, None if nothing."""
        return next((refusal for refusal in self.refusals if refusal.is_open), None)

    def link_of(self, booking_id: BookingId) -> BookingLink | None:
        """Return what is known of one booking, None when it is not of this link."""
        return _link_in(self.every_booking, booking_id)


def _link_in(links: tuple[BookingLink, ...], booking_id: BookingId) -> BookingLink | None:
    return next((link for link in links if link.booking_id == booking_id), None)
