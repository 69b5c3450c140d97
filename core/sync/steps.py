"""The steps of a plan: frozen, printable, each with a reason that a person understands."""

from dataclasses import dataclass, field
from enum import StrEnum

from core.domain.changes import BookingChanges, BookingDraft, EventChanges, EventDraft
from core.domain.event import EventPlace
from core.domain.ids import BookingId, EventId
from core.domain.meeting import Aspect


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
    """Free the resource in ROOMS."""

    booking_id: BookingId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateEvent:
    """Put an event into a calendar; `is_move` when it replaces one in the old organizer's."""

    place: EventPlace
    draft: EventDraft
    reason: str
    is_move: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateEvent:
    """Write some aspects into Exchange; `aspects` is empty when only the link is stored."""

    changes: EventChanges
    aspects: frozenset[Aspect]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteEvent:
    """Remove an event from a calendar."""

    place: EventPlace
    event_id: EventId
    reason: str


Step = CreateBooking | UpdateBooking | CancelBooking | CreateEvent | UpdateEvent | DeleteEvent


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
    and ROOMS refused: they stay as they are and count as changed until one side gives way.
    """

    steps: tuple[Step, ...] = ()
    outcome: Outcome
    reason: str
    found: tuple[str, ...] = ()
    blocked: frozenset[Aspect] = field(default_factory=frozenset)
    masked: bool = False


def describe(step: Step) -> tuple[str, str]:
    """Return a step as (name, reason): what history, dry run and console show; no private words."""
    name = type(step).__name__
    match step:
        case UpdateBooking(aspects=aspects) | UpdateEvent(aspects=aspects):
            parts = ", ".join(sorted(aspects)) or "link"
            return f"{name} ({parts})", step.reason
        case _:
            return name, step.reason
