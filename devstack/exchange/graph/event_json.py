"""An item as Graph shows it (graph-calendar 3.1)."""

from dataclasses import dataclass
from typing import Any

from devstack.exchange.graph.ids import etag, shown_id
from devstack.exchange.graph.moments import NO_TIME, instant_text, wall_text
from devstack.exchange.graph.prefer import NOTHING, Prefer
from devstack.exchange.graph.properties import property_id_text
from devstack.exchange.graph.recurrences import recurrence_json
from devstack.exchange.model import bodies, versions, zones
from devstack.exchange.model.item import Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.values import (
    Address,
    Answer,
    Attendee,
    ExtendedProperty,
    Location,
    ZonedTime,
)

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """How a reader wants events: id form, zone, body type, which properties."""

    prefer: Prefer = NOTHING
    select: frozenset[str] | None = None
    properties: frozenset[tuple[str, str, str]] | None = frozenset()
    windows_zones: bool = True
    lower_guid: bool = True


def event_json(item: Item, view: View) -> Json:
    """Return the event; `$select` narrows it, id and etag come always."""
    prefer = view.prefer
    identity: Json = {
        "@odata.etag": etag(item.change_key),
        "id": shown_id(item, immutable=prefer.immutable_ids),
    }
    shown = identity | _versions(item, view) | _content(item, view) | _people(item)
    if view.select is not None:
        shown = {k: v for k, v in shown.items() if k in view.select or k in identity}
    if item.is_deleted:
        shown["parentFolderId"] = versions.folder_id(item.mailbox, item.folder)
    if (found := expanded_properties(item, view)) is not None:
        shown["singleValueExtendedProperties"] = found
    return shown


def expanded_properties(item: Item, view: View) -> list[Json] | None:
    """Return the extended properties asked for; None leaves the member out (graph-calendar 4)."""
    found = [
        _property(extended, view)
        for key, extended in item.private.properties.items()
        if view.properties is None or key in view.properties
    ]
    return found or None


def stub_json(item: Item, view: View) -> Json:
    """Return what a delta round tells of a plain occurrence (graph-calendar 2)."""
    return {
        "@odata.etag": etag(item.change_key),
        "id": shown_id(item, immutable=view.prefer.immutable_ids),
        "seriesMasterId": _master_id(item, view),
        "type": item.kind.value,
        "start": wall_text(item.content.start, view.prefer.zone),
        "end": wall_text(item.content.end, view.prefer.zone),
    }


def cancelled_json(master: Item, view: View) -> list[str]:
    """Return the deleted dates of a series (graph-calendar 3.1)."""
    own = shown_id(master, immutable=view.prefer.immutable_ids)
    return [f"OID.{own}.{day.isoformat()}" for day in sorted(master.cancelled_days)]


def _master_id(item: Item, view: View) -> str:
    rest_id, immutable_id = item.master_ids
    return immutable_id if view.prefer.immutable_ids else rest_id


def _recurrence(item: Item, view: View) -> Json | None:
    rule = item.recurrence
    if rule is None:
        return None
    where = rule.range.zone or item.content.start.zone
    return recurrence_json(rule, _zone_name(where, view))


def _versions(item: Item, view: View) -> Json:
    shown: Json = {
        "createdDateTime": instant_text(item.created),
        "lastModifiedDateTime": instant_text(item.modified),
        "changeKey": item.change_key,
        "categories": list(item.private.categories),
        "type": item.kind.value,
        "iCalUId": item.ical_uid,
        "seriesMasterId": None,
        "recurrence": _recurrence(item, view),
        "webLink": f"https://outlook.office.example/owa/?itemid={item.rest_id}",
    }
    if item.is_part_of_series:
        shown["seriesMasterId"] = _master_id(item, view)
        shown["originalStart"] = instant_text(item.original_start)
    if item.transaction_id is not None:
        shown["transactionId"] = item.transaction_id
    return shown


def _content(item: Item, view: View) -> Json:
    content, private = item.content, item.private
    shown_in = view.prefer.zone
    locations = [_location(place) for place in content.locations]
    body = bodies.to_text(content.body) if view.prefer.text_bodies else content.body
    return {
        "subject": content.subject,
        "bodyPreview": bodies.preview(content.body),
        "body": {"contentType": "text" if view.prefer.text_bodies else "html", "content": body},
        "importance": content.importance.value,
        "sensitivity": content.sensitivity.value,
        "originalStartTimeZone": _original_zone(content.start, view),
        "originalEndTimeZone": _original_zone(content.end, view),
        "start": wall_text(content.start, shown_in),
        "end": wall_text(content.end, shown_in),
        "isAllDay": content.is_all_day,
        "location": locations[0] if locations else _location(Location()),
        "locations": locations,
        "showAs": private.show_as.value,
        "isReminderOn": private.is_reminder_on,
        "reminderMinutesBeforeStart": private.reminder_minutes,
        "hasAttachments": False,
        "isCancelled": item.is_cancelled,
        "isDraft": False,
        "responseRequested": content.response_requested,
        "allowNewTimeProposals": content.allow_new_time_proposals,
        "hideAttendees": content.hide_attendees,
        "isOnlineMeeting": content.online_meeting_url is not None,
        "onlineMeetingProvider": content.online_meeting_provider,
        "onlineMeetingUrl": None,
        "onlineMeeting": {"joinUrl": content.online_meeting_url}
        if content.online_meeting_url
        else None,
    }


def _people(item: Item) -> Json:
    return {
        "isOrganizer": item.is_organizer,
        "responseStatus": _answer(item.answer),
        "organizer": {"emailAddress": _address(item.organizer)},
        "attendees": [_attendee(attendee) for attendee in item.attendees],
    }


def _original_zone(time: ZonedTime, view: View) -> str:
    return _zone_name(time.zone, view)


def _zone_name(zone: zones.Zone, view: View) -> str:
    name = zone.name
    if name.startswith("tzone:") or not view.windows_zones or zones.is_windows_name(name):
        return name
    return zones.windows_name(zone.iana)


def _address(address: Address) -> Json:
    return {"name": address.name, "address": address.mail}


def _answer(answer: Answer) -> Json:
    return {
        "response": answer.kind.value,
        "time": NO_TIME if answer.at is None else instant_text(answer.at),
    }


def _attendee(attendee: Attendee) -> Json:
    shown: Json = {
        "type": attendee.kind.value,
        "status": _answer(attendee.answer),
        "emailAddress": _address(attendee.address),
    }
    if attendee.proposed is not None:
        shown["proposedNewTime"] = {
            "start": wall_text(attendee.proposed.start, NOTHING.zone),
            "end": wall_text(attendee.proposed.end, NOTHING.zone),
        }
    return shown


def _location(place: Location) -> Json:
    shown: Json = {
        "displayName": place.display_name,
        "locationType": place.kind,
        "uniqueId": place.unique_id,
        "uniqueIdType": place.unique_id_kind,
        "address": dict(place.street_address),
        "coordinates": dict(place.coordinates),
    }
    if place.uri:
        shown["locationUri"] = place.uri
    if place.email:
        shown["locationEmailAddress"] = place.email
    return shown


def _property(extended: ExtendedProperty, view: View) -> Json:
    return {
        "id": property_id_text(extended.id, lower_guid=view.lower_guid),
        "value": extended.value,
    }


def calendar_json(mailbox: Mailbox, folder: str, name: str, *, can_edit: bool) -> Json:
    """Return a calendar."""
    calendar_id = versions.folder_id(mailbox.guid, folder)
    return {
        "id": calendar_id,
        "name": name,
        "color": "auto",
        "hexColor": "",
        "changeKey": versions.change_key(mailbox.guid, 0),
        "isDefaultCalendar": folder == "calendar",
        "isRemovable": folder != "calendar",
        "isTallyingResponses": True,
        "canEdit": can_edit,
        "canShare": can_edit,
        "canViewPrivateItems": can_edit,
        "allowedOnlineMeetingProviders": ["teamsForBusiness"],
        "defaultOnlineMeetingProvider": "teamsForBusiness",
        "owner": _address(mailbox.address),
    }
