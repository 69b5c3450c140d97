"""Bookings: find, read, book, change, cancel (rooms-api 3)."""

from devstack.rooms.face.call import Call, serves
from devstack.rooms.face.models import BookingUpdateModel, QuickBookingModel
from devstack.rooms.model import attendance, changing, drafting, series_changing
from devstack.rooms.model.booking import Booking
from devstack.rooms.model.refusal import MissingError
from devstack.rooms.model.search import BookingsFilter, find, visible_resources

NO_SHOW_KINDS = range(3)


@serves("Bookings2_Find")
def find_bookings(call: Call) -> object:
    return [call.shown(b) for b in _matching(call, _filter(call))]


@serves("Bookings2_Count")
def count_bookings(call: Call) -> object:
    return len(_matching(call, _filter(call)))


@serves("Bookings_GetBookingsByStartAndEnd")
def bookings_of_span(call: Call) -> object:
    types, status = call.query["ressourceType"], call.query["statusId"]
    wanted = BookingsFilter(
        start=call.query["start"],
        end=call.query["end"],
        resource_id=call.query["ressourceId"],
        resourcetype_ids=() if types is None else (types,),
        status_ids=() if status is None else (status,),
    )
    return [call.shown(b) for b in _matching(call, wanted)]


@serves("Bookings_GetByRessourceIdAndEnd")
def bookings_until(call: Call) -> object:
    resource = call.house.store.resource(call.path["id"])
    wanted = BookingsFilter(resource_id=resource.id, start=call.house.now(), end=call.query["end"])
    return [call.shown(b) for b in _matching(call, wanted) if b.is_active]


@serves("Bookings_GetByReservationId")
def get_booking(call: Call) -> object:
    booking = _visible(call, call.path["id"])
    draft = call.house.store.draft_of(booking.id) if call.query["fromTempContext"] else None
    if draft is not None and draft.owner_id == call.actor.id:
        return call.views.dto(drafting.content(call.house, draft), call.actor)
    return call.shown(booking)


@serves("Bookings_GetBookingIdByReservationSyncItemId")
def find_by_sync_item_id(call: Call) -> object:
    sync_item_id = call.query["syncItemId"]
    booking_id = call.house.store.sync_item_ids.get(sync_item_id, 0)
    if booking_id not in call.house.store.bookings:
        if call.house.switches["unknown_sync_item"] == "404":
            raise MissingError("Es gibt keine Buchung mit dieser SyncItemId.")
        return 0
    return booking_id


@serves("Bookings_GetByReservationMarker")
def find_by_marker(call: Call) -> object:
    oid = str(call.path["marker"])
    wanted = BookingsFilter(start=call.query["start"], end=call.query["end"])
    marked = [b for b in _matching(call, wanted) if b.sync_appointment_oid == oid]
    if not marked:
        raise MissingError("Es gibt keine Buchung mit dieser Markierung.")
    return call.shown(min(marked, key=lambda b: (not b.is_active, b.id)))


@serves("Bookings2_QuickBooking", body=QuickBookingModel)
def quick_booking(call: Call) -> object:
    model: QuickBookingModel = call.body
    model.require_modelled()
    return call.shown(
        changing.quick_book(call.house, call.actor, model.change(), private=bool(model.is_private))
    )


@serves("Bookings_CreateInstant")
def instant_booking(call: Call) -> object:
    now = call.house.now().replace(second=0, microsecond=0)
    end = changing.end_by(now, call.query["end"], call.query["duration"])
    return call.shown(
        changing.book_instantly(
            call.house,
            call.actor,
            call.path["ressourceId"],
            end,
            checked_in=bool(call.query["directCheckIn"]),
        )
    )


@serves("Bookings2_Update", body=BookingUpdateModel)
def update_booking(call: Call) -> object:
    model: BookingUpdateModel = call.body
    model.require_modelled()
    booking = changing.update(
        call.house,
        call.actor,
        _visible(call, call.path["id"]).id,
        model.change(),
        in_draft=bool(model.use_tempdata_context),
        to_series=bool(model.apply_temp_changes_to_series),
    )
    return call.views.dto(booking, call.actor)


@serves("Bookings_Extend")
def extend_booking(call: Call) -> object:
    booking = _visible(call, call.path["id"])
    end = changing.end_by(booking.end, call.query["end"], call.query["duration"])
    return call.shown(changing.extend(call.house, call.actor, booking.id, end))


@serves("Bookings_Cancel")
def cancel_booking(call: Call) -> object:
    return _cancel(call, _visible(call, call.path["id"]))


@serves("Bookings_CancelMasked")
def cancel_masked(call: Call) -> object:
    wanted = str(call.path["maskedIdentifier"])
    bookings = call.house.store.bookings.values()
    booking = next((b for b in bookings if b.masked_identifier == wanted), None)
    if booking is None:
        raise MissingError("Es gibt keine Buchung mit diesem maskedIdentifier.")
    return _cancel(call, booking)


@serves("Bookings_RemoveRoom")
def remove_room(call: Call) -> object:
    booking = _visible(call, call.path["id"])
    if call.query["applyToSerie"]:
        return call.shown(series_changing.remove_rooms(call.house, call.actor, booking.id))
    return call.shown(changing.remove_room(call.house, call.actor, booking.id))


@serves("Bookings_CancelSerie")
def cancel_series(call: Call) -> object:
    return call.shown(
        series_changing.cancel_series(
            call.house,
            call.actor,
            _visible(call, call.path["id"]).id,
            sends_mail=call.query["sendMail"] is not False,
            cancels_appointment=call.query["cancelExchangeAppointment"] is not False,
        )
    )


@serves("Bookings_Release")
def release(call: Call) -> object:
    return call.shown(
        attendance.release(call.house, call.actor, _visible(call, call.path["id"]).id)
    )


@serves("Bookings_CanCheckin")
def can_check_in(call: Call) -> object:
    return attendance.can_check_in(_visible(call, call.path["id"]), call.house.now())


@serves("Bookings_CanCheckout")
def can_check_out(call: Call) -> object:
    return attendance.can_check_out(_visible(call, call.path["id"]), call.house.now())


@serves("Bookings_Checkin")
def check_in(call: Call) -> object:
    return call.shown(
        attendance.check_in(call.house, call.actor, _visible(call, call.path["id"]).id)
    )


@serves("Bookings_Checkout")
def check_out(call: Call) -> object:
    return _check_out(call, frees_at_once=False)


@serves("Bookings_CheckoutRelease")
def check_out_and_release(call: Call) -> object:
    return _check_out(call, frees_at_once=True)


@serves("Bookings_NoShow")
def no_show(call: Call) -> object:
    kind = call.path["art"]
    if kind not in NO_SHOW_KINDS:
        raise MissingError(f"Es gibt keine No-Show-Art {kind}; möglich sind 0, 1 und 2.")
    booking = _visible(call, call.path["id"])
    return call.shown(attendance.mark_no_show(call.house, call.actor, booking.id, kind))


def _check_out(call: Call, *, frees_at_once: bool) -> object:
    return call.shown(
        attendance.check_out(
            call.house,
            call.actor,
            _visible(call, call.path["id"]).id,
            sends_mail=call.query["sendMail"] is not False,
            frees_at_once=frees_at_once,
        )
    )


def _cancel(call: Call, booking: Booking) -> object:
    return call.shown(
        changing.cancel(
            call.house,
            call.actor,
            booking.id,
            sends_mail=call.query["sendMail"] is not False,
            comment=call.query["comment"],
            cancels_appointment=call.query.get("cancelExchangeAppointment") is not False,
        )
    )


def _visible(call: Call, booking_id: int) -> Booking:
    """Return a booking that this caller may know of; one on the Systemressource is nobody's."""
    booking = call.house.store.booking(booking_id)
    if booking.resource_id not in _resources(call):
        raise MissingError(f"Es gibt keine Buchung mit der Id {booking_id}.")
    return booking


def _resources(call: Call) -> set[int]:
    return visible_resources(call.house.store, call.house.switches, call.actor)


def _matching(call: Call, wanted: BookingsFilter) -> list[Booking]:
    return find(call.house.store, call.house.switches, call.actor, wanted)


def _filter(call: Call) -> BookingsFilter:
    query = call.query
    return BookingsFilter(
        reservation_id=query["reservationId"],
        resource_id=query["resourceId"],
        resource_name=query["resourceName"],
        resourcetype_ids=query["resourcetypeIds"],
        location=query["location"],
        start=query["start"],
        end=query["end"],
        status_ids=query["statusList"],
        organizer_id=query["organizerId"],
        creator_id=query["creatorId"],
        person_in_charge_id=query["personInChargeId"],
        only_claimed=bool(query["isClaimedBooking"]),
        modified_on=query["modifiedOn"],
        only_lessons=bool(query["lessonList"] or query["lessonLessonIdList"]),
    )
