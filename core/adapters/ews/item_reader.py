"""From a calendar item of EWS to an event of one mailbox; lenient like Graph's reader.

Whole days are told as midnights of the item's own zone. A zone that nobody knows gives way to the
mailbox's. The master of a date is not told with it: whoever has asked for it names it.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.adapters.ews.item_shape import LinkUri
from core.adapters.ews.xml import Element, child, children, is_true, text
from core.adapters.exchange.days import read_all_day
from core.adapters.exchange.zones import iana_name, zone_named
from core.domain.buffer_mark import mark_in
from core.domain.event import Answer, AttendeeRole, Event, EventKind, EventPlace, Invitee
from core.domain.ids import EventId, EventVersion, ICalUid
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.errors import InvalidPayloadError

KINDS = {
    "Single": EventKind.SINGLE_INSTANCE,
    "RecurringMaster": EventKind.SERIES_MASTER,
    "Occurrence": EventKind.OCCURRENCE,
    "Exception": EventKind.EXCEPTION,
}
ANSWERS = {
    "Organizer": Answer.ORGANIZER,
    "Tentative": Answer.TENTATIVE,
    "Accept": Answer.ACCEPTED,
    "Decline": Answer.DECLINED,
    "NoResponseReceived": Answer.NOT_RESPONDED,
}
SHOWN = {
    "Free": ShowAs.FREE,
    "Tentative": ShowAs.TENTATIVE,
    "Busy": ShowAs.BUSY,
    "OOF": ShowAs.OUT_OF_OFFICE,
    "WorkingElsewhere": ShowAs.WORKING_ELSEWHERE,
}
ROLES = {
    "RequiredAttendees": AttendeeRole.REQUIRED,
    "OptionalAttendees": AttendeeRole.OPTIONAL,
    "Resources": AttendeeRole.RESOURCE,
}
OPEN = frozenset({"", "Normal", "Personal"})
"""Any other word is kept to ourselves, as Private and Confidential are."""
_RECEIVED = 2
_OF_ATTENDEES = frozenset({"Tentative", "Accept", "Decline", "NoResponseReceived"})
_NUMBER = re.compile(r"[0-9]{1,9}")
PARTS = frozenset({EventKind.OCCURRENCE, EventKind.EXCEPTION})


@dataclass(frozen=True, slots=True)
class ItemReader:
    """Reads items with one link property."""

    link: LinkUri

    def event(
        self, place: EventPlace, item: Element, zone: str, master: EventId | None = None
    ) -> Event:
        """Return an event; `zone` (IANA) stands in for an unknown one. Else InvalidPayloadError."""
        link = self.link_of(item)
        mark = mark_in(link or "")
        known = iana_name(zone_name(item)) or zone
        kind = kind_of(item)
        return Event(
            place=place,
            event_id=id_of(item),
            version=version_of(item),
            ical_uid=ICalUid(text(item, "UID")),
            kind=kind,
            is_organizer=not _is_received(item),
            organizer_address=text(item, "Organizer", "Mailbox", "EmailAddress"),
            subject=text(item, "Subject"),
            time=time_of(item, zone_named(known) or ZoneInfo("UTC")),
            is_all_day=is_true(item, "IsAllDayEvent"),
            time_zone=known,
            invitees=_invitees(item),
            location=text(item, "Location"),
            sensitive=text(item, "Sensitivity").strip() not in OPEN,
            show_as=_word(SHOWN, text(item, "LegacyFreeBusyStatus"), ShowAs.UNKNOWN),
            reminder_minutes=_reminder(item),
            own_answer=_word(ANSWERS, text(item, "MyResponseType"), Answer.NONE),
            is_cancelled=is_true(item, "IsCancelled"),
            appointment_oid=None if mark else link,
            buffer=mark,
            series_master=master if kind in PARTS else None,
            original_start=_moment(text(item, "OriginalStart")) if kind in PARTS else None,
            created_at=_moment(text(item, "DateTimeCreated")),
            modified_at=_moment(text(item, "LastModifiedTime")),
        )

    def link_of(self, item: Element) -> str | None:
        """Return the link that an item carries, lower case; servers name known sets otherwise."""
        for held in item.iterchildren("{*}ExtendedProperty"):
            uri = child(held, "ExtendedFieldURI")
            if uri is not None and uri.get("PropertyName") == self.link.name:
                return text(held, "Value").lower() or None
        return None


def id_of(item: Element) -> EventId:
    """Return the id of an item; one without is an InvalidPayloadError."""
    found = child(item, "ItemId")
    if found is None or not found.get("Id"):
        raise InvalidPayloadError("an item of EWS cannot be read: it has no id")
    return EventId(str(found.get("Id")))


def version_of(item: Element) -> EventVersion:
    """Return the change key."""
    found = child(item, "ItemId")
    return EventVersion("" if found is None else found.get("ChangeKey") or "")


def kind_of(item: Element) -> EventKind:
    """Return which part of a series this is, a single instance when it is not said."""
    return _word(KINDS, text(item, "CalendarItemType"), EventKind.SINGLE_INSTANCE)


def zone_name(item: Element) -> str:
    """Return the name of the zone in which an item was entered, empty when it is not told."""
    found = child(item, "StartTimeZone")
    return "" if found is None else str(found.get("Id") or "")


def time_of(item: Element, zone: ZoneInfo) -> Interval:
    """Return when an item takes place; an InvalidPayloadError when that cannot be read."""
    start, end = _moment(text(item, "Start")), _moment(text(item, "End"))
    if start is None or end is None:
        raise InvalidPayloadError("an item of EWS cannot be read: it has no start or no end")
    try:
        is_all_day = is_true(item, "IsAllDayEvent")
        return read_all_day(start, end, zone) if is_all_day else Interval(start, end)
    except (ValueError, OverflowError):
        raise InvalidPayloadError("an item of EWS cannot be read: start or end") from None


def _is_received(item: Element) -> bool:
    """Tell whether this is an attendee's copy: the organizer's was never received.

    Where that is not told the answer is: an organizer has none to give. Taken for the organizer's,
    each copy would be a booking of its own (S04).
    """
    state = text(item, "AppointmentState")
    if not state:
        return text(item, "MyResponseType") in _OF_ATTENDEES
    return _number(state) & _RECEIVED != 0


def _reminder(item: Element) -> int:
    minutes = text(item, "ReminderMinutesBeforeStart")
    is_set = is_true(item, "ReminderIsSet") and _NUMBER.fullmatch(minutes)
    return _number(minutes) if is_set else -1


def _number(told: str) -> int:
    return int(told) if _NUMBER.fullmatch(told) else 0


def _invitees(item: Element) -> tuple[Invitee, ...]:
    return tuple(
        Invitee(
            address=text(line, "Mailbox", "EmailAddress"),
            name=text(line, "Mailbox", "Name"),
            role=role,
            answer=_word(ANSWERS, text(line, "ResponseType"), Answer.NONE),
        )
        for tag, role in ROLES.items()
        for line in children(item, tag)
    )


def _word[Word: StrEnum](words: dict[str, Word], found: str, otherwise: Word) -> Word:
    return words.get(found, otherwise)


def _moment(told: str) -> datetime | None:
    """Read an instant; without an offset it is UTC, in which this adapter asks."""
    if not told:
        return None
    try:
        moment = datetime.fromisoformat(told)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise InvalidPayloadError("an item of EWS cannot be read: a time") from None
