"""Drafts and changes, put together from what the other side shows."""

import uuid
from collections.abc import Iterable, Sequence

from core.domain.booking import Booking, BookingStatus
from core.domain.changes import BookingDraft, EventChanges, EventDraft, Venue
from core.domain.directory import Directory
from core.domain.event import AttendeeRole, Event, EventPlace, Invitee
from core.domain.ids import MappingId, PersonId, ResourceId, is_resource_mailbox
from core.domain.meeting import Aspect, Attendee, Meeting, ShowAs
from core.domain.policies import Policies
from core.sync.translate import canonical_attendee, is_human

SHOW_AS_BY_STATUS = {
    BookingStatus.DEFINITIVE: ShowAs.BUSY,
    BookingStatus.PROVISIONAL: ShowAs.TENTATIVE,
    BookingStatus.TEMPORARY: ShowAs.TENTATIVE,
}
"""How a booking without a free/busy value of its own counts in the calendar (R-215)."""

TRANSACTIONS = uuid.UUID("6f1d3a52-0f3e-4c37-9a6b-5f4a0a7f9d11")


def booking_draft(
    mapping: MappingId,
    meeting: Meeting,
    resource: ResourceId,
    organizer: PersonId,
    policies: Policies,
) -> BookingDraft:
    """Put together a booking for an event (R-400): title and people go along, privacy too."""
    return BookingDraft(
        appointment_oid=mapping,
        title=meeting.subject,
        time=meeting.time,
        resource=resource,
        organizer=organizer,
        attendees=meeting.attendees,
        private=meeting.private,
        custom_fields=tuple(custom_fields(meeting, policies).values()),
    )


def custom_fields(meeting: Meeting, policies: Policies) -> dict[Aspect, tuple[str, str]]:
    """Return what ROOMS holds only where the operator gave it custom fields (rooms-api 8.4)."""
    fields: dict[Aspect, tuple[str, str]] = {}
    if policies.show_as_field and meeting.show_as is not None:
        fields[Aspect.SHOW_AS] = (policies.show_as_field, meeting.show_as.value)
    if policies.reminder_field and meeting.reminder_minutes is not None:
        fields[Aspect.REMINDER] = (policies.reminder_field, str(meeting.reminder_minutes))
    return fields


def carried_aspects(policies: Policies) -> frozenset[Aspect]:
    """Return the aspects for which ROOMS has custom fields, filled or not."""
    fields = {Aspect.SHOW_AS: policies.show_as_field, Aspect.REMINDER: policies.reminder_field}
    return frozenset(aspect for aspect, field in fields.items() if field)


def event_draft(
    mapping: MappingId,
    booking: Booking,
    meeting: Meeting,
    place: EventPlace,
    directory: Directory,
) -> EventDraft:
    """Put together an event for a booking: the organizer's, or our hold in a resource mailbox.

    A hold has no attendees, and a neutral title when the booking is private (P9).
    """
    is_hold = is_resource_mailbox(place.mailbox)
    people = () if is_hold else tuple(map(as_invitee, filter(_is_reachable, meeting.attendees)))
    room = () if is_hold else resource_invitees(meeting.resources, directory)
    hidden = is_hold and meeting.private
    return EventDraft(
        appointment_oid=mapping,
        transaction_id=transaction_id(mapping, place, booking),
        subject=directory.policies.neutral_title if hidden else meeting.subject,
        time=meeting.time,
        time_zone=directory.zone_of(place.mailbox),
        invitees=(*people, *room),
        venue=venue(booking.resource, directory),
        private=meeting.private and not is_hold,
        show_as=meeting.show_as or SHOW_AS_BY_STATUS.get(booking.status, ShowAs.BUSY),
        reminder_minutes=meeting.reminder_minutes,
    )


def transaction_id(mapping: MappingId, place: EventPlace, booking: Booking) -> str:
    """Return the same id for the same create, so that a repeated one is harmless (design 4)."""
    name = f"{mapping}/{place.environment}/{place.mailbox}/{booking.modified_on}"
    return str(uuid.uuid5(TRANSACTIONS, name))


def venue(resource: ResourceId, directory: Directory) -> Venue | None:
    """Return how a resource is shown as location; its mailbox only if it takes part (R-202)."""
    found = directory.resources.get(resource)
    if found is None or found.is_online:
        return None
    name = f"{found.name} - {found.location}" if found.location else found.name
    return Venue(name, found.address if directory.is_resource_synced(resource) else "")


def venue_of(resources: Sequence[ResourceId], directory: Directory) -> Venue | None:
    """Return the location of a meeting in several resources; of one, with its mailbox (R-202)."""
    shown = [found for r in resources if (found := venue(r, directory)) is not None]
    if len(shown) < 2:  # noqa: PLR2004 - one or none
        return shown[0] if shown else None
    return Venue("; ".join(each.name for each in shown))


def invitees_after(
    event: Event,
    people: tuple[Attendee, ...],
    resources: frozenset[ResourceId] | None,
    directory: Directory,
) -> tuple[Invitee, ...]:
    """Return an event's complete attendee list with these people and synced resources.

    Lines that stay keep their address, role and answer; resources that are not ours stay as they
    are. `resources` None leaves all resources as they are.
    """
    wanted = {person.identity: person for person in people}
    kept: list[Invitee] = []
    for invitee in event.invitees:
        if is_human(invitee, event, directory):
            identity = canonical_attendee(invitee.address, invitee.name, directory).identity
            if wanted.pop(identity, None) is not None:
                kept.append(invitee)
            continue
        known = directory.resource_at(invitee.address)
        if resources is None or known is None or known.id in resources:
            kept.append(invitee)
    shown = {r.id for i in kept if (r := directory.resource_at(i.address)) is not None}
    missing = sorted(resources - shown) if resources is not None else []
    return (*kept, *map(as_invitee, wanted.values()), *resource_invitees(missing, directory))


def people_of(event: Event, directory: Directory) -> tuple[Attendee, ...]:
    """Return the human attendees of an event under their primary addresses."""
    return tuple(
        canonical_attendee(invitee.address, invitee.name, directory)
        for invitee in event.invitees
        if is_human(invitee, event, directory)
    )


def with_resources(
    event: Event, resources: frozenset[ResourceId], directory: Directory
) -> EventChanges:
    """Return the changes that leave an event with just these of our resources, nobody else."""
    location = venue_of(sorted(resources), directory)
    return EventChanges(
        invitees=invitees_after(event, people_of(event, directory), resources, directory),
        venue=location,
        clear_venue=location is None,
    )


def resource_invitees(resources: Iterable[ResourceId], directory: Directory) -> tuple[Invitee, ...]:
    """Return the attendee lines of those resources that resource sync covers (R-432)."""
    found = (directory.resources[r] for r in resources if directory.is_resource_synced(r))
    return tuple(Invitee(r.address, r.name, AttendeeRole.RESOURCE) for r in found)


def as_invitee(attendee: Attendee) -> Invitee:
    """Return the line of a newly added participant: ROOMS knows no optional ones."""
    return Invitee(attendee.address, attendee.name, AttendeeRole.REQUIRED)


def _is_reachable(attendee: Attendee) -> bool:
    return bool(attendee.address)
