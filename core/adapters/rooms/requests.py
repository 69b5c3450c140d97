"""What is sent to ROOMS: bodies and queries with the vendor's own spellings (rooms-api 9).

Everything that would make ROOMS itself write to Exchange or send mails is switched off where the
API lets us (rooms-api 8, 6.).
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from core.domain.changes import BookingChanges, BookingDraft
from core.domain.ids import PersonId
from core.domain.meeting import Attendee
from core.ports.rooms import BookingQuery

Body = dict[str, Any]
PersonAt = Callable[[str], PersonId | None]


def iso(moment: datetime) -> str:
    """Write an instant as ROOMS takes it without doubt: UTC, seconds, `Z`."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def create_body(draft: BookingDraft, person_at: PersonAt) -> Body:
    """Return a ReservationCreateModel."""
    lines = [_participant(attendee, person_at) for attendee in draft.attendees]
    return {
        "titel": draft.title,
        "beginn": iso(draft.time.start),
        "ende": iso(draft.time.end),
        "ressourceId": draft.resource,
        "personOrganisatorId": draft.organizer,
        "teilnehmerCollection": [line["id"] for line in lines if "id" in line],
        "teilnehmerNeuList": [line for line in lines if "id" not in line],
        "istPrivat": draft.private,
        "sendNotification": False,
        "syncWithCalendar": False,
        "customProperties": [{"name": n, "value": v} for n, v in draft.custom_fields],
    }


def confirm_new_body(context: int, draft: BookingDraft, person_at: PersonAt) -> Body:
    """Return the ReservationEditModel that makes a draft a booking, with its link."""
    return {
        "tempdataContextId": context,
        "syncAppointmentOid": draft.appointment_oid,
        "syncWithCalendar": False,
        "teilnehmerList": participants(draft.attendees, person_at),
    }


def confirm_edit_body(context: int, changes: BookingChanges, person_at: PersonAt) -> Body:
    """Return the ReservationEditModel that carries `changes` and nothing else."""
    body: Body = {"tempdataContextId": context, "syncWithCalendar": False}
    if changes.title is not None:
        body["titel"] = changes.title
    if changes.time is not None:
        body |= {"beginn": iso(changes.time.start), "ende": iso(changes.time.end)}
    if changes.resource is not None:
        body["ressourceId"] = changes.resource
    if changes.organizer is not None:
        body["organizerId"] = changes.organizer
    if changes.attendees is not None:
        body["teilnehmerList"] = participants(changes.attendees, person_at)
    if changes.appointment_oid is not None:
        body["syncAppointmentOid"] = changes.appointment_oid
    if changes.custom_fields:
        body["customFields"] = dict(changes.custom_fields)
    return body


def update_body(changes: BookingChanges) -> Body:
    """Return a BookingUpdateModel, which speaks English; it has no participants and no link."""
    body: Body = {}
    if changes.title is not None:
        body["title"] = changes.title
    if changes.time is not None:
        body |= {"start": iso(changes.time.start), "end": iso(changes.time.end)}
    if changes.resource is not None:
        body["resourceId"] = changes.resource
    if changes.organizer is not None:
        body["organizerId"] = changes.organizer
    if changes.custom_fields:
        body["customFields"] = dict(changes.custom_fields)
    return body


def find_query(query: BookingQuery, status_ids: Iterable[int]) -> list[tuple[str, str]]:
    """Return the filter of `bookings/find`; all statuses are named so that none is left out."""
    pairs: list[tuple[str, str]] = []
    if query.window is not None:
        pairs += [
            ("filter.start", iso(query.window.start)),
            ("filter.end", iso(query.window.end)),
        ]
    if query.resource is not None:
        pairs.append(("filter.resourceId", str(query.resource)))
    if query.organizer is not None:
        pairs.append(("filter.organizerId", str(query.organizer)))
    if query.modified_since is not None:
        pairs.append(("filter.modifiedOn", query.modified_since))
    return pairs + [("filter.statusList", str(number)) for number in sorted(status_ids)]


def participants(attendees: Iterable[Attendee], person_at: PersonAt) -> list[Body]:
    """Return the complete participant list."""
    return [_participant(attendee, person_at) for attendee in attendees]


def _participant(attendee: Attendee, person_at: PersonAt) -> Body:
    """Return one participant: a person of ROOMS by id, else somebody external (R-218)."""
    person = person_at(attendee.address) if attendee.address else None
    line: Body = {"isExternal": person is None, "name": attendee.name or attendee.address}
    if attendee.address:
        line["eMail"] = attendee.address
    if person is not None:
        line["id"] = person
    return line
