"""Events and bookings as the neutral meeting; each side's own words end here."""

import re

from core.domain.booking import Booking
from core.domain.directory import Directory
from core.domain.event import Answer, AttendeeRole, Event, Invitee
from core.domain.ids import PersonId, ResourceId
from core.domain.meeting import Attendee, Meeting, ShowAs

_MINUTES = re.compile(r"-?[0-9]{1,6}", re.ASCII)


def meeting_of_event(event: Event, directory: Directory) -> Meeting:
    """Translate an organizer's copy. Unknown rooms and equipment are no participants (R-208)."""
    return Meeting(
        subject=event.subject,
        time=event.time,
        resources=invited_resources(event, directory),
        organizer=_person_id(event.organizer_address, directory),
        attendees=tuple(
            canonical_attendee(invitee.address, invitee.name, directory)
            for invitee in event.invitees
            if is_human(invitee, event, directory)
        ),
        private=event.sensitive,
        show_as=event.show_as,
        reminder_minutes=event.reminder_minutes,
    )


def invited_resources(event: Event, directory: Directory) -> tuple[ResourceId, ...]:
    """Return the known resources that an event invites, in its order, however they were invited."""
    found = (directory.resource_at(invitee.address) for invitee in event.invitees)
    return tuple(dict.fromkeys(r.id for r in found if r is not None))


def answer_of(event: Event, resource: ResourceId, directory: Directory) -> Answer:
    """Return what a resource mailbox has answered so far; NONE if it is not invited.

    Where a former address stands beside the present one, the line that was answered counts.
    """
    lines = [(directory.resource_at(invitee.address), invitee) for invitee in event.invitees]
    answers = {i.answer for found, i in lines if found is not None and found.id == resource}
    decided = (Answer.ACCEPTED, Answer.DECLINED, Answer.TENTATIVE)
    return next((answer for answer in decided if answer in answers), Answer.NONE)


def is_human(invitee: Invitee, event: Event, directory: Directory) -> bool:
    """Tell whether an invitee is a participant: no resource, and not the organizer."""
    return (
        invitee.role is not AttendeeRole.RESOURCE
        and directory.resource_at(invitee.address) is None
        and not _same_person(invitee.address, event.organizer_address, directory)
    )


def meeting_of_booking(booking: Booking, directory: Directory) -> Meeting:
    """Translate a booking. An online resource is no room (R-115); the organizer no participant."""
    resource = directory.resources.get(booking.resource)
    in_exchange = resource is not None and bool(resource.address) and not resource.is_online
    policies = directory.policies
    return Meeting(
        subject=booking.title,
        time=booking.time,
        resources=(booking.resource,) if in_exchange else (),
        organizer=booking.organizer,
        attendees=tuple(
            canonical_attendee(p.address, p.name, directory)
            for p in booking.participants
            if directory.resource_at(p.address) is None
            and not _is_organizer(p.address, p.person, booking, directory)
        ),
        private=booking.is_private,
        show_as=_show_as(booking.custom_fields.get(policies.show_as_field or "")),
        reminder_minutes=_minutes(booking.custom_fields.get(policies.reminder_field or "")),
    )


def canonical_attendee(address: str, name: str, directory: Directory) -> Attendee:
    """Return an attendee under the primary address of the person behind an alias (R-218)."""
    person = directory.person_at(address) if address else None
    if person is not None and person.address:
        return Attendee(person.address.lower(), name or person.name)
    return Attendee(address.strip().lower(), name)


def _person_id(address: str, directory: Directory) -> PersonId | None:
    person = directory.person_at(address)
    return None if person is None else person.id


def _same_person(address: str, other: str, directory: Directory) -> bool:
    if address.lower() == other.lower():
        return True
    person = directory.person_at(address)
    return person is not None and person is directory.person_at(other)


def _is_organizer(
    address: str, person: PersonId | None, booking: Booking, directory: Directory
) -> bool:
    if person is not None and person == booking.organizer:
        return True
    known = directory.person_at(address) if address else None
    return known is not None and known.id == booking.organizer


def _show_as(value: str | None) -> ShowAs | None:
    return ShowAs(value) if value in {member.value for member in ShowAs} else None


def _minutes(value: str | None) -> int | None:
    """Return the minutes in a custom field, -1 for "off"; None for what a person mistyped."""
    if value is None or _MINUTES.fullmatch(value) is None:
        return None
    return max(int(value), -1)
