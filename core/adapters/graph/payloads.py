"""What Graph answers, validated leniently and turned into the domain's values.

Nulls count as absent, unknown words fall back to the harmless one: a single odd event must not
stop a mailbox. What is left without id or time is InvalidPayloadError.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from core.adapters.exchange.days import read_all_day
from core.adapters.exchange.link_property import LinkProperty
from core.adapters.exchange.zones import iana_name, zone_named
from core.adapters.graph.times import read_instant
from core.domain.buffer_mark import mark_in
from core.domain.event import Answer, AttendeeRole, Event, EventKind, EventPlace, Invitee
from core.domain.ids import EventId, EventVersion, ICalUid
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.errors import InvalidPayloadError

PRIVATE_SENSITIVITIES = frozenset({"private", "confidential"})


class Payload(BaseModel):
    """A part of an answer: camelCase names, nulls dropped, what is not ours ignored."""

    model_config = ConfigDict(extra="ignore", alias_generator=to_camel, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, content: object) -> object:
        if isinstance(content, Mapping):
            return {name: value for name, value in content.items() if value is not None}
        return content

    @classmethod
    def read(cls, content: object, what: str) -> Self:
        """Validate; InvalidPayloadError names the places that are wrong, never their values."""
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            places = ", ".join(".".join(map(str, e["loc"])) or "body" for e in error.errors())
            raise InvalidPayloadError(f"Graph's {what} cannot be read: {places}") from None


class Moment(Payload):
    """A dateTimeTimeZone."""

    date_time: str
    time_zone: str = ""


class Address(Payload):
    """An emailAddress; some attendees have only a name."""

    address: str = ""
    name: str = ""


class Recipient(Payload):
    """Who organizes."""

    email_address: Address = Address()


class ResponseStatus(Payload):
    """What an attendee has answered."""

    response: str = ""


class AttendeeLine(Recipient):
    """One line of the attendee list."""

    type: str = ""
    status: ResponseStatus = ResponseStatus()

    def to_domain(self) -> Invitee:
        """Return the line as the domain has it."""
        return Invitee(
            address=self.email_address.address,
            name=self.email_address.name,
            role=_word(AttendeeRole, self.type, AttendeeRole.REQUIRED),
            answer=_word(Answer, self.status.response, Answer.NONE),
        )


class LocationLine(Payload):
    """Where it takes place."""

    display_name: str = ""


class ExtendedProperty(Payload):
    """A named property of one copy."""

    id: str
    value: str = ""


class EventPayload(Payload):
    """An event of any kind, also the five-field stub of a delta round and the removed entry."""

    id: str = Field(min_length=1)
    etag: str = Field("", alias="@odata.etag")
    change_key: str = ""
    ical_uid: str = Field("", alias="iCalUId")
    type: str = ""
    series_master_id: str = ""
    original_start: datetime | None = None
    is_organizer: bool = False
    organizer: Recipient = Recipient()
    subject: str = ""
    start: Moment | None = None
    end: Moment | None = None
    original_start_time_zone: str = ""
    is_all_day: bool = False
    attendees: tuple[AttendeeLine, ...] = ()
    location: LocationLine = LocationLine()
    sensitivity: str = "normal"
    show_as: str = ""
    is_reminder_on: bool = False
    reminder_minutes_before_start: int = 0
    response_status: ResponseStatus = ResponseStatus()
    is_cancelled: bool = False
    is_draft: bool = False
    web_link: str = ""
    created_date_time: datetime | None = None
    last_modified_date_time: datetime | None = None
    single_value_extended_properties: tuple[ExtendedProperty, ...] = ()
    removed: dict[str, Any] | None = Field(None, alias="@removed")
    reason: str = ""

    @property
    def is_removed(self) -> bool:
        """Tell whether this is an entry of a delta round that says "gone", in either form."""
        return self.removed is not None or self.reason == "deleted"

    @property
    def kind(self) -> EventKind:
        """Return which part of a series this is, a single instance when it is not said."""
        return _word(EventKind, self.type, EventKind.SINGLE_INSTANCE)

    @property
    def is_part_of_series(self) -> bool:
        """Tell whether this is one date of a series, changed or not."""
        is_part = self.kind in {EventKind.OCCURRENCE, EventKind.EXCEPTION}
        return is_part and bool(self.series_master_id)

    @property
    def needs_mailbox_zone(self) -> bool:
        """Tell whether the zone of entry is unknown, so that the mailbox's has to stand in."""
        return self.start is not None and iana_name(self.original_start_time_zone) is None

    def linked_oid(self, link_property: LinkProperty) -> str | None:
        """Return the link that the event carries, lower case, None when it carries none."""
        for extended in self.single_value_extended_properties:
            if link_property.is_named(extended.id) and extended.value:
                return extended.value.lower()
        return None

    def to_domain(self, place: EventPlace, link_property: LinkProperty, mailbox_zone: str) -> Event:
        """Return the event as the domain has it; `mailbox_zone` stands in for an unknown one."""
        zone_name = iana_name(self.original_start_time_zone) or mailbox_zone
        link = self.linked_oid(link_property)
        mark = mark_in(link or "")
        return Event(
            place=place,
            event_id=EventId(self.id),
            version=EventVersion(self.etag or f'W/"{self.change_key}"'),
            ical_uid=ICalUid(self.ical_uid),
            kind=self.kind,
            is_organizer=self.is_organizer,
            organizer_address=self.organizer.email_address.address,
            subject=self.subject,
            time=self._time(zone_named(zone_name) or ZoneInfo("UTC")),
            is_all_day=self.is_all_day,
            time_zone=zone_name,
            invitees=tuple(line.to_domain() for line in self.attendees),
            location=self.location.display_name,
            sensitive=self.sensitivity in PRIVATE_SENSITIVITIES,
            show_as=_word(ShowAs, self.show_as, ShowAs.UNKNOWN),
            reminder_minutes=self.reminder_minutes_before_start if self.is_reminder_on else -1,
            own_answer=_word(Answer, self.response_status.response, Answer.NONE),
            is_cancelled=self.is_cancelled,
            is_draft=self.is_draft,
            appointment_oid=None if mark else link,
            buffer=mark,
            series_master=EventId(self.series_master_id) if self.is_part_of_series else None,
            original_start=_aware(self.original_start) if self.is_part_of_series else None,
            web_link=self.web_link,
            created_at=_aware(self.created_date_time),
            modified_at=_aware(self.last_modified_date_time),
        )

    def _time(self, zone: ZoneInfo) -> Interval:
        if self.start is None or self.end is None:
            raise InvalidPayloadError("Graph's event cannot be read: it has no start or no end")
        try:
            start = read_instant(self.start.date_time, self.start.time_zone, zone)
            end = read_instant(self.end.date_time, self.end.time_zone, zone)
            return read_all_day(start, end, zone) if self.is_all_day else Interval(start, end)
        except (ValueError, OverflowError):
            raise InvalidPayloadError("Graph's event cannot be read: start or end") from None


class Page(Payload):
    """A page of a collection. Items are read one by one, so that an odd one hides no other."""

    value: tuple[Any, ...]
    next_link: str = Field("", alias="@odata.nextLink")
    delta_link: str = Field("", alias="@odata.deltaLink")


class SubscriptionPayload(Payload):
    """What the service granted."""

    id: str = Field(min_length=1)
    expiration_date_time: datetime
    notification_url: str | None = None


def _word[Word: StrEnum](words: type[Word], text: str, otherwise: Word) -> Word:
    try:
        return words(text)
    except ValueError:
        return otherwise


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)
