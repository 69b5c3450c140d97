"""A booking as callers are shown it: BookingDto, with details only for those who may see them."""

from datetime import datetime, timedelta
from typing import Any

from devstack.kit.clock import Clock
from devstack.kit.switches import Switches
from devstack.rooms.face.casing import Dictionary, Rendered, Style, write
from devstack.rooms.face.resource_views import location_path, resource_dto
from devstack.rooms.face.series_views import series_dto
from devstack.rooms.model.attendance import LEAD
from devstack.rooms.model.booking import Booking, Participant
from devstack.rooms.model.person import Person
from devstack.rooms.model.resource import Resource
from devstack.rooms.model.rights import may_see_details
from devstack.rooms.model.series import Series
from devstack.rooms.model.status import COLORS, NAMES, Status
from devstack.rooms.model.store import Store

PRIVATE_TITLE = "Privat"
CURRENCY = "CHF"

NOT_MODELLED: dict[str, Any] = {
    "subTitle": None,
    "organizerCompany": None,
    "isBlockingTime": False,
    "teamsMeetingInfo": None,
    "subReservations": [],
    "isNewBooking": False,
    "isClaimedResourceBooking": False,
    "pin": None,
    "totalCosts": 0.0,
    "kostenTotal": None,
    "resourceCosts": 0.0,
    "equipmentCosts": 0.0,
    "cateringCosts": 0.0,
    "seatingCosts": 0.0,
    "currency": CURRENCY,
    "costUnits": [],
    "cateringList": [],
    "equipmentList": [],
    "seating": None,
    "seatingCapacity": None,
    "seatingDescription": None,
    "seatingHasImage": False,
    "seatingId": None,
    "classificationValues": [],
    "fieldDescriptions": [],
    "answers": [],
    "questionnaires": [],
    "attachments": [],
    "doorman": None,
    "images": [],
    "messageList": [],
}


class BookingViews:
    """Makes BookingDtos and keeps their text, so that a long list costs little the second time."""

    def __init__(self, store: Store, clock: Clock, switches: Switches) -> None:
        self._store, self._clock, self._switches = store, clock, switches
        self._texts: dict[
            tuple[int, bool, Style], tuple[Booking, Series | None, int | None, str]
        ] = {}

    def text(self, booking: Booking, viewer: Person, style: Style) -> Rendered:
        """Return a stored booking as a caller may see it."""
        detailed = may_see_details(viewer, booking)
        key = (booking.id, detailed, style)
        made_of = (booking, *self._series(booking))
        kept = self._texts.get(key)
        if kept is not None and all(a is b for a, b in zip(kept[:3], made_of, strict=True)):
            return Rendered(kept[3])
        text = write(self._dto(booking, detailed=detailed), style)
        self._texts[key] = (*made_of, text)
        return Rendered(text)

    def dto(self, booking: Booking, viewer: Person) -> dict[str, Any]:
        """Return the same as a value, for answers that hold more."""
        return self._dto(booking, detailed=may_see_details(viewer, booking))

    def whole(self, booking: Booking) -> dict[str, Any]:
        """Return a booking with all its details, for the control API."""
        return self._dto(booking, detailed=True)

    def forget(self) -> None:
        """Drop the kept texts: names of persons or resources may have changed."""
        self._texts.clear()

    def _dto(self, booking: Booking, *, detailed: bool) -> dict[str, Any]:
        store = self._store
        resource = store.resources[booking.resource_id]
        series, first_future = self._series(booking)
        return {
            **NOT_MODELLED,
            "id": booking.id,
            "begin": booking.begin,
            "end": booking.end,
            "beginPreparation": booking.begin_preparation,
            "endFollowUp": booking.end_follow_up,
            "ressourceId": booking.resource_id,
            "ressourceIdList": [booking.resource_id],
            "resource": resource_dto(store, resource, counted=False),
            "ressourceDescription": resource.name,
            "resourcetype": resource.type_id,
            "location": store.locations[resource.location_id].name,
            "hierarchicalLocation": location_path(store, resource.location_id),
            "headCount": booking.head_count,
            "externalHeadCount": booking.external_head_count,
            "istPrivat": booking.private,
            "status": NAMES[booking.status],
            "statusDto": status_dto(booking.status),
            "serienId": booking.series_id,
            "series": None if series is None else series_dto(series, self._switches),
            "firstFutureSerieBookingId": first_future,
            "isFirstSerieItem": booking.is_first_series_item,
            "syncAppointmentOid": booking.sync_appointment_oid,
            "syncedToExchangeSerieItem": booking.synced_to_exchange_series_item,
            "isTeamsMeeting": booking.is_teams_meeting,
            "lessonId": booking.lesson_id,
            "modifiedOn": booking.modified_on,
            "maskedIdentifier": booking.masked_identifier,
            "checkinConfirmed": booking.checked_in,
            **_checkin_window(booking, resource),
            **self._people(booking),
            **_details(booking, detailed=detailed),
        }

    def _series(self, booking: Booking) -> tuple[Series | None, int | None]:
        """Return the series of a booking and the id of its first item still to come."""
        series = self._store.series.get(booking.series_id or 0)
        if series is None:
            return None, None
        now = self._clock.now()
        return series, next(
            (b.id for b in self._store.active_items(series.id) if b.begin >= now), None
        )

    def _people(self, booking: Booking) -> dict[str, Any]:
        persons = self._store.persons
        organizer = persons[booking.organizer_id]
        in_charge = persons.get(booking.person_in_charge_id or 0)
        return {
            "organizerId": organizer.id,
            "organizerMail": organizer.mail,
            "organizerName": organizer.name,
            "personInChargeId": None if in_charge is None else in_charge.id,
            "personInChargeMail": None if in_charge is None else in_charge.mail,
            "personInChargeName": None if in_charge is None else in_charge.name,
        }


def status_dto(status: Status) -> dict[str, Any]:
    return {
        "id": int(status),
        "name": NAMES[status],
        "color": COLORS[status],
        "messageList": [],
    }


def _details(booking: Booking, *, detailed: bool) -> dict[str, Any]:
    return {
        "title": booking.title if detailed else PRIVATE_TITLE,
        "comment": booking.comment if detailed else None,
        "participantDtoList": [_participant(p) for p in booking.participants] if detailed else [],
        "fieldValues": Dictionary(booking.custom_fields if detailed else {}),
    }


def _participant(participant: Participant) -> dict[str, Any]:
    return {
        "id": participant.person_id,
        "eMail": participant.mail,
        "isExternal": participant.is_external,
        "name": participant.name,
        "messageList": [],
    }


def _checkin_window(booking: Booking, resource: Resource) -> dict[str, datetime | None]:
    if not resource.checkin:
        return {"checkinLeadTime": None, "checkinFollowupTime": None}
    return {
        "checkinLeadTime": booking.begin - LEAD,
        "checkinFollowupTime": booking.begin + timedelta(minutes=resource.no_show_minutes),
    }
