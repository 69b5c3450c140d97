"""A new organizer: the event leaves one calendar and appears in another (R-103, R-511, S09).

The new event comes first and without the resource, then the old one goes, then the resource is
invited: created the other way round, the resource mailbox would decline the new event because of
the old one. In ROOMS the resource stays booked all the time.
"""

from dataclasses import replace

from core.domain.changes import EventChanges
from core.domain.directory import Directory
from core.domain.event import Event, EventPlace, Invitee
from core.domain.ids import ResourceId, is_resource_mailbox
from core.domain.mapping import EventLink, Mapping, PendingKind
from core.domain.meeting import Aspect, Meeting
from core.sync.before_sync import left_alone
from core.sync.compose import event_draft, invitees_after, resource_invitees, venue_of
from core.sync.context import Context
from core.sync.eligibility import home_of_booking
from core.sync.observed import Observed
from core.sync.sides import Pair
from core.sync.steps import CreateEvent, DeleteEvent, Outcome, Plan, Step, UpdateEvent

REASON = "its organizer was changed in ROOMS (R-103)"
HOLD_REASON = "the slot is to be held elsewhere (design 4)"


def found_at(mapping: Mapping, event: Event) -> Mapping:
    """Return a link with the event that stands for it by now, and the calendar where that is.

    An event that has moved is what the link means from then on: whatever is announced next, a crash
    must not find the old one gone and take that for a deletion.
    """
    known = mapping.event
    if known is not None and known.event_id == event.event_id:
        return mapping
    link = EventLink(event_id=event.event_id, ical_uid=event.ical_uid)
    return replace(mapping, event=link, home=event.place)


def has_arrived(seen: Observed) -> bool:
    """Tell whether a move that was announced has come to its end."""
    return seen.moved and seen.event is not None and seen.mapping.is_pending(PendingKind.MOVE_EVENT)


def left_behind(mapping: Mapping, event: Event) -> EventLink | None:
    """Return the event that a move takes away: the link's, or one whose create nobody answered."""
    if mapping.event is None and event.place == mapping.home:
        return found_at(mapping, event).event
    return mapping.event


def home_after(pair: Pair, context: Context) -> EventPlace | None:
    """Return the mailbox the event must move to, None when it stays.

    A new organizer without any mailbox of ours gives the old place back: there the event ends
    (R-511), which `move_event` plans. Our own hold in a resource mailbox follows the resource, too;
    into the calendar of an organizer who is synced by now only if the booking is newer (D11).
    """
    if pair.seen.moved:
        return None
    pending = pair.seen.mapping.pending
    if pending is not None and pending.kind is PendingKind.MOVE_EVENT:
        return pending.place
    has_new_organizer = Aspect.ORGANIZER in pair.changed.rooms and not pair.changed.is_first
    if not has_new_organizer and not _is_hold(pair.event):
        return None
    target = home_of_booking(pair.booking, context.directory)
    if target is None:
        return pair.seen.mapping.home
    if not has_new_organizer and not is_resource_mailbox(target.mailbox):
        return None if left_alone(pair.seen, pair.booking, context) else target
    return target if target != pair.event.place else None


def move_event(pair: Pair, wanted: Meeting, target: EventPlace, directory: Directory) -> Plan:
    """Plan the three steps; the ones already done before a crash are harmless to repeat."""
    seen, event = pair.seen, pair.event
    old = left_behind(seen.mapping, event)
    steps: list[Step] = []
    reason = REASON if Aspect.ORGANIZER in pair.changed.rooms else HOLD_REASON
    if target == seen.mapping.home:
        gone = DeleteEvent(place=event.place, event_id=event.event_id, reason=f"{reason}, R-511")
        return Plan(steps=(gone,), outcome=Outcome.CANCELLED, reason=gone.reason)
    if _is_hold(event):
        wanted = pair.rooms
    if event.place != target:
        steps.append(_create(pair, wanted, target, directory))
    if old is not None:
        steps.append(DeleteEvent(place=seen.mapping.home, event_id=old.event_id, reason=reason))
    booked = wanted_resources(seen, directory)
    rooms = resource_invitees(booked, directory)
    if rooms and not is_resource_mailbox(target.mailbox):
        invitees = (*_people(pair, wanted, directory), *rooms)
        changes = EventChanges(invitees=invitees, venue=venue_of(booked, directory))
        steps.append(
            UpdateEvent(changes=changes, aspects=frozenset({Aspect.RESOURCES}), reason=reason)
        )
    return Plan(
        steps=tuple(steps), outcome=Outcome.IN_STEP, reason=reason, found=pair.changed.found()
    )


def _is_hold(event: Event) -> bool:
    """Tell whether an event is our own item in a resource mailbox: it shows what ROOMS says."""
    return is_resource_mailbox(event.place.mailbox)


def wanted_resources(seen: Observed, directory: Directory) -> tuple[ResourceId, ...]:
    """Return the booked resources that Exchange can invite."""
    booked = dict.fromkeys(booking.resource for booking in seen.active_bookings)
    return tuple(resource for resource in booked if directory.is_resource_synced(resource))


def _create(pair: Pair, wanted: Meeting, target: EventPlace, directory: Directory) -> CreateEvent:
    """Return the new event: what the old one showed, without the resource for now."""
    mapping = pair.seen.mapping
    draft = event_draft(mapping.id, pair.booking, wanted, target, directory)
    pending = mapping.pending
    is_hold = is_resource_mailbox(target.mailbox)
    return CreateEvent(
        place=target,
        draft=replace(
            draft,
            invitees=() if is_hold else _people(pair, wanted, directory),
            transaction_id=pending.transaction_id if pending else draft.transaction_id,
        ),
        reason=REASON if Aspect.ORGANIZER in pair.changed.rooms else HOLD_REASON,
        is_move=True,
    )


def _people(pair: Pair, wanted: Meeting, directory: Directory) -> tuple[Invitee, ...]:
    """Return who is invited to the new event; its organizer may have been so to the old one."""
    lines = invitees_after(pair.event, wanted.attendees, frozenset(), directory)
    known = ((line, directory.person_at(line.address)) for line in lines)
    return tuple(line for line, p in known if p is None or p.id != pair.booking.organizer)
