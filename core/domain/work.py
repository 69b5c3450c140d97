"""Where to look: the keys that travel through the queues. A key never says what changed."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from core.domain.event import EventPlace
from core.domain.ids import BookingId, EventId, ICalUid, MappingId
from core.domain.notice import Notice


class Source(StrEnum):
    """How we came to look."""

    PUSH = "push"
    POLL = "poll"
    DELTA = "delta"
    CATCH_UP = "catch_up"
    """Delta or a poll after a time in which nobody could have told us."""
    WAKE_UP = "wake_up"
    """A notification that proves nothing says that it is worth it."""
    SWEEP = "sweep"
    FREED = "freed"
    """A resource that somebody waits for may have become free."""
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class EventKey:
    """An event in the mailbox where something was noticed (maybe only a participant's copy)."""

    place: EventPlace
    event_id: EventId


@dataclass(frozen=True, slots=True)
class ICalKey:
    """A meeting in its organizer's mailbox, known only by its cross-mailbox id."""

    place: EventPlace
    ical_uid: ICalUid


@dataclass(frozen=True, slots=True)
class BookingKey:
    """A booking in ROOMS. `home` is the mailbox whose session does the work, once it is known."""

    mandator: str
    booking_id: BookingId
    home: EventPlace | None = None


@dataclass(frozen=True, slots=True)
class MappingKey:
    """A link that is already known, in the session of its home."""

    mapping_id: MappingId
    home: EventPlace


ItemKey = EventKey | ICalKey | BookingKey | MappingKey


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """One look to take.

    `version` is the event version or ROOMS stamp that the trigger carried, "" if it carried none;
    `also` are those of triggers that were merged into this one. `deleted` says that a trigger spoke
    of a deletion, `thorough` that both sides are to be read; `attempt` counts earlier failures.
    `given_up` is the entry of what was given up that this look makes good if it succeeds. `deaths`
    counts workers that died over it, or beside it, in earlier messages. `traceparent` is where in
    telemetry it belongs (docs/telemetry.md); it says nothing of the look.
    """

    key: ItemKey
    source: Source
    version: str = ""
    also: tuple[str, ...] = ()
    deleted: bool = False
    thorough: bool = False
    attempt: int = 0
    given_up: str = ""
    deaths: int = 0
    first_seen: datetime
    trace_id: str = ""
    traceparent: str = field(default="", compare=False)

    @property
    def versions(self) -> tuple[str, ...]:
        """Return all versions that the triggers carried, "" for one that carried none."""
        return (self.version, *self.also)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxJob:
    """Work on one whole mailbox, or on ROOMS (`place` None): catch up, sweep, subscribe.

    `kind` is a JobKind, unless another version of the app has queued it. `attempt` counts earlier
    failures; `traceparent` as with a look.
    """

    kind: str
    place: EventPlace | None
    requested_at: datetime
    attempt: int = 0
    traceparent: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenUp:
    """What was given up, for `failed-items`: what, why, and where its history is.

    A look, a mail or a job; none of them where a message cannot be read, which is then in `raw`.
    """

    reason: str
    text: str
    item: WorkItem | None = None
    notice: Notice | None = None
    job: MailboxJob | None = None
    raw: str = ""
    mapping_id: MappingId | None = None


def session_of(key: ItemKey) -> str:
    """Return the queue session that works on a key: its home mailbox, or the side's own key."""
    if isinstance(key, BookingKey):
        alone = f"rooms/{key.mandator}/{key.booking_id}"
        return alone if key.home is None else mailbox_session(key.home)
    return mailbox_session(key.home if isinstance(key, MappingKey) else key.place)


def home_of(key: ItemKey) -> EventPlace | None:
    """Return the mailbox in whose session a key is worked on, None while that is not known."""
    return key.home if isinstance(key, BookingKey | MappingKey) else key.place


def mailbox_session(place: EventPlace) -> str:
    """Return the queue session of a mailbox."""
    return f"{place.environment}/{place.mailbox}"
