"""`roomsync cleanup`: our own copies go where the sync is off, what users made stays (D12)."""

import pytest

from tests.kit.recurring import FIRST, items

WHEN = "tomorrow 09:00-10:00"
LATER = "tomorrow 11:00-12:00"


async def switches(world, *, persons=None, resources=None, **whole):
    """Import the company's settings with changes, as they would be after an import."""
    settings = world.company.as_settings() | whole
    for rows, changes in ((settings["persons"], persons), (settings["resources"], resources)):
        for row in rows:
            row.update((changes or {}).get(row["rooms_id"], {}))
    await world._app_call("PUT", "/api/dev/world", settings)
    await world.settles()


async def living(world, mailbox):
    return [event for event in await world.events(mailbox) if event.is_alive]


@pytest.fixture
async def held(world):
    """Peter, who is not synced, has booked Eiger in ROOMS: the slot is held in its mailbox."""
    booking = await world.rooms("peter").books("Eiger", at=WHEN)
    await world.settles()
    return booking


async def test_nothing_is_to_be_cleaned_up_while_everybody_is_synced(operator, held):
    ended = await operator("cleanup", "--yes", "--events")

    assert (ended.code, ended.out.strip()) == (0, "There is nothing to clean up.")


async def test_holds_are_shown_first_and_removed_when_asked(world, operator, held):
    await switches(world, resources={102: {"mode": "None"}})

    shown = await operator("cleanup")
    assert len(await living(world, "Eiger")) == 1
    done = await operator("cleanup", "--yes")
    again = await operator("cleanup", "--yes")

    assert "r102 hold" in shown.words
    assert "Would remove: 1. Nothing was changed" in shown.words
    assert "Removed: 1. Bookings in ROOMS stay." in done.words
    assert "There is nothing to clean up." in again.out
    assert await living(world, "Eiger") == []
    await world.then_rooms_has("Eiger", WHEN, organizer="peter")
    await back_in_step(world)


async def test_switched_on_again_the_slot_is_held_again(world, operator, held):
    await switches(world, resources={102: {"mode": "None"}})
    await operator("cleanup", "--yes")

    await back_in_step(world)

    assert len(await living(world, "Eiger")) == 1


async def test_with_the_global_switch_off_all_holds_may_go(world, operator, held):
    await switches(world, global_sync_enabled=False)

    ended = await operator("cleanup", "--yes")

    assert "Removed: 1." in ended.words
    await back_in_step(world)


async def test_what_somebody_made_a_meeting_of_stays(world, operator, held):
    await switches(world, resources={102: {"mode": "None"}})
    hold = await world.event_of(held)
    await world.outlook("Eiger").invites(hold, "lea")

    ended = await operator("cleanup", "--yes")

    assert ended.code == 1
    assert "stays: somebody made a meeting of it" in ended.words
    assert len(await living(world, "Eiger")) == 1
    await world.outlook("Eiger").uninvites(hold, "lea")
    await back_in_step(world)


async def test_events_made_for_bookings_stay_unless_they_are_asked_for(world, operator):
    booking = await world.rooms("anna").books("Säntis", at=WHEN, participants=["lea"])
    await world.outlook("anna").books("Eiger", at=LATER)
    await world.settles()
    await switches(world, persons={11: {"mode": "None"}})

    kept = await operator("cleanup", "--yes")
    assert len(await living(world, "anna")) == 2
    shown = await operator("cleanup", "--events", "--person", "anna.meier@contoso.example")
    world.deeds.note("operator", "cleans up")
    done = await operator("cleanup", "--events", "--yes")

    assert "There is nothing to clean up." in kept.out
    assert "it is its organizer's meeting now" in kept.words
    assert "goes; 1 person gets a cancellation" in shown.words
    assert "Removed: 1." in done.words
    (left,) = await living(world, "anna")
    assert left.slot == world.slot(LATER)
    assert (await world.booking(booking)).is_alive
    await back_in_step(world)


async def test_the_past_stays_as_it_is(world, operator, held):
    await switches(world, resources={102: {"mode": "None"}})
    await world.advances(days=2, timers=())

    assert "There is nothing to clean up." in (await operator("cleanup")).out
    await back_in_step(world)


async def test_a_mailbox_that_is_synced_is_not_cleaned_up(operator, held):
    synced = await operator("cleanup", "--resource", "eiger@contoso.example", "--yes")
    unknown = await operator("cleanup", "--resource", "nobody@contoso.example")
    wrong = await operator("cleanup", "--person", "eiger@contoso.example")
    both = await operator("cleanup", "--person", "a@b.example", "--resource", "c@b.example")

    assert [each.code for each in (synced, unknown, wrong, both)] == [2, 2, 2, 2]
    assert "switch its sync off in the settings first" in synced.err
    assert "is not in the settings" in unknown.err
    assert "is the mailbox of no person" in wrong.err
    assert "not both" in both.err


async def test_a_mailbox_that_cannot_be_reached_is_told_and_the_others_are_done(world, operator):
    await world.rooms("peter").books("Eiger", at=WHEN)
    await world.rooms("peter").books("Säntis", at=WHEN)
    await world.settles()
    await switches(world, global_sync_enabled=False)
    await world.graph_fault("GET", "/users/eiger@contoso.example/events/", status=403, times=9)

    ended = await operator("cleanup", "--yes")

    assert ended.code == 1
    assert "stays: Graph answered 403" in ended.words
    assert "Removed: 1." in ended.words
    await world.exchange_control_delete("faults")
    await back_in_step(world)


async def back_in_step(world):
    """Switch everything on again: both sides are made to agree, nothing is lost by the cleanup."""
    await world.imports()
    await world.full_pass()


async def test_buffers_of_a_mailbox_that_is_not_synced_any_more_are_removed(a_world, operator_of):
    world = await a_world(
        company={"policies": {"lead_follow_up": "holds", "hold_for_unsynced": False}},
        resources={"Eiger": {"lead_minutes": 15, "follow_up_minutes": 15}},
    )
    event = await world.outlook("anna").books("Eiger", at=WHEN)
    await world.settles()
    world.company.persons["anna"]["sync_disabled"] = True
    await world.imports()

    shown = await operator_of(world)("cleanup")
    done = await operator_of(world)("cleanup", "--yes")
    again = await operator_of(world)("cleanup")

    assert "Would remove: 2." in shown.words
    assert "Removed: 2." in done.words
    assert "There is nothing to clean up." in again.out
    assert [e.ical_uid for e in await living(world, "Eiger")] == [
        (await world.event(event)).ical_uid
    ]
    world.expected.stays_different(event, "mailbox", "sync was switched off (D12)")


async def test_the_hold_of_a_series_goes_and_its_bookings_stay(world, operator):
    first = await world.rooms("peter").books_series("Eiger", at=FIRST, recurrence=items(number=4))
    await world.settles()
    assert len(await world.calendar("Eiger")) == 4
    await switches(world, resources={102: {"mode": "None"}})

    done = await operator("cleanup", "--yes")

    assert "Removed: 1. Bookings in ROOMS stay." in done.words
    assert await world.calendar("Eiger") == []
    assert len(await world.items(first)) == 4
    await back_in_step(world)
    assert len(await world.calendar("Eiger")) == 4


async def test_a_series_that_has_begun_stays_its_organizers(world, operator):
    await world.rooms("anna").books_series("Eiger", at=FIRST, recurrence=items(number=4))
    await world.settles()
    await world.advances(days=9, timers=())
    await switches(world, persons={11: {"mode": "None"}})

    done = await operator("cleanup", "--yes", "--events")

    assert "stays: the series has begun: its organizer can end it" in done.words
    assert len(await world.calendar("anna")) == 4
    await back_in_step(world)
