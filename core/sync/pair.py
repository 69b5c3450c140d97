"""A linked pair, both sides present: what each must take over from the other."""

from core.domain.booking import Booking, BookingStatus
from core.domain.directory import Directory
from core.domain.event import Event
from core.domain.ids import ResourceId, is_resource_mailbox
from core.sync.begin import Context
from core.sync.compose import carried_aspects
from core.sync.merge import MergeRules, merge
from core.sync.move import home_after, move_event
from core.sync.observed import Observed
from core.sync.resources import ResourceChoice, choose_resource
from core.sync.sides import Pair, look_at
from core.sync.steps import CancelBooking, Outcome, Plan, Step
from core.sync.transfer import to_exchange, to_hold, to_rooms
from core.sync.translate import invited_resources


def plan_pair(seen: Observed, event: Event, booking: Booking, context: Context) -> Plan:
    """Plan what makes an event and its booking agree again."""
    if booking.status is BookingStatus.SYSTEM:
        return Plan(outcome=Outcome.WAITING, reason="the booking is being made (R-107)")
    directory = context.directory
    pair = look_at(seen, event, booking, context)
    merged = merge(
        pair.exchange,
        pair.rooms,
        pair.changed,
        MergeRules(
            baseline=seen.mapping.baseline,
            keys=context.keys,
            neutral_title=directory.policies.neutral_title,
            carried=carried_aspects(directory.policies),
        ),
    )
    new_home = home_after(pair, directory)
    if new_home is not None:
        return move_event(pair, merged.to_exchange, new_home, directory)
    if is_resource_mailbox(event.place.mailbox):
        return _plan_hold(pair, directory)
    choice = choose_resource(
        invited_resources(event, directory),
        booking.resource,
        _syncable(pair, directory),
        pair.changed,
    )
    if choice.release:
        return _release(pair)
    steps: tuple[Step, ...] = (
        *to_rooms(pair, merged.to_rooms, choice, directory.policies),
        *to_exchange(pair, merged.to_exchange, choice, directory),
    )
    return Plan(
        steps=steps,
        outcome=Outcome.REFUSED if pair.blocked else Outcome.IN_STEP,
        reason=_reason(pair, choice, steps),
        found=pair.changed.found(),
        blocked=pair.blocked,
        masked=merged.masked,
    )


def _release(pair: Pair) -> Plan:
    step = CancelBooking(
        booking_id=pair.booking.booking_id,
        reason="the resource was taken off the event in Exchange (R-310)",
    )
    return Plan(
        steps=(step,), outcome=Outcome.CANCELLED, reason=step.reason, found=pair.changed.found()
    )


def _plan_hold(pair: Pair, directory: Directory) -> Plan:
    return Plan(
        steps=to_hold(pair, directory.policies.neutral_title),
        outcome=Outcome.IN_STEP,
        reason="its organizer is not synced: the resource mailbox holds the slot",
        found=pair.changed.found(),
    )


def _syncable(pair: Pair, directory: Directory) -> frozenset[ResourceId]:
    """Return the resources of either side that may be booked or invited now (R-001, R-030)."""
    organizer = directory.person_at(pair.event.organizer_address)
    return frozenset(
        resource
        for resource in {*pair.exchange.resources, pair.booking.resource}
        if directory.is_resource_synced(resource)
        and (organizer is None or organizer.takes(directory.resources[resource].type))
    )


def _reason(pair: Pair, choice: ResourceChoice, steps: tuple[Step, ...]) -> str:
    if steps:
        return steps[0].reason
    refusal = pair.seen.standing_refusal
    if pair.blocked and refusal is not None:
        return f"ROOMS refused the change: {refusal.code}"
    if choice.ambiguous:
        return "several new resources at once: which one replaces the booked one is unclear (R-501)"
    return "both sides agree"
