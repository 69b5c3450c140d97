"""ROOMS says no: remembered, shown, not tried again; everything else goes on (R-401, R-404, D4)."""

import pytest

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
    world = await a_world(resources={"Säntis": room})
    event = await world.outlook("anna").books("Säntis", at=when, attendees=["marc"])
    await world.settles()
    await world.then_rooms_has_nothing()
    (line,) = await world.differences()
    assert (line["event_id"], line["cause"]) == (event.event_id, cause)
    world.expected.stays_different(event, "missing", reason, shown=cause)


async def test_a_room_that_is_taken_in_rooms(world):
    await world.rooms("lea").books("Säntis", at=WHEN)
    await world.settles()
    event = await world.outlook("anna").books("Säntis", at="tomorrow 09:30-10:30")
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, organizer="lea")
    world.expected.stays_different(event, "missing", "the room is taken", shown="occupied")


@pytest.fixture
async def refused(a_world):
    """A world in which Anna has invited the Säntis while it is being cleaned."""
    world = await a_world(resources={"Säntis": {"blocking_times": [BLOCK]}})
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
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
    await world.then_outlook_has("anna", WHEN, rooms=["Säntis"], attendees=["marc"])
    world.expected.stays_different(event, "missing", "cleaned", shown="blocking_time")


async def test_a_refused_event_moved_to_a_free_hour_is_booked(refused):
    world, event = refused
    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    await world.then_rooms_has("Säntis", LATER, participants=["marc"])
    assert await world.differences() == []


async def test_a_refused_event_with_another_room_is_booked(refused):
    world, event = refused
    await world.outlook("anna").swaps_room(event, "Säntis", "Eiger")
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
    await world.outlook("anna").uninvites(event, "Säntis")
    await world.settles()
    assert await world.differences() == []


async def test_moved_from_one_refused_hour_to_another(a_world):
    more = BLOCK | {"start": "2026-03-03T10:00:00Z", "end": "2026-03-03T11:00:00Z"}
    world = await a_world(resources={"Säntis": {"blocking_times": [BLOCK, more]}})
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    await world.then_rooms_has_nothing()
    world.expected.stays_different(event, "missing", "cleaned", shown="blocking_time")


class TestALinkedMeeting:
    """Its change cannot be taken: the booking stays, all other fields go on."""

    @pytest.fixture
    async def event(self, world):
        await world.rooms("peter").books("Rigi", at=LATER)
        event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
        await world.settles()
        return event

    @pytest.fixture
    async def blocked(self, a_world):
        """The Säntis is cleaned later; Anna's meeting is linked and then moved into that."""
        block = BLOCK | {"start": "2026-03-03T10:00:00Z", "end": "2026-03-03T11:00:00Z"}
        world = await a_world(resources={"Säntis": {"blocking_times": [block]}})
        event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
        await world.settles()
        await world.outlook("anna").moves(event, to=LATER)
        await world.settles()
        return world, event

    async def test_the_booking_keeps_its_time(self, blocked):
        world, event = blocked
        await world.then_rooms_has("Säntis", WHEN)
        (line,) = await world.differences()
        assert (line["cause"], line["fields"]) == ("blocking_time", ["time"])
        world.expected.stays_different(event, "time", "cleaned", shown="blocking_time")

    async def test_the_other_fields_go_on_in_both_directions(self, blocked):
        world, event = blocked
        await world.outlook("anna").renames(event, "aus Outlook")
        await world.settles()
        await world.then_rooms_has("Säntis", WHEN, title="aus Outlook")
        booking = await world.booking_of(event)
        await world.rooms("anna").sets_participants(booking, "marc", "lea")
        await world.settles()
        await world.then_outlook_has("anna", LATER, attendees=["marc", "lea"])
        world.expected.stays_different(event, "time", "cleaned", shown="blocking_time")

    async def test_the_other_fields_of_the_very_same_save_go_on(self, blocked):
        world, event = blocked
        await world.outlook("anna").changes(
            event, subject="Neu", **world.outlook("anna").times("tomorrow 11:15-11:45")
        )
        world.secrets.saw("Neu", private=False)
        await world.settles()
        await world.then_rooms_has("Säntis", WHEN, title="Neu")
        world.expected.stays_different(event, "time", "cleaned", shown="blocking_time")

    async def test_moved_back_it_agrees_again(self, blocked):
        world, event = blocked
        await world.outlook("anna").moves(event, to=WHEN)
        await world.settles()
        assert await world.differences() == []

    async def test_moved_on_to_a_free_hour_it_is_followed(self, blocked):
        world, event = blocked
        await world.outlook("anna").moves(event, to="tomorrow 14:00-15:00")
        await world.settles()
        await world.then_rooms_has("Säntis", "tomorrow 14:00-15:00")
        assert await world.differences() == []

    async def test_a_new_time_in_rooms_ends_the_disagreement(self, blocked):
        world, event = blocked
        booking = await world.booking_of(event)
        await world.rooms("anna").moves(booking, to="tomorrow 15:00-16:00")
        await world.settles()
        await world.then_outlook_has("anna", "tomorrow 15:00-16:00")
        assert await world.differences() == []

    async def test_cancelled_in_rooms_it_is_gone(self, blocked):
        world, event = blocked
        await world.rooms("anna").cancels(await world.booking_of(event))
        await world.settles()
        await world.then_outlook_has_nothing("anna")
        assert await world.differences() == []

    async def test_a_room_that_is_taken_is_not_switched_to(self, world, event):
        await world.rooms("lea").books("Eiger", at=WHEN)
        await world.settles()
        await world.outlook("anna").swaps_room(event, "Säntis", "Eiger")
        await world.settles()
        await world.then_rooms_has("Säntis", WHEN, organizer="anna")
        await world.then_rooms_has("Eiger", WHEN, organizer="lea")
        world.expected.stays_different(event, "resources", "Eiger is taken", shown="occupied")

    async def test_a_new_time_of_a_taken_room_is_taken_when_the_room_is_changed_too(self, blocked):
        world, event = blocked
        await world.outlook("anna").swaps_room(event, "Säntis", "Eiger")
        await world.settles()
        await world.then_rooms_has("Eiger", LATER)
        assert await world.differences() == []


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
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.rooms("lea").confirms(draft)
    await world.advances(minutes=4)
    leas = await world.then_rooms_has("Säntis", WHEN, organizer="lea")
    world.expected.stays_different(event, "missing", "Lea was faster in ROOMS", shown="occupied")
    world.expected.stays_different(leas, "answer", "the room has accepted Anna before")


async def test_refusals_that_come_as_200_with_a_message_are_refusals(a_world):
    world = await a_world(resources={"Säntis": {"blocking_times": [BLOCK]}})
    world.booking_system.switches.set("refusal", "200")
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.then_rooms_has_nothing()
    world.expected.stays_different(event, "missing", "cleaned", shown="blocking_time")
