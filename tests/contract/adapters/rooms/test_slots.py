"""Asking for a slot without booking it, and taking a booking out of its room."""

from datetime import timedelta

import pytest

from core.domain.changes import BookingChanges
from core.domain.ids import ResourceId
from core.domain.interval import Interval
from core.domain.refusal import RefusalCode
from core.errors import BookingRefusedError, LockedError
from devstack.kit.world import World
from tests.contract.adapters.rooms.conftest import (
    BEAT,
    OTHER_ROOM,
    ROOM,
    WORLD,
    a_draft,
    at,
    requests_to,
)

ONLINE = ResourceId(103)


@pytest.fixture
def with_online_resource(simulator):
    online = {"rooms_id": ONLINE, "name": "Online", "online": True, "mode": "None"}
    simulator.load(World.model_validate({**WORLD, "resources": [*WORLD["resources"], online]}))


async def test_a_free_slot_is_blocked_by_nothing(rooms):
    assert await rooms.blocking(ROOM, at(9)) is None


async def test_a_booking_blocks_its_slot_but_not_itself(rooms, book):
    booking = await book()
    assert await rooms.blocking(ROOM, at(9, 30)) is RefusalCode.OCCUPIED
    assert await rooms.blocking(ROOM, at(9, 30), booking.booking_id) is None
    assert await rooms.blocking(ROOM, at(10)) is None, "the end is not part of it"


async def test_the_house_blocks_a_slot(rooms):
    assert await rooms.blocking(ROOM, at(9, day=9)) is RefusalCode.BLOCKING_TIME
    assert await rooms.blocking(ROOM, at(21, day=4)) is RefusalCode.CLOSED


async def test_a_slot_that_only_a_draft_holds_is_neither_free_nor_refused(rooms):
    opened = await rooms.open_draft(a_draft())
    with pytest.raises(LockedError):
        await rooms.blocking(ROOM, at(9))
    await rooms.abort_draft(opened.context)
    assert await rooms.blocking(ROOM, at(9)) is None


async def test_asking_for_a_slot_is_one_read(rooms, simulator):
    await rooms.blocking(ROOM, at(9))
    simulator.controls.requests.clear()
    await rooms.blocking(ROOM, at(9))
    assert [line.operation for line in requests_to(simulator)] == ["Bookings2_FindBlockers"]


@pytest.mark.usefixtures("with_online_resource")
async def test_a_booking_leaves_its_room_and_moves_into_another(rooms, book):
    booking = await book()
    parked = await rooms.remove_room(booking.booking_id)
    assert (parked.booking_id, parked.resource) == (booking.booking_id, ONLINE)
    assert (parked.time, parked.title, parked.participants) == (
        booking.time,
        booking.title,
        booking.participants,
    )
    assert parked.appointment_oid == booking.appointment_oid
    assert await rooms.blocking(ROOM, at(9)) is None, "the room is free at once"
    back = await rooms.update_booking(parked, BookingChanges(resource=OTHER_ROOM))
    assert (back.booking_id, back.resource) == (booking.booking_id, OTHER_ROOM)


@pytest.mark.usefixtures("with_online_resource")
async def test_two_bookings_swap_rooms_with_one_parked(rooms, book):
    here = await book()
    there = await book(resource=OTHER_ROOM, organizer=BEAT, attendees=())
    with pytest.raises(BookingRefusedError):
        await rooms.update_booking(here, BookingChanges(resource=OTHER_ROOM))
    parked = await rooms.remove_room(here.booking_id)
    there = await rooms.update_booking(there, BookingChanges(resource=ROOM))
    here = await rooms.update_booking(parked, BookingChanges(resource=OTHER_ROOM))
    assert (here.resource, there.resource) == (OTHER_ROOM, ROOM)


@pytest.mark.usefixtures("with_online_resource")
async def test_a_booking_in_somebodys_editor_cannot_be_parked(rooms, book, beat):
    booking = await book(organizer=BEAT)
    assert (await beat.post(f"v1.0/reservation/edit/{booking.booking_id}")).is_success
    with pytest.raises(LockedError):
        await rooms.remove_room(booking.booking_id)


async def test_without_an_online_resource_nothing_can_be_parked(rooms, book):
    booking = await book()
    with pytest.raises(BookingRefusedError) as refused:
        await rooms.remove_room(booking.booking_id)
    assert refused.value.code == RefusalCode.NOT_ALLOWED
    assert (await rooms.get_booking(booking.booking_id)).resource == ROOM


@pytest.mark.usefixtures("with_online_resource")
@pytest.mark.over_http
async def test_a_lost_answer_of_removing_the_room_is_seen_at_the_next_look(rooms, book, control):
    booking = await book()
    half = {"status": 200, "body": {}}
    await control("faults", {"match": {"path": "removeRoom"}, "times": 1, "do": half})
    assert (await rooms.remove_room(booking.booking_id)).resource == ROOM, "what ROOMS really has"


async def test_a_long_slot_is_asked_for_as_a_whole(rooms, book):
    await book(time=at(15))
    day = Interval(at(8).start, at(8).start + timedelta(hours=9))
    assert await rooms.blocking(ROOM, day) is RefusalCode.OCCUPIED
