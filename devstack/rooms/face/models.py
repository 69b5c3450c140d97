"""The request bodies and what they mean to the model; German names exactly as in the Swagger."""

from typing import Any
from uuid import UUID

from pydantic import field_validator

from devstack.rooms.face.binding import Body, Int32, Moment
from devstack.rooms.model.booking import Change, ParticipantEntry
from devstack.rooms.model.drafting import Opening
from devstack.rooms.model.refusal import NotModelledError, Reason, refuse
from devstack.rooms.model.series import LAST_WEEK, Kind, Pattern
from devstack.rooms.model.series_building import Wish

DAY_FLAGS = (1, 2, 4, 8, 16, 32, 64)
LONGEST_INTERVAL = 999


class ParticipantDto(Body):
    """One participant as a request names it."""

    id: Int32 | None = None
    e_mail: str | None = None
    is_external: bool | None = None
    name: str | None = None

    def entry(self) -> ParticipantEntry:
        return ParticipantEntry(id=self.id, mail=self.e_mail, name=self.name)


class CustomPropery(Body):
    """A custom field at creation; the spelling is the vendor's."""

    name: str
    value: Any = None


class _BookingBody(Body):
    """Parts of a booking that this simulator does not model: no value may be given for them."""

    seating_id: Int32 | None = None
    bestuhlung_id: Int32 | None = None
    cost_units: list[Any] | None = None
    kostentraeger_model: dict[str, Any] | None = None
    classification_ids: list[Int32] | None = None
    classification_value_ids: list[Int32] | None = None
    klassifikation_ids: list[Int32] | None = None
    gliederung_equipment: dict[str, int] | None = None
    equipment_list: list[Any] | None = None
    bestellung_items: list[Any] | None = None
    answers: list[Any] | None = None

    def require_modelled(self) -> None:
        """Refuse loudly what would otherwise be dropped in silence."""
        names = [name for name in _BookingBody.model_fields if getattr(self, name)]
        if names:
            raise NotModelledError(
                f"{type(self).__name__}: seating, services, equipment, costs and classifications"
                f" are not modelled; leave out {', '.join(names)}"
            )


class QuickBookingModel(_BookingBody):
    """`POST v2 bookings/quickbooking`."""

    ressource_id: Int32 | None = None
    start: Moment | None = None
    end: Moment | None = None
    title: str | None = None
    comment: str | None = None
    head_count: Int32 | None = None
    is_private: bool | None = None
    participant_list: list[ParticipantDto] | None = None

    def change(self) -> Change:
        return Change(
            title=self.title,
            comment=self.comment,
            begin=self.start,
            end=self.end,
            resource_id=self.ressource_id,
            head_count=self.head_count,
            participants=_entries(self.participant_list),
        )


class BookingUpdateModel(_BookingBody):
    """`PUT v2 bookings/{id}/update`; here the resource is spelt in English."""

    title: str | None = None
    start: Moment | None = None
    end: Moment | None = None
    resource_id: Int32 | None = None
    organizer_id: Int32 | None = None
    creator_id: Int32 | None = None
    comment: str | None = None
    participant_count: Int32 | None = None
    external_participant_count: Int32 | None = None
    custom_fields: dict[str, Any] | None = None
    apply_temp_changes_to_series: bool | None = None
    use_tempdata_context: bool | None = None

    def change(self) -> Change:
        return Change(
            title=self.title,
            comment=self.comment,
            begin=self.start,
            end=self.end,
            resource_id=self.resource_id,
            organizer_id=self.organizer_id,
            creator_id=self.creator_id,
            head_count=self.participant_count,
            external_head_count=self.external_participant_count,
            custom_fields=self.custom_fields,
        )


class ReservationCreateModel(_BookingBody):
    """`POST v1 reservation/create`, and a booking in the world file."""

    titel: str | None = None
    beginn: Moment | None = None
    ende: Moment | None = None
    ressource_id: Int32 | None = None
    person_organisator_id: Int32 | None = None
    person_verantwortlicher_id: Int32 | None = None
    teilnehmer_collection: list[Int32] | None = None
    teilnehmer_neu_list: list[ParticipantDto] | None = None
    anzahl_personen: Int32 | None = None
    ist_privat: bool | None = None
    kommentar: str | None = None
    kommentar_vertraulich: str | None = None
    status_id: Int32 | None = None
    send_notification: bool | None = None
    sync_with_calendar: bool | None = None
    is_teams_meeting: bool | None = None
    origin_of_creation: Int32 | None = None
    custom_properties: list[CustomPropery] | None = None
    direct_checkin: bool | None = None

    @field_validator("origin_of_creation")
    @classmethod
    def _known_origin(cls, value: int | None) -> int | None:
        if value is not None and value not in range(5):
            raise ValueError("must be 0 to 4")
        return value

    def change(self) -> Change:
        people = [ParticipantEntry(id=number) for number in self.teilnehmer_collection or []]
        people += _entries(self.teilnehmer_neu_list) or ()
        return Change(
            title=self.titel,
            comment=self.kommentar,
            confidential_comment=self.kommentar_vertraulich,
            begin=self.beginn,
            end=self.ende,
            resource_id=self.ressource_id,
            organizer_id=self.person_organisator_id,
            person_in_charge_id=self.person_verantwortlicher_id,
            participants=tuple(people),
            head_count=self.anzahl_personen,
            status_id=self.status_id,
            sync_with_calendar=self.sync_with_calendar,
            is_teams_meeting=self.is_teams_meeting,
            custom_fields={p.name: p.value for p in self.custom_properties or []},
        )

    def opening(self) -> Opening:
        return Opening(
            private=bool(self.ist_privat),
            sends_mail=self.send_notification is not False,
            checks_in=bool(self.direct_checkin),
            origin_of_creation=self.origin_of_creation,
        )


class ReservationEditModel(_BookingBody):
    """`PUT v1 reservation/confirm`."""

    tempdata_context_id: Int32
    titel: str | None = None
    beginn: Moment | None = None
    ende: Moment | None = None
    ressource_id: Int32 | None = None
    organizer_id: Int32 | None = None
    person_in_charge_id: Int32 | None = None
    teilnehmer_list: list[ParticipantDto] | None = None
    anzahl_personen: Int32 | None = None
    anzahl_externe_personen: Int32 | None = None
    status_id: Int32 | None = None
    comment: str | None = None
    apply_changes_to_series: bool | None = None
    sync_with_calendar: bool | None = None
    sync_appointment_oid: UUID | None = None
    synced_to_exchange_serie_item: bool | None = None
    create_teams_meeting: bool | None = None
    custom_fields: dict[str, Any] | None = None

    def change(self) -> Change:
        return Change(
            title=self.titel,
            comment=self.comment,
            begin=self.beginn,
            end=self.ende,
            resource_id=self.ressource_id,
            organizer_id=self.organizer_id,
            person_in_charge_id=self.person_in_charge_id,
            participants=_entries(self.teilnehmer_list),
            head_count=self.anzahl_personen,
            external_head_count=self.anzahl_externe_personen,
            status_id=self.status_id,
            sync_with_calendar=self.sync_with_calendar,
            sync_appointment_oid=self.sync_appointment_oid,
            synced_to_exchange_series_item=self.synced_to_exchange_serie_item,
            is_teams_meeting=self.create_teams_meeting,
            custom_fields=self.custom_fields,
        )


class ReservationCreateSerieModel(Body):
    """`POST v1 reservation/recurrence/create`: nothing yearly, nothing endless (R-601, R-602)."""

    tempdata_context_id: Int32
    recurrence_type: str | None = None
    interval: Int32 | None = None
    days: list[Int32] | None = None
    day_of_week: Int32 | None = None
    day_of_week_in_month: Int32 | None = None
    day_of_month: Int32 | None = None
    end_by_date: bool | None = None
    end_date: Moment | None = None
    iterations: Int32 | None = None

    @field_validator("days")
    @classmethod
    def _known_days(cls, value: list[int] | None) -> list[int] | None:
        if any(day not in range(7) for day in value or []):
            raise ValueError("must be 0 to 6")
        return value

    @field_validator("day_of_week")
    @classmethod
    def _one_flag(cls, value: int | None) -> int | None:
        if value and value not in DAY_FLAGS:
            raise ValueError("must be one of 1, 2, 4, 8, 16, 32 and 64")
        return value

    def wish(self) -> Wish:
        ends = bool(self.end_by_date)
        return Wish(
            pattern=self._pattern(),
            end=self.end_date if ends else None,
            iterations=None if ends else self.iterations or None,
        )

    def _pattern(self) -> Pattern:
        kinds = {k.lower(): k for k in Kind if k is not Kind.YEARLY}
        kind = kinds.get((self.recurrence_type or "").strip().lower())
        if kind is None:
            raise refuse(Reason.SERIES_PATTERN, "recurrenceType")
        interval = self.interval or 1
        if not 1 <= interval <= LONGEST_INTERVAL:
            raise refuse(Reason.SERIES_PATTERN, "interval")
        if kind is Kind.WEEKLY:
            return Pattern(kind=kind, interval=interval, days=tuple(sorted(set(self.days or []))))
        if kind is Kind.MONTHLY:
            if self.day_of_month not in range(1, 32):
                raise refuse(Reason.SERIES_PATTERN, "dayOfMonth")
            return Pattern(kind=kind, interval=interval, day_in_month=self.day_of_month)
        if kind is Kind.MONTHLY_NTH:
            if not self.day_of_week or self.day_of_week_in_month not in range(1, LAST_WEEK + 1):
                raise refuse(Reason.SERIES_PATTERN, "dayOfWeek")
            return Pattern(
                kind=kind,
                interval=interval,
                days=(DAY_FLAGS.index(self.day_of_week),),
                week_number=self.day_of_week_in_month,
            )
        return Pattern(kind=kind, interval=interval)


class ReservationUpdateSerieItemModel(Body):
    """`PUT v1 reservation/recurrence/update`."""

    tempdata_context_id: Int32
    id: Int32
    new_start: Moment | None = None
    new_end: Moment | None = None
    new_resource_id: Int32 | None = None


class RessourceFindModel(Body):
    """`POST v2 ressources/available`."""

    start: Moment
    end: Moment
    capacity: Int32 | None = None
    location_id: Int32 | None = None
    location_ids: list[Int32] | None = None
    resourcetype_id: Int32 | None = None
    equipment_list: list[Any] | None = None
    category_list: list[Any] | None = None
    gliederungen_list: list[Int32] | None = None
    seating_ids: list[Int32] | None = None
    filter_opening_hours: bool | None = None
    page_index: Int32 | None = None
    page_size: Int32 | None = None


class FreeBusyBacksyncRequest(Body):
    """`POST v1 calendar/freebusy/backsync`."""

    resource_id: Int32
    start: Moment
    end: Moment


class PersonDto(Body):
    """One person of `PUT v1 person/update`; what is absent stays."""

    id: Int32 | None = None
    mail: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    name: str | None = None
    language: str | None = None
    timezone_iana_id: str | None = None
    is_active: bool | None = None
    custom_fields: dict[str, Any] | None = None


def _entries(dtos: list[ParticipantDto] | None) -> tuple[ParticipantEntry, ...] | None:
    return None if dtos is None else tuple(dto.entry() for dto in dtos)
