"""Booked with the add-in: linked, never booked twice (R-303 ... R-309, R-405, R-421)."""

import uuid

import pytest

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"


@pytest.fixture
def oid():
    return str(uuid.UUID(int=0x3F0C1F0E6F5C4A519D0B0A7F6F3B1C11))


async def test_a_booking_of_the_add_in_is_linked_and_the_room_invited(world, oid):
    """The user has not invited the room: the sync adds it (R-421)."""
    event = await world.outlook("anna").books(at=WHEN, subject="Planung")
    add_in = world.add_in("anna")
    draft = await add_in.begins_booking("Säntis", at=WHEN, title="Planung")
    booking = await add_in.confirms(draft, syncAppointmentOid=oid)
    await world.outlook("anna").links(event, oid)
    await world.settles()
    assert await world.booking_of(event) == booking
    await world.then_outlook_has("anna", WHEN, rooms=["Säntis"], oid=oid)
    await world.then_room_accepted(event, "Säntis")


async def test_the_property_first_and_the_booking_after_it(world, oid):
    event = await world.outlook("anna").books(at=WHEN, subject="Planung")
    await world.outlook("anna").links(event, oid)
    await world.settles()
    add_in = world.add_in("anna")
    draft = await add_in.begins_booking("Säntis", at=WHEN, title="Planung")
    await world.settles()
    booking = await add_in.confirms(draft, syncAppointmentOid=oid)
    await world.settles()
    assert await world.booking_of(event) == booking
    await world.then_outlook_has("anna", WHEN, rooms=["Säntis"])


async def test_the_booking_first_and_the_property_long_after_it(world, oid):
    """The sync meets a booking with a link whose event does not carry it yet."""
    event = await world.outlook("anna").books("Säntis", at=WHEN, subject="Planung")
    add_in = world.add_in("anna")
    draft = await add_in.begins_booking("Säntis", at=WHEN, title="Planung")
    booking = await add_in.confirms(draft, syncAppointmentOid=oid)
    await world.settles()
    await world.outlook("anna").links(event, oid)
    await world.settles()
    assert await world.booking_of(event) == booking
    await world.then_outlook_has("anna", WHEN, subject="Planung")


async def test_every_step_of_the_add_in_seen_by_the_sync_on_its_own(world, oid):
    event = await world.outlook("anna").books(at=WHEN, subject="Planung")
    await world.settles()
    add_in = world.add_in("anna")
    draft = await add_in.begins_booking("Säntis", at=WHEN, title="Planung")
    await world.settles()
    await world.outlook("anna").links(event, oid)
    await world.settles()
    booking = await add_in.confirms(draft, syncAppointmentOid=oid)
    await world.settles()
    assert await world.booking_of(event) == booking


async def test_the_link_in_capital_letters_is_the_same_link(world, oid):
    event = await world.outlook("anna").books(at=WHEN)
    add_in = world.add_in("anna")
    draft = await add_in.begins_booking("Säntis", at=WHEN)
    booking = await add_in.confirms(draft, syncAppointmentOid=oid.upper())
    await world.outlook("anna").links(event, oid.lower())
    await world.settles()
    assert await world.booking_of(event) == booking


async def test_a_user_who_invites_the_room_all_the_same_has_it_once(world, oid):
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    add_in = world.add_in("anna")
    draft = await add_in.begins_booking("Säntis", at=WHEN)
    await add_in.confirms(draft, syncAppointmentOid=oid)
    await world.outlook("anna").links(event, oid)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN)
    await world.then_outlook_has("anna", WHEN, rooms=["Säntis"])


async def test_a_change_made_with_the_add_in_on_both_sides_is_no_change(world, oid):
    event = await world.outlook("anna").books(at=WHEN)
    add_in = world.add_in("anna")
    draft = await add_in.begins_booking("Säntis", at=WHEN)
    booking = await add_in.confirms(draft, syncAppointmentOid=oid)
    await world.outlook("anna").links(event, oid)
    await world.settles()
    async with world.counts() as costs:
        await world.outlook("anna").moves(event, to=LATER)
        await add_in.moves(booking, to=LATER)
    assert costs.graph_writes_in_all == costs.rooms_writes == 0
    await world.then_rooms_has("Säntis", LATER)


async def test_a_block_that_the_add_in_gives_back_leaves_nothing(world, oid):
    """The date was changed while picking a room: the block is lifted (R-303)."""
    event = await world.outlook("anna").books(at=WHEN)
    add_in = world.add_in("anna")
    draft = await add_in.begins_booking("Säntis", at=WHEN)
    await world.settles()
    await add_in.closes_editor(draft)
    await world.settles()
    await world.then_rooms_has_nothing()
    assert (await world.event(event)).oid is None


async def test_cancelling_with_the_add_in_and_keeping_the_appointment(world, oid):
    event = await world.outlook("anna").books(at=WHEN)
    add_in = world.add_in("anna")
    draft = await add_in.begins_booking("Säntis", at=WHEN)
    booking = await add_in.confirms(draft, syncAppointmentOid=oid)
    await world.outlook("anna").links(event, oid)
    await world.settles()
    await world.outlook("anna").uninvites(event, "Säntis")
    await add_in.cancels_only_the_room(booking)
    await world.settles()
    await world.then_rooms_has_nothing()
    await world.then_outlook_has("anna", WHEN, rooms=[])


async def test_the_back_sync_turned_off_for_an_hour_links_when_it_is_back(world, oid):
    """R-314, done better: what was booked meanwhile is found by the poll and the sweep."""
    await world.push(silent=True)
    event = await world.outlook("anna").books(at=WHEN)
    add_in = world.add_in("anna")
    draft = await add_in.begins_booking("Säntis", at=WHEN)
    booking = await add_in.confirms(draft, syncAppointmentOid=oid)
    await world.outlook("anna").links(event, oid)
    await world.advances(minutes=6)
    await world.push_is_back()
    assert await world.booking_of(event) == booking
    await world.then_outlook_has("anna", WHEN, rooms=["Säntis"])


async def test_an_event_deleted_right_after_the_booking_frees_the_room(world, oid):
    """R-314, done better: no orphan booking is left."""
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    add_in = world.add_in("anna")
    draft = await add_in.begins_booking("Säntis", at=WHEN)
    await add_in.confirms(draft, syncAppointmentOid=oid)
    await world.outlook("anna").links(event, oid)
    await world.settles()
    await world.outlook("anna").deletes(event)
    await world.settles()
    await world.then_rooms_has_nothing()
    await world.then_outlook_has_nothing("anna")
