"""The world file (contract section 4): who and what exists when a stack starts."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Mode = Literal["None", "EWS1", "EWS2", "O365", "Microsoft365"]


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ValueError(f"no IANA time zone (Europe/Zurich): {name!r}") from error
    return name


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


TimeZone = Annotated[str, AfterValidator(_known_zone)]
Instant = Annotated[datetime, AfterValidator(_in_utc)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Environment(_Strict):
    """One Exchange tenant or installation."""

    id: str
    kind: Literal["graph", "ews"] = "graph"
    domains: list[str]


class Policies(_Strict):
    """The service's decisions: D5-D8, the hold for unsynced organizers, groups and retries."""

    resources_per_event: Literal["one", "many"] = "one"
    direct_booking: str = "report"
    unsynced_organizer: str = "report"
    lead_follow_up: Literal["zero", "holds"] = "zero"
    hold_for_unsynced: bool = True
    sync_with_calendar_field: str | None = None
    show_as_field: str | None = None
    reminder_field: str | None = None
    neutral_title: str = "Privat"
    resolve_groups: bool = False
    stop_after_failed_attempts: int = 5
    cancel_after_failed_attempts: int = 2
    rebook_when_free: bool = True
    job_manager_synced: bool = False
    resource_free_busy: Literal["operator", "viewer", "admin"] = "operator"


class Rights(_Strict):
    """What a person may do in ROOMS; the defaults are an ordinary booker's."""

    book: bool = True
    quick_booking: bool = True
    book_private: bool = True
    book_for_others: bool = True
    see_private: bool = False
    see_free_busy: bool = False
    book_definitive: bool = True


class Person(_Strict):
    """Somebody known to ROOMS, to Exchange, or to both; only ROOMS needs a `rooms_id`."""

    mail: str
    name: str
    rooms_id: int = 0
    pin: str = ""
    time_zone: TimeZone = "Europe/Zurich"
    language: str = "de"
    aliases: list[str] = []
    mode: Mode = "Microsoft365"
    sync_url: str | None = None
    sync_disabled: bool = False
    own_bookings_synced: bool = True
    rematch_on_change: bool = False
    conflict_behaviour: Literal["Rollback", "Cancel"] = "Rollback"
    mail_on_error: bool = True
    resource_types: list[str] | None = None
    rights: Rights = Rights()
    delegates: list[str] = []
    mailbox: bool = True
    rooms_person: bool = True
    synced_since: Instant | None = None
    series_zone_source: Literal["organizer", "creator", "location"] | None = None

    @model_validator(mode="after")
    def _has_a_number(self) -> Self:
        if self.rooms_person and "rooms_id" not in self.model_fields_set:
            raise ValueError("a person of ROOMS needs a rooms_id")
        return self


class Location(_Strict):
    """A building or floor of ROOMS."""

    id: int
    name: str
    parent: int | None = None
    time_zone: TimeZone = "Europe/Zurich"
    holidays: list[str] = []
    error_mail: Any = None


class BlockingTime(_Strict):
    """A Sperrzeit: the resource cannot be booked then."""

    start: Instant
    end: Instant
    title: str = ""

    @model_validator(mode="after")
    def _runs_forwards(self) -> Self:
        if self.end <= self.start:
            raise ValueError("the end must be after the start")
        return self


class Resource(_Strict):
    """A bookable thing and the mailbox that stands for it in Exchange.

    An `external_identifier` that is not named at all is the e-mail address, as R-020 wants it.
    """

    rooms_id: int
    name: str
    mail: str | None = None
    external_identifier: str | None = None
    type: str = "Raum"
    location: int = 1
    time_zone: TimeZone = "Europe/Zurich"
    capacity: int = 8
    active: bool = True
    online: bool = False
    mode: Mode = "Microsoft365"
    sync_url: str | None = None
    sync_master: bool = True
    lead_minutes: int = 0
    follow_up_minutes: int = 0
    min_minutes: int = 0
    max_minutes: int | None = None
    checkin: bool = False
    no_show_minutes: int = 15
    auto_extension: bool = False
    book_ahead_days: Annotated[int, Field(ge=0)] | None = None
    book_before_minutes: Annotated[int, Field(ge=0)] = 0
    bookable_by: list[int] | None = None
    opening_hours: dict[str, str] = {}
    blocking_times: list[BlockingTime] = []
    calendar_processing: dict[str, Any] = {}
    synced_since: Instant | None = None

    @model_validator(mode="after")
    def _identified_by_its_mail(self) -> Self:
        if "external_identifier" not in self.model_fields_set:
            self.external_identifier = self.mail
        return self


class Group(_Strict):
    """A distribution list."""

    id: str
    mail: str
    members: list[str] = []


class SeedEvent(_Strict):
    """An event that exists from the start; `deliver` makes the attendees' copies, silently."""

    mailbox: str
    deliver: bool = True
    event: dict[str, Any]


class SeedBooking(_Strict):
    """A booking that exists from the start, as a `ReservationCreateModel`.

    With a `recurrence` (a `SeriesDto` without `description`) it is the first of a series.
    `lesson_id` marks one that the job manager has imported, `appointment_oid` is the link that it
    has from the start: no request that creates can say that.
    """

    creator: int
    silent: bool = True
    lesson_id: int | None = None
    appointment_oid: UUID | None = None
    booking: dict[str, Any]
    recurrence: dict[str, Any] | None = None


class UserGroup(_Strict):
    """A Benutzergruppe of ROOMS and the longest series of its members (R-604)."""

    id: int
    name: str = ""
    members: list[int] = []
    max_daily: Annotated[int, Field(ge=1)] | None = None
    max_weekly: Annotated[int, Field(ge=1)] | None = None
    max_monthly: Annotated[int, Field(ge=1)] | None = None
    max_yearly: Annotated[int, Field(ge=1)] | None = None
    max_absolute: Annotated[int, Field(ge=1)] | None = None


class World(_Strict):
    """Everything the simulators and the app are loaded with."""

    mandator: str = "Default"
    global_sync_enabled: bool = True
    start: Instant | None = None
    environments: Annotated[list[Environment], Field(min_length=1)] = [
        Environment(id="contoso", domains=["contoso.example"])
    ]
    policies: Policies = Policies()
    persons: list[Person] = []
    locations: list[Location] = [Location(id=1, name="Bern")]
    resources: list[Resource] = []
    groups: list[Group] = []
    user_groups: list[UserGroup] = []
    events: list[SeedEvent] = []
    bookings: list[SeedBooking] = []

    @model_validator(mode="after")
    def _numbers_are_given_once(self) -> Self:
        _require_unique("environments: id", (e.id for e in self.environments))
        _require_unique("locations: id", (place.id for place in self.locations))
        _require_unique("resources: rooms_id", (r.rooms_id for r in self.resources))
        _require_unique("groups: id", (g.id for g in self.groups))
        _require_unique("user_groups: id", (g.id for g in self.user_groups))
        return self


def _require_unique(what: str, values: Iterable[str | int]) -> None:
    twice = [str(value) for value, count in Counter(values).items() if count > 1]
    if twice:
        raise ValueError(f"{what} {', '.join(twice)} is there more than once")
