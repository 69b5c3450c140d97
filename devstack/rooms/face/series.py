"""Series: drawn up in a draft, and read (rooms-api 3 and 4)."""

from devstack.rooms.face.booking_views import PRIVATE_TITLE
from devstack.rooms.face.call import Call, serves
from devstack.rooms.face.models import (
    ReservationCreateSerieModel,
    ReservationUpdateSerieItemModel,
)
from devstack.rooms.face.series_views import item_dto
from devstack.rooms.model import series_drafting
from devstack.rooms.model.booking import Booking
from devstack.rooms.model.draft import Draft
from devstack.rooms.model.refusal import Reason
from devstack.rooms.model.rights import may_see_details
from devstack.rooms.model.search import visible_resources


@serves("Bookings_CreateSerieForReservation", body=ReservationCreateSerieModel)
def create(call: Call) -> object:
    model: ReservationCreateSerieModel = call.body
    draft = series_drafting.draw_up(call.house, call.actor, model.tempdata_context_id, model.wish())
    return _drawn_up(call, draft)


@serves("Bookings_UpdateSeriesItem", body=ReservationUpdateSerieItemModel)
def update(call: Call) -> object:
    model: ReservationUpdateSerieItemModel = call.body
    draft, item = series_drafting.move_item(
        call.house,
        call.actor,
        model.tempdata_context_id,
        model.id,
        start=model.new_start,
        end=model.new_end,
        resource_id=model.new_resource_id,
    )
    _, reasons = series_drafting.validated(call.house, call.actor, draft)
    return _drawn_up_item(call, draft, item, reasons.get(item.id, ()))


@serves("Bookings_RemoveSeriesFromReservation")
def delete(call: Call) -> object:
    series_drafting.drop_series(call.house, call.actor, call.query["tempdataContextId"])
    return {}


@serves("Bookings_GetSeriesItemsFromBooking")
def items(call: Call) -> object:
    number, store = call.path["id"], call.house.store
    if call.query["fromTempdataContext"]:
        draft = store.drafts.get(number)
        return [] if draft is None or draft.owner_id != call.actor.id else _drawn_up(call, draft)
    visible = visible_resources(store, call.house.switches, call.actor)
    return [
        item_dto(
            store,
            call.house.switches,
            booking,
            _title(call, booking),
            is_master=booking.is_first_series_item,
        )
        for booking in store.active_items(number)
        if booking.resource_id in visible
    ]


def _drawn_up(call: Call, draft: Draft) -> list[object]:
    draft, reasons = series_drafting.validated(call.house, call.actor, draft)
    return [
        _drawn_up_item(call, draft, item, reasons.get(item.id, ()))
        for item in series_drafting.dates(call.house, draft)
    ]


def _drawn_up_item(call: Call, draft: Draft, item: Booking, reasons: tuple[Reason, ...]) -> object:
    own = item.id == draft.booking_id
    return item_dto(
        call.house.store,
        call.house.switches,
        item,
        _title(call, item),
        is_master=own,
        stored=own,
        reasons=reasons,
    )


def _title(call: Call, booking: Booking) -> str:
    return booking.title if may_see_details(call.actor, booking) else PRIVATE_TITLE
