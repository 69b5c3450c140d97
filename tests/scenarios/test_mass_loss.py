"""One side briefly shows next to nothing: nobody's meeting is deleted for that (S22)."""

import pytest

from tests.kit.on_premises import EWS

HOURS = (9, 10, 11, 13, 14, 15)
GONE = {"error": {"code": "ErrorItemNotFound", "message": "The object was not found."}}


@pytest.fixture
async def booked(world):
    """Six meetings of Anna's, and it is known whose mailbox that is."""
    found = [
        await world.outlook("anna").books("Säntis", at=f"tomorrow {hour:02d}:00-{hour:02d}:30")
        for hour in HOURS
    ]
    await world.settles()
    await world.advances(minutes=6)
    return found


async def alive(world):
    return len([booking for booking in await world.bookings() if booking.is_alive])


async def status(world):
    return await world.app_answers("/api/console/status.json")


async def told(world):
    lines = await world.app_answers("/api/console/activity.json")
    return [line["text"] for line in lines if line["outcome"] == "stopped"]


async def shows_nothing(world):
    """Exchange answers every question for an event or a calendar with "not there"."""
    await world.graph_fault("GET", "anna.meier.*/events/", times=9999, status=404, body=GONE)
    empty = {"value": []}
    await world.graph_fault(
        "GET", "anna.meier.*calendarView\\?", times=9999, status=200, body=empty
    )


async def test_a_mailbox_that_shows_nothing_is_stopped_before_anything_is_deleted(world, booked):
    await shows_nothing(world)
    await world.advances(minutes=65)
    assert await alive(world) == 6
    assert (await status(world))["stopped_mailboxes"] == 1
    (line,) = await told(world)
    assert line.startswith("contoso/p11: more than half of what should be there is gone at once")

    await world.exchange_control_delete("faults")
    world.expected.given_up = 1
    await world.releases_guard("anna")
    await world.outlook("anna").deletes(booked[0])
    await world.settles()
    assert await alive(world) == 5
    assert (await status(world))["stopped_mailboxes"] == 0


async def test_what_is_really_gone_follows_once_a_person_has_said_so(world, booked):
    await world.push(silent=True)
    for event in booked[:5]:
        await world.outlook("anna").deletes(event)
    await world.advances(minutes=65)
    assert await alive(world) == 6
    world.expected.given_up = 1
    await world.releases_guard("anna")
    await world.advances(minutes=61)
    assert await alive(world) == 1
    assert len(await told(world)) == 1


async def test_the_few_that_somebody_deletes_unheard_are_followed(world, booked):
    await world.push(silent=True)
    for event in booked[:4]:
        await world.outlook("anna").deletes(event)
    await world.advances(minutes=6)
    assert await alive(world) == 2


async def test_deletions_that_are_told_are_followed_however_many_there_are(world, booked):
    if world.company.exchange == EWS:
        pytest.skip("SendNotification proves nothing: no deletion counts as told")
    for event in booked:
        await world.outlook("anna").deletes(event)
    await world.settles()
    assert await alive(world) == 0


async def test_rooms_that_shows_nothing_deletes_nothing_and_is_believed_again_by_itself(
    world, booked
):
    await world.rooms_fault("GET", "bookings/\\d+", times=9999, status=404, body={})
    await world.rooms_fault("GET", "bookings/find", times=9999, status=200, body=[])
    await world.advances(minutes=65)
    assert len(await world.calendar("anna")) == 6
    assert any(line.startswith("rooms/Default: more than half") for line in await told(world))
    await world.rooms_control_delete("faults")
    world.expected.given_up = len(await told(world))
    await world.rooms("anna").cancels(await world.booking_of(booked[0]))
    await world.settles()
    assert len(await world.calendar("anna")) == 5
