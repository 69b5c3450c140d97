"""`roomsync sync`: through the queue, so that only the home session writes."""

import asyncio

import pytest


async def running(world, ended):
    """Let the app work while a command waits for it."""
    while not ended.done():
        await world.settles()
        await asyncio.sleep(0.02)
    return await ended


async def test_it_queues_a_look_and_says_so(operator, world):
    await world.push(silent=True)
    booking = await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00")
    before = len(world.calls)

    ended = await operator("sync", str(booking.booking_id))

    assert ended.code == 0
    assert f"Queued: the app looks at {booking.booking_id} next." in ended.out
    assert world.calls[before:] == []
    await world.settles()
    await world.then_outlook_has("anna", "tomorrow 09:00-10:00")
    await world.push_is_back()


async def test_it_can_wait_and_tell_what_was_done(operator, world):
    await world.push(silent=True)
    booking = await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00")

    ended = await running(
        world, asyncio.ensure_future(operator("sync", str(booking.booking_id), "--wait"))
    )

    assert ended.code == 0
    assert "Create event: it was booked in ROOMS (R-301)" in ended.words
    await world.push_is_back()


async def test_it_tells_when_there_was_nothing_to_do(operator, world):
    booking = await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00")
    await world.settles()

    ended = await running(
        world, asyncio.ensure_future(operator("sync", str(booking.booking_id), "--wait"))
    )

    assert ended.code == 0
    assert "In step: both sides agree" in ended.out


async def test_a_refusal_ends_with_1(a_world, operator_of):
    world = await a_world(resources={"Pilatus": {"opening_hours": {"mon-fri": "07:00-19:00"}}})
    event = await world.outlook("anna").books("Pilatus", at="today 18:30-20:00")
    await world.settles()

    ended = await running(
        world,
        asyncio.ensure_future(operator_of(world)("sync", f"p11/{event.event_id}", "--wait")),
    )

    assert ended.code == 1
    assert "Refused: closed" in ended.out
    await world.outlook("anna").deletes(event)


SLOT = ("--resource", "Säntis", "--from", "2026-03-03T09:00", "--to", "2026-03-03T10:00")


async def test_whatever_is_in_a_slot_is_looked_at(operator, world):
    """R-822: nobody has told of either; both are made good by one question."""
    await world.push(silent=True)
    booking = await world.rooms("anna").books("Säntis", at="tomorrow 09:00-09:30")
    event = await world.outlook("marc").books("Säntis", at="tomorrow 09:30-10:00")

    ended = await running(world, asyncio.ensure_future(operator("sync", *SLOT, "--wait")))

    assert ended.code == 0
    assert "Säntis, 2026-03-03 09:00-10:00 Europe/Zurich" in ended.out
    assert f"Queued: {booking.booking_id} (ROOMS; no link yet)" in ended.words
    assert "(Exchange; no link yet)" in ended.words
    assert "Create event: it was booked in ROOMS (R-301)" in ended.words
    assert "Create booking: its organizer invited a synced resource" in ended.words
    await world.then_outlook_has("anna", "tomorrow 09:00-09:30")
    await world.then_rooms_has("Säntis", "tomorrow 09:30-10:00", organizer="marc")
    assert (await world.event(event)).oid
    await world.push_is_back()


async def test_a_slot_with_nothing_in_it_queues_nothing(operator, world):
    before = len(world.calls)
    ended = await operator("sync", *SLOT)
    assert ended.code == 0
    assert "Nothing is in this slot: no look was queued." in ended.out
    asked = [call.path for call in world.calls[before:] if "auth" not in call.path]
    assert sum("calendarView" in path for path in asked) == 1
    assert sum(path.endswith("bookings/find") for path in asked) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "name what to sync"),
        (("1177", *SLOT), "a slot is --resource, --from and --to"),
        (SLOT[:4], "a slot is --resource, --from and --to"),
        ((*SLOT[:4], "--to", "2026-03-03T08:00"), "2026-03-03T08:00 is not after 2026-03-03T09:00"),
        ((*SLOT[:4], "--to", "2026-03-30T08:00"), "at most 7 days later"),
    ],
)
async def test_what_is_no_slot_is_said(operator, arguments, told):
    ended = await operator("sync", *arguments)
    assert ended.code == 2
    assert told in ended.err


async def test_it_does_not_wait_for_ever(operator, world):
    booking = await world.rooms("anna").books("Säntis", at="tomorrow 09:00-10:00")

    ended = await operator("sync", str(booking.booking_id), "--wait", "--timeout", "0")

    assert ended.code == 1
    assert "Not done within 0 s" in ended.out


async def test_a_stopped_mailbox_is_released(operator, world):
    services = await world.app.services()
    place = (await services.roster.directory()).persons[11].place
    await services.guard.stop(place, world.clock.now())

    ended = await operator("release", "anna.meier@contoso.example")

    assert ended.code == 0
    assert "contoso/p11 goes on" in ended.out
    reading = await services.guard.count(place, "create", world.clock.now(), 600)
    assert reading.stopped_since is None
