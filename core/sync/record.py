"""What a link remembers when a pass has reached its end."""

from dataclasses import dataclass, replace

from core.domain.booking import Booking
from core.domain.event import Answer, Event
from core.domain.ids import EventVersion, ResourceId
from core.domain.interval import Interval
from core.domain.mapping import (
    Baseline,
    BookingLink,
    EventLink,
    Fingerprint,
    Mapping,
    MappingState,
)
from core.domain.meeting import Aspect
from core.sync.attempts import still_open
from core.sync.context import Context
from core.sync.fingerprint import fingerprint
from core.sync.groups import as_booked, remembered
from core.sync.move import found_at
from core.sync.observed import EXCHANGE_SIDE, Observed, RoomSlot
from core.sync.steps import Outcome, Plan
from core.sync.translate import answer_of, meeting_of_booking, meeting_of_event


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """The event versions and ROOMS stamps that triggered a pass or were seen in it."""

    event: tuple[EventVersion, ...] = ()
    booking: tuple[str, ...] = ()


def settled(seen: Observed, plan: Plan, context: Context, versions: Versions) -> Mapping:
    """Return the link as it is to be stored after a pass that ended with an empty `plan`.

    All `versions` are dealt with now. Aspects that ROOMS refused keep their old baseline on the
    Exchange side, so that they still count as changed.
    """
    mapping, state = seen.mapping, _state(seen, plan)
    event = seen.event
    return replace(
        mapping,
        state=state,
        home=event.place if event is not None else mapping.home,
        event=_event_link(mapping, event, versions.event),
        bookings=_booking_links(state, seen, versions.booking, context),
        time=_time(seen),
        baseline=_baseline(seen, plan, context),
        pending=None,
        refusals=() if plan.outcome is Outcome.CANCELLED else plan.refusals,
        conflicts=_conflicts(seen),
        occasions=mapping.occasions + seen.told,
        reinvited=_reinvited(seen, context),
        buffers=seen.buffers,
        attempts=still_open(seen, context),
        changed_at=context.now,
    )


def arrived(seen: Observed) -> Mapping:
    """Return the link of an event that has moved while more of its pass is to come (R-103).

    The move is over, so that no try of the rest repeats it. What was agreed on stays as it was: the
    new organizer still counts as changed, so that the next look reads both sides.
    """
    event = seen.event
    if event is None:
        raise ValueError("a move without an event has not arrived")
    is_half_made = seen.mapping.state is MappingState.CREATING
    state = MappingState.LINKED if is_half_made else seen.mapping.state
    mapping = replace(found_at(seen.mapping, event), state=state, pending=None)
    return replace(mapping, event=_event_link(mapping, event, seen.made_versions))


def intended(seen: Observed, context: Context) -> Baseline:
    """Return the baseline of a create that is about to be tried: both sides as they should be.

    At least one of them is there.
    After a crash the half-made item is compared with this, so that what a user changed in the
    meantime counts as a change and is kept.
    """
    groups: dict[str, frozenset[str]] = {}
    if seen.event is not None:
        exchange = meeting_of_event(seen.event, context.directory)
        rooms = as_booked(exchange, seen.groups)
        groups = remembered(exchange, rooms.attendees, seen.groups, None, context.keys)
    else:
        rooms = meeting_of_booking(seen.bookings[0], context.directory)
        # Whom ROOMS knows by name only cannot be invited; it stays a participant all the same.
        reachable = tuple(a for a in rooms.attendees if a.address)
        exchange = replace(rooms, attendees=reachable)
    return Baseline(
        key_version=context.keys.current,
        exchange=fingerprint(exchange, context.keys),
        rooms=fingerprint(rooms, context.keys),
        groups=groups,
    )


def _state(seen: Observed, plan: Plan) -> MappingState:
    if plan.outcome is Outcome.CANCELLED:
        return MappingState.CANCELLED
    if seen.disabled or seen.mapping.state is MappingState.SYNC_DISABLED:
        return MappingState.SYNC_DISABLED
    is_shown = seen.event is not None or seen.event_gone or plan.outcome is not Outcome.REFUSED
    if seen.active_bookings and is_shown:
        return MappingState.LINKED
    if plan.outcome is Outcome.REFUSED:
        return MappingState.REJECTED
    # Nothing to book and nothing refused: a stored link of such an event has ended.
    return MappingState.CANCELLED if plan.outcome is Outcome.IGNORED else MappingState.LINKED


def _conflicts(seen: Observed) -> int:
    """Count consecutive refused changes; one that ROOMS follows ends the row (R-704)."""
    refused = any(
        Aspect.RESOURCES not in refusal.aspects
        for refusal in seen.refusals
        if refusal.resource in seen.refused_now
    )
    if refused:
        return seen.mapping.conflicts + 1
    followed = any(aspect is Aspect.TIME and side != EXCHANGE_SIDE for side, aspect in seen.written)
    return 0 if followed else seen.mapping.conflicts


def _reinvited(seen: Observed, context: Context) -> tuple[ResourceId, ...]:
    """Remember who was invited once more: the next decline counts.

    It ends when the mailbox accepts, or when it is seen what it declined for: that may leave again.
    """
    event = seen.event
    if event is None:
        return ()
    taken = {r for r, slot in seen.room_slots.items() if slot is not RoomSlot.FREE}
    known = dict.fromkeys((*seen.mapping.reinvited, *sorted(seen.reinvited)))
    return tuple(
        resource
        for resource in known
        if answer_of(event, resource, context.directory) is not Answer.ACCEPTED
        and resource not in taken
    )


def _event_link(
    mapping: Mapping, event: Event | None, versions: tuple[EventVersion, ...]
) -> EventLink | None:
    if event is None:
        return mapping.event
    known = mapping.event
    if known is None or known.event_id != event.event_id:
        known = EventLink(event_id=event.event_id, ical_uid=event.ical_uid)
    return known.settle(*versions, event.version)


def _booking_links(
    state: MappingState, seen: Observed, versions: tuple[str, ...], context: Context
) -> tuple[BookingLink, ...]:
    """Return the links of the living bookings; those of the last one when all have ended.

    A rejected link has one only where it is the event that was not made (D11).
    """
    if state is MappingState.REJECTED and not seen.active_bookings:
        return ()
    living = seen.active_bookings or seen.bookings
    return tuple(_booking_link(seen, b, versions, context) for b in living) or seen.mapping.bookings


def _booking_link(
    seen: Observed, booking: Booking, versions: tuple[str, ...], context: Context
) -> BookingLink:
    known = seen.mapping.link_of(booking.booking_id)
    if known is None:
        known = BookingLink(booking_id=booking.booking_id, resource=booking.resource)
    if known.parked and _is_online(booking, context):
        return known.settle(*versions, booking.modified_on)
    moved = replace(known, resource=booking.resource, parked=False)
    return moved.settle(*versions, booking.modified_on)


def _is_online(booking: Booking, context: Context) -> bool:
    found = context.directory.resources.get(booking.resource)
    return found is None or found.is_online


def _time(seen: Observed) -> Interval | None:
    if seen.active_bookings:
        return seen.active_bookings[0].time
    return seen.event.time if seen.event is not None else seen.mapping.time


def _baseline(seen: Observed, plan: Plan, context: Context) -> Baseline | None:
    old, living = seen.mapping.baseline, seen.active_bookings or seen.bookings
    if seen.event is None or not living:
        return _one_sided(seen, context) or old
    meeting = meeting_of_event(seen.event, context.directory)
    exchange = fingerprint(meeting, context.keys)
    if plan.blocked and old is not None and old.key_version == context.keys.current:
        exchange = _with_kept(exchange, old.exchange, plan.blocked)
    booked = {b.booking_id: meeting_of_booking(b, context.directory) for b in living}
    prints = {number: fingerprint(shown, context.keys) for number, shown in booked.items()}
    if seen.moved and meeting.organizer is not None:
        prints = {number: _led_by(exchange, agreed) for number, agreed in prints.items()}
    people = [attendee for shown in booked.values() for attendee in shown.attendees]
    is_refused = Aspect.ATTENDEES in plan.blocked
    first, *others = prints
    return Baseline(
        key_version=context.keys.current,
        exchange=exchange,
        rooms=prints[first],
        by_booking={number: prints[number] for number in others},
        masked=plan.masked,
        groups=remembered(meeting, people, {} if is_refused else seen.groups, old, context.keys)
        if not plan.masked
        else {},
    )


def _led_by(exchange: Fingerprint, rooms: Fingerprint) -> Fingerprint:
    """Return what ROOMS agreed on by a move: the organizer in whose calendar the event lies now.

    Handed on once more, or back, while the event was on its way, ROOMS says another one by then,
    which so counts as changed (R-103).
    """
    organizer = exchange.aspects[Aspect.ORGANIZER]
    return replace(rooms, aspects=rooms.aspects | {Aspect.ORGANIZER: organizer})


def _with_kept(now: Fingerprint, agreed: Fingerprint, blocked: frozenset[Aspect]) -> Fingerprint:
    """Keep what was agreed of the aspects that are not followed: they still count as changed."""
    kept = {a: agreed.aspects[a] for a in blocked if a in agreed.aspects}
    attendees = agreed.attendees if Aspect.ATTENDEES in blocked else now.attendees
    return Fingerprint(aspects=now.aspects | kept, attendees=attendees)


def _one_sided(seen: Observed, context: Context) -> Baseline | None:
    """Remember what the event showed when its booking was refused or had ended."""
    if seen.event is None:
        return None
    exchange = fingerprint(meeting_of_event(seen.event, context.directory), context.keys)
    return Baseline(key_version=context.keys.current, exchange=exchange, rooms=Fingerprint())
