"""A meeting with its bookings, all present: what each must take over, and in which order.

Steps go to ROOMS first: what it refuses decides what Exchange is shown, in one write.
"""

from core.domain.booking import BookingStatus
from core.domain.event import Event
from core.domain.ids import BookingId, ResourceId, is_resource_mailbox
from core.domain.mapping import MappingState
from core.sync.answers import REASONS, Answers, tell
from core.sync.before_sync import left_alone
from core.sync.context import Context
from core.sync.declines import answer_declines
from core.sync.demand import asking
from core.sync.eligibility import home_of_booking
from core.sync.move import home_after, move_event
from core.sync.new_booking import new_bookings
from core.sync.observed import Observed
from core.sync.sides import Pair, all_changes, pairs_of
from core.sync.steps import CancelBooking, Outcome, Plan, Step
from core.sync.targets import Targets, lead_of, targets_of
from core.sync.transfer import Showing, to_exchange, to_hold, to_rooms
from core.sync.verdict import Verdict, deaf_verdict, verdict_on

ONE_MORE = "one more synced resource was invited in Exchange (R-400, D7)"


def plan_linked(seen: Observed, event: Event, context: Context) -> Plan:
    """Plan what makes an event and its bookings agree again."""
    if any(b.status is BookingStatus.SYSTEM for b in seen.active_bookings):
        return Plan(outcome=Outcome.WAITING, reason="the booking is being made (R-107)")
    pairs = pairs_of(seen, event, context)
    lead = lead_of(pairs)
    new_home = home_after(lead, context)
    if new_home is not None:
        wanted = targets_of(pairs, context).exchange
        return move_event(lead, wanted, new_home, context.directory)
    if is_resource_mailbox(event.place.mailbox):
        return _plan_hold(lead, context)
    asks = asking(seen, event, context)
    verdict = deaf_verdict(asks, pairs) if _is_disabled(seen) else verdict_on(asks, pairs)
    plan = _agree(verdict, context)
    return plan if plan.steps else answer_declines(plan, asks, pairs)


def _is_disabled(seen: Observed) -> bool:
    return seen.mapping.state is MappingState.SYNC_DISABLED


def _agree(verdict: Verdict, context: Context) -> Plan:
    answers, pairs, directory = verdict.answers, verdict.pairs, context.directory
    targets = targets_of(
        pairs,
        context,
        blocked=answers.blocked,
        undoes=answers.undoes,
        late=verdict.late,
    )
    told = tell(verdict.asks, answers)
    cancels = verdict.cancels
    if len(cancels) == len(pairs) and not verdict.new_rooms:
        return _release(verdict, cancels, told)
    invite = verdict.invite
    showing = Showing(
        meeting=targets.exchange,
        invite=invite,
        off=answers.off if invite is not None else frozenset(),
        places=verdict.places,
        reason=REASONS[answers.kind] if answers.kind else "it was changed in ROOMS (R-308)",
    )
    steps: tuple[Step, ...] = (
        *_updates(verdict, targets, cancels, context),
        *new_bookings(verdict.asks, verdict.new_rooms, ONE_MORE),
        *told,
        *(_cancel(number, answers) for number in cancels),
        *to_exchange(verdict.lead, showing, directory),
    )
    is_refused = bool(answers.blocked) or any(refusal.is_open for refusal in answers.keeps)
    return Plan(
        steps=steps,
        outcome=Outcome.REFUSED if is_refused else Outcome.IN_STEP,
        reason=_reason(steps, answers),
        found=all_changes(pairs).found(),
        blocked=answers.blocked,
        masked=targets.masked,
        refusals=answers.keeps,
        again_s=answers.again_s,
    )


def _updates(
    verdict: Verdict, targets: Targets, cancels: tuple[BookingId, ...], context: Context
) -> tuple[Step, ...]:
    if verdict.is_deaf:
        return ()
    return tuple(
        step
        for pair, target in zip(verdict.pairs, targets.rooms, strict=True)
        if pair.booking.booking_id not in cancels
        for step in to_rooms(pair, target, _place_of(pair, verdict), context.directory.policies)
    )


def _place_of(pair: Pair, verdict: Verdict) -> ResourceId | None:
    """Return the resource a booking is to move to: a parked one at least back to where it was."""
    wanted = verdict.moves.get(pair.booking.booking_id)
    link = pair.seen.mapping.link_of(pair.booking.booking_id)
    is_aside = link is not None and link.parked and pair.booking.resource != pair.held
    return wanted or (pair.held if is_aside else None)


def _cancel(number: BookingId, answers: Answers, *, ends_link: bool = False) -> CancelBooking:
    reason = "the resource was taken off the event in Exchange (R-310)"
    if number in answers.cancels and answers.kind is not None:
        reason = REASONS[answers.kind]
    return CancelBooking(booking_id=number, reason=reason, ends_link=ends_link)


def _release(verdict: Verdict, cancels: tuple[BookingId, ...], told: tuple[Step, ...]) -> Plan:
    """Free all resources: the meeting stays in Exchange, without a booking."""
    ended = [_cancel(number, verdict.answers, ends_link=True) for number in cancels]
    return Plan(
        steps=(*told, *ended),
        outcome=Outcome.CANCELLED,
        reason=ended[0].reason,
        found=all_changes(verdict.pairs).found(),
    )


def _plan_hold(lead: Pair, context: Context) -> Plan:
    home = home_of_booking(lead.booking, context.directory)
    is_at_home = home is None or is_resource_mailbox(home.mailbox)
    old = None if is_at_home else left_alone(lead.seen, lead.booking, context)
    return Plan(
        steps=to_hold(lead, context.directory.policies.neutral_title),
        outcome=Outcome.IN_STEP if old is None else Outcome.REFUSED,
        reason="its organizer is not synced: the resource mailbox holds the slot"
        if old is None
        else "it was booked before its organizer was synced: the resource mailbox holds it (D11)",
        found=lead.changed.found(),
        refusals=() if old is None else (old,),
    )


def _reason(steps: tuple[Step, ...], answers: Answers) -> str:
    if steps:
        return steps[0].reason
    if answers.keeps:
        return f"it was refused: {answers.keeps[0].code}"
    return "both sides agree"
