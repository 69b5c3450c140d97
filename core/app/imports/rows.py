"""One row of a settings file, by kind: what may stand in it and what it becomes.

The vendor's API holds none of this (rooms-api 8), so it is imported. Unknown keys are ignored here,
so that a world file of the local stack is a settings file, too; an import names them.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from core.domain.directory import (
    ConflictBehaviour,
    Environment,
    SyncedPerson,
    SyncedResource,
    SyncMode,
)
from core.domain.homes import Homes
from core.domain.ids import EnvironmentId, LocationId, PersonId, ResourceId
from core.domain.policies import ANSWERS, BOOK_AS, Policies
from core.domain.remark import Remark

HOME_ZONE, HOME_LANGUAGE = "Europe/Zurich", "de"
"""What an entry has that says nothing: the same as in a world file of the local stack."""

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
_DOMAIN = re.compile(r"[^@*\s.]+(\.[^@*\s.]+)*")
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?")
_POLICY = re.compile(BOOK_AS + r"[^@\s]+@[^@\s]+")
_LARGEST_ID = 2**31 - 1
_LONGEST = 500


def _plain(text: str) -> str:
    if any(ord(c) < ord(" ") or c == "\x7f" for c in text):
        raise ValueError(Remark("holds characters that cannot be printed"))
    return text.strip()


def _address(text: str) -> str:
    if text and not _ADDRESS.fullmatch(text):
        raise ValueError(Remark("is no mail address"))
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(Remark("is no IANA time zone such as Europe/Zurich")) from None
    return name


def _domain(name: str) -> str:
    if not _DOMAIN.fullmatch(name):
        raise ValueError(Remark("is no whole mail domain: no @, no wildcard (R-043)"))
    return name


def _language(name: str) -> str:
    if not _LANGUAGE.fullmatch(name):
        raise ValueError(Remark("is no language such as de or de-CH"))
    return name


def _no_switch(value: object) -> object:
    if isinstance(value, bool):
        raise ValueError(Remark("must be a number"))  # noqa: TRY004 - pydantic takes ValueError
    return value


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _answer(policy: str) -> AfterValidator:
    """Return a check for a policy on others' meetings: a word or `book_as:<mail>` (D5, D6)."""
    words = ANSWERS[policy]

    def check(value: str) -> str:
        if value not in words and not _POLICY.fullmatch(value):
            told = Remark(
                "must be {words} or {book_as}<mail of a person>",
                words=", ".join(words),
                book_as=BOOK_AS,
            )
            raise ValueError(told)
        return value

    return AfterValidator(check)


Text = Annotated[str, Field(max_length=_LONGEST), AfterValidator(_plain)]
Name = Annotated[Text, Field(min_length=1)]
Mail = Annotated[Text, AfterValidator(_address)]
Zone = Annotated[Text, AfterValidator(_zone)]
Id = Annotated[int, BeforeValidator(_no_switch), Field(ge=1, le=_LARGEST_ID)]
Count = Annotated[int, BeforeValidator(_no_switch), Field(ge=1, le=1000)]
Minutes = Annotated[int, BeforeValidator(_no_switch), Field(ge=0, le=24 * 60)]
Instant = Annotated[datetime, AfterValidator(_aware)]


class Row(BaseModel):
    """What all rows have in common."""

    model_config = ConfigDict(extra="ignore")


class EnvironmentRow(Row):
    """One Exchange tenant or installation (R-043)."""

    id: Name
    kind: Literal["graph", "ews"] = "graph"
    domains: tuple[Annotated[Text, AfterValidator(_domain)], ...]

    def to_domain(self) -> Environment:
        """Return the environment."""
        return Environment(id=EnvironmentId(self.id), kind=self.kind, domains=self.domains)


class PersonRow(Row):
    """One person (R-030 ... R-036). World files also have people whom ROOMS does not know."""

    rooms_id: Annotated[int, BeforeValidator(_no_switch), Field(ge=0, le=_LARGEST_ID)]
    name: Name
    mail: Mail = ""
    aliases: tuple[Mail, ...] = ()
    mode: SyncMode = SyncMode.MICROSOFT365
    sync_url: Text | None = None
    environment: Text = ""
    sync_disabled: bool = False
    own_bookings_synced: bool = True
    rematch_on_change: bool = False
    conflict_behaviour: ConflictBehaviour = ConflictBehaviour.ROLLBACK
    mail_on_error: bool = True
    resource_types: tuple[Name, ...] | None = None
    time_zone: Zone = HOME_ZONE
    language: Annotated[Text, AfterValidator(_language)] = HOME_LANGUAGE
    mailbox: bool = True
    rooms_person: bool = True
    synced_since: Instant | None = None

    @model_validator(mode="after")
    def _has_a_number(self) -> Self:
        if self.rooms_person and not self.rooms_id:
            raise ValueError(Remark("rooms_id must be at least 1"))
        return self

    @classmethod
    def saying(cls, person: SyncedPerson) -> dict[str, Any]:
        """Return the row that says what is stored of a person."""
        return {
            "rooms_id": person.id,
            "mail": person.address,
            "mailbox": person.has_mailbox,
            "environment": person.assigned_environment,
            **_same(cls, person, "rooms_id", "mail", "mailbox", "rooms_person", "environment"),
        }

    def to_domain(self, homes: Homes) -> SyncedPerson:
        """Return the person, in the environment that is named, or the address and the mode say."""
        return SyncedPerson(
            id=PersonId(self.rooms_id),
            address=self.mail,
            sync_url=self.sync_url or "",
            has_mailbox=self.mailbox,
            environment=(
                homes.of(self.mail, self.mode, self.environment) if self.mailbox else None
            ),
            assigned_environment=self.environment,
            **_given(
                self, "rooms_id", "mail", "sync_url", "mailbox", "rooms_person", "environment"
            ),
        )


class ResourceRow(Row):
    """One resource (R-020 ... R-022); `location` is a number or, without a list of them, a name."""

    rooms_id: Id
    name: Name
    mail: Mail | None = None
    external_identifier: Text | None = None
    aliases: tuple[Mail, ...] = ()
    type: Name = "Raum"
    mode: SyncMode = SyncMode.MICROSOFT365
    sync_url: Text | None = None
    environment: Text = ""
    lead_minutes: Minutes = 0
    follow_up_minutes: Minutes = 0
    active: bool = True
    online: bool = False
    sync_master: bool = True
    location: int | Text | None = None
    time_zone: Zone = HOME_ZONE
    synced_since: Instant | None = None

    @classmethod
    def saying(cls, resource: SyncedResource) -> dict[str, Any]:
        """Return the row that says what is stored of a resource."""
        renamed = (
            "rooms_id", "mail", "active", "online", "sync_master", "location", "environment",
        )  # fmt: skip
        return {
            "environment": resource.assigned_environment,
            "rooms_id": resource.id,
            "mail": resource.address,
            "active": resource.is_active,
            "online": resource.is_online,
            "sync_master": resource.is_sync_master,
            "location": resource.location_id or resource.location or None,
            **_same(cls, resource, *renamed),
        }

    def to_domain(self, homes: Homes, locations: Mapping[LocationId, str]) -> SyncedResource:
        """Return the resource, in its environment as a person."""
        number = LocationId(self.location) if isinstance(self.location, int) else None
        name = self.location if isinstance(self.location, str) else ""
        renamed = (
            "rooms_id", "mail", "active", "online", "sync_master", "location", "environment",
        )  # fmt: skip
        return SyncedResource(
            id=ResourceId(self.rooms_id),
            address=self.mail or "",
            external_identifier=self.external_identifier or "",
            sync_url=self.sync_url or "",
            is_active=self.active,
            is_online=self.online,
            is_sync_master=self.sync_master,
            location=name if number is None else locations.get(number, ""),
            location_id=number,
            environment=homes.of(self.mail or "", self.mode, self.environment),
            assigned_environment=self.environment,
            **_given(self, *renamed, "external_identifier", "sync_url"),
        )


class PolicyRow(Row):
    """The operator's decisions (D5 ... D8, R-006, R-008, R-009, R-702)."""

    resources_per_event: Literal["one", "many"] = "one"
    direct_booking: Annotated[Text, _answer("direct_booking")] = "report"
    unsynced_organizer: Annotated[Text, _answer("unsynced_organizer")] = "report"
    lead_follow_up: Literal["zero", "holds"] = "zero"
    endless_series: Literal["moving", "bounded"] = "moving"
    lead_title: Name = "Vorbereitung"
    follow_up_title: Name = "Nachbereitung"
    hold_for_unsynced: bool = True
    sync_with_calendar_field: Name | None = None
    show_as_field: Name | None = None
    reminder_field: Name | None = None
    neutral_title: Name = "Privat"
    resolve_groups: bool = False
    stop_after_failed_attempts: Count = 5
    cancel_after_failed_attempts: Count = 2
    rebook_when_free: bool = True
    job_manager_synced: bool = False
    resource_free_busy: Literal["operator", "viewer", "admin"] = "operator"

    def to_domain(self) -> Policies:
        """Return the policies."""
        return Policies(**self.model_dump())


def _same(kind: type[Row], stored: object, *renamed: str) -> dict[str, Any]:
    names = kind.model_fields.keys() - set(renamed)
    return {name: getattr(stored, name) for name in names}


def _given(row: Row, *renamed: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in type(row).model_fields if name not in renamed}
