"""The reservation flow with its temp context (rooms-api 4)."""

from devstack.rooms.face.booking_views import status_dto
from devstack.rooms.face.call import Call, serves
from devstack.rooms.face.models import ReservationCreateModel, ReservationEditModel
from devstack.rooms.model import confirming, drafting
from devstack.rooms.model.status import next_statuses


@serves("Bookings_Create", body=ReservationCreateModel)
def create(call: Call) -> object:
    model: ReservationCreateModel = call.body
    model.require_modelled()
    draft = drafting.open_new(call.house, call.actor, model.change(), model.opening())
    booking = call.house.store.booking(draft.booking_id)
    resource = call.house.store.resource(booking.resource_id)
    return {
        "reservationId": booking.id,
        "tempdataContextId": draft.id,
        "ressourceId": resource.id,
        "ressourcetypId": resource.type_id,
        "locationId": resource.location_id,
        "start": booking.begin,
        "end": booking.end,
        "title": booking.title,
        "seatingId": None,
        "seatingText": None,
        "kosten": 0.0,
        "costUnits": [],
        "fieldDescriptions": [],
        "questionnaires": [],
        "selectTeamsMeetingByDefault": False,
        "messageList": [],
    }


@serves("Bookings_Edit")
def edit(call: Call) -> object:
    draft = drafting.open_edit(call.house, call.actor, call.path["reservationId"])
    return {
        "booking": call.views.dto(drafting.content(call.house, draft), call.actor),
        "tempdataContextId": draft.id,
    }


@serves("Bookings_Confirm", body=ReservationEditModel)
def confirm(call: Call) -> object:
    model: ReservationEditModel = call.body
    model.require_modelled()
    return call.shown(
        confirming.confirm(
            call.house,
            call.actor,
            model.tempdata_context_id,
            model.change(),
            to_series=bool(model.apply_changes_to_series),
        )
    )


@serves("Bookings_Abort")
def abort(call: Call) -> object:
    drafting.abort(call.house, call.actor, call.query["tempdataContextId"])
    return {}


@serves("Bookings_TempBookingExists")
def exists(call: Call) -> object:
    draft = call.house.store.drafts.get(call.path["tempdataContextId"])
    return draft is not None and draft.booking_id == call.path["bookingId"]


@serves("Workflow_GetAvailableStatusList")
def status_list(call: Call) -> object:
    number = call.path["reservationOrTempdataContextId"]
    if call.query["fromTempdataContext"]:
        draft = drafting.own_draft(call.house, call.actor, number)
        booking = drafting.content(call.house, draft)
    else:
        booking = call.house.store.booking(number)
    rights = call.actor.rights
    definitive = rights.book_definitive or rights.administrator
    return [status_dto(s) for s in next_statuses(booking.status, may_book_definitive=definitive)]
