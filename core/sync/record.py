"""What a link remembers when a pass has reached its end."""

from dataclasses import dataclass, replace

from core.domain.event import Event
from core.domain.ids import EventVersion
from core.domain.interval import Interval
from core.domain.mapping import (
    Baseline,
    BookingLink,
    EventLink,
    Fingerprint,
    Mapping,
    MappingState,
)
from core.sync.begin import Context
from core.sync.fingerprint import fingerprint
from core.sync.observed import Observed
from core.sync.steps import Outcome, Plan
from core.sync.translate import meeting_of_booking, meeting_of_event


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
        bookings=_booking_links(state, seen, versions.booking),
        time=_time(seen),
        baseline=_baseline(seen, plan, context),
        pending=None,
        refusal=seen.standing_refusal if plan.outcome is Outcome.REFUSED else None,
        changed_at=context.now,
    )


def intended(mapping: Mapping, seen: Observed, context: Context) -> Baseline | None:
    """Return the baseline of a create that is about to be tried: both sides as they should be.

    After a crash the half-made item is compared with this, so that what a user changed in the
    meantime counts as a change and is kept.
    """
    if seen.event is not None:
        exchange = rooms = meeting_of_event(seen.event, context.directory)
    elif seen.booking is not None:
        rooms = meeting_of_booking(seen.booking, context.directory)
        # Whom ROOMS knows by name only cannot be invited; it stays a participant all the same.
        reachable = tuple(a for a in rooms.attendees if a.address)
        exchange = replace(rooms, attendees=reachable)
    else:
        return mapping.baseline
    return Baseline(
        key_version=context.keys.current,
        exchange=fingerprint(exchange, context.keys),
        rooms=fingerprint(rooms, context.keys),
    )


def _state(seen: Observed, plan: Plan) -> MappingState:
    if plan.outcome is Outcome.CANCELLED:
        return MappingState.CANCELLED
    if plan.outcome is Outcome.REFUSED and seen.active_booking is None:
        return MappingState.REJECTED
    return MappingState.LINKED


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
    state: MappingState, seen: Observed, versions: tuple[str, ...]
) -> tuple[BookingLink, ...]:
    """Return the booking's link; a refused event has none, whatever it had before."""
    mapping = seen.mapping
    booking = seen.booking
    if state is MappingState.REJECTED:
        return ()
    if booking is None:
        return mapping.bookings
    known = mapping.booking
    if known is None or known.booking_id != booking.booking_id:
        known = BookingLink(booking_id=booking.booking_id, resource=booking.resource)
    link = replace(known, resource=booking.resource).settle(*versions, booking.modified_on)
    return (link,)


def _time(seen: Observed) -> Interval | None:
    booking = seen.active_booking
    if booking is not None:
        return booking.time
    return seen.event.time if seen.event is not None else seen.mapping.time


def _baseline(seen: Observed, plan: Plan, context: Context) -> Baseline | None:
    old = seen.mapping.baseline
    if seen.event is None or seen.booking is None:
        return _one_sided(seen, context) or old
    exchange = fingerprint(meeting_of_event(seen.event, context.directory), context.keys)
    if plan.blocked and old is not None and old.key_version == context.keys.current:
        kept = {a: old.exchange.aspects[a] for a in plan.blocked if a in old.exchange.aspects}
        exchange = replace(exchange, aspects=exchange.aspects | kept)
    rooms = fingerprint(meeting_of_booking(seen.booking, context.directory), context.keys)
    return Baseline(
        key_version=context.keys.current, exchange=exchange, rooms=rooms, masked=plan.masked
    )


def _one_sided(seen: Observed, context: Context) -> Baseline | None:
    """Remember what the event showed when its booking was refused or had ended."""
    if seen.event is None:
        return None
    exchange = fingerprint(meeting_of_event(seen.event, context.directory), context.keys)
    return Baseline(key_version=context.keys.current, exchange=exchange, rooms=Fingerprint())
