"""The one step that each side of a pair needs: all that it must take over, nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from core.domain.changes import BookingChanges, EventChanges
from core.domain.directory import Directory
from core.domain.ids import ResourceId
from core.domain.meeting import Aspect, Meeting
from core.domain.policies import Policies
from core.sync.compose import custom_fields, invitees_after, venue_of
from core.sync.merge import is_same
from core.sync.observed import EXCHANGE_SIDE, LINK
from core.sync.sides import Pair
from core.sync.steps import UpdateBooking, UpdateEvent

Difference = tuple[Aspect, bool, dict[str, Any]]
"""An aspect, whether both agree on it, and what to write if they do not."""

LINK_ONLY = "to store the link (R-210)"


def to_rooms(
    pair: Pair, target: Meeting, resource: ResourceId | None, policies: Policies
) -> tuple[UpdateBooking, ...]:
    """Return the step that makes the booking show `target` on `resource`, none if it does.

    `resource` None leaves the booking where it is.
    """
    rooms = pair.rooms
    due = _due(
        pair,
        (
            (Aspect.SUBJECT, is_same(Aspect.SUBJECT, target.subject, rooms.subject),
             {"title": target.subject}),
            (Aspect.TIME, target.time == rooms.time, {"time": target.time}),
            (Aspect.RESOURCES, resource is None, {"resource": resource}),
            (Aspect.ORGANIZER, target.organizer in {None, rooms.organizer},
             {"organizer": target.organizer}),
            (Aspect.ATTENDEES, _people(target) == _people(rooms),
             {"attendees": target.attendees}),
            *_custom_fields(target, rooms, policies),
        ),
    )  # fmt: skip
    written = _merged(due)
    is_marked = (pair.side, LINK) in pair.seen.written
    is_due = bool(written) or not pair.is_link_put_off
    if not pair.is_linked(pair.booking.appointment_oid) and not is_marked and is_due:
        written["appointment_oid"] = pair.seen.mapping.id
    if not written:
        return ()
    return (
        UpdateBooking(
            booking_id=pair.booking.booking_id,
            changes=BookingChanges(**written),
            aspects=frozenset(due),
            reason="it was changed in Exchange (R-310)" if due else LINK_ONLY,
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """What the event is to show: the meeting, and the complete set of our resources.

    `invite` None leaves the resources as they are, `off` of them go because they were refused;
    `places` are what the location names; `reason` says why, if not because of ROOMS.
    """

    meeting: Meeting
    invite: frozenset[ResourceId] | None = None
    off: frozenset[ResourceId] = frozenset()
    places: tuple[ResourceId, ...] = ()
    reason: str = "it was changed in ROOMS (R-308)"


def to_exchange(pair: Pair, showing: Showing, directory: Directory) -> tuple[UpdateEvent, ...]:
    """Return the step that makes the event show all that, none if it does.

    Attendees are always written complete; with a new resource the location goes along.
    """
    shown, target, event = pair.exchange, showing.meeting, pair.event
    due = _due(
        pair,
        (
            (Aspect.SUBJECT, is_same(Aspect.SUBJECT, target.subject, shown.subject),
             {"subject": target.subject}),
            (Aspect.TIME, target.time == shown.time, {"time": target.time}),
            (Aspect.PRIVATE, target.private == shown.private, {"private": target.private}),
            (Aspect.SHOW_AS, target.show_as == shown.show_as, {"show_as": target.show_as}),
            (Aspect.REMINDER, target.reminder_minutes == shown.reminder_minutes,
             {"reminder_minutes": target.reminder_minutes}),
            (Aspect.ATTENDEES, _people(target) == _people(shown), {}),
            (Aspect.RESOURCES, showing.invite is None, {}),
        ),
    )  # fmt: skip
    written = _merged(due)
    if due.keys() & {Aspect.ATTENDEES, Aspect.RESOURCES}:
        written["invitees"] = invitees_after(event, target.attendees, showing.invite, directory)
    if Aspect.RESOURCES in due:
        written["venue"] = venue_of(showing.places, directory)
        written["clear_venue"] = written["venue"] is None
    is_marked = (EXCHANGE_SIDE, LINK) in pair.seen.written
    if not pair.is_linked(event.appointment_oid) and not is_marked:
        written["appointment_oid"] = pair.seen.mapping.id
    if not written:
        return ()
    return (
        UpdateEvent(
            changes=EventChanges(**written),
            aspects=frozenset(due),
            reason=showing.reason if due else LINK_ONLY,
            takes_off=showing.off if Aspect.RESOURCES in due else frozenset(),
        ),
    )


def to_hold(pair: Pair, neutral_title: str) -> tuple[UpdateBooking | UpdateEvent, ...]:
    """Return what keeps our own item in a resource mailbox in step: it shows what ROOMS says."""
    rooms, shown = pair.rooms, pair.exchange
    title = neutral_title if rooms.private else rooms.subject
    due = _due(
        pair,
        (
            (Aspect.SUBJECT, is_same(Aspect.SUBJECT, title, shown.subject), {"subject": title}),
            (Aspect.TIME, rooms.time == shown.time, {"time": rooms.time}),
        ),
    )
    written = _merged(due)
    reason = "the hold in the resource mailbox follows ROOMS (design 4)"
    follow = UpdateEvent(changes=EventChanges(**written), aspects=frozenset(due), reason=reason)
    link = to_rooms(pair, rooms, None, Policies())
    return (follow, *link) if due else link


def _due(pair: Pair, differences: Iterable[Difference]) -> dict[Aspect, dict[str, Any]]:
    """Keep the differences that this pass has not carried over already, to either side.

    What a server made of a value we wrote is accepted; nor is it news for the side it came from.
    """
    return {
        aspect: written
        for aspect, same, written in differences
        if not same and not pair.is_written(aspect)
    }


def _merged(due: dict[Aspect, dict[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for written in due.values():
        for name, value in written.items():
            merged[name] = (*merged.get(name, ()), *value) if name == "custom_fields" else value
    return merged


def _custom_fields(target: Meeting, rooms: Meeting, policies: Policies) -> Iterable[Difference]:
    shown = custom_fields(rooms, policies)
    for aspect, pair in custom_fields(target, policies).items():
        yield aspect, shown.get(aspect) == pair, {"custom_fields": (pair,)}


def _people(meeting: Meeting) -> frozenset[str]:
    return frozenset(attendee.identity for attendee in meeting.attendees)
