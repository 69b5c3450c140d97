"""The values an event is made of: what a meeting message transports and what stays private.

All instants are aware and in UTC; a zone is kept beside them because Exchange remembers in which
zone somebody entered a time (graph-calendar 3.1, 10).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from devstack.exchange.model.bodies import EMPTY_BODY
from devstack.exchange.model.recurrence import Recurrence
from devstack.exchange.model.zones import Zone


class EventKind(StrEnum):
    SINGLE_INSTANCE = "singleInstance"
    OCCURRENCE = "occurrence"
    EXCEPTION = "exception"
    SERIES_MASTER = "seriesMaster"


class ShowAs(StrEnum):
    FREE = "free"
    TENTATIVE = "tentative"
    BUSY = "busy"
    OUT_OF_OFFICE = "oof"
    WORKING_ELSEWHERE = "workingElsewhere"
    UNKNOWN = "unknown"


class Sensitivity(StrEnum):
    NORMAL = "normal"
    PERSONAL = "personal"
    PRIVATE = "private"
    CONFIDENTIAL = "confidential"


class Importance(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class AnswerKind(StrEnum):
    NONE = "none"
    ORGANIZER = "organizer"
    TENTATIVE = "tentativelyAccepted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NOT_RESPONDED = "notResponded"


class AttendeeKind(StrEnum):
    REQUIRED = "required"
    OPTIONAL = "optional"
    RESOURCE = "resource"


@dataclass(frozen=True, slots=True)
class Address:
    """A name and an SMTP address as somebody typed them; the address may be an alias or empty."""

    name: str
    mail: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What an attendee said, and when; `at` is None as long as nothing was said."""

    kind: AnswerKind = AnswerKind.NONE
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ZonedTime:
    """An instant (UTC) and the zone in which it was entered."""

    instant: datetime
    zone: Zone

    def wall(self) -> datetime:
        """Return the wall-clock time in its own zone."""
        return self.instant.astimezone(self.zone.info)


@dataclass(frozen=True, slots=True)
class TimeSlot:
    start: ZonedTime
    end: ZonedTime


@dataclass(frozen=True, slots=True)
class Attendee:
    address: Address
    kind: AttendeeKind = AttendeeKind.REQUIRED
    answer: Answer = Answer()
    proposed: TimeSlot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A place of an event; a room picked in Outlook has its SMTP address as `unique_id`."""

    display_name: str = ""
    kind: str = "default"
    uri: str = ""
    email: str = ""
    unique_id: str = ""
    unique_id_kind: str = "unknown"
    street_address: Mapping[str, str] = field(default_factory=dict)
    coordinates: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PropertyId:
    """The name of an extended property; `name` holds the hexadecimal tag of a tagged one.

    The name is case-sensitive, the set's GUID is not (graph-calendar 4): `key` compares.
    """

    kind: str
    property_set: str | None
    name: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.kind.lower(), (self.property_set or "").lower(), self.name


@dataclass(frozen=True, slots=True)
class ExtendedProperty:
    id: PropertyId
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What the organizer decides and every meeting message carries to the attendees' copies."""

    start: ZonedTime
    end: ZonedTime
    subject: str = ""
    body: str = EMPTY_BODY
    is_all_day: bool = False
    locations: tuple[Location, ...] = ()
    importance: Importance = Importance.NORMAL
    sensitivity: Sensitivity = Sensitivity.NORMAL
    recurrence: Recurrence | None = None
    response_requested: bool = True
    allow_new_time_proposals: bool = True
    hide_attendees: bool = False
    online_meeting_url: str | None = None
    online_meeting_provider: str = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Private:
    """What belongs to one copy alone and travels to nobody (graph-calendar 3.3)."""

    show_as: ShowAs = ShowAs.BUSY
    is_reminder_on: bool = True
    reminder_minutes: int = 15
    categories: tuple[str, ...] = ()
    properties: Mapping[tuple[str, str, str], ExtendedProperty] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A new event as somebody asks for it."""

    content: Content
    private: Private = Private()
    attendees: tuple[Attendee, ...] = ()
    transaction_id: str | None = None


# What makes an update go to all attendees; everything else changes silently (graph-calendar 3.3).
TIME_FIELDS = ("start", "end", "is_all_day", "recurrence")
ANNOUNCED_FIELDS = (*TIME_FIELDS, "subject", "body", "locations", "online_meeting_url")


def differs(before: Content, after: Content, names: tuple[str, ...]) -> bool:
    """Tell whether one of the named fields has another value; a time is compared as an instant."""
    return any(_comparable(before, name) != _comparable(after, name) for name in names)


def is_rescheduled(before: Content, after: Content) -> bool:
    """Tell whether a change moves the event; for a series another zone does, too."""
    zones = [content.start.zone.iana for content in (before, after)]
    is_series = after.recurrence is not None
    return differs(before, after, TIME_FIELDS) or (is_series and zones[0] != zones[1])


def _comparable(content: Content, name: str) -> object:
    value = getattr(content, name)
    return value.instant if isinstance(value, ZonedTime) else value
