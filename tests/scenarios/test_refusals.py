"""ROOMS says no and is not Sync-Master: remembered, shown, told, nothing else (R-401, R-403)."""

import pytest

pytestmark = pytest.mark.in_both_depths

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"
BLOCK = {"start": "2026-03-03T08:00:00Z", "end": "2026-03-03T09:00:00Z", "title": "Reinigung"}

REASONS = {
    "a blocking time": ({"blocking_times": [BLOCK]}, WHEN, "blocking_time"),
    "closed at that hour": ({"opening_hours": {"mon-fri": "12:00-13:00"}}, WHEN, "closed"),
    "a holiday": ({}, "2026-05-01 09:00-10:00", "holiday"),
    "too long": ({"max_minutes": 30}, WHEN, "too_long"),
}


@pytest.mark.parametrize("reason", REASONS)
async def test_an_event_that_rooms_cannot_take_is_listed_with_its_reason(a_world, reason):
    room, when, cause = REASONS[reason]
    world = await a_world(resources={"Pilatus": room})
    event = await world.outlook("anna").books("Pilatus", at=when, attendees=["marc"])
    await world.settles()
    await world.then_rooms_has_nothing()
    (line,) = await world.differences()
    assert (line["event_id"], line["cause"]) == (event.event_id, cause)
    world.expected.stays_different(event, "missing", reason, shown=cause)


async def test_a_room_that_is_taken_in_rooms(world):
    """Its mailbox declines, too; the event still shows the room, so it is listed (D4)."""
    await world.rooms("lea").books("Pilatus", at=WHEN)
    await world.settles()
    event = await world.outlook("anna").books("Pilatus", at="tomorrow 09:30-10:30")
    await world.settles()
    await world.then_rooms_has("Pilatus", WHEN, organizer="lea")
    assert len(world.notices()) == 1
    world.expected.is_listed(event, "occupied")


@pytest.fixture
async def refused(a_world):
    """A world in which Anna has invited the Pilatus while it is being cleaned."""
    world = await a_world(resources={"Pilatus": {"blocking_times": [BLOCK]}})
    event = await world.outlook("anna").books("Pilatus", at=WHEN, attendees=["marc"])
    await world.settles()
    return world, event


async def test_what_was_refused_is_not_tried_again(refused):
    world, event = refused
    async with world.counts() as costs:
        await world.outlook("anna").renames(event, "Neuer Titel")
        await world.outlook("anna").invites(event, "lea")
        await world.advances(minutes=70)
    assert costs.rooms_writes == costs.graph_writes_in_all == 0
    assert not [c for c in costs.calls if c.side == "rooms" and c.is_write]
    world.expected.stays_different(event, "missing", "cleaned", shown="blocking_time")


async def test_the_event_and_its_people_stay_as_they_are(refused):
    world, event = refused
    await world.then_outlook_has("anna", WHEN, rooms=["Pilatus"], attendees=["marc"])
    world.expected.stays_different(event, "missing", "cleaned", shown="blocking_time")


async def test_a_refused_event_moved_to_a_free_hour_is_booked(refused):
    world, event = refused
    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    await world.then_rooms_has("Pilatus", LATER, participants=["marc"])
    assert await world.differences() == []


async def test_a_refused_event_with_another_room_is_booked(refused):
    world, event = refused
    await world.outlook("anna").swaps_room(event, "Pilatus", "Eiger")
    await world.settles()
    await world.then_rooms_has("Eiger", WHEN, participants=["marc"])
    assert await world.differences() == []


async def test_a_refused_event_that_is_deleted_is_forgotten(refused):
    world, event = refused
    await world.outlook("anna").deletes(event)
    await world.settles()
    assert await world.differences() == []


async def test_a_refused_event_without_its_room_is_no_difference(refused):
    world, event = refused
    await world.outlook("anna").uninvites(event, "Pilatus")
    await world.settles()
    assert await world.differences() == []


async def test_moved_from_one_refused_hour_to_another(a_world):
    more = BLOCK | {"start": "2026-03-03T10:00:00Z", "end": "2026-03-03T11:00:00Z"}
    world = await a_world(resources={"Pilatus": {"blocking_times": [BLOCK, more]}})
    event = await world.outlook("anna").books("Pilatus", at=WHEN)
    await world.settles()
    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    await world.then_rooms_has_nothing()
    world.expected.stays_different(event, "missing", "cleaned", shown="blocking_time")


async def test_somebody_has_the_booking_open_so_the_change_waits(world):
    """R-315: a lock is no refusal."""
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    editor = await world.rooms("lea").opens_for_editing(await world.booking_of(event))
    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN)
    assert await world.differences() == []
    await world.rooms("lea").closes_editor(editor)
    await world.advances(minutes=4)
    await world.then_rooms_has("Säntis", LATER)


async def test_the_slot_is_blocked_by_a_draft_so_the_booking_waits(world):
    """«Besetzt (System)» is no refusal (R-107)."""
    draft = await world.rooms("lea").begins_booking("Säntis", at=WHEN)
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.rooms("lea").closes_editor(draft)
    await world.advances(minutes=4)
    assert await world.booking_of(event)
    assert await world.differences() == []


async def test_the_draft_that_blocked_the_slot_becomes_a_booking(world):
    draft = await world.rooms("lea").begins_booking("Säntis", at=WHEN)
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.rooms("lea").confirms(draft)
    await world.advances(minutes=4)
    leas = await world.then_rooms_has("Säntis", WHEN, organizer="lea")
    await world.then_outlook_has("anna", WHEN, rooms=[])
    await world.then_room_accepted(await world.event_of(leas), "Säntis")


async def test_refusals_that_come_as_200_with_a_message_are_refusals(a_world):
    world = await a_world(resources={"Pilatus": {"blocking_times": [BLOCK]}})
    world.booking_system.switches.set("refusal", "200")
    event = await world.outlook("anna").books("Pilatus", at=WHEN)
    await world.settles()
    await world.then_rooms_has_nothing()
    world.expected.stays_different(event, "missing", "cleaned", shown="blocking_time")


async def test_a_refusal_whose_meeting_is_over_is_listed_no_more(refused):
    world, _ = refused
    assert len(await world.differences()) == 1
    await world.advances(hours=30, timers=())
    assert await world.differences() == []
