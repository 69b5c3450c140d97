"""Reads calendar items and changes of them into the values of the model.

Times are read in the zone that comes with them; whole days are pushed to midnight as Exchange does:
a start back, an end on.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta

from devstack.exchange.ews.calls import Call
from devstack.exchange.ews.errors import EwsError
from devstack.exchange.ews.item_parts import BUSY
from devstack.exchange.ews.moments import read_moment, read_zone
from devstack.exchange.ews.properties_xml import read_property
from devstack.exchange.ews.recurrence_xml import read_recurrence
from devstack.exchange.ews.soap import Element, first, is_true, named, text_of
from devstack.exchange.graph.event_body import Edit
from devstack.exchange.model import bodies, zones
from devstack.exchange.model.values import (
    Address,
    Answer,
    Attendee,
    AttendeeKind,
    Content,
    Importance,
    Location,
    PropertyId,
    Sensitivity,
    ZonedTime,
)

PEOPLE = {
    "RequiredAttendees": AttendeeKind.REQUIRED,
    "OptionalAttendees": AttendeeKind.OPTIONAL,
    "Resources": AttendeeKind.RESOURCE,
}
TIMES = {"Start": "start", "End": "end"}
ZONES = {"StartTimeZone": "start", "EndTimeZone": "end"}
MOST_SUBJECT = 255
_BUSY = {name: kind for kind, name in BUSY.items()}
# Whoever makes an item may say these, and Exchange decides for itself.
IGNORED = frozenset(["ItemClass", "Culture", "MeetingTimeZone", "ConferenceType", "UID"])


class ItemChanges:
    """Collects what elements say about one item; `edit` is what comes of it.

    `dropped` are the extended properties that are deleted.
    """

    def __init__(self, call: Call, before: Content | None, people: tuple[Attendee, ...]) -> None:
        self._zone, self._before = call.zone, before
        self._attendees, self._invites = people, False
        self._times: dict[str, str] = {}
        self._zones: dict[str, zones.Zone] = {}
        self._edit = Edit()
        self.dropped: list[PropertyId] = []

    def take(self, element: Element) -> None:
        """Read one field of an item."""
        try:
            self._take(named(element.tag), element)
        except (ValueError, KeyError) as error:
            raise EwsError(
                "ErrorInvalidValueForProperty",
                f"'{element.text}' is no value of {named(element.tag)}.",
            ) from error

    def _take(self, name: str, element: Element) -> None:
        if name == "ExtendedProperty":
            extended = read_property(element)
            self._edit.properties = {**(self._edit.properties or {}), extended.id.key: extended}
        elif name in PEOPLE:
            self._invite(PEOPLE[name], _attendees(element, PEOPLE[name]))
        elif name in TIMES:
            self._times[TIMES[name]] = element.text or ""
        elif name in ZONES:
            self._zones[ZONES[name]] = read_zone(element.get("Id", ""))
        elif name in _CONTENT:
            attribute, read = _CONTENT[name]
            self._edit.content[attribute] = read(element)
        elif name in _PRIVATE:
            attribute, read = _PRIVATE[name]
            self._edit.private[attribute] = read(element)
        elif name not in IGNORED:
            raise EwsError("ErrorInvalidPropertySet", f"Set action is invalid for property {name}.")

    def forget(self, name: str) -> None:
        """Delete one field of an item."""
        if name in PEOPLE:
            self._invite(PEOPLE[name], ())
        elif name in _EMPTY_CONTENT:
            attribute, empty = _EMPTY_CONTENT[name]
            self._edit.content[attribute] = empty
        elif name == "Categories":
            self._edit.private["categories"] = ()
        elif name == "ReminderMinutesBeforeStart":
            self._edit.private["reminder_minutes"] = 0
        else:
            raise EwsError(
                "ErrorInvalidPropertyDelete", f"Delete action is invalid for property {name}."
            )

    def append(self, element: Element) -> None:
        """Invite more people."""
        kind = PEOPLE[named(element.tag)]
        known = tuple(a for a in self._attendees if a.kind is kind)
        self._invite(kind, known + _attendees(element, kind))

    def _invite(self, kind: AttendeeKind, wanted: tuple[Attendee, ...]) -> None:
        """Replace the attendees of a kind."""
        self._attendees = tuple(a for a in self._attendees if a.kind is not kind) + wanted
        self._invites = True

    def edit(self) -> Edit:
        """Return what was read, checked and fitted together."""
        if self._invites:
            self._edit.attendees = self._attendees
        for side in ("start", "end"):
            if (moment := self._time(side)) is not None:
                self._edit.content[side] = moment
        self._push_to_midnight()
        return self._edit

    def _time(self, side: str) -> ZonedTime | None:
        old: ZonedTime | None = getattr(self._before, side, None)
        zone = (
            self._zones.get(side) or self._zones.get("start") or (old.zone if old else self._zone)
        )
        if side in self._times:
            return ZonedTime(read_moment(self._times[side], zone), zone)
        if side in self._zones and old is not None:
            return replace(old, zone=zone)
        return None

    def _push_to_midnight(self) -> None:
        content = self._edit.content
        is_all_day = content.get("is_all_day", self._before and self._before.is_all_day)
        start = content.get("start") or (self._before and self._before.start)
        end = content.get("end") or (self._before and self._before.end)
        if not is_all_day or not start or not end:
            return
        first_day = _midnight(start, start.zone)
        last = _midnight(end, start.zone)
        if last.instant < end.instant or last.instant <= first_day.instant:
            last = _next_midnight(last)
        content["start"], content["end"] = first_day, last


def read_new(call: Call, element: Element) -> Edit:
    """Read a new calendar item; it says when it begins and ends."""
    changes = ItemChanges(call, None, ())
    for part in element:
        changes.take(part)
    edit = changes.edit()
    for side in ("start", "end"):
        if side not in edit.content:
            raise EwsError(
                "ErrorInvalidPropertySet", f"A new calendar item needs {side.capitalize()}."
            )
    if edit.content["end"].instant < edit.content["start"].instant:
        raise EwsError(
            "ErrorCalendarEndDateIsEarlierThanStartDate", "EndDate is earlier than StartDate."
        )
    return edit


def _attendees(element: Element, kind: AttendeeKind) -> tuple[Attendee, ...]:
    found = []
    for one in element:
        mailbox = first(one, "Mailbox")
        mail = None if mailbox is None else text_of(mailbox, "EmailAddress")
        if mailbox is None or not mail:
            raise EwsError("ErrorInvalidRecipients", "An attendee has no address.")
        found.append(Attendee(Address(text_of(mailbox, "Name") or mail, mail), kind, Answer()))
    return tuple(found)


def _body(element: Element) -> str:
    content = element.text or ""
    is_text = element.get("BodyType") == "Text"
    return bodies.from_text(content) if is_text else bodies.from_html(content)


def _subject(element: Element) -> str:
    text = element.text or ""
    if len(text) > MOST_SUBJECT:
        raise EwsError("ErrorPropertyValidationFailure", "The subject is too long.")
    return text


def _places(element: Element) -> tuple[Location, ...]:
    return (Location(display_name=element.text),) if element.text else ()


def _truth(element: Element) -> bool:
    return is_true(element.text)


def _midnight(moment: ZonedTime, zone: zones.Zone) -> ZonedTime:
    wall = moment.instant.astimezone(zone.info)
    return _at(datetime.combine(wall.date(), time()), zone)


def _next_midnight(moment: ZonedTime) -> ZonedTime:
    return _at(moment.wall().replace(tzinfo=None) + timedelta(days=1), moment.zone)


def _at(wall: datetime, zone: zones.Zone) -> ZonedTime:
    return ZonedTime(read_moment(wall.isoformat(), zone), zone)


type _Readers = dict[str, tuple[str, Callable[[Element], object]]]
_CONTENT: _Readers = {
    "Subject": ("subject", _subject),
    "Body": ("body", _body),
    "Sensitivity": ("sensitivity", lambda e: Sensitivity((e.text or "").lower())),
    "Importance": ("importance", lambda e: Importance((e.text or "").lower())),
    "IsAllDayEvent": ("is_all_day", _truth),
    "Location": ("locations", _places),
    "IsResponseRequested": ("response_requested", _truth),
    "AllowNewTimeProposal": ("allow_new_time_proposals", _truth),
    "Recurrence": ("recurrence", read_recurrence),
}
_PRIVATE: _Readers = {
    "LegacyFreeBusyStatus": ("show_as", lambda e: _BUSY[e.text or ""]),
    "ReminderIsSet": ("is_reminder_on", _truth),
    "ReminderMinutesBeforeStart": ("reminder_minutes", lambda e: int(e.text or "0")),
    "Categories": ("categories", lambda e: tuple(c.text or "" for c in e)),
}
_EMPTY_CONTENT: dict[str, tuple[str, object]] = {
    "Subject": ("subject", ""),
    "Body": ("body", bodies.EMPTY_BODY),
    "Location": ("locations", ()),
    "Recurrence": ("recurrence", None),
}
