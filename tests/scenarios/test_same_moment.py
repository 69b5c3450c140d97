"""Both sides book one room at the same moment; masses of changes; two who swap (S21, S24, P5)."""

import pytest

from tests.kit.on_premises import EWS

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"


@pytest.mark.parametrize("first", ["outlook", "rooms"])
@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_the_same_slot_by_two_people_on_two_sides(a_world, first, seed):
    """S24: one of them has the room on both sides, the other one is told once."""
    world = await a_world(seed=seed)
    if first == "outlook":
        await world.outlook("anna").books("Säntis", at=WHEN)
    await world.rooms("lea").books("Säntis", at=WHEN)
    if first == "rooms":
        await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    leas = await world.then_rooms_has("Säntis", WHEN, organizer="lea")
    await world.then_room_accepted(await world.event_of(leas), "Säntis")
    assert [notice.person for notice in world.notices()] == [11]


async def test_two_events_of_two_people_at_the_same_moment(world):
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.outlook("lea").books("Säntis", at=WHEN)
    await world.settles()
    alive = [b for b in await world.bookings() if b.is_alive]
    assert len(alive) == 1
    assert len(world.notices()) == 1


async def test_two_meetings_swap_their_rooms_one_after_the_other(world):
    one = await world.outlook("anna").books("Säntis", at=WHEN, subject="Eins")
    two = await world.outlook("lea").books("Eiger", at=WHEN, subject="Zwei")
    await world.settles()
    await world.outlook("lea").swaps_room(two, "Eiger", "Pilatus")
    await world.settles()
    await world.outlook("anna").swaps_room(one, "Säntis", "Eiger")
    await world.settles()
    await world.outlook("lea").swaps_room(two, "Pilatus", "Säntis")
    await world.settles()
    await world.then_rooms_has("Eiger", WHEN, title="Eins")
    await world.then_rooms_has("Säntis", WHEN, title="Zwei")


async def test_two_meetings_swap_their_rooms_at_the_same_time(world):
    """Each would wait for the other: one is parked until the other has moved (design 5)."""
    one = await world.outlook("anna").books("Säntis", at=WHEN, subject="Eins")
    two = await world.outlook("lea").books("Eiger", at=WHEN, subject="Zwei")
    await world.settles()
    await world.outlook("anna").swaps_room(one, "Säntis", "Eiger")
    await world.outlook("lea").swaps_room(two, "Eiger", "Säntis")
    await world.settles()
    await world.then_rooms_has("Eiger", WHEN, title="Eins")
    await world.then_rooms_has("Säntis", WHEN, title="Zwei")
    assert world.notices() == []


async def test_two_meetings_swap_their_times_at_the_same_time(world):
    one = await world.outlook("anna").books("Säntis", at=WHEN, subject="Eins")
    two = await world.outlook("lea").books("Säntis", at=LATER, subject="Zwei")
    await world.settles()
    await world.outlook("anna").moves(one, to=LATER)
    await world.outlook("lea").moves(two, to=WHEN)
    await world.settles()
    await world.then_rooms_has("Säntis", LATER, title="Eins")
    await world.then_rooms_has("Säntis", WHEN, title="Zwei")
    assert world.notices() == []


async def test_a_meeting_takes_the_slot_that_another_leaves_in_the_same_minute(world):
    leaving = await world.outlook("lea").books("Säntis", at=WHEN)
    await world.settles()
    coming = await world.outlook("anna").books(at=WHEN)
    await world.outlook("lea").moves(leaving, to=LATER)
    await world.outlook("anna").invites(coming, "Säntis")
    await world.advances(minutes=3, timers=())
    await world.then_rooms_has("Säntis", WHEN, organizer="anna")
    await world.then_rooms_has("Säntis", LATER, organizer="lea")


async def test_a_working_day_of_many_meetings(world):
    for hour in range(8, 18):
        await world.outlook("anna").books("Säntis", at=f"tomorrow {hour:02}:00-{hour:02}:45")
        await world.rooms("lea").books("Eiger", at=f"tomorrow {hour:02}:00-{hour:02}:45")
    await world.settles()
    assert len([b for b in await world.bookings() if b.is_alive]) == 20


async def test_more_cancels_than_anybody_makes_stop_the_mailbox(a_world):
    """The guard: a person has to look before more is taken away (design 6)."""
    world = await a_world(settings={"guard_cancels": 3})
    if world.company.exchange == EWS:
        pytest.skip("SendNotification proves nothing: mass loss stops the mailbox before the guard")
    events = [
        await world.outlook("anna").books("Säntis", at=f"tomorrow {hour:02}:00-{hour:02}:30")
        for hour in range(8, 14)
    ]
    await world.settles()
    for event in events:
        await world.outlook("anna").deletes(event)
    await world.settles()
    left = [b for b in await world.bookings() if b.is_alive]
    assert len(left) == 3
    assert world.clears_failed_items() > 0
    await world.releases_guard("anna")
    await world.full_pass()
    await world.then_rooms_has_nothing()


async def test_cancels_that_an_open_editor_holds_up_are_not_counted_at_each_try(a_world):
    world = await a_world(settings={"guard_cancels": 3})
    event = await world.outlook("anna").books("Säntis", at="tomorrow 08:00-08:30")
    await world.settles()
    await world.rooms("lea").opens_for_editing(await world.booking_of(event))
    await world.outlook("anna").deletes(event)
    await world.advances(minutes=9, timers=())
    assert not world.clears_failed_items()
    await world.advances(minutes=15)
    await world.then_rooms_has_nothing()
