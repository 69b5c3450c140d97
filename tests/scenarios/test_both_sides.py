"""Both sides changed before anybody looked: merged per field, the winner wins (D10, design 5)."""

import pytest

pytestmark = pytest.mark.in_both_depths

WHEN, LATER, LATEST = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00", "tomorrow 14:00-15:00"


@pytest.fixture
async def event(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
    await world.settles()
    return event


@pytest.fixture
async def booking(world, event):
    return await world.booking_of(event)


@pytest.fixture(params=["outlook first", "rooms first"])
def both(request):
    """Does two changes in either order."""

    async def do(in_outlook, in_rooms):
        deeds = [in_outlook, in_rooms]
        for deed in deeds if request.param == "outlook first" else reversed(deeds):
            await deed

    return do


async def test_different_fields_are_both_kept(world, event, booking, both):
    await both(
        world.outlook("anna").renames(event, "Budget"),
        world.rooms("anna").moves(booking, to=LATER),
    )
    await world.settles()
    await world.then_rooms_has("Säntis", LATER, title="Budget")


async def test_a_new_room_in_rooms_and_a_new_time_in_outlook_are_both_kept(
    world, event, booking, both
):
    await both(
        world.outlook("anna").moves(event, to=LATER),
        world.rooms("anna").changes_room(booking, "Eiger"),
    )
    await world.settles()
    await world.then_rooms_has("Eiger", LATER)
    await world.then_room_accepted(event, "Eiger")


async def test_a_new_room_in_outlook_and_a_new_title_in_rooms_are_both_kept(
    world, event, booking, both
):
    await both(
        world.outlook("anna").swaps_room(event, "Säntis", "Eiger"),
        world.rooms("anna").renames(booking, "Budget"),
    )
    await world.settles()
    await world.then_rooms_has("Eiger", WHEN, title="Budget")


async def test_rooms_wins_the_time(world, event, booking, both):
    await both(
        world.outlook("anna").moves(event, to=LATER),
        world.rooms("anna").moves(booking, to=LATEST),
    )
    await world.settles()
    await world.then_rooms_has("Säntis", LATEST)
    await world.then_outlook_has("anna", LATEST)


async def test_outlook_wins_the_subject(world, event, booking, both):
    await both(
        world.outlook("anna").renames(event, "aus Outlook"),
        world.rooms("anna").renames(booking, "aus ROOMS"),
    )
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, title="aus Outlook")


async def test_people_added_on_both_sides_are_all_invited(world, event, booking, both):
    await both(
        world.outlook("anna").invites(event, "lea"),
        world.rooms("anna").sets_participants(booking, "marc", "eva@fabrikam.example"),
    )
    await world.settles()
    everybody = ["marc", "lea", "eva@fabrikam.example"]
    await world.then_rooms_has("Säntis", WHEN, participants=everybody)
    await world.then_outlook_has("anna", WHEN, attendees=everybody)


async def test_one_added_there_and_another_removed_here(world, event, booking, both):
    await both(
        world.outlook("anna").uninvites(event, "marc"),
        world.rooms("anna").sets_participants(booking, "marc", "lea"),
    )
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=["lea"])
    await world.then_outlook_has("anna", WHEN, attendees=["lea"])


async def test_the_same_change_on_both_sides_is_no_conflict(world, event, booking, both):
    async with world.counts() as costs:
        await both(
            world.outlook("anna").moves(event, to=LATER),
            world.rooms("anna").moves(booking, to=LATER),
        )
    assert costs.rooms_writes == costs.graph_writes_in_all == 0
    await world.then_rooms_has("Säntis", LATER)


async def test_deleted_in_outlook_and_moved_in_rooms_is_deleted(world, event, booking, both):
    await both(
        world.outlook("anna").deletes(event),
        world.rooms("anna").moves(booking, to=LATER),
    )
    await world.settles()
    await world.then_rooms_has_nothing()


async def test_cancelled_in_rooms_and_moved_in_outlook_is_cancelled(world, event, booking, both):
    await both(
        world.outlook("anna").moves(event, to=LATER),
        world.rooms("anna").cancels(booking),
    )
    await world.settles()
    await world.then_outlook_has_nothing("anna")
    await world.then_rooms_has_nothing()


async def test_made_private_in_outlook_and_renamed_in_rooms(world, event, booking, both):
    await both(
        world.outlook("anna").makes_private(event),
        world.rooms("anna").renames(booking, "Budget"),
    )
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, title="Privat", participants=[])


async def test_everything_on_both_sides_at_once(world, event, booking, both):
    async def in_outlook():
        await world.outlook("anna").renames(event, "aus Outlook")
        await world.outlook("anna").moves(event, to=LATER)
        await world.outlook("anna").invites(event, "lea")

    async def in_rooms():
        await world.rooms("anna").renames(booking, "aus ROOMS")
        await world.rooms("anna").moves(booking, to=LATEST)
        await world.rooms("anna").changes_room(booking, "Eiger")

    await both(in_outlook(), in_rooms())
    await world.settles()
    await world.then_rooms_has("Eiger", LATEST, title="aus Outlook", participants=["marc", "lea"])
    await world.then_outlook_has("anna", LATEST, rooms=["Eiger"], subject="aus Outlook")


async def test_a_title_changed_on_both_sides_while_nobody_was_told(world, event, booking):
    """The order in which the catch-up finds the two changes decides nothing (P10)."""
    await world.push(silent=True)
    await world.rooms("anna").renames(booking, "aus ROOMS")
    await world.outlook("anna").renames(event, "aus Outlook")
    await world.advances(minutes=6)
    await world.then_rooms_has("Säntis", WHEN, title="aus Outlook")


async def test_the_same_slot_is_booked_on_both_sides_by_the_same_person(world):
    """Anna books in ROOMS and invites the room in Outlook: one meeting, not two (D11)."""
    await world.rooms("anna").books("Säntis", at=WHEN, title="Planung")
    await world.outlook("anna").books("Säntis", at=WHEN, subject="Planung")
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN)
    await world.then_outlook_has("anna", WHEN)


async def test_a_change_in_outlook_right_after_the_creation_in_rooms_is_kept(world):
    booking = await world.rooms("anna").books("Säntis", at="in 2 days 09:00-10:00")
    await world.settles()
    event = await world.event_of(booking)
    await world.outlook("anna").moves(event, to="in 2 days 11:00-12:00")
    await world.outlook("anna").renames(event, "Budget")
    await world.rooms("anna").sets_participants(booking, "lea")
    await world.settles()
    await world.then_rooms_has(
        "Säntis", "in 2 days 11:00-12:00", title="Budget", participants=["lea"]
    )
