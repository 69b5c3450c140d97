"""From an item of the model to the domain's event: what the Graph adapter reads out of its JSON."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from core.adapters.exchange.days import read_all_day
from core.adapters.exchange.link_property import LinkProperty
from core.adapters.exchange.zones import iana_name, zone_named
from core.domain.buffer_mark import mark_in
from core.domain.event import Answer, AttendeeRole, Event, EventKind, EventPlace, Invitee
from core.domain.ids import EventId, EventVersion, ICalUid
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from devstack.exchange.graph.event_json import View, _zone_name
from devstack.exchange.graph.ids import etag
from devstack.exchange.graph.properties import read_property_id
from devstack.exchange.model.item import Item
from devstack.exchange.model.values import Attendee, Sensitivity, ZonedTime
from devstack.exchange.model.zones import Zone
from devstack.kit.switches import Switches

SENSITIVE = (Sensitivity.PRIVATE, Sensitivity.CONFIDENTIAL)
_KINDS = {kind.value: kind for kind in EventKind}
_ROLES = {role.value: role for role in AttendeeRole}
_ANSWERS = {answer.value: answer for answer in Answer}
_SHOW_AS = {show_as.value: show_as for show_as in ShowAs}


class EventValues:
    """Shows items with one link property, in the way that the switches say Graph does."""

    def __init__(self, switches: Switches, link_property: LinkProperty) -> None:
        self._switches, self.link_property = switches, link_property
        self._link_key = read_property_id(link_property.id).key

    def zone_name(self, time: ZonedTime) -> str:
        """Return the zone of entry as Graph names it."""
        return _shown_zone(time.zone, windows=self._has_windows_names)

    def needs_mailbox_zone(self, item: Item) -> bool:
        """Tell whether the zone of entry is unknown, so that the mailbox's has to stand in."""
        return _known_zone(item.content.start.zone, windows=self._has_windows_names) is None

    def event(self, place: EventPlace, item: Item, mailbox_zone: str = "UTC") -> Event:
        """Return an event with its link, as a read with `$expand` tells it."""
        stored = item.private.properties.get(self._link_key)
        link = stored.value.lower() if stored is not None and stored.value else None
        return self._event(place, item, mailbox_zone, link)

    def bare(self, place: EventPlace, item: Item, mailbox_zone: str = "UTC") -> Event:
        """Return an event without its link, as a delta round tells it."""
        return self._event(place, item, mailbox_zone, None)

    def carries(self, item: Item, link: str) -> bool:
        """Tell whether a search for a link finds the item; Graph compares without case."""
        stored = item.private.properties.get(self._link_key)
        return stored is not None and stored.value.casefold() == link.casefold()

    @property
    def _has_windows_names(self) -> bool:
        return self._switches["original_time_zone"] == "windows"

    def _event(self, place: EventPlace, item: Item, mailbox_zone: str, link: str | None) -> Event:
        content, private = item.content, item.private
        known = _known_zone(content.start.zone, windows=self._has_windows_names)
        zone = known or mailbox_zone
        mark = mark_in(link) if link else None
        is_part = item.is_part_of_series and bool(item.master_ids[1])
        return Event(
            place=place,
            event_id=EventId(item.immutable_id),
            version=EventVersion(etag(item.change_key)),
            ical_uid=ICalUid(item.ical_uid),
            kind=_KINDS[item.kind],
            is_organizer=item.is_organizer,
            organizer_address=item.organizer.mail,
            subject=content.subject,
            time=_time(content.start.instant, content.end.instant, zone)
            if content.is_all_day
            else Interval(content.start.instant, content.end.instant),
            is_all_day=content.is_all_day,
            time_zone=zone,
            invitees=tuple(_invitee(attendee) for attendee in item.attendees),
            location=content.locations[0].display_name if content.locations else "",
            sensitive=content.sensitivity in SENSITIVE,
            show_as=_SHOW_AS.get(private.show_as, ShowAs.UNKNOWN),
            reminder_minutes=private.reminder_minutes if private.is_reminder_on else -1,
            own_answer=_ANSWERS[item.answer.kind],
            is_cancelled=item.is_cancelled,
            appointment_oid=None if mark else link,
            buffer=mark,
            series_master=EventId(item.master_ids[1]) if is_part else None,
            original_start=item.original_start if is_part else None,
            web_link=f"https://outlook.office.example/owa/?itemid={item.rest_id}",
            created_at=item.created,
            modified_at=item.modified,
        )


def _invitee(attendee: Attendee) -> Invitee:
    return Invitee(
        address=attendee.address.mail,
        name=attendee.address.name,
        role=_ROLES[attendee.kind],
        answer=_ANSWERS[attendee.answer.kind],
    )


def _time(start: datetime, end: datetime, zone: str) -> Interval:
    return read_all_day(start, end, zone_named(zone) or ZoneInfo("UTC"))


@cache
def _shown_zone(zone: Zone, *, windows: bool) -> str:
    return _zone_name(zone, View(windows_zones=windows))


@cache
def _known_zone(zone: Zone, *, windows: bool) -> str | None:
    return iana_name(_shown_zone(zone, windows=windows))
