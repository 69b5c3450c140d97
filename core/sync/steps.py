"""The steps of a plan: frozen, printable, each with a reason that a person understands."""

from dataclasses import dataclass, field
from enum import StrEnum

from core.domain.buffer import Buffer
from core.domain.changes import BookingChanges, BookingDraft, EventChanges, EventDraft
from core.domain.event import EventPlace
from core.domain.ids import BookingId, EventId, PersonId, ResourceId
from core.domain.interval import Interval
from core.domain.mapping import Refusal
from core.domain.meeting import Aspect
from core.domain.notice import NoticeKind, RefusedPart


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateBooking:
    """Book in ROOMS what was found in Exchange."""

    draft: BookingDraft
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateBooking:
    """Write some aspects into ROOMS; `aspects` is empty when only the link is stored."""

    booking_id: BookingId
    changes: BookingChanges
    aspects: frozenset[Aspect]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelBooking:
    """Free the resource in ROOMS; `ends_link` because the whole meeting has ended in Exchange.

    `refusal` is why, where it is to be remembered: the resource must not be booked again at once.
    """

    booking_id: BookingId
    reason: str
    ends_link: bool = False
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateEvent:
    """Put an event into a calendar; `is_move` when it replaces one in the old organizer's."""

    place: EventPlace
    draft: EventDraft
    reason: str
    is_move: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateEvent:
    """Write some aspects into Exchange; `aspects` is empty when only the link is stored.

    `takes_off` are resources that were refused and go (R-402).
    """

    changes: EventChanges
    aspects: frozenset[Aspect]
    reason: str
    takes_off: frozenset[ResourceId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteEvent:
    """Remove an event from a calendar; with a `comment` its attendees read why."""

    place: EventPlace
    event_id: EventId
    reason: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReinviteResource:
    """Take a resource off an event and invite it again: its mailbox decides anew (design 5).

    `without` is None when it was taken off before a crash.
    """

    resource: ResourceId
    without: EventChanges | None
    again: EventChanges
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineEvent:
    """Answer no through the resource mailbox, where the organizer's copy is out of reach (D3)."""

    place: EventPlace
    event_id: EventId
    comment: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Mail the organizer, before what the mail speaks of is done: a crash between must not hide it.

    `person` is None for somebody who is not in the settings; `about` makes the mail's id: the same
    state of the same item is mailed once. `refusals` are told by it.
    """

    kind: NoticeKind
    person: PersonId | None
    parts: tuple[RefusedPart, ...]
    about: str
    reason: str
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceBuffer:
    """Keep a span next to a meeting free in a resource mailbox: make the item or move it (D8)."""

    buffer: Buffer
    span: Interval
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveBuffer:
    """Give the time before or after a meeting back."""

    buffer: Buffer
    reason: str


RoomsStep = CreateBooking | UpdateBooking | CancelBooking
"""What is written to ROOMS."""

ExchangeStep = (
    CreateEvent
    | UpdateEvent
    | DeleteEvent
    | ReinviteResource
    | DeclineEvent
    | PlaceBuffer
    | RemoveBuffer
)
"""What is written to Exchange."""

Step = RoomsStep | ExchangeStep | Tell


class Outcome(StrEnum):
    """What a plan comes to when its steps are done."""

    IN_STEP = "in_step"
    IGNORED = "ignored"
    REFUSED = "refused"
    WAITING = "waiting"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Steps in order, and why. An empty plan means that nothing is left to do.

    `found` names what had changed, as `side:aspect`. `blocked` are aspects that Exchange changed
    and ROOMS does not follow: they stay as they are and count as changed until one side gives way.
    `refusals` are what the link is to remember; `again_s` asks for another look in so many seconds.
    """

    steps: tuple[Step, ...] = ()
    outcome: Outcome
    reason: str
    found: tuple[str, ...] = ()
    blocked: frozenset[Aspect] = field(default_factory=frozenset)
    masked: bool = False
    refusals: tuple[Refusal, ...] = ()
    again_s: float | None = None


def describe(step: Step, *, is_private: bool = False) -> tuple[str, str]:
    """Return a step as (name, reason): what history, dry run and console show; no private words.

    Of a private meeting it is not told what was changed (D13).
    """
    name = type(step).__name__
    if is_private:
        return name, step.reason
    match step:
        case UpdateBooking(aspects=aspects) | UpdateEvent(aspects=aspects):
            parts = ", ".join(sorted(aspects)) or "link"
            return f"{name} ({parts})", step.reason
        case Tell(kind=kind):
            return f"{name} ({kind})", step.reason
        case PlaceBuffer(buffer=buffer) | RemoveBuffer(buffer=buffer):
            return f"{name} ({buffer.kind})", step.reason
        case _:
            return name, step.reason
