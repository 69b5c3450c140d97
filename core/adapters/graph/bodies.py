"""What is sent to Graph: complete for a create, only what changes for an update.

The body text and the attendees' answers are never written: the first holds the online-meeting
link, the second belong to the attendees (graph-calendar 3.3, 12).
"""

from collections.abc import Sequence
from typing import Any

from core.adapters.exchange.days import is_whole_days, zone_of
from core.adapters.exchange.limits import LONGEST_SUBJECT
from core.adapters.exchange.link_property import LinkProperty
from core.adapters.graph.recurrence_bodies import recurrence_body
from core.adapters.graph.times import write_interval
from core.domain.changes import EventChanges, EventDraft, Venue
from core.domain.event import Event, Invitee

Body = dict[str, Any]


def create_body(draft: EventDraft, link_property: LinkProperty) -> Body:
    """Return the POST of a new event, with its link in the same request."""
    body: Body = {
        "subject": draft.subject[:LONGEST_SUBJECT],
        **_first_time(draft),
        "showAs": draft.show_as.value,
        "sensitivity": _sensitivity(private=draft.private),
        "transactionId": draft.transaction_id,
        **_link(draft.link, link_property),
    }
    if draft.invitees:
        body["attendees"] = _attendees(draft.invitees)
    if draft.venue is not None:
        body |= _location(draft.venue)
    if draft.reminder_minutes is not None:
        body |= _reminder(draft.reminder_minutes)
    return body


def update_body(event: Event, changes: EventChanges, link_property: LinkProperty) -> Body:
    """Return the PATCH that makes `changes` of `event`, empty when there is nothing to write.

    A private flag that the event already shows is left alone: it may be `confidential` (R-215). A
    rule is written always: the event does not show which it has.
    """
    body = _times(event, changes)
    if changes.subject is not None:
        body["subject"] = changes.subject[:LONGEST_SUBJECT]
    if changes.invitees is not None:
        body["attendees"] = _attendees(changes.invitees)
    if changes.venue is not None:
        body |= _location(changes.venue)
    elif changes.clear_venue:
        body |= {"location": {"displayName": ""}, "locations": []}
    if changes.private is not None and changes.private != event.sensitive:
        body["sensitivity"] = _sensitivity(private=changes.private)
    if changes.show_as is not None:
        body["showAs"] = changes.show_as.value
    if changes.reminder_minutes is not None:
        body |= _reminder(changes.reminder_minutes)
    if changes.appointment_oid is not None:
        body |= _link(changes.appointment_oid, link_property)
    return body


def _first_time(draft: EventDraft) -> Body:
    if draft.recurrence is not None:
        return recurrence_body(draft.recurrence)
    return {**write_interval(draft.time, draft.time_zone, whole_days=False)}


def _times(event: Event, changes: EventChanges) -> Body:
    if changes.recurrence is not None:
        return recurrence_body(changes.recurrence, event)
    if changes.time is None:
        return {}
    whole_days = event.is_all_day and is_whole_days(changes.time, zone_of(event.time_zone))
    body: Body = {**write_interval(changes.time, event.time_zone, whole_days=whole_days)}
    if event.is_all_day and not whole_days:
        body["isAllDay"] = False
    return body


def _attendees(invitees: Sequence[Invitee]) -> list[Body]:
    return [
        {"type": invitee.role.value, "emailAddress": _email_address(invitee)}
        for invitee in invitees
    ]


def _email_address(invitee: Invitee) -> dict[str, str]:
    named = {"address": invitee.address, "name": invitee.name}
    return {key: value for key, value in named.items() if value}


def _location(venue: Venue) -> Body:
    location: Body = {"displayName": venue.name, "locationType": "default"}
    if venue.address:
        location |= {
            "locationType": "conferenceRoom",
            "locationUri": venue.address,
            "locationEmailAddress": venue.address,
            "uniqueId": venue.address,
            "uniqueIdType": "directory",
        }
    return {"location": location, "locations": [location]}


def _reminder(minutes: int) -> Body:
    if minutes < 0:
        return {"isReminderOn": False}
    return {"isReminderOn": True, "reminderMinutesBeforeStart": minutes}


def _sensitivity(*, private: bool) -> str:
    return "private" if private else "normal"


def _link(oid: str, link_property: LinkProperty) -> Body:
    return {"singleValueExtendedProperties": [{"id": link_property.id, "value": oid.lower()}]}
