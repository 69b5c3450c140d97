"""A meeting with its bookings, all present: what each must take over, and what follows from a no.

Steps go to ROOMS first: what it refuses decides what Exchange is shown, in one write.
"""

from dataclasses import dataclass, field, replace

from core.domain.booking import BookingStatus
from core.domain.event import Event
from core.domain.ids import BookingId, ResourceId, is_resource_mailbox
from core.domain.mapping import MappingState, Refusal
from core.sync.answers import REASONS, Answers, Refused, answer, refused_change, tell
from core.sync.compose import booking_draft
from core.sync.context import Context
from core.sync.declines import answer_declines
from core.sync.demand import Asking, asking, is_of_booked, second_resource, standing, without_second
from core.sync.eligibility import bookable
from core.sync.move import home_after, move_event
from core.sync.observed import Observed
from core.sync.resources import RoomChoice, Rooms, choose_rooms
from core.sync.sides import Pair, all_changes, pairs_of
from core.sync.steps import CancelBooking, CreateBooking, Outcome, Plan, Step
from core.sync.targets import Targets, lead_of, targets_of
from core.sync.transfer import Showing, to_exchange, to_hold, to_rooms
from core.sync.translate import invited_resources


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """All that the decision is made from: who asks, the pairs, what is refused."""

    asks: Asking
    pairs: tuple[Pair, ...]
    lead: Pair
    choice: RoomChoice
    refusals: dict[ResourceId, Refusal] = field(default_factory=dict)
    answers: Answers = field(default_factory=Answers)

    @property
    def moves(self) -> dict[BookingId, ResourceId]:
        """Return the room changes that nobody has refused."""
        return {b: r for b, r in self.choice.moves.items() if r not in self.refusals}


def plan_linked(seen: Observed, event: Event, context: Context) -> Plan:
    """Plan what makes an event and its bookings agree again."""
    if any(b.status is BookingStatus.SYSTEM for b in seen.active_bookings):
        return Plan(outcome=Outcome.WAITING, reason="the booking is being made (R-107)")
    pairs = pairs_of(seen, event, context)
    lead = lead_of(pairs)
    new_home = home_after(lead, context.directory)
    if new_home is not None:
        wanted = targets_of(pairs, context).exchange
        return move_event(lead, wanted, new_home, context.directory)
    if is_resource_mailbox(event.place.mailbox):
        return _plan_hold(lead, context)
    asks = asking(seen, event, context)
    table = _deaf(asks, pairs) if _is_disabled(seen) else _table(asks, pairs)
    plan = _agree(table, context)
    return plan if plan.steps else answer_declines(plan, asks, pairs)


def _is_disabled(seen: Observed) -> bool:
    return seen.mapping.state is MappingState.SYNC_DISABLED


def _deaf(asks: Asking, pairs: tuple[Pair, ...]) -> _Table:
    """Return what is decided from where changes in Exchange are not followed (R-113)."""
    blocked = all_changes(pairs).exchange
    rooms = replace(_rooms(asks, pairs, {}), is_changed_in_exchange=False)
    choice = choose_rooms(rooms, asks.context.directory.policies.resources_per_event)
    return _Table(
        asks=asks,
        pairs=pairs,
        lead=lead_of(pairs),
        choice=choice,
        answers=Answers(blocked=blocked),
    )


def _table(asks: Asking, pairs: tuple[Pair, ...]) -> _Table:
    stands = standing(asks)
    rooms = _rooms(asks, pairs, stands)
    choice = choose_rooms(rooms, asks.context.directory.policies.resources_per_event)
    stands |= {resource: second_resource(asks, resource) for resource in choice.refuses}
    booked = set(_booked(pairs))
    stands = {r: f for r, f in stands.items() if r not in booked or is_of_booked(f)}
    if not any(pair.held in asks.invited for pair in pairs):
        stands = without_second(stands, choice.moves.values())
    lead, held = lead_of(pairs), {pair.booking.booking_id: pair.held for pair in pairs}
    instead_of = {r: held[b] for b, r in choice.moves.items() if r in stands}
    if lead.held not in asks.invited:
        instead_of |= dict.fromkeys(choice.refuses, lead.held)
    refused = Refused(by_resource=stands, pairs=pairs, instead_of=instead_of)
    return _Table(
        asks=asks,
        pairs=pairs,
        lead=lead,
        choice=choice,
        refusals=stands,
        answers=answer(asks, refused),
    )


def _rooms(asks: Asking, pairs: tuple[Pair, ...], stands: dict[ResourceId, Refusal]) -> Rooms:
    """Return what is invited and booked, as far as it is ours now (R-001, R-030)."""
    directory, seen = asks.context.directory, asks.seen
    ours = bookable(
        asks.event, {*asks.meeting.resources, *(pair.held for pair in pairs), *_booked(pairs)},
        directory,
    )  # fmt: skip
    invited = tuple(r for r in invited_resources(asks.event, directory) if r in ours)
    changed, booked = {}, {}
    for pair in pairs:
        number = pair.booking.booking_id
        shown = next(iter(pair.rooms.resources), None)
        booked[number] = shown if shown in ours else None
        is_new = number in seen.created and shown is not None and shown not in invited
        if _changed_in_rooms(pair) or is_new:
            changed[number] = pair.held
    ended = {link.resource for i in seen.ended_bookings if (link := seen.mapping.link_of(i))}
    asked_again = {r.resource for r in seen.refusals if r.resource not in stands}
    return Rooms(
        invited=invited,
        booked=booked,
        changed=changed,
        ended=frozenset(ended) - frozenset(booked.values()),
        is_changed_in_exchange="resources" in pairs[0].changed.exchange,
        asked_again=frozenset(r for r in asked_again if r is not None),
    )


def _booked(pairs: tuple[Pair, ...]) -> tuple[ResourceId, ...]:
    return tuple(pair.booking.resource for pair in pairs)


def _changed_in_rooms(pair: Pair) -> bool:
    return "resources" in pair.changed.rooms


def _agree(table: _Table, context: Context) -> Plan:
    answers, pairs, directory = table.answers, table.pairs, context.directory
    targets = targets_of(
        pairs,
        context,
        blocked=answers.blocked,
        undoes=answers.undoes,
        late={pair.held: refused_change(pair, table.refusals) for pair in pairs},
    )
    told = tell(table.asks, answers)
    cancels = tuple(dict.fromkeys((*table.choice.cancels, *answers.cancels)))
    if len(cancels) == len(pairs) and not _new_rooms(table):
        return _release(table, cancels, told)
    invite = _invited(table)
    showing = Showing(
        meeting=targets.exchange,
        invite=invite,
        off=answers.off if invite is not None else frozenset(),
        places=_places(table, cancels),
        reason=REASONS[answers.kind] if answers.kind else "it was changed in ROOMS (R-308)",
    )
    steps: tuple[Step, ...] = (
        *_updates(table, targets, cancels, context),
        *_new_bookings(table, context),
        *told,
        *(_cancel(number, answers) for number in cancels),
        *to_exchange(table.lead, showing, directory),
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
    table: _Table, targets: Targets, cancels: tuple[BookingId, ...], context: Context
) -> tuple[Step, ...]:
    return tuple(
        step
        for pair, target in zip(table.pairs, targets.rooms, strict=True)
        if pair.booking.booking_id not in cancels
        for step in to_rooms(pair, target, _place_of(pair, table), context.directory.policies)
    )


def _place_of(pair: Pair, table: _Table) -> ResourceId | None:
    """Return the resource a booking is to move to: a parked one at least back to where it was."""
    wanted = table.moves.get(pair.booking.booking_id)
    link = pair.seen.mapping.link_of(pair.booking.booking_id)
    is_aside = link is not None and link.parked and pair.booking.resource != pair.held
    return wanted or (pair.held if is_aside else None)


def _new_rooms(table: _Table) -> tuple[ResourceId, ...]:
    """Return the resources that get a booking beside those there are (D7 `many`)."""
    asks, policies = table.asks, table.asks.context.directory.policies
    waited_for = tuple(
        r.resource
        for r in asks.seen.refusals
        if r.resource is not None
        and r.removed
        and r.resource in asks.seen.free_again
        and policies.resources_per_event == "many"
    )
    booked = _booked(table.pairs)
    wanted = dict.fromkeys((*table.choice.books, *waited_for))
    return tuple(r for r in wanted if r not in table.refusals and r not in booked)


def _new_bookings(table: _Table, context: Context) -> tuple[CreateBooking, ...]:
    asks = table.asks
    organizer = context.directory.person_at(asks.event.organizer_address)
    if organizer is None:
        return ()
    return tuple(
        CreateBooking(
            draft=booking_draft(
                asks.seen.mapping.id,
                asks.meeting,
                resource,
                organizer.id,
                context.directory.policies,
            ),
            reason="one more synced resource was invited in Exchange (R-400, D7)",
        )
        for resource in _new_rooms(table)
    )


def _invited(table: _Table) -> frozenset[ResourceId] | None:
    """Return the complete set of our resources that the event is to show, None if it does."""
    shown = table.asks.invited
    ours = frozenset(_rooms(table.asks, table.pairs, {}).invited)
    is_refused = table.moves != table.choice.moves
    wanted = ours if table.choice.invite is None or is_refused else table.choice.invite
    wanted = (wanted - table.answers.off) | table.answers.back
    return None if wanted == ours else wanted | (shown - ours)


def _places(table: _Table, cancels: tuple[BookingId, ...]) -> tuple[ResourceId, ...]:
    """Return the resources that the location names: all that are booked, invited or not (R-202)."""
    kept = (pair for pair in table.pairs if pair.booking.booking_id not in cancels)
    held = (table.moves.get(p.booking.booking_id, p.booking.resource) for p in kept)
    return tuple(dict.fromkeys((*held, *_new_rooms(table))))


def _cancel(number: BookingId, answers: Answers, *, ends_link: bool = False) -> CancelBooking:
    reason = "the resource was taken off the event in Exchange (R-310)"
    if number in answers.cancels and answers.kind is not None:
        reason = REASONS[answers.kind]
    return CancelBooking(booking_id=number, reason=reason, ends_link=ends_link)


def _release(table: _Table, cancels: tuple[BookingId, ...], told: tuple[Step, ...]) -> Plan:
    """Free all resources: the meeting stays in Exchange, without a booking."""
    ended = [_cancel(number, table.answers, ends_link=True) for number in cancels]
    return Plan(
        steps=(*told, *ended),
        outcome=Outcome.CANCELLED,
        reason=ended[0].reason,
        found=all_changes(table.pairs).found(),
    )


def _plan_hold(lead: Pair, context: Context) -> Plan:
    return Plan(
        steps=to_hold(lead, context.directory.policies.neutral_title),
        outcome=Outcome.IN_STEP,
        reason="its organizer is not synced: the resource mailbox holds the slot",
        found=lead.changed.found(),
    )


def _reason(steps: tuple[Step, ...], answers: Answers) -> str:
    if steps:
        return steps[0].reason
    if answers.keeps:
        return f"it was refused: {answers.keeps[0].code}"
    return "both sides agree"
