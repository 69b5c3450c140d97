"""An event as Exchange shows it in one mailbox: a faithful snapshot, translated elsewhere."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.domain.buffer_mark import BufferMark
from core.domain.ids import EnvironmentId, EventId, EventVersion, ICalUid, MailboxKey
from core.domain.interval import Interval
from core.domain.meeting import ShowAs


class EventKind(StrEnum):
    """Single, or which part of a series."""

    SINGLE_INSTANCE = "singleInstance"
    SERIES_MASTER = "seriesMaster"
    OCCURRENCE = "occurrence"
    EXCEPTION = "exception"


class AttendeeRole(StrEnum):
    """How somebody was invited; a resource is a room, a desk, a vehicle."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    RESOURCE = "resource"


class Answer(StrEnum):
    """What an attendee has said so far."""

    NONE = "none"
    ORGANIZER = "organizer"
    TENTATIVE = "tentativelyAccepted"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    NOT_RESPONDED = "notResponded"


@dataclass(frozen=True, slots=True)
class EventPlace:
    """Which mailbox in which environment."""

    environment: EnvironmentId
    mailbox: MailboxKey


@dataclass(frozen=True, slots=True)
class Invitee:
    """One line of an event's attendee list, as Exchange has it (`address` as written there)."""

    address: str
    name: str
    role: AttendeeRole
    answer: Answer = Answer.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One copy of an event. `sensitive` covers private and confidential (R-215).

    `own_answer` is what this mailbox has answered, where it is not the organizer's.
    `appointment_oid` is the link both sides store (R-210), None when the event carries none; an
    item that keeps lead or follow-up time free carries a `buffer` mark instead (D8).
    `time_zone` is the IANA name of the zone in which the event was entered. An occurrence or
    exception names its `series_master` and its `original_start` (UTC).
    """

    place: EventPlace
    event_id: EventId
    version: EventVersion
    ical_uid: ICalUid
    kind: EventKind
    is_organizer: bool
    organizer_address: str
    subject: str
    time: Interval
    is_all_day: bool = False
    time_zone: str = "UTC"
    invitees: tuple[Invitee, ...] = ()
    location: str = ""
    sensitive: bool = False
    show_as: ShowAs = ShowAs.BUSY
    reminder_minutes: int = -1
    own_answer: Answer = Answer.NONE
    is_cancelled: bool = False
    is_draft: bool = False
    appointment_oid: str | None = None
    buffer: BufferMark | None = None
    series_master: EventId | None = None
    original_start: datetime | None = None
    web_link: str = ""
    created_at: datetime | None = None
    modified_at: datetime | None = None

    @property
    def is_buffer(self) -> bool:
        """Tell whether this is our buffer; with people in it, somebody made a meeting of it."""
        return self.buffer is not None and self.is_organizer and not self.invitees
