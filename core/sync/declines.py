"""The resource mailbox has declined what ROOMS has booked: Exchange decides (D9, R-900).

    at that time the mailbox is           then
    free                                  it is invited again, once: what was in the way has left
    held by a meeting without a booking,  that one loses the resource first; then as free
    Sync-Master on
    kept free before or after another     the same, unless that one has moved or ended: then it is
    meeting (D8)                          waited for
    held otherwise, or declined again     the booking is cancelled, the organizer told; where a mail
                                          has gone in this pass, in the next one

Declines are dealt with when all else agrees: a change of ours makes the mailbox decide anew anyway.
"""

from dataclasses import replace

from core.domain.event import Answer, Event
from core.domain.ids import ResourceId
from core.domain.mapping import PendingKind, Refusal
from core.domain.notice import NoticeKind
from core.domain.refusal import RefusalCode
from core.sync.answers import REASONS, Answers, tell
from core.sync.compose import with_resources
from core.sync.context import Context
from core.sync.demand import Asking, asking, own_refusal
from core.sync.eligibility import is_older_than_sync
from core.sync.observed import Observed, RoomSlot
from core.sync.sides import Pair
from core.sync.steps import CancelBooking, Outcome, Plan, ReinviteResource
from core.sync.translate import answer_of

PATIENT_TRIES = 5
"""How often it is waited for that a meeting without a booking leaves the resource."""

WAIT_S = 5.0


def answer_declines(plan: Plan, asks: Asking, pairs: tuple[Pair, ...]) -> Plan:
    """Return the plan with what follows from declines; only asked when all else agrees."""
    for pair in pairs:
        resource = pair.held
        if not is_declined(asks, resource):
            continue
        if may_reinvite(asks, resource):
            step = reinvitation(asks, resource)
            return replace(plan, steps=(step,), reason=step.reason)
        if waits_for_holder(asks, resource):
            reason = "a meeting without a booking is about to leave the resource (design 5)"
            return replace(plan, outcome=Outcome.WAITING, reason=reason, again_s=WAIT_S)
        if asks.seen.room_slots.get(resource) is None:
            continue
        if asks.seen.told:
            reason = "the resource declined; a mail has just gone, the next pass tells of it (P6)"
            return replace(plan, outcome=Outcome.WAITING, reason=reason, again_s=WAIT_S)
        return _give_way(plan, asks, pair)
    return plan


def is_declined(asks: Asking, resource: ResourceId) -> bool:
    """Tell whether the mailbox of a synced resource has declined, after we began to sync it."""
    context = asks.context
    return (
        context.directory.is_resource_synced(resource)
        and answer_of(asks.event, resource, context.directory) is Answer.DECLINED
        and not is_older_than_sync(asks.event, resource, context)
    )


def may_reinvite(asks: Asking, resource: ResourceId) -> bool:
    """Tell whether a declined resource is free now and was not yet invited once more."""
    again = {*asks.seen.mapping.reinvited, *asks.seen.reinvited}
    return asks.seen.room_slots.get(resource) is RoomSlot.FREE and resource not in again


def waits_for_holder(asks: Asking, resource: ResourceId) -> bool:
    """Tell whether the one in the way is about to lose the resource (design 5, "both lose")."""
    slot = asks.seen.room_slots.get(resource)
    gives_way = slot is RoomSlot.LEAVING or (
        slot is RoomSlot.HELD_UNBOOKED and asks.context.directory.resources[resource].is_sync_master
    )
    return gives_way and asks.context.attempt < PATIENT_TRIES


def code_of(asks: Asking, resource: ResourceId) -> RefusalCode:
    """Return why the mailbox has declined, as far as what lies there tells."""
    slot = asks.seen.room_slots.get(resource)
    return RefusalCode.KEPT_FREE if slot is RoomSlot.KEPT_FREE else RefusalCode.DECLINED


def waits_for_booking(asks: Asking, resource: ResourceId) -> bool:
    """Tell whether it is open yet if the one in the way gets a booking: then ROOMS says no."""
    is_open = asks.seen.room_slots.get(resource) is RoomSlot.HELD_UNBOOKED
    return is_open and asks.context.attempt < PATIENT_TRIES


def waits_for_mailbox(asks: Asking, resource: ResourceId) -> bool:
    """Tell whether the mailbox is behind ROOMS: there the slot is free again, here not yet."""
    return resource in asks.seen.free_again and asks.context.attempt < PATIENT_TRIES


def declined_refusal(asks: Asking, resource: ResourceId) -> Refusal:
    """Return why a declined resource is not booked: what ROOMS says, else the decline itself.

    What ROOMS cannot accept either is its no (R-401); the rest is Exchange's own (R-900).
    """
    code = asks.seen.blocked.get(resource, code_of(asks, resource))
    made = own_refusal(asks, resource, code)
    is_known = any(
        known.told and (known.resource, known.fingerprint) == (resource, made.fingerprint)
        for known in asks.seen.refusals
    )
    return replace(made, told=is_known)


def reinvitation(asks: Asking, resource: ResourceId) -> ReinviteResource:
    """Return the step that makes a resource mailbox decide anew."""
    directory = asks.context.directory
    return ReinviteResource(
        resource=resource,
        without=with_resources(asks.event, asks.invited - {resource}, directory),
        again=with_resources(asks.event, asks.invited, directory),
        reason="the resource declined, and what was in its way has left (design 5)",
    )


def carry_on(seen: Observed, event: Event, context: Context) -> Plan | None:
    """Plan the second half of a reinvitation that a crash has cut in two, None if there is none."""
    pending = seen.mapping.pending
    if pending is None or pending.kind is not PendingKind.REINVITE or pending.resource is None:
        return None
    resource, asks = pending.resource, asking(seen, event, context)
    if resource in asks.invited or resource in seen.reinvited:
        return None
    step = ReinviteResource(
        resource=resource,
        without=None,
        again=with_resources(event, asks.invited | {resource}, context.directory),
        reason="the resource is invited again (design 5)",
    )
    return Plan(steps=(step,), outcome=Outcome.IN_STEP, reason=step.reason)


def _give_way(plan: Plan, asks: Asking, pair: Pair) -> Plan:
    refusal = own_refusal(asks, pair.held, code_of(asks, pair.held))
    answers = Answers(kinds=frozenset({NoticeKind.DECLINED}), to_tell=(refusal,))
    step = CancelBooking(
        booking_id=pair.booking.booking_id,
        reason=REASONS[NoticeKind.DECLINED],
        refusal=refusal,
    )
    return replace(plan, steps=(*tell(asks, answers), step), reason=step.reason)
