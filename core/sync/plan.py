"""The decision table of one link: what both sides look like decides what is done.

    event          booking          then
    present        active           make them agree                        core.sync.pair
    present        none yet         book it, if it is ours to book         core.sync.begin
    present        ended            remove the event; a closed link stays closed
    none yet       active           show it in the organizer's calendar    core.sync.begin
    deleted        active           cancel the booking (R-310, R-311)
    deleted        ended or none    close the link
    none           none             nothing

Everything is decided again after each round of steps, until a plan is empty (P11): a side that
was ended by us counts as finished, and no aspect is written twice to one side in one pass.
"""

from dataclasses import replace

from core.domain.booking import Booking
from core.domain.event import Event
from core.domain.mapping import MappingState
from core.domain.meeting import Aspect
from core.sync.begin import Context, book_event, show_booking
from core.sync.compose import without_resources
from core.sync.fingerprint import fingerprint
from core.sync.observed import Observed
from core.sync.pair import plan_pair
from core.sync.steps import CancelBooking, DeleteEvent, Outcome, Plan, UpdateEvent
from core.sync.translate import invited_resources, meeting_of_event


def plan_sync(seen: Observed, context: Context) -> Plan:
    """Return the steps that make both sides of a link agree; none if they do."""
    if seen.finished:
        return Plan(outcome=Outcome.CANCELLED, reason="one side had ended, so the other does")
    if _is_past(seen, context):
        return Plan(outcome=Outcome.IGNORED, reason="in the past (R-106)")
    event, booking = seen.event, seen.active_booking
    if event is not None and event.is_cancelled:
        event = None
    match event, booking:
        case Event(), Booking():
            return plan_pair(seen, event, booking, context)
        case Event(), None:
            return _without_booking(seen, event, context)
        case None, Booking():
            return _without_event(seen, booking, context)
        case _:
            return Plan(outcome=Outcome.CANCELLED, reason="both sides have ended")


def _without_booking(seen: Observed, event: Event, context: Context) -> Plan:
    """Decide on an event alone: a booking was never made, was refused, or ended in ROOMS."""
    if seen.mapping.state is MappingState.CANCELLED:
        if _shows_what_was_agreed(seen, event, context):
            # Restored from Deleted Items: R-311 does not bring the booking back.
            return Plan(outcome=Outcome.CANCELLED, reason="it was cancelled before (R-311)")
        return book_event(seen, event, context)
    if seen.mapping.state is MappingState.REJECTED:
        plan = book_event(seen, event, context)
        # An event that needs no booking any more is refused nothing any more.
        return replace(plan, outcome=Outcome.CANCELLED) if plan.outcome is Outcome.IGNORED else plan
    if not seen.is_booking_over:
        return book_event(seen, event, context)
    if seen.keeps_meeting:
        return _give_up_room(event, context)
    step = DeleteEvent(
        place=event.place, event_id=event.event_id, reason="it was cancelled in ROOMS (R-308)"
    )
    return Plan(
        steps=(step,), outcome=Outcome.CANCELLED, reason=step.reason, found=("rooms:cancelled",)
    )


def _give_up_room(event: Event, context: Context) -> Plan:
    """Take the room off an event whose booking was cancelled without it (R-313, R-114)."""
    reason = "only its room was cancelled in ROOMS (R-313)"
    rooms = invited_resources(event, context.directory)
    if not any(context.directory.is_resource_synced(room) for room in rooms):
        return Plan(outcome=Outcome.CANCELLED, reason=reason)
    changes = without_resources(event, context.directory)
    step = UpdateEvent(changes=changes, aspects=frozenset({Aspect.RESOURCES}), reason=reason)
    return Plan(steps=(step,), outcome=Outcome.CANCELLED, reason=reason, found=("rooms:cancelled",))


def _without_event(seen: Observed, booking: Booking, context: Context) -> Plan:
    """Decide on a booking alone: its event was never made, or was deleted in Exchange."""
    if seen.mapping.state is MappingState.CANCELLED or not seen.event_gone:
        return show_booking(seen, booking, context)
    if seen.refusal is not None:
        reason = f"ROOMS does not cancel it: {seen.refusal.code} (R-317)"
        return Plan(outcome=Outcome.REFUSED, reason=reason)
    step = CancelBooking(
        booking_id=booking.booking_id, reason="its event was deleted in Exchange (R-310, R-311)"
    )
    return Plan(
        steps=(step,), outcome=Outcome.CANCELLED, reason=step.reason, found=("exchange:deleted",)
    )


def _is_past(seen: Observed, context: Context) -> bool:
    """Tell whether a link's meeting was over when somebody last agreed on it (R-106)."""
    agreed = seen.mapping.time
    if agreed is None or agreed.end > context.now:
        return False
    ends = [side.time.end for side in (seen.event, seen.active_booking) if side is not None]
    return not seen.mapping.pending and all(end <= context.now for end in ends)


def _shows_what_was_agreed(seen: Observed, event: Event, context: Context) -> bool:
    baseline = seen.mapping.baseline
    if baseline is None or baseline.key_version not in context.keys.secrets:
        return False
    now = fingerprint(
        meeting_of_event(event, context.directory), context.keys, baseline.key_version
    )
    asked = (Aspect.TIME, Aspect.RESOURCES)
    return all(now.aspects[a] == baseline.exchange.aspects.get(a) for a in asked)
