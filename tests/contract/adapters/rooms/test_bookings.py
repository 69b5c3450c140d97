"""What the adapter writes and reads, against the simulator in all its moods."""

import pytest

from core.domain.booking import BookingStatus, Participant
from core.domain.changes import BookingChanges
from core.domain.ids import BookingId, MappingId
from core.domain.meeting import Attendee
from core.errors import NotFoundError
from core.ports.rooms import BookingQuery
from tests.contract.adapters.rooms.conftest import (
    ANNA,
    BEAT,
    OID,
    OTHER_ROOM,
    ROOM,
    a_draft,
    at,
    requests_to,
)


@pytest.fixture(params=["zone", "naive"], autouse=True)
def timestamps(request, simulator):
    simulator.switches.set("timestamps", request.param)


async def test_a_confirmed_draft_is_a_booking_with_link_organizer_and_participants(rooms):
    booking = await rooms.confirm_draft(await rooms.open_draft(a_draft()))
    assert (booking.title, booking.time, booking.resource) == ("Planung", at(9), ROOM)
    assert (booking.organizer, booking.organizer_address) == (ANNA, "anna@contoso.example")
    assert booking.status is BookingStatus.DEFINITIVE
    assert booking.appointment_oid == OID
    assert set(booking.participants) == {
        Participant("beat@contoso.example", "Beat Kunz", BEAT),
        Participant("guest@fabrikam.example", "Guest"),
    }


async def test_a_draft_holds_the_slot_until_it_is_dropped(rooms, book):
    opened = await rooms.open_draft(a_draft())
    found = await rooms.find_bookings(BookingQuery(resource=ROOM))
    assert [b.status for b in found] == [BookingStatus.SYSTEM]
    await rooms.abort_draft(opened.context)
    await rooms.abort_draft(opened.context)
    assert (await book(organizer=BEAT)).organizer == BEAT


async def test_a_private_booking_with_custom_fields_is_stored_so(book):
    booking = await book(private=True, custom_fields=(("sync", "yes"),))
    assert booking.is_private
    assert booking.custom_fields == {"sync": "yes"}


async def test_rooms_sends_no_mails_of_its_own_at_creation_and_cancellation(rooms, book, simulator):
    booking = await book()
    await rooms.cancel_booking(booking.booking_id)
    assert simulator.controls.mails.since(0) == []


@pytest.mark.over_http
async def test_one_update_changes_title_time_room_and_organizer(rooms, book, simulator):
    before = await book()
    changes = BookingChanges(
        title="Neu",
        time=at(11),
        resource=OTHER_ROOM,
        organizer=BEAT,
        custom_fields=(("sync", "no"),),
    )
    simulator.controls.requests.clear()
    after = await rooms.update_booking(before, changes)
    assert (after.title, after.time, after.resource) == ("Neu", at(11), OTHER_ROOM)
    assert (after.organizer, after.custom_fields) == (BEAT, {"sync": "no"})
    assert after.participants == before.participants
    assert after.appointment_oid == OID
    assert [line.method for line in requests_to(simulator)] == ["PUT"]


@pytest.mark.over_http
async def test_participants_and_link_change_together_with_the_rest_in_one_draft(
    rooms, book, simulator
):
    before = await book()
    other = MappingId("9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d")
    simulator.controls.requests.clear()
    after = await rooms.update_booking(
        before,
        BookingChanges(
            title="Neu",
            time=at(12),
            attendees=(Attendee("carla@contoso.example", "Carla"),),
            appointment_oid=other,
        ),
    )
    assert (after.title, after.time, after.appointment_oid) == ("Neu", at(12), other)
    assert after.participants == (Participant("carla@contoso.example", "Carla"),)
    assert [line.method for line in requests_to(simulator)] == ["POST", "PUT"]
    assert simulator.house.store.drafts == {}


async def test_an_attendee_without_address_keeps_the_name(rooms, book):
    after = await rooms.update_booking(
        await book(), BookingChanges(attendees=(Attendee("", "Besuch"),))
    )
    assert after.participants == (Participant("", "Besuch"),)


@pytest.mark.over_http
async def test_nothing_that_was_not_changed_is_written(rooms, book, simulator):
    booking = await book()
    await rooms.update_booking(booking, BookingChanges(title="Neu"))
    assert requests_to(simulator)[-1].body == {"title": "Neu"}


async def test_no_changes_are_no_request(rooms, book, simulator):
    booking = await book()
    simulator.controls.requests.clear()
    assert await rooms.update_booking(booking, BookingChanges()) == booking
    assert requests_to(simulator) == []


async def test_a_cancelled_booking_is_recognised_and_cancelling_again_is_fine(rooms, book):
    booking = await book()
    assert (await rooms.cancel_booking(booking.booking_id)).status is BookingStatus.CANCELLED
    assert (await rooms.cancel_booking(booking.booking_id)).status is BookingStatus.CANCELLED
    assert (await rooms.get_booking(booking.booking_id)).status is BookingStatus.CANCELLED


@pytest.mark.parametrize("call", ["get_booking", "cancel_booking"])
async def test_an_unknown_booking_is_not_found(rooms, call):
    with pytest.raises(NotFoundError):
        await getattr(rooms, call)(BookingId(4711))


async def test_a_search_is_one_request_and_brings_cancelled_bookings_too(rooms, book, simulator):
    simulator.switches.set("find_cancelled", False)
    kept, gone = await book(), await book(time=at(14), organizer=BEAT)
    await rooms.cancel_booking(gone.booking_id)
    simulator.controls.requests.clear()
    found = await rooms.find_bookings(BookingQuery(window=at(7, hours=12)))
    assert {(b.booking_id, b.status) for b in found} >= {
        (kept.booking_id, BookingStatus.DEFINITIVE),
        (gone.booking_id, BookingStatus.CANCELLED),
    }
    assert len(requests_to(simulator)) == 1


async def test_a_search_is_narrowed_by_resource_organizer_window_and_stamp(rooms, book, clock):
    first = await book()
    clock.advance(at(9).end - at(9).start)
    second = await book(resource=OTHER_ROOM, organizer=BEAT, time=at(15), attendees=())

    async def found(**query):
        return [b.booking_id for b in await rooms.find_bookings(BookingQuery(**query))]

    assert await found(resource=ROOM) == [first.booking_id]
    assert await found(organizer=BEAT) == [second.booking_id]
    assert await found(window=at(15)) == [second.booking_id]
    assert await found(modified_since=second.modified_on) == [second.booking_id]
    assert await found(modified_since=first.modified_on) == [first.booking_id, second.booking_id]


@pytest.mark.over_http
async def test_what_rooms_stores_otherwise_is_read_again_and_returned(rooms, book, control):
    booking = await book()
    stale = {"id": booking.booking_id, "title": "?", "begin": "2026-03-03T09:00:00"}
    await control(
        "faults",
        {"match": {"method": "PUT"}, "times": 1, "do": {"status": 200, "body": stale}},
    )
    after = await rooms.update_booking(booking, BookingChanges(title="Neu"))
    assert after == booking, "the write never arrived, and that is what is told"
