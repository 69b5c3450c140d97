"""What a step brought about, folded into what is observed: the next plan starts from there."""

from collections.abc import Iterable
from dataclasses import replace

from core.domain.booking import Booking, BookingStatus
from core.domain.event import Event
from core.domain.ids import ResourceId
from core.domain.mapping import PendingKind, Refusal
from core.domain.meeting import Aspect
from core.domain.notice import NoticeKind
from core.errors import BookingRefusedError
from core.sync.context import Context
from core.sync.demand import CANCELLATION, asking
from core.sync.observed import EXCHANGE_SIDE, LINK, Observed, rooms_side
from core.sync.steps import (
    CancelBooking,
    CreateBooking,
    CreateEvent,
    DeclineEvent,
    DeleteEvent,
    ReinviteResource,
    Step,
    Tell,
    UpdateBooking,
    UpdateEvent,
)


def fold(seen: Observed, step: Step, result: Event | Booking | None) -> Observed:  # noqa: C901, PLR0911 - one kind of step each
    """Return what is observed after `step` came back with `result`."""
    match result:
        case Event():
            seen = replace(seen, made_versions=(*seen.made_versions, result.version))
        case Booking():
            seen = replace(seen, made_stamps=(*seen.made_stamps, result.modified_on))
    match step, result:
        case UpdateBooking(aspects=aspects), Booking(booking_id=number):
            marks = _marks(rooms_side(number), (*aspects, LINK))
            return replace(seen.with_booking(result), written=seen.written | marks)
        case CreateBooking(), Booking(booking_id=number):
            kept = _without_refusal(seen.refusals, result.resource)
            created = seen.created | {number}
            return replace(seen.with_booking(result), refusals=kept, created=created)
        case CancelBooking(), Booking(booking_id=number):
            ended = seen.with_booking(replace(result, status=BookingStatus.CANCELLED))
            is_end = seen.finished or step.ends_link
            if step.refusal is not None:
                ended = _with_refusal(ended, step.refusal)
            return replace(ended, freed=seen.freed | {number}, finished=is_end)
        case UpdateEvent(aspects=aspects), Event():
            link = () if step.changes.appointment_oid is None else (LINK,)
            return replace(
                seen,
                event=result,
                refusals=with_taken_off(seen.refusals, step.takes_off),
                written=seen.written | _marks(EXCHANGE_SIDE, (*aspects, *link)),
                taken_off=seen.taken_off | step.takes_off,
                moved=seen.moved or _is_moving(seen),
            )
        case ReinviteResource(resource=resource), Event():
            return replace(seen, event=result, reinvited=seen.reinvited | {resource})
        case CreateEvent(), Event():
            return replace(seen, event=result, event_gone=False, moved=step.is_move)
        case DeleteEvent(), None:
            return _without(seen, step)
        case DeclineEvent(), None:
            return replace(seen, event=None, event_gone=True, finished=True)
        case Tell(), None:
            return _after_telling(seen, step)
    raise TypeError(f"{type(step).__name__} cannot come back with {type(result).__name__}")


def fold_refusal(
    seen: Observed, step: Step, refused: BookingRefusedError, context: Context
) -> Observed:
    """Return what is observed after ROOMS said no: a fact to plan with (design 5.3).

    Where the time or the resource was asked for, these are what was refused; the other aspects of
    the same step get another chance on their own.
    """
    resource, aspects = _asked_for(seen, step)
    earlier = _refusal_of(seen, resource)
    asked, is_invited, is_only_privacy = CANCELLATION, True, False
    if seen.event is not None and resource is not None and not isinstance(step, CancelBooking):
        asks = asking(seen, seen.event, context)
        asked, is_invited = asks.fingerprint(resource, aspects), resource in asks.invited
        is_only_privacy = earlier is not None and asks.differs_in_privacy_only(earlier, resource)
    was_removed = earlier is not None and earlier.removed and not is_invited
    is_same_wish = earlier is not None and (was_removed or not earlier.removed)
    is_same = is_same_wish and earlier is not None and earlier.fingerprint == asked
    is_told_twice = seen.told or (is_same_wish and is_only_privacy)
    refusal = Refusal(
        fingerprint=asked,
        aspects=aspects,
        code=refused.code,
        text=refused.text,
        since=earlier.since if is_same and earlier is not None else context.now,
        resource=resource,
        # One mail tells all that was refused in a pass for one reason, and a state only once.
        told=earlier is not None
        and earlier.told
        and (is_same or (is_told_twice and earlier.code == refused.code)),
        removed=was_removed,
    )
    return replace(
        seen,
        refusals=(*_without_refusal(seen.refusals, resource), refusal),
        refused_now=seen.refused_now | {resource},
    )


def with_taken_off(
    refusals: Iterable[Refusal], resources: frozenset[ResourceId]
) -> tuple[Refusal, ...]:
    """Return the refusals once these resources are off the event: the wish for them stands (D2)."""
    return tuple(
        replace(refusal, removed=True) if refusal.resource in resources else refusal
        for refusal in refusals
    )


def _asked_for(seen: Observed, step: Step) -> tuple[ResourceId | None, frozenset[Aspect]]:
    """Return the resource that a step asked ROOMS for, and what of it was decisive."""
    match step:
        case CreateBooking(draft=draft):
            return draft.resource, frozenset({Aspect.TIME, Aspect.RESOURCES})
        case UpdateBooking(booking_id=number, changes=changes, aspects=aspects):
            link, booking = seen.mapping.link_of(number), seen.booking_of(number)
            held = link.resource if link else booking.resource if booking else None
            decisive = aspects & {Aspect.TIME, Aspect.RESOURCES} or aspects
            return changes.resource or held, decisive
        case CancelBooking(booking_id=number):
            booking = seen.booking_of(number)
            return (None if booking is None else booking.resource), frozenset(Aspect)
        case _:
            raise TypeError(f"{type(step).__name__} asks ROOMS for nothing")


def _after_telling(seen: Observed, step: Tell) -> Observed:
    told = {refusal.resource: replace(refusal, told=True) for refusal in step.refusals}
    kept = tuple(refusal for refusal in seen.refusals if refusal.resource not in told)
    return replace(
        seen,
        told=True,
        disabled=seen.disabled or step.kind is NoticeKind.SYNC_DISABLED,
        refusals=(*kept, *told.values()),
    )


def _with_refusal(seen: Observed, refusal: Refusal) -> Observed:
    """Return what is seen with a refusal; one that was told of already stays as it is."""
    known = _refusal_of(seen, refusal.resource)
    if known is not None and known.code == refusal.code:
        return seen
    kept = _without_refusal(seen.refusals, refusal.resource)
    return replace(seen, refusals=(*kept, refusal))


def _refusal_of(seen: Observed, resource: ResourceId | None) -> Refusal | None:
    return next((refusal for refusal in seen.refusals if refusal.resource == resource), None)


def _without_refusal(
    refusals: Iterable[Refusal], resource: ResourceId | None
) -> tuple[Refusal, ...]:
    return tuple(refusal for refusal in refusals if refusal.resource != resource)


def _marks(side: str, written: Iterable[str]) -> frozenset[tuple[str, str]]:
    return frozenset((side, what) for what in written)


def _is_moving(seen: Observed) -> bool:
    return seen.mapping.is_pending(PendingKind.MOVE_EVENT)


def _without(seen: Observed, step: DeleteEvent) -> Observed:
    """Return what is left: a deleted event ends the link, unless it was the old one of a move."""
    if seen.event is not None and seen.event.event_id != step.event_id:
        return replace(seen, moved=True)
    return replace(seen, event=None, event_gone=True, finished=True)
