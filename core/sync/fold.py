"""What a step brought about, folded into what is observed: the next plan starts from there."""

from dataclasses import replace
from datetime import datetime

from core.domain.booking import Booking, BookingStatus
from core.domain.event import Event
from core.domain.mapping import PendingKind, Refusal
from core.domain.meeting import Aspect
from core.errors import BookingRefusedError
from core.sync.begin import Context
from core.sync.fingerprint import demand_fingerprint
from core.sync.observed import EXCHANGE_SIDE, LINK, ROOMS_SIDE, Observed
from core.sync.steps import (
    CancelBooking,
    CreateBooking,
    CreateEvent,
    DeleteEvent,
    Step,
    UpdateBooking,
    UpdateEvent,
)
from core.sync.translate import meeting_of_event


def fold(seen: Observed, step: Step, result: Event | Booking | None) -> Observed:
    """Return what is observed after `step` came back with `result`."""
    match result:
        case Event():
            seen = replace(seen, made_versions=(*seen.made_versions, result.version))
        case Booking():
            seen = replace(seen, made_stamps=(*seen.made_stamps, result.modified_on))
    match step, result:
        case UpdateBooking(aspects=aspects), Booking():
            marks = frozenset((ROOMS_SIDE, aspect) for aspect in (*aspects, LINK))
            return replace(seen, booking=result, written=seen.written | marks)
        case CreateBooking(), Booking():
            return replace(seen, booking=result, booking_gone=False, refusal=None)
        case CancelBooking(), Booking():
            ended = replace(result, status=BookingStatus.CANCELLED)
            return replace(seen, booking=ended, finished=True)
        case UpdateEvent(aspects=aspects), Event():
            marks = frozenset((EXCHANGE_SIDE, aspect) for aspect in (*aspects, LINK))
            arrived = seen.moved or _is_moving(seen)
            return replace(seen, event=result, written=seen.written | marks, moved=arrived)
        case CreateEvent(), Event():
            return replace(seen, event=result, event_gone=False, moved=step.is_move)
        case DeleteEvent(), None:
            return _without(seen, step)
    raise TypeError(f"{type(step).__name__} cannot come back with {type(result).__name__}")


def fold_refusal(
    seen: Observed, step: Step, refused: BookingRefusedError, context: Context
) -> Observed:
    """Return what is observed after ROOMS said no: a fact to plan with (design 5.3).

    Where the time or the resource was asked for, these are what was refused; the other aspects of
    the same step get another chance on their own.
    """
    asked = step.aspects if isinstance(step, UpdateBooking) else frozenset(Aspect)
    decisive = asked & {Aspect.TIME, Aspect.RESOURCES} or asked
    refusal = Refusal(
        fingerprint=_asked(seen, decisive, context),
        aspects=decisive,
        code=refused.code,
        text=refused.text,
        since=_since(seen, context.now),
    )
    return replace(seen, refusal=refusal)


def _asked(seen: Observed, aspects: frozenset[Aspect], context: Context) -> str:
    if seen.event is None:
        return ""
    meeting = meeting_of_event(seen.event, context.directory)
    return demand_fingerprint(meeting, aspects, context.keys)


def _since(seen: Observed, now: datetime) -> datetime:
    earlier = seen.mapping.refusal
    return earlier.since if earlier is not None else now


def _is_moving(seen: Observed) -> bool:
    pending = seen.mapping.pending
    return pending is not None and pending.kind is PendingKind.MOVE_EVENT


def _without(seen: Observed, step: DeleteEvent) -> Observed:
    """Return what is left: a deleted event ends the link, unless it was the old one of a move."""
    if seen.event is not None and seen.event.event_id != step.event_id:
        return replace(seen, moved=True)
    return replace(seen, event=None, event_gone=True, finished=True)
