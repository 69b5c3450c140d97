"""Two want one slot, or each other's, in any order: one winner on both sides (S24, P5)."""

import pytest

from tests.kit.rooms_user import RefusedByRoomsError

WHEN, LATER, THIRD = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00", "tomorrow 14:00-15:00"
ROOMS = pytest.mark.parametrize("room", ["Säntis", "Pilatus"], ids=["master", "no master"])


async def alive(world):
    return [b for b in await world.bookings() if b.is_alive]


async def is_the_losers(world, event, room):
    """Without Sync-Master the room stays on the event; it is listed where ROOMS has said no."""
    assert event.answers[room] == "declined"
    listed = [line["event_id"] for line in await world.differences()]
    if event.event_id in listed:
        world.expected.is_listed(event, "occupied")


@ROOMS
@pytest.mark.parametrize("first", ["outlook", "rooms"])
@pytest.mark.parametrize("seed", range(4))
async def test_one_slot_by_two_people_on_two_sides(a_world, room, first, seed):
    """S24: whoever has it in ROOMS has it in the mailbox; the other one is told once."""
    world = await a_world(seed=seed)
    if first == "outlook":
        await world.outlook("anna").books(room, at=WHEN)
    await world.rooms("lea").books(room, at=WHEN)
    if first == "rooms":
        await world.outlook("anna").books(room, at=WHEN)
    await world.settles()
    (booking,) = await alive(world)
    loser = "anna" if booking.organizer == "lea" else "lea"
    winners = await world.then_outlook_has(booking.organizer, WHEN, rooms=[room])
    await world.then_room_accepted(winners, room)
    assert [mail.to for mail in world.error_mails()].count((loser,)) == 1
    for event in await world.events(loser):
        if event.is_alive and room in event.rooms:
            await is_the_losers(world, event, room)


@ROOMS
@pytest.mark.parametrize("seed", range(3))
async def test_notifications_that_overtake_each_other(a_world, room, seed):
    """P10: late, double and out of order, it ends with one winner."""
    world = await a_world(seed=seed)
    await world.push(duplicate=1, delay_s=[0, 20], reorder=True)
    await world.outlook("anna").books(room, at=WHEN)
    await world.outlook("lea").books(room, at=WHEN)
    await world.advances(minutes=3, timers=())
    await world.push_is_back()
    (booking,) = await alive(world)
    loser = "anna" if booking.organizer == "lea" else "lea"
    assert [mail.to for mail in world.error_mails()] == [(loser,)]
    for event in await world.events(loser):
        if event.is_alive and room in event.rooms:
            await is_the_losers(world, event, room)


class TestChangingPlaces:
    """Design 5: who swaps would wait for each other for ever."""

    @pytest.mark.parametrize("seed", range(3))
    async def test_one_person_swaps_the_rooms_of_two_meetings(self, a_world, seed):
        world = await a_world(seed=seed)
        one = await world.outlook("anna").books("Säntis", at=WHEN, subject="Eins")
        two = await world.outlook("anna").books("Eiger", at=WHEN, subject="Zwei")
        await world.settles()
        await world.outlook("anna").swaps_room(one, "Säntis", "Eiger")
        await world.outlook("anna").swaps_room(two, "Eiger", "Säntis")
        await world.settles()
        await world.then_rooms_has("Eiger", WHEN, title="Eins")
        await world.then_rooms_has("Säntis", WHEN, title="Zwei")
        assert world.notices() == []

    async def test_one_person_swaps_the_times_of_two_meetings(self, world):
        one = await world.outlook("anna").books("Säntis", at=WHEN, subject="Eins")
        two = await world.outlook("anna").books("Säntis", at=LATER, subject="Zwei")
        await world.settles()
        await world.outlook("anna").moves(one, to=LATER)
        await world.outlook("anna").moves(two, to=WHEN)
        await world.settles()
        await world.then_rooms_has("Säntis", LATER, title="Eins")
        await world.then_rooms_has("Säntis", WHEN, title="Zwei")
        assert world.notices() == []

    async def test_three_meetings_move_on_by_one_room(self, world):
        names = ["Säntis", "Eiger", "Pilatus"]
        people = ["anna", "lea", "marc"]
        events = [
            await world.outlook(person).books(room, at=WHEN, subject=f"Von {person}")
            for person, room in zip(people, names, strict=True)
        ]
        await world.settles()
        following = [*names[1:], names[0]]
        for person, event, old, new in zip(people, events, names, following, strict=True):
            await world.outlook(person).swaps_room(event, old, new)
        await world.advances(minutes=6, timers=())
        for person, room in zip(people, following, strict=True):
            await world.then_rooms_has(room, WHEN, organizer=person)
        assert world.notices() == []

    async def test_three_meetings_move_on_by_one_slot(self, world):
        slots = [WHEN, LATER, THIRD]
        people = ["anna", "lea", "marc"]
        events = [
            await world.outlook(person).books("Säntis", at=slot)
            for person, slot in zip(people, slots, strict=True)
        ]
        await world.settles()
        following = [*slots[1:], slots[0]]
        for person, event, new in zip(people, events, following, strict=True):
            await world.outlook(person).moves(event, to=new)
        await world.advances(minutes=6, timers=())
        for person, slot in zip(people, following, strict=True):
            await world.then_rooms_has("Säntis", slot, organizer=person)
        assert world.notices() == []


class TestSomethingElseMeanwhile:
    async def test_a_change_arrives_while_the_rollback_of_the_last_is_written(self, a_world):
        """The stale version is noticed; the newest wish of the organizer decides."""
        block = {"start": "2026-03-03T10:00:00Z", "end": "2026-03-03T11:00:00Z", "title": "X"}
        world = await a_world(resources={"Säntis": {"blocking_times": [block]}})
        event = await world.outlook("anna").books("Säntis", at=WHEN)
        await world.settles()
        await world.outlook("anna").moves(event, to=LATER)
        for _ in range(3):
            await world.motor.step()
        await world.outlook("anna").moves(event, to=THIRD)
        await world.settles()
        await world.then_rooms_has("Säntis", THIRD)
        await world.then_outlook_has("anna", THIRD, rooms=["Säntis"])
        await world.then_room_accepted(event, "Säntis")

    async def test_a_change_while_the_room_is_taken_off(self, a_world):
        block = {"start": "2026-03-03T08:00:00Z", "end": "2026-03-03T09:00:00Z", "title": "X"}
        world = await a_world(resources={"Säntis": {"blocking_times": [block]}})
        event = await world.outlook("anna").books("Säntis", at=WHEN)
        await world.motor.step()
        await world.motor.step()
        await world.outlook("anna").moves(event, to=LATER)
        await world.settles()
        await world.then_rooms_has("Säntis", LATER)
        await world.then_outlook_has("anna", LATER, rooms=["Säntis"])
        await world.then_room_accepted(event, "Säntis")


@ROOMS
async def test_a_copy_of_a_refused_event_is_an_event_of_its_own(a_world, room):
    """S40: it brings the link along; the refusal is the original's."""
    block = {"start": "2026-03-03T08:00:00Z", "end": "2026-03-03T09:00:00Z", "title": "X"}
    world = await a_world(resources={room: {"blocking_times": [block]}})
    event = await world.outlook("anna").books(room, at=WHEN)
    await world.settles()
    copy = await world.outlook("anna").copies(event, to=LATER)
    await world.settles()
    if room == "Säntis":
        await world.then_rooms_has_nothing()
    else:
        await world.then_rooms_has(room, LATER)
        assert (await world.event(copy)).oid != (await world.event(event)).oid
        world.expected.stays_different(event, "missing", "R-403", shown="blocking_time")
    assert len(world.error_mails()) == 1


async def test_a_calendar_that_can_be_read_and_not_be_written(world):
    """S23: no create is tried again as a new one; one link; once it can be written all is well."""
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    booking = await world.booking_of(event)
    forbidden = {"error": {"code": "ErrorAccessDenied", "message": "Access is denied."}}
    await world.graph_fault("PATCH", "/events/", times=3, status=403, body=forbidden)
    await world.rooms("anna").renames(booking, "Neu")
    await world.advances(hours=7, timers=())
    events = [e for e in await world.events("anna") if e.is_alive]
    assert len(events) == 1
    assert await world.booking_of(event) == booking
    await world.then_outlook_has("anna", WHEN, subject="Neu")


async def test_of_two_bookers_in_rooms_the_second_is_told_there(world):
    """What ROOMS refuses its own users never reaches Exchange."""
    await world.rooms("anna").books("Säntis", at=WHEN)
    with pytest.raises(RefusedByRoomsError):
        await world.rooms("lea").books("Säntis", at=WHEN)
    await world.settles()
    await world.then_outlook_has_nothing("lea")
