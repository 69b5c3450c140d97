"""Cancelled or deleted on one side, gone on the other (R-308 ... R-317, S25)."""

import pytest

pytestmark = pytest.mark.in_both_depths

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"


@pytest.fixture
async def event(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
    await world.settles()
    return event


@pytest.fixture
async def booking(world):
    booking = await world.rooms("anna").books("Säntis", at=WHEN, participants=["marc"])
    await world.settles()
    return booking


async def everything_is_free(world):
    await world.then_rooms_has_nothing()
    for mailbox in ("anna", "Säntis"):
        await world.then_outlook_has_nothing(mailbox)


async def test_an_event_deleted_in_outlook_frees_the_room(world, event):
    await world.outlook("anna").deletes(event)
    await world.settles()
    await everything_is_free(world)


async def test_a_meeting_cancelled_in_outlook_frees_the_room(world, event):
    await world.outlook("anna").cancels(event, "Fällt aus")
    await world.settles()
    await everything_is_free(world)


async def test_a_booking_cancelled_in_rooms_takes_the_event_with_it(world, event):
    await world.rooms("anna").cancels(await world.booking_of(event))
    await world.settles()
    await everything_is_free(world)


async def test_the_event_of_a_booking_of_rooms_deleted_in_outlook(world, booking):
    await world.outlook("anna").deletes(await world.event_of(booking))
    await world.settles()
    await everything_is_free(world)


async def test_a_booking_of_rooms_cancelled_in_rooms(world, booking):
    await world.rooms("anna").cancels(booking)
    await world.settles()
    await everything_is_free(world)
    (copy,) = await world.events("marc")
    assert copy.is_cancelled


async def test_both_sides_end_it_at_once(world, event):
    await world.rooms("anna").cancels(await world.booking_of(event))
    await world.outlook("anna").deletes(event)
    await world.settles()
    await everything_is_free(world)


async def test_a_meeting_deleted_for_good_frees_the_room(world, event):
    await world.outlook("anna").purges(event)
    await world.settles()
    await everything_is_free(world)


async def test_an_event_deleted_before_anybody_looked_leaves_nothing(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.outlook("anna").deletes(event)
    await world.settles()
    await everything_is_free(world)


async def test_a_booking_cancelled_before_anybody_looked_leaves_nothing(world):
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.rooms("anna").cancels(booking)
    await world.settles()
    await everything_is_free(world)


async def test_a_restored_event_does_not_restore_its_booking(world, event):
    """R-311: deleting cancels at once, restoring brings nothing back."""
    await world.outlook("anna").deletes(event)
    await world.settles()
    await world.outlook("anna").restores(event)
    await world.settles()
    await world.then_rooms_has_nothing()
    world.expected.stays_different(event, "missing", "a restored event has no booking (R-311)")


async def test_a_restored_event_that_is_moved_is_booked_anew(world, event):
    await world.outlook("anna").deletes(event)
    await world.settles()
    await world.outlook("anna").restores(event)
    await world.settles()
    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    await world.then_rooms_has("Säntis", LATER)


async def test_a_slot_that_became_free_can_be_booked_from_either_side(world, event):
    await world.outlook("anna").deletes(event)
    await world.settles()
    await world.rooms("lea").books("Säntis", at=WHEN)
    await world.settles()
    await world.then_outlook_has("lea", WHEN)


async def test_a_participant_who_deletes_the_invitation_changes_nothing(world, event):
    marcs = await world.outlook("marc").finds()
    async with world.counts() as costs:
        await world.outlook("marc").deletes(marcs)
    assert costs.rooms_writes == costs.graph_writes_in_all == 0
    await world.then_rooms_has("Säntis", WHEN, participants=["marc"])


async def test_a_participant_who_declines_changes_nothing(world, event):
    marcs = await world.outlook("marc").finds()
    async with world.counts() as costs:
        await world.outlook("marc").answers(marcs, "decline")
    assert costs.rooms_writes == costs.graph_writes_in_all == 0
    await world.then_rooms_has("Säntis", WHEN, participants=["marc"])


async def test_a_meeting_with_many_attendees_deleted_frees_the_room(world):
    people = [f"gast{n}@fabrikam.example" for n in range(60)]
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=[*people, "marc"])
    await world.settles()
    await world.outlook("anna").deletes(event)
    await world.settles()
    await everything_is_free(world)


async def test_a_temporary_booking_nobody_confirmed_is_taken_out_of_the_calendar(world):
    """R-107: it vanishes in ROOMS without a trace; that is like a cancellation."""
    await world.rooms("anna").books("Säntis", at=WHEN, statusId=27)
    await world.settles()
    await world.then_outlook_has("anna", WHEN, show_as="tentative")
    world.deeds.note("ROOMS", "lets the booking expire")
    await world.advances(minutes=65)
    await everything_is_free(world)


async def test_a_provisional_booking_that_becomes_definitive_keeps_its_event(world):
    booking = await world.rooms("anna").books("Säntis", at=WHEN, statusId=24)
    await world.settles()
    event = await world.event_of(booking)
    await world.rooms("anna").confirms(
        await world.rooms("anna").opens_for_editing(booking), statusId=21
    )
    await world.settles()
    assert await world.event_of(booking) == event


async def test_a_cancelled_booking_that_is_edited_stays_cancelled(world, booking):
    await world.rooms("anna").cancels(booking)
    await world.settles()
    await world.rooms("anna").changes(booking, comment="doch nicht")
    await world.settles()
    await everything_is_free(world)


async def test_cancelled_while_its_event_is_just_being_linked_the_event_goes(world):
    """An editor is open: the event is made, and its link cannot be stored in ROOMS yet."""
    booking = await world.rooms("anna").books("Säntis", at=WHEN, participants=["marc"])
    editor = await world.rooms("lea").opens_for_editing(booking)
    await world.settles()
    await world.then_outlook_has("anna", WHEN)
    await world.rooms("lea").closes_editor(editor)
    await world.rooms("anna").cancels(booking)
    await world.advances(minutes=5)
    await everything_is_free(world)
