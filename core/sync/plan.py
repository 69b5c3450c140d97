"""The decision table of one link: what both sides look like decides what is done.

    event          bookings         then
    present        active           make them agree                        core.sync.linked
    present        none yet         book it, if it is ours to book         core.sync.begin
    present        ended            remove the event; a closed link stays closed
    not ours       any              as the operator decided                core.sync.foreign
    none yet       active           show it in the organizer's calendar    core.sync.begin
    deleted        active           cancel the bookings (R-310, R-311)
    deleted        ended or none    close the link
    none           none             nothing

Everything is decided again after each round of steps, until a plan is empty (P11): a side that
was ended by us counts as finished, and no aspect is written twice to one side in one pass.
"""

from dataclasses import replace

from core.domain.event import Event
from core.domain.mapping import MappingState, Refusal
from core.domain.meeting import Aspect
from core.domain.notice import NoticeKind, RefusedPart
from core.sync.begin import book_event, show_booking
from core.sync.buffers import with_buffers
from core.sync.compose import with_resources
from core.sync.context import Context
from core.sync.declines import carry_on
from core.sync.demand import CANCELLATION
from core.sync.fingerprint import fingerprint
from core.sync.foreign import is_foreign, plan_foreign
from core.sync.linked import plan_linked
from core.sync.observed import Observed
from core.sync.steps import CancelBooking, DeleteEvent, Outcome, Plan, Step, Tell, UpdateEvent
from core.sync.translate import invited_resources, meeting_of_event


def plan_sync(seen: Observed, context: Context) -> Plan:
    """Return the steps that make both sides of a link agree; none if they do."""
    return with_buffers(_decide(seen, context), seen, context)


def _decide(  # noqa: PLR0911 - the decision table, row by row
    seen: Observed, context: Context
) -> Plan:
    if seen.finished:
        return Plan(outcome=Outcome.CANCELLED, reason="one side had ended, so the other does")
    if _is_past(seen, context):
        return Plan(outcome=Outcome.IGNORED, reason="in the past (R-106)")
    event, bookings = seen.event, seen.active_bookings
    if event is not None and event.is_cancelled:
        event = None
    half_done = None if event is None else carry_on(seen, event, context)
    if half_done is not None:
        return half_done
    if event is not None and is_foreign(event, seen.mapping):
        return plan_foreign(seen, event, context)
    match event, bookings:
        case None, ():
            return Plan(outcome=Outcome.CANCELLED, reason="both sides have ended")
        case None, _:
            return _without_event(seen, context)
        case Event(), ():
            return _without_booking(seen, event, context)
        case _:
            return plan_linked(seen, event, context)


def _without_booking(seen: Observed, event: Event, context: Context) -> Plan:
    """Decide on an event alone: a booking was never made, was refused, or ended in ROOMS."""
    state = seen.mapping.state
    if state is MappingState.CANCELLED:
        if seen.mapping.bookings and _shows_what_was_agreed(seen, event, context):
            # Restored from Deleted Items: R-311 does not bring the booking back.
            return Plan(outcome=Outcome.CANCELLED, reason="it was cancelled before (R-311)")
        return book_event(seen, event, context)
    if state is MappingState.REJECTED:
        plan = book_event(seen, event, context)
        # An event that needs no booking any more is refused nothing any more.
        return replace(plan, outcome=Outcome.CANCELLED) if plan.outcome is Outcome.IGNORED else plan
    if not seen.is_booking_over:
        return book_event(seen, event, context)
    if seen.keeps_meeting:
        return _give_up_rooms(event, context)
    step = DeleteEvent(
        place=event.place, event_id=event.event_id, reason="it was cancelled in ROOMS (R-308)"
    )
    return Plan(
        steps=(step,), outcome=Outcome.CANCELLED, reason=step.reason, found=("rooms:cancelled",)
    )


def _give_up_rooms(event: Event, context: Context) -> Plan:
    """Take the rooms off an event whose bookings were cancelled without it (R-313, R-114)."""
    reason = "only its room was cancelled in ROOMS (R-313)"
    invited = frozenset(invited_resources(event, context.directory))
    ours = frozenset(r for r in invited if context.directory.is_resource_synced(r))
    if not ours:
        return Plan(outcome=Outcome.CANCELLED, reason=reason)
    changes = with_resources(event, invited - ours, context.directory)
    step = UpdateEvent(changes=changes, aspects=frozenset({Aspect.RESOURCES}), reason=reason)
    return Plan(steps=(step,), outcome=Outcome.CANCELLED, reason=reason, found=("rooms:cancelled",))


def _without_event(seen: Observed, context: Context) -> Plan:
    """Decide on bookings alone: their event was never made, or was deleted in Exchange."""
    bookings = seen.active_bookings
    if seen.mapping.state is MappingState.CANCELLED or not seen.event_gone:
        return show_booking(seen, bookings[0], context)
    if seen.mapping.state is MappingState.SYNC_DISABLED:
        reason = "its event was deleted; changes in Exchange are not followed any more (R-113)"
        return Plan(outcome=Outcome.REFUSED, reason=reason)
    refused = next((r for r in seen.refusals if r.fingerprint == CANCELLATION), None)
    if refused is not None:
        return _not_cancelled(seen, refused)
    steps = tuple(
        CancelBooking(
            booking_id=booking.booking_id,
            reason="its event was deleted in Exchange (R-310, R-311)",
            ends_link=number == len(bookings),
        )
        for number, booking in enumerate(bookings, start=1)
    )
    return Plan(
        steps=steps,
        outcome=Outcome.CANCELLED,
        reason=steps[0].reason,
        found=("exchange:deleted",),
    )


def _not_cancelled(seen: Observed, refused: Refusal) -> Plan:
    """Tell once that ROOMS keeps the booking of a deleted event; it is not tried again (R-317)."""
    booking = seen.active_bookings[0]
    reason = f"ROOMS does not cancel it: {refused.code} (R-317)"
    steps: tuple[Step, ...] = ()
    if not refused.told and not seen.told:
        part = RefusedPart(
            resource=booking.resource, time=booking.time, code=refused.code, text=refused.text
        )
        tell = Tell(
            kind=NoticeKind.CANCEL_REFUSED,
            person=booking.organizer,
            parts=(part,),
            about=f"{CANCELLATION}:{booking.booking_id}",
            reason=reason,
            refusals=(refused,),
        )
        steps = (tell,)
    return Plan(steps=steps, outcome=Outcome.REFUSED, reason=reason, refusals=(refused,))


def _is_past(seen: Observed, context: Context) -> bool:
    """Tell whether a link's meeting was over when somebody last agreed on it (R-106)."""
    agreed = seen.mapping.time
    if agreed is None or agreed.end > context.now:
        return False
    times = [booking.time for booking in seen.active_bookings]
    times += [seen.event.time] if seen.event is not None else []
    return not seen.mapping.pending and all(time.end <= context.now for time in times)


def _shows_what_was_agreed(seen: Observed, event: Event, context: Context) -> bool:
    baseline = seen.mapping.baseline
    if baseline is None or baseline.key_version not in context.keys.secrets:
        return False
    now = fingerprint(
        meeting_of_event(event, context.directory), context.keys, baseline.key_version
    )
    asked = (Aspect.TIME, Aspect.RESOURCES)
    return all(now.aspects[a] == baseline.exchange.aspects.get(a) for a in asked)
