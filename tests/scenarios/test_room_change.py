"""Another room: in ROOMS, in Outlook, in every way Outlook knows (R-500 ... R-505, R-115)."""

import pytest

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"


@pytest.fixture
async def event(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
    await world.settles()
    return event


async def test_another_room_in_rooms_is_invited_and_the_old_one_uninvited(world, event):
    await world.rooms("anna").changes_room(await world.booking_of(event), "Eiger")
    await world.settles()
    await world.then_outlook_has(
        "anna", WHEN, rooms=["Eiger"], location="Eiger - Bern", attendees=["marc"]
    )
    await world.then_room_accepted(event, "Eiger")
    await world.then_outlook_has_nothing("Säntis")


async def test_swapping_the_room_in_outlook_moves_the_same_booking(world, event):
    booking = await world.booking_of(event)
    await world.outlook("anna").swaps_room(event, "Säntis", "Eiger")
    await world.settles()
    assert await world.then_rooms_has("Eiger", WHEN, participants=["marc"]) == booking
    await world.then_rooms_has_nothing("Säntis")


async def test_a_second_room_replaces_the_first(world, event):
    """Old and exactly one new room: the new one replaces it, the sync removes the old (R-501)."""
    booking = await world.booking_of(event)
    await world.outlook("anna").invites(event, "Eiger")
    await world.settles()
    assert await world.then_rooms_has("Eiger", WHEN) == booking
    await world.then_outlook_has("anna", WHEN, rooms=["Eiger"])
    await world.then_outlook_has_nothing("Säntis")


async def test_the_room_taken_off_first_and_another_invited_after_it(world, event):
    await world.outlook("anna").uninvites(event, "Säntis")
    await world.outlook("anna").invites(event, "Eiger")
    await world.settles()
    await world.then_rooms_has("Eiger", WHEN)
    await world.then_rooms_has_nothing("Säntis")


async def test_the_room_taken_off_and_much_later_another_invited(world, event):
    await world.outlook("anna").uninvites(event, "Säntis")
    await world.settles()
    await world.then_rooms_has_nothing()
    await world.outlook("anna").invites(event, "Eiger")
    await world.settles()
    await world.then_rooms_has("Eiger", WHEN, participants=["marc"])


async def test_the_location_text_alone_changes_no_room(world, event):
    async with world.counts() as costs:
        await world.outlook("anna").writes_location(event, "Eiger")
    assert costs.rooms_writes == costs.graph_writes_in_all == 0
    await world.then_rooms_has("Säntis", WHEN)


async def test_two_new_rooms_at_once_are_one_too_many_so_the_booked_one_stays(world, event):
    """R-420, D7 `one`: with Sync-Master the other goes again, without it both sides differ."""
    await world.outlook("anna").invites(event, "Eiger", "Pilatus")
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN)
    await world.then_rooms_has_nothing("Eiger")
    await world.then_rooms_has_nothing("Pilatus")
    await world.then_outlook_has("anna", WHEN, rooms=["Säntis", "Pilatus"])
    world.expected.stays_different(event, "resources", "one too many", shown="second_resource")
    assert [notice.kind for notice in world.notices()] == ["room_removed"]


async def test_too_many_rooms_are_clear_again_when_one_remains(world, event):
    await world.outlook("anna").invites(event, "Eiger", "Pilatus")
    await world.settles()
    await world.outlook("anna").uninvites(event, "Säntis")
    await world.settles()
    await world.then_rooms_has("Pilatus", WHEN)
    await world.then_rooms_has_nothing("Säntis")


async def test_a_new_room_and_a_new_time_in_one_save(world, event):
    shown = await world.graph_event("anna", event)
    lines = [a for a in shown["attendees"] if a["type"] != "resource"]
    room = {"type": "resource", "emailAddress": {"address": world.company.address("Eiger")}}
    await world.outlook("anna").changes(
        event, attendees=[*lines, room], **world.outlook("anna").times(LATER)
    )
    await world.settles()
    await world.then_rooms_has("Eiger", LATER, participants=["marc"])


async def test_a_room_taken_off_in_outlook_is_free_in_rooms(world, event):
    await world.outlook("anna").uninvites(event, "Säntis")
    await world.settles()
    await world.then_rooms_has_nothing()
    await world.then_outlook_has("anna", WHEN, rooms=[], attendees=["marc"])


async def test_a_room_taken_off_and_put_back_is_booked_again(world, event):
    await world.outlook("anna").uninvites(event, "Säntis")
    await world.settles()
    await world.outlook("anna").invites(event, "Säntis")
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, participants=["marc"])
    await world.then_room_accepted(event, "Säntis")


async def test_a_room_taken_off_and_put_back_three_times(world, event):
    for _ in range(3):
        await world.outlook("anna").uninvites(event, "Säntis")
        await world.settles()
        await world.outlook("anna").invites(event, "Säntis")
        await world.settles()
    await world.then_rooms_has("Säntis", WHEN)


async def test_a_room_taken_off_and_put_back_before_anybody_looked(world, event):
    booking = await world.booking_of(event)
    await world.outlook("anna").uninvites(event, "Säntis")
    await world.outlook("anna").invites(event, "Säntis")
    await world.settles()
    assert await world.then_rooms_has("Säntis", WHEN) == booking


async def test_a_room_taken_off_in_rooms_leaves_the_meeting_without_one(world, event):
    await world.rooms("anna").takes_off_room(await world.booking_of(event))
    await world.settles()
    await world.then_outlook_has("anna", WHEN, rooms=[], attendees=["marc"])
    await world.then_outlook_has_nothing("Säntis")


async def test_a_meeting_without_room_gets_one_in_rooms(world, event):
    booking = await world.booking_of(event)
    await world.rooms("anna").takes_off_room(booking)
    await world.settles()
    await world.rooms("anna").changes_room(booking, "Eiger")
    await world.settles()
    await world.then_outlook_has("anna", WHEN, rooms=["Eiger"])


async def test_a_change_to_a_resource_without_mailbox_uninvites_the_room(world, event):
    await world.rooms("anna").changes_room(await world.booking_of(event), "Rigi")
    await world.settles()
    await world.then_outlook_has("anna", WHEN, rooms=[], location="Rigi - Bern")


async def test_a_change_from_a_resource_without_mailbox_invites_the_room(world):
    booking = await world.rooms("anna").books("Rigi", at=WHEN)
    await world.settles()
    await world.rooms("anna").changes_room(booking, "Säntis")
    await world.settles()
    event = await world.then_outlook_has("anna", WHEN, rooms=["Säntis"])
    await world.then_room_accepted(event, "Säntis")


async def test_rooms_and_outlook_change_the_room_at_once_and_rooms_wins(world, event):
    await world.rooms("anna").changes_room(await world.booking_of(event), "Eiger")
    await world.outlook("anna").swaps_room(event, "Säntis", "Pilatus")
    await world.settles()
    await world.then_rooms_has("Eiger", WHEN)
    await world.then_outlook_has("anna", WHEN, rooms=["Eiger"])


async def test_somebody_else_takes_the_room_that_was_left(world, event):
    await world.rooms("anna").changes_room(await world.booking_of(event), "Eiger")
    await world.settles()
    other = await world.outlook("lea").books("Säntis", at=WHEN)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN, organizer="lea")
    await world.then_room_accepted(other, "Säntis")
