"""What ROOMS answers, validated leniently and turned into the domain's values (rooms-api 2).

Names are read in any casing (PascalCase is ROOMS' default), nulls count as absent, times without
a zone are UTC.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from core.domain.booking import Booking, BookingStatus, Participant
from core.domain.ids import BookingId, PersonId, ResourceId
from core.domain.interval import Interval
from core.domain.series import WORKING_DAYS, Pattern, PatternKind, Weekday, WeekIndex
from core.domain.stamps import change_stamp
from core.errors import InvalidPayloadError

LONGEST_TIME = timedelta(hours=24)
"""Of lead or follow-up time; more than that is none."""

_LAST_WEEK = 5
_NO_GUID = "00000000-0000-0000-0000-000000000000"


def _utc(moment: datetime) -> datetime:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("before or after all of time") from None


Moment = Annotated[datetime, AfterValidator(_utc)]
_MOMENT: TypeAdapter[datetime] = TypeAdapter(Moment)


def _map_or_nothing(value: object) -> object:
    return value if isinstance(value, Mapping) else {}


def _folded(name: str) -> str:
    return name.replace("_", "")


def _moment_or_nothing(value: object) -> object:
    """Return a time as it came, nothing for what is none: it only adds to a booking."""
    try:
        return _MOMENT.validate_python(value)
    except ValidationError:
        return None


MaybeMoment = Annotated[datetime | None, BeforeValidator(_moment_or_nothing)]


class Payload(BaseModel):
    """A part of an answer, its names in any casing."""

    model_config = ConfigDict(extra="ignore", alias_generator=_folded, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _any_casing(cls, content: object) -> object:
        if isinstance(content, Mapping):
            return {str(k).lower(): v for k, v in content.items() if v is not None}
        return content

    @classmethod
    def read(cls, content: object, what: str) -> Self:
        """Validate; InvalidPayloadError names the places that are wrong, never their values."""
        try:
            return cls.model_validate(content)
        except ValidationError as error:
            places = ", ".join(".".join(map(str, e["loc"])) or "body" for e in error.errors())
            raise InvalidPayloadError(f"ROOMS' {what} cannot be read: {places}") from None


class Message(Payload):
    """One entry of a `messageList`; some are bare texts."""

    message: str = ""
    message_level: int | None = None
    message_data: Annotated[dict[str, Any], BeforeValidator(_map_or_nothing)] = Field(
        default_factory=dict
    )

    @model_validator(mode="before")
    @classmethod
    def _bare_text(cls, content: object) -> object:
        return {"message": content} if isinstance(content, str) else content


class StatusLine(Payload):
    """A status of this installation."""

    id: int = 0
    name: str = ""


class ParticipantLine(Payload):
    """One participant."""

    id: int = 0
    e_mail: str = ""
    name: str = ""

    def to_domain(self) -> Participant:
        """Return the participant, the address in lower case."""
        person = PersonId(self.id) if self.id else None
        return Participant(self.e_mail.strip().lower(), self.name, person)


class SeriesPayload(Payload):
    """A SeriesDto: the pattern of a series without its start, its zone and its exceptions.

    The strings of `recurrenceType` are not documented (rooms-api 7): the other members decide.
    """

    recurrence_type: str = ""
    interval: int = 1
    days: tuple[int, ...] = ()
    day_in_month: int = 0
    week_number: int = 0
    month_of_year: int = 0
    every_week_day: bool = False

    def to_pattern(self) -> Pattern | None:
        """Return the pattern, None when it is none that is understood."""
        kind = self.recurrence_type.strip().casefold()
        try:
            if self.every_week_day:
                return Pattern(kind=PatternKind.WEEKLY, weekdays=WORKING_DAYS)
            if "daily" in kind:
                return Pattern(kind=PatternKind.DAILY, interval=self.interval)
            if "weekly" in kind:
                return Pattern(
                    kind=PatternKind.WEEKLY, interval=self.interval, weekdays=self._weekdays
                )
            if "month" in kind or "year" in kind:
                return self._in_months(yearly="year" in kind)
        except ValueError:
            return None
        return None

    @property
    def _weekdays(self) -> frozenset[Weekday]:
        return frozenset(Weekday((day - 1) % 7) for day in self.days)

    def _in_months(self, *, yearly: bool) -> Pattern:
        month = self.month_of_year if yearly else None
        if self.day_in_month:
            kind = PatternKind.ABSOLUTE_YEARLY if yearly else PatternKind.ABSOLUTE_MONTHLY
            return Pattern(
                kind=kind, interval=self.interval, day_of_month=self.day_in_month, month=month
            )
        last = self.week_number in {_LAST_WEEK, -1}
        return Pattern(
            kind=PatternKind.RELATIVE_YEARLY if yearly else PatternKind.RELATIVE_MONTHLY,
            interval=self.interval,
            weekdays=self._weekdays,
            index=WeekIndex.LAST if last else WeekIndex(self.week_number),
            month=month,
        )


def _readable_or_none(value: object) -> object:
    """Leave out a pattern that cannot be read: the booking itself can."""
    try:
        return None if value is None else SeriesPayload.model_validate(value)
    except ValidationError:
        return None


class BookingPayload(Payload):
    """A BookingDto, as far as it matters here."""

    id: int = Field(gt=0)
    title: str = ""
    begin: Moment
    end: Moment
    begin_preparation: MaybeMoment = None
    end_follow_up: MaybeMoment = None
    ressource_id: int = Field(validation_alias=AliasChoices("ressourceid", "resourceid"))
    organizer_id: int = 0
    organizer_mail: str = ""
    participant_dto_list: tuple[ParticipantLine, ...] = ()
    ist_privat: bool = False
    is_blocking_time: bool = False
    status: str = ""
    status_dto: StatusLine | None = None
    serien_id: int = 0
    series: Annotated[SeriesPayload | None, BeforeValidator(_readable_or_none)] = None
    lesson_id: int = 0
    sync_appointment_oid: str = ""
    modified_on: str = ""
    field_values: Annotated[dict[str, Any], BeforeValidator(_map_or_nothing)] = Field(
        default_factory=dict
    )

    def to_domain(self, mandator: str, status: BookingStatus) -> Booking:
        """Return the booking; `status` is what its status means to the sync."""
        try:
            time = Interval(self.begin, self.end)
        except ValueError:
            raise InvalidPayloadError(
                f"booking {self.id} cannot be read: it ends before it begins"
            ) from None
        oid = self.sync_appointment_oid.strip().lower()
        fields = {name: str(v) for name, v in self.field_values.items() if v is not None}
        return Booking(
            mandator=mandator,
            booking_id=BookingId(self.id),
            resource=ResourceId(self.ressource_id),
            title=self.title,
            time=time,
            prepared=self._prepared(time),
            status=status,
            organizer=PersonId(self.organizer_id) if self.organizer_id else None,
            organizer_address=self.organizer_mail.strip().lower(),
            participants=tuple(line.to_domain() for line in self.participant_dto_list),
            is_private=self.ist_privat,
            is_blocking_time=self.is_blocking_time,
            is_from_job_manager=bool(self.lesson_id),
            appointment_oid=None if oid in {"", _NO_GUID} else oid,
            series_id=self.serien_id or None,
            series_pattern=None if self.series is None else self.series.to_pattern(),
            modified_on=change_stamp(self.modified_on),
            custom_fields=fields,
        )

    def _prepared(self, time: Interval) -> Interval | None:
        """Return the span with lead and follow-up time.

        What lies within the booking adds none, nor what is days away: .NET's "never" is year 1.
        """
        begin, end = self.begin_preparation, self.end_follow_up
        if begin is None and end is None:
            return None
        start = time.start if begin is None or time.start - begin > LONGEST_TIME else begin
        until = time.end if end is None or end - time.end > LONGEST_TIME else end
        return Interval(min(start, time.start), max(until, time.end))


class OpenedDraft(Payload):
    """What `reservation/create` and `reservation/edit` answer."""

    tempdata_context_id: int = Field(gt=0)


class BlockerLine(Payload):
    """One entry of `blockers/find`."""

    blocker_type: int = -1
    booking_id: int = 0
    start: Moment | None = None
    end: Moment | None = None
    status_id: int = 0
    title: str = ""

    def overlaps(self, time: Interval) -> bool:
        """Tell whether the blocker shares a moment with `time`."""
        if self.start is None or self.end is None:
            return False
        return self.start < time.end and time.start < self.end


class SeriesItemLine(Payload):
    """One date of a series, drawn up (`reservation_id` 0) or stored."""

    id: int = 0
    reservation_id: int = 0
    start: Moment | None = None
    end: Moment | None = None
    resource_id: int = Field(0, validation_alias=AliasChoices("resourceid", "ressourceid"))
    validation_message: str = ""
    message_list: tuple[Message, ...] = ()

    @property
    def time(self) -> Interval | None:
        """Return when it is held, None when the answer does not say it."""
        if self.start is None or self.end is None or self.end < self.start:
            return None
        return Interval(self.start, self.end)


class PersonPayload(Payload):
    """A PersonDto, as far as settings are checked against it."""

    mail: str = ""
    is_active: bool = True


class ResourcePayload(Payload):
    """A RessourceDto: it knows no address; durations are minutes."""

    preparation_duration: int = 0
    follow_up_duration: int = 0


class CalendarLine(Payload):
    """A resource on the calendar page."""

    id: int
    email: str = ""
    is_online: bool = False


class CalendarPayload(Payload):
    """The calendar page, the only place in the API with a resource's address."""

    ressource_list: tuple[CalendarLine, ...] = ()


class BlockerOfResource(BlockerLine):
    """The same where several resources are asked about."""

    resource_id: int = Field(0, validation_alias=AliasChoices("resourceid", "ressourceid"))

    @property
    def time(self) -> Interval | None:
        """Return the span, None where the answer does not say it."""
        if self.start is None or self.end is None or self.end < self.start:
            return None
        return Interval(self.start, self.end)


class CapacityPayload(Payload):
    """A RessourceDto, as far as it says how many people fit."""

    capacity: int = 0
    max_capacity: int = 0
