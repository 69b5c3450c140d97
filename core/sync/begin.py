"""First steps of a link: an event that needs bookings, a booking that needs an event."""

from collections.abc import Iterable

from core.domain.booking import Booking
from core.domain.event import Event
from core.domain.ids import ResourceId
from core.domain.mapping import Refusal, taken_off
from core.domain.meeting import Aspect
from core.domain.notice import NoticeKind, RefusedPart
from core.domain.refusal import RefusalCode
from core.sync.answers import REASONS, Refused, answer, tell
from core.sync.before_sync import left_alone
from core.sync.compose import event_draft, with_resources
from core.sync.context import Context
from core.sync.declines import (
    WAIT_S,
    declined_refusal,
    is_declined,
    may_reinvite,
    reinvitation,
    waits_for_booking,
    waits_for_mailbox,
)
from core.sync.demand import (
    Asking,
    asking,
    second_resource,
    standing,
    waited_for,
    without_second,
)
from core.sync.eligibility import (
    bookable_resources,
    home_of_booking,
    is_only_without_resource,
    why_booking_not_synced,
    why_event_not_synced,
)
from core.sync.new_booking import new_bookings
from core.sync.observed import Observed
from core.sync.steps import (
    CancelBooking,
    CreateEvent,
    Outcome,
    Plan,
    Step,
    Tell,
    UpdateEvent,
)
from core.sync.translate import meeting_of_booking


def book_event(seen: Observed, event: Event, context: Context) -> Plan:
    """Plan the bookings of an event that invites synced resources (R-400, R-310).

    With several resources and D7 `one`, the first one is booked and the others are refused.
    """
    asks = asking(seen, event, context)
    stands = standing(asks)
    invited = bookable_resources(event, context.directory)
    # The wish for what was taken off ends when the organizer chooses another resource.
    wished = () if invited else waited_for(asks, stands)
    why_not = why_event_not_synced(event, context.directory, context.now)
    is_wished = wished or taken_off(seen.refusals)
    if why_not is not None and not (is_wished and is_only_without_resource(event, context)):
        return Plan(outcome=Outcome.IGNORED, reason=why_not)
    wanted = (*invited, *wished)
    if not context.directory.policies.books_each_resource:
        stands |= {resource: second_resource(asks, resource) for resource in wanted[1:]}
        wanted = wanted[:1]
        stands = without_second(stands, wanted)
    for resource in wanted:
        if resource in stands or not is_declined(asks, resource):
            continue
        if may_reinvite(asks, resource):
            step = reinvitation(asks, resource)
            return Plan(steps=(step,), outcome=Outcome.IN_STEP, reason=step.reason)
        if waits_for_booking(asks, resource):
            reason = "who holds the resource has no booking yet: one of both will lose (design 5)"
            return Plan(outcome=Outcome.WAITING, reason=reason, again_s=WAIT_S)
        if waits_for_mailbox(asks, resource):
            reason = "the resource mailbox still holds what ROOMS has freed"
            return Plan(outcome=Outcome.WAITING, reason=reason, again_s=WAIT_S)
        stands[resource] = declined_refusal(asks, resource)
    free = [resource for resource in wanted if resource not in stands]
    if free:
        return _book(asks, free)
    return _refused(asks, stands)


def show_booking(seen: Observed, booking: Booking, context: Context) -> Plan:
    """Plan the event for a booking, in its organizer's calendar only (R-101, R-102, R-301)."""
    directory = context.directory
    why_not = why_booking_not_synced(booking, directory, context.now)
    home = home_of_booking(booking, directory)
    if why_not is not None or home is None:
        return Plan(outcome=Outcome.IGNORED, reason=why_not or "it has no mailbox")
    if old := left_alone(seen, booking, context):
        reason = "it was booked before its organizer or resource was synced (D11)"
        return Plan(outcome=Outcome.REFUSED, reason=reason, refusals=(old,))
    if why := seen.would_decline.get(booking.resource):
        return _give_way(seen, booking, context, why)
    if booking.resource in seen.kept_free:
        return _give_way(seen, booking, context, code=RefusalCode.KEPT_FREE)
    meeting = meeting_of_booking(booking, directory)
    step = CreateEvent(
        place=home,
        draft=event_draft(seen.mapping.id, booking, meeting, home, directory),
        reason="it was booked in ROOMS (R-301)",
    )
    return Plan(steps=(step,), outcome=Outcome.IN_STEP, reason=step.reason)


def _book(asks: Asking, resources: Iterable[ResourceId]) -> Plan:
    reason = "its organizer invited a synced resource in Exchange (R-400)"
    steps = new_bookings(asks, resources, reason)
    return Plan(steps=steps, outcome=Outcome.IN_STEP, reason=reason)


def _refused(asks: Asking, stands: dict[ResourceId, Refusal]) -> Plan:
    """Answer what nobody can have: take it off the event or leave it, and tell (R-402, R-403)."""
    answers = answer(asks, Refused(by_resource=stands))
    steps: tuple[Step, ...] = tell(asks, answers)
    if answers.off:
        changes = with_resources(asks.event, asks.invited - answers.off, asks.context.directory)
        steps += (
            UpdateEvent(
                changes=changes,
                aspects=frozenset({Aspect.RESOURCES}),
                reason=REASONS[NoticeKind.ROOM_REMOVED],
                takes_off=answers.off,
            ),
        )
    codes = sorted({refusal.code for refusal in stands.values()})
    return Plan(
        steps=steps,
        outcome=Outcome.REFUSED,
        reason=f"refused: {', '.join(codes)}",
        refusals=answers.keeps,
    )


def _give_way(
    seen: Observed,
    booking: Booking,
    context: Context,
    why: str = "",
    code: RefusalCode = RefusalCode.WOULD_DECLINE,
) -> Plan:
    """End a booking that the resource mailbox would decline, before anybody is invited (R-901)."""
    refusal = Refusal(
        fingerprint=f"{booking.booking_id}:{booking.modified_on}",
        aspects=frozenset({Aspect.RESOURCES}),
        code=code,
        text=why,
        since=context.now,
        resource=booking.resource,
    )
    part = RefusedPart(
        resource=booking.resource, time=booking.time, code=refusal.code, text=refusal.text
    )
    told = Tell(
        kind=NoticeKind.DECLINED,
        person=booking.organizer,
        parts=(part,),
        about=refusal.fingerprint,
        reason=REASONS[NoticeKind.DECLINED],
        refusals=(refusal,),
    )
    step = CancelBooking(
        booking_id=booking.booking_id,
        reason="the resource mailbox would decline it (D9, R-901)",
        ends_link=True,
    )
    steps = (step,) if seen.told else (told, step)
    return Plan(steps=steps, outcome=Outcome.CANCELLED, reason=step.reason)
