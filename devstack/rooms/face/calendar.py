"""The calendar page's data, persons' free/busy and the back-sync of a slot (rooms-api 5, 6)."""

from datetime import datetime, timedelta
from typing import Any

from devstack.rooms.face.booking_views import PRIVATE_TITLE
from devstack.rooms.face.call import Call, serves
from devstack.rooms.face.models import FreeBusyBacksyncRequest
from devstack.rooms.model.booking import Booking
from devstack.rooms.model.resource import Resource
from devstack.rooms.model.rights import may_see_details
from devstack.rooms.model.status import COLORS

DEFAULT_DAYS = 1
NOT_MODELLED: dict[str, Any] = {
    "vorlaufStatusFarbe": None,
    "nachlaufStatusFarbe": None,
    "hasBestellung": False,
    "hasAnlass": False,
    "hasSubreservationRaum": False,
    "hasSubreservationParkplatz": False,
    "hasSubreservationFahrzeug": False,
    "hasSubreservationFixesEquipment": False,
    "hasSubreservationMobilesEquipment": False,
    "rahmenFarbe": None,
    "klassifikationFarben": None,
    "organisatorPersonenFarbe": None,
    "allowClickAufFeiertag": False,
    "blockTimesOnlyPortalIntegration": False,
    "reservationAnlassTooltipPath": None,
    "reservationBestellungTooltipPath": None,
    "reservationSerieTooltipPath": None,
    "reservationSubreservationEquipmentTooltipPath": None,
    "reservationSubreservationParkplatzTooltipPath": None,
    "reservationSubreservationRaumTooltipPath": None,
}


@serves("Calendar_GetCalendar")
def calendar(call: Call) -> object:
    resources = _resources(call)
    locations = dict.fromkeys(r.location_id for r in resources)
    return {
        "anlassId": call.query["anlassId"],
        "highlightStart": None,
        "highlightEnd": None,
        "mode": call.query["mode"] or 0,
        "readOnly": False,
        "ressourceList": [_resource(call, r) for r in resources],
        "standortList": [
            {
                "id": str(place),
                "title": call.house.store.locations[place].name,
                "ressourceList": [_resource(call, r) for r in resources if r.location_id == place],
                "timeline": None,
            }
            for place in locations
        ],
        "userTimeline": None,
    }


@serves("Calendar_GetCalendarDelta")
def calendar_delta(call: Call) -> object:
    return {"ressourceList": [_resource(call, r) for r in _resources(call)]}


@serves("Calendar_GetFreeBusy")
def free_busy_of_persons(call: Call) -> object:
    """Name the persons ROOMS knows; the vendor's Exchange connection is switched off here.

    So nobody has appointments, and unknown addresses simply have no entry (R-820).
    """
    persons = (call.house.store.person_by_mail(mail) for mail in call.query["emailList"])
    return [
        {
            "id": person.id,
            "bezeichnung": person.name,
            "mail": person.mail,
            "zeitzoneInformation": person.time_zone,
            "appointments": [],
        }
        for person in persons
        if person is not None
    ]


@serves("Calendar_TriggerResourceBacksync", body=FreeBusyBacksyncRequest)
def trigger_back_sync(call: Call) -> object:
    """Accept the wish; the request log keeps it, the vendor's own back-sync is switched off."""
    request: FreeBusyBacksyncRequest = call.body
    call.house.store.resource(request.resource_id)
    return {}


def _resources(call: Call) -> list[Resource]:
    store, query = call.house.store, call.query
    places = {place for each in query["standortId"] for place in store.below(each)}
    return [
        r
        for r in store.resources.values()
        if r.active
        and not r.hidden
        and (not query["id"] or r.id in query["id"])
        and (not query["standortId"] or r.location_id in places)
    ]


def _resource(call: Call, resource: Resource) -> dict[str, Any]:
    rights = call.actor.rights
    start: datetime = call.query["from"] or call.house.now()
    end: datetime = call.query["to"] or start + timedelta(days=DEFAULT_DAYS)
    bookings = sorted(call.house.store.active_on(resource.id), key=lambda b: (b.begin, b.id))
    return {
        "id": resource.id,
        "title": resource.name,
        "email": resource.mail,
        "color": None,
        "ressourcetypId": str(resource.type_id),
        "isOnline": resource.online,
        "hasMultiselectRights": rights.book or rights.administrator,
        "schnellbuchungDisabled": not (rights.quick_booking or rights.administrator),
        "blockList": [
            _block(call, resource, b, (start, end))
            for b in bookings
            if b.begin_preparation < end and start < b.end_follow_up
        ],
    }


def _block(
    call: Call, resource: Resource, booking: Booking, window: tuple[datetime, datetime]
) -> dict[str, Any]:
    visible = may_see_details(call.actor, booking)
    owner = booking.concerns(call.actor.id)
    rights = call.actor.rights
    editable = owner or rights.book_for_others or rights.administrator
    return {
        **NOT_MODELLED,
        "reservationId": booking.id,
        "reservationOriginalId": booking.id,
        "id": booking.id,
        "titel": booking.title if visible else PRIVATE_TITLE,
        "kommentar": booking.comment if visible else None,
        "ressourceId": resource.id,
        "ressourceTyp": resource.type_name,
        "beginnEffective": booking.begin,
        "endeEffective": booking.end,
        "beginnInCurrentViewPort": max(booking.begin, window[0]),
        "endeInCurrentViewPort": min(booking.end, window[1]),
        "vorlauf": booking.begin_preparation,
        "nachlauf": booking.end_follow_up,
        "date": booking.begin,
        "entryPart": "Full",
        "belegung": 1.0,
        "isEditable": editable,
        "isReservationOwner": owner,
        "isViewable": visible,
        "hasSerie": booking.series_id is not None,
        "statusFarbe": COLORS[booking.status],
        "allowShowDetailButton": visible,
    }
