"""The timeline of one meeting as values: no subject and no person has a place in them (D13)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.domain.ids import BookingId, EventId, MailboxKey, MappingId, ResourceId
from core.domain.interval import Interval

FORMAT, VERSION = "roomsync-history", 1
"""Of what is exported: raised when a field is renamed or means something else (docs/history.md)."""


class EntryKind(StrEnum):
    """What an entry is about."""

    LOOK = "look"
    """A look that changed something, or was refused something."""
    ANSWER = "answer"
    """A look by hand that found nothing to do."""
    GIVEN_UP = "given_up"
    """A look that was given up."""
    PARKED = "parked"
    """A look that waits until its mailbox or system answers again."""
    DIFFERENCE = "difference"
    """A comparison found both sides different (docs/differences.md); `state` is how it is now."""
    MAIL = "mail"
    """A mail to the organizer: that there was one, not to whom and not what it said."""


class Side(StrEnum):
    """One of both systems."""

    EXCHANGE = "exchange"
    ROOMS = "rooms"


class Sight(StrEnum):
    """What a side shows of an item right now."""

    PRESENT = "present"
    GONE = "gone"
    """The item cannot be read where the link has it; that proves no deletion."""
    UNREADABLE = "unreadable"
    """The system did not answer, or refused to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTold:
    """One step of a pass. `side` is what it wrote to, None for what wrote to neither."""

    name: str
    reason: str
    rules: tuple[str, ...] = ()
    side: Side | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """Milliseconds from the change to the end of the pass, part by part; None is not known.

    `provider`: from the change to the first trigger, as far as the system stamps its changes;
    `queue`: until the look began; `own`: reading, planning, remembering; `write`: the writes.
    `total` runs from the first trigger, retries included.
    """

    total: int | None = None
    provider: int | None = None
    queue: int | None = None
    own: int | None = None
    write: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened, at one moment.

    `link` is None for what was given up or parked before there was one. `changed` are aspects as
    `side:aspect`; `exchange` and `rooms` the versions that were dealt with; `attempt` counts the
    tries before this one; `text` is an operator's text of ours. `state` is what became of a mail or
    of a difference, or why a look was given up.
    """

    at: datetime
    kind: EntryKind
    link: MappingId | None = None
    source: str = ""
    outcome: str = ""
    state: str = ""
    rules: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    steps: tuple[StepTold, ...] = ()
    exchange: tuple[str, ...] = ()
    rooms: tuple[str, ...] = ()
    latency: Latency = field(default_factory=Latency)
    attempt: int = 0
    text: str = ""
    trace_id: str = ""

    @property
    def writes(self) -> int:
        """Return how many steps wrote to one of both systems."""
        return sum(1 for step in self.steps if step.side is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalTold:
    """A no that is remembered: `is_open` while both sides differ because of it.

    `resource` is None where it is not to be told.
    """

    code: str
    rules: tuple[str, ...]
    since: datetime
    is_open: bool
    is_told: bool
    resource: ResourceId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingTold:
    """One booking of a link; `is_parked`: on an online resource for a moment (design 5)."""

    booking_id: BookingId
    resource: ResourceId | None = None
    is_parked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTold:
    """One link as it is stored. Of a private meeting neither time nor resource is told (D13).

    Of a series, `dates` is how many were dealt with, `series` says in words when they are and how
    they stand, `special_dates` those that are not as its rule says; `bookings` are the next ones.
    `booked` counts all bookings by resource. `waits_for` are resources it was refused and would be
    booked on once they are free.
    """

    id: MappingId
    state: str
    mailbox: MailboxKey
    event_id: EventId | None = None
    bookings: tuple[BookingTold, ...] = ()
    more_bookings: int = 0
    booked: tuple[tuple[ResourceId, int], ...] = ()
    time: Interval | None = None
    dates: int | None = None
    series: str = ""
    special_dates: tuple[tuple[str, str], ...] = ()
    refusals: tuple[RefusalTold, ...] = ()
    waits_for: tuple[ResourceId, ...] = ()
    pending: str = ""
    conflicts: int = 0
    to_queue: int = 0
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemNow:
    """What one side shows of one item now: its version and when it was changed, nothing else.

    `is_dealt_with`: the version was part of a look that reached its end, None if that cannot be
    told. `state` is ROOMS' status of a booking, "cancelled" of a cancelled event. `trouble` is why
    it is unreadable.
    """

    side: Side
    link: MappingId
    item: str
    sight: Sight
    version: str = ""
    changed_at: str = ""
    is_dealt_with: bool | None = None
    is_linked: bool | None = None
    state: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Everything that is remembered of one meeting, oldest first, and how it stands now.

    The first of `links` is the one that was asked for; a meeting that was split or has become
    another one has more. `is_private`: either side says so, did so when both last agreed, or nobody
    can tell. `is_complete`: no older entry was dropped.
    """

    at: datetime
    links: tuple[LinkTold, ...]
    entries: tuple[Entry, ...]
    now: tuple[ItemNow, ...] = ()
    is_private: bool = False
    is_complete: bool = True
    format: str = FORMAT
    version: int = VERSION
