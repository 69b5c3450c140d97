"""A booking, its participants, and what a request wants to change about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from devstack.rooms.model.opening import Interval
from devstack.rooms.model.resource import Resource
from devstack.rooms.model.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody invited: a person of ROOMS (`person_id`) or an external one (0)."""

    name: str
    mail: str | None = None
    person_id: int = 0

    @property
    def is_external(self) -> bool:
        return self.person_id == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """One booking of one resource; times are UTC. A new value replaces the old in the store.

    `occupied` is what nobody else can have: lead time, booking, follow-up time.
    """

    id: int
    masked_identifier: str
    resource_id: int
    begin: datetime
    end: datetime
    begin_preparation: datetime
    end_follow_up: datetime
    organizer_id: int
    creator_id: int
    person_in_charge_id: int | None = None
    title: str = ""
    comment: str | None = None
    confidential_comment: str | None = None
    participants: tuple[Participant, ...] = ()
    head_count: int = 1
    external_head_count: int = 0
    private: bool = False
    status: Status = Status.SYSTEM
    temporary_until: datetime | None = None
    series_id: int | None = None
    series_item_id: int | None = None
    is_first_series_item: bool = False
    sync_with_calendar: bool = True
    sync_appointment_oid: str | None = None
    synced_to_exchange_series_item: bool = False
    is_teams_meeting: bool = False
    origin_of_creation: int | None = None
    lesson_id: int | None = None
    custom_fields: Mapping[str, object] = field(default_factory=dict)
    checked_in: bool = False
    checked_out: bool = False
    no_show: int | None = None
    created_on: datetime
    modified_on: datetime

    @property
    def occupied(self) -> Interval:
        return self.begin_preparation, self.end_follow_up

    @property
    def is_active(self) -> bool:
        return self.status is not Status.CANCELLED

    def concerns(self, person_id: int) -> bool:
        """Return whether this person organizes, created or is in charge of the booking."""
        return person_id in (self.organizer_id, self.creator_id, self.person_in_charge_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantEntry:
    """A participant as a request names it: by id, by mail, or by name alone."""

    id: int | None = None
    mail: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a request wants: None leaves a value as it is (rooms-api 3, update)."""

    title: str | None = None
    comment: str | None = None
    confidential_comment: str | None = None
    begin: datetime | None = None
    end: datetime | None = None
    resource_id: int | None = None
    organizer_id: int | None = None
    creator_id: int | None = None
    person_in_charge_id: int | None = None
    participants: tuple[ParticipantEntry, ...] | None = None
    head_count: int | None = None
    external_head_count: int | None = None
    status_id: int | None = None
    sync_with_calendar: bool | None = None
    sync_appointment_oid: UUID | None = None
    synced_to_exchange_series_item: bool | None = None
    is_teams_meeting: bool | None = None
    custom_fields: Mapping[str, object] | None = None


def occupying(booking: Booking, resource: Resource) -> Booking:
    """Return the booking with the lead and follow-up times that the resource gives it now."""
    return replace(
        booking,
        begin_preparation=booking.begin - timedelta(minutes=resource.effective_lead_minutes),
        end_follow_up=booking.end + timedelta(minutes=resource.effective_follow_up_minutes),
    )
