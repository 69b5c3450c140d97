"""Notifications that stop while all looks well (S16), and a service that stood still (S17)."""

import pytest

from tests.kit.on_premises import EWS, MIXED
from tests.kit.wire import EXCHANGE

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"
ASKING = ("rooms_poll", "delta_catch_up", "subscription_care")
"""Timers that find what nobody told; what the sweep comes upon before them raises no doubt."""


@pytest.fixture
async def event(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await world.advances(minutes=31)
    return event


async def push_of(world):
    return (await world.app_answers("/api/console/status.json"))["push"]


async def told(world, outcome):
    lines = await world.app_answers("/api/console/activity.json")
    return [line["text"] for line in lines if line["outcome"] == outcome]


async def half_a_day_goes_by(world):
    """An hour minute by minute, as the silent are asked; then every ten, which tells as much."""
    await world.advances(hours=1, timers=["rooms_poll", "delta_catch_up", "subscription_care"])
    for _ in range(66):
        await world.advances(minutes=10, timers=["delta_catch_up", "subscription_care"])
        await world.runs("rooms_poll")


def alerts(world, name):
    return [line for line in world.log.lines if name in line]


async def test_a_silent_subscription_is_noticed_within_two_delta_cycles(world, event):
    await world.push(silent=True)
    await world.outlook("anna").moves(event, to=LATER)
    await world.advances(minutes=11)
    await world.then_rooms_has("Säntis", LATER)
    assert (await push_of(world))["silent_mailboxes"] == ["contoso/p11"]
    (line,) = await told(world, "push_silent")
    assert line.startswith("contoso/p11: nobody tells of changes since 2026-")
    assert len(alerts(world, "push_silent")) == 1


async def test_a_silent_mailbox_is_asked_each_minute_until_it_tells_again(world, event):
    await world.push(silent=True)
    await world.outlook("anna").moves(event, to=LATER)
    await world.advances(minutes=11)
    await world.outlook("anna").moves(event, to=WHEN)
    await world.advances(minutes=1)
    await world.then_rooms_has("Säntis", WHEN)

    await world.push_is_back()
    await world.outlook("anna").renames(event, "Neu")
    await world.settles()
    assert (await push_of(world))["silent_mailboxes"] == []
    assert len(alerts(world, "push_heard_again")) == 1
    async with world.counts() as costs:
        await world.advances(minutes=4, timers=["rooms_poll"])
    assert [call for call in costs.calls if call.side in EXCHANGE] == []


async def test_a_whole_day_of_silence_ends_in_agreement(world, event):
    await world.push(silent=True)
    await world.outlook("anna").moves(event, to=LATER)
    await half_a_day_goes_by(world)
    booked = await world.outlook("marc").books("Eiger", at=WHEN)
    await world.rooms("lea").books("Pilatus", at=WHEN)
    await half_a_day_goes_by(world)
    # Anna is one of two whom a mixed company has online.
    few = ["contoso"] if world.company.exchange == MIXED else []
    assert (await push_of(world))["silent_environments"] == few
    assert (await push_of(world))["is_rooms_silent"]
    await world.push_is_back()
    await world.outlook("marc").moves(booked, to=LATER)
    await world.outlook("anna").moves(event, to=WHEN)
    await world.rooms("lea").books("Pilatus", at=LATER)
    await world.settles()
    push = await push_of(world)
    assert (push["silent_mailboxes"], push["is_rooms_silent"]) == ([], False)


async def test_several_silent_mailboxes_are_a_silent_environment_that_is_asked_as_a_whole(world):
    people = ("anna", "marc", "lea")
    rooms = dict(zip(people, ("Säntis", "Eiger", "Pilatus"), strict=True))
    await world.advances(minutes=31)
    await world.push(silent=True)
    for person in people:
        await world.outlook(person).books(rooms[person], at=WHEN)
    await world.advances(minutes=11, timers=ASKING)
    homes = sorted(home["id"] for home in world.company.environments())
    assert (await push_of(world))["silent_environments"] == homes
    async with world.counts() as costs:
        await world.advances(minutes=1, timers=["rooms_poll"])
    changes = [c.path for c in costs.calls if c.path.endswith(("/delta()", "/SyncFolderItems"))]
    read = {part for path in changes for part in path.split("/") if "@" in part}
    assert len(read) == len((await (await world.app.services()).roster.directory()).synced_places())
    await world.push_is_back()
    # The way is free again: of three that is true of all, of fewer each says so.
    for person in people if world.company.exchange == MIXED else people[:1]:
        await world.outlook(person).books(rooms[person], at=LATER)
    await world.settles()
    assert (await push_of(world))["silent_mailboxes"] == []


async def test_notifications_that_come_some_minutes_late_are_no_silence(world, event):
    await world.push(delay_s=[170, 180])
    for when in (LATER, WHEN, LATER):
        await world.outlook("anna").moves(event, to=when)
        await world.advances(minutes=9)
    assert (await push_of(world))["silent_mailboxes"] == []
    assert alerts(world, "push_silent") == []


@pytest.mark.parametrize("slow", [3, 6], ids=["served late", "thrown away"])
async def test_what_a_slow_endpoint_was_not_told_is_found_all_the_same(world, event, slow):
    """S18: some slow answers make Graph deliver late, a few more make it throw away what is new."""
    if world.company.exchange == EWS:
        pytest.skip("SendNotification is not slowed down by slow answers, and throws nothing away")
    world.exchange.switches.set("slow_after_notifications", 10)
    world.exchange.switches.set("missed_after_drop", False)
    world.exchange.switches.set("slow_delay_s", 600)
    endpoint = world.exchange.deliveries.record("http://127.0.0.1:7071/api/webhooks/graph")
    for number in range(24):
        endpoint.note(world.clock.now(), was_slow=number < slow)
    await world.outlook("anna").moves(event, to=LATER)
    await world.outlook("marc").books("Eiger", at=WHEN)
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN)
    await world.advances(minutes=11)
    await world.then_rooms_has("Säntis", LATER)
    await world.then_rooms_has("Eiger", WHEN)


async def test_changes_that_are_told_cost_no_row(world, event):
    for when in (LATER, WHEN):
        await world.outlook("anna").moves(event, to=when)
        await world.settles()
        await world.advances(minutes=6)
    services = await world.app.services()
    services.push.forget()
    assert [place for place in await services.push.records() if place is not None] == []


async def test_a_silent_webhook_of_rooms_is_noticed_and_rooms_is_asked_more_often(world, event):
    booking = await world.booking_of(event)
    await world.rooms("anna").renames(booking, "Einmal gehört")
    await world.settles()
    await world.advances(minutes=11)
    await world.push(silent=True)
    await world.rooms("anna").moves(booking, to=LATER)
    await world.advances(minutes=6)
    assert (await push_of(world))["is_rooms_silent"]
    await world.rooms("anna").moves(booking, to=WHEN)
    async with world.counts() as costs:
        await world.advances(minutes=1, timers=ASKING)
    assert sum(call.path.endswith("bookings/find") for call in costs.calls) == 3
    await world.push_is_back()
    await world.rooms("anna").moves(booking, to=LATER)
    await world.settles()
    assert not (await push_of(world))["is_rooms_silent"]


async def test_a_webhook_that_was_never_there_is_not_missed(a_world):
    world = await a_world()
    await world.push(silent=True)
    await world.rooms("anna").books("Säntis", at=WHEN)
    await world.advances(minutes=12)
    await world.then_outlook_has("anna", WHEN)
    assert not (await push_of(world))["is_rooms_silent"]


async def test_a_subscription_that_stays_silent_is_made_anew(world, event):
    if world.company.exchange == EWS:
        pytest.skip("Subscribe: each is replaced within forty minutes, silent or not")
    await world.push(silent=True)
    await world.outlook("anna").moves(event, to=LATER)
    before = await world.subscriptions_of("anna")
    await world.advances(minutes=50, timers=["rooms_poll", "delta_catch_up"])
    after = await world.subscriptions_of("anna")
    assert (len(before), len(after)) == (1, 1)
    assert before != after
    await world.push_is_back()


async def test_a_weekend_without_timers_is_made_good_and_reported(world, event):
    """S17: subscriptions run out; on restart they are made anew, all is caught up with, told."""
    await world.advances(hours=12, timers=())
    await world.outlook("anna").moves(event, to="in 5 days 09:00-10:00")
    await world.rooms("lea").books("Eiger", at="in 6 days 09:00-10:00")
    world.host.is_down = True
    await world.advances(hours=72, timers=())
    world.host.is_down = False
    assert await world.subscriptions_of("anna") == []

    moved = await world.outlook("marc").books("Pilatus", at="in 4 days 09:00-10:00")
    await world.advances(minutes=2)

    await world.then_room_accepted(moved, "Pilatus")
    assert len(await world.bookings()) == 3
    assert len(await world.subscriptions_of("anna")) == 1
    (line,) = await told(world, "stood_still")
    assert "6 of 6 subscriptions ran out" in line
    status = await world.app_answers("/api/console/status.json")
    assert status["stood_still_hours"] == 84
    assert (await push_of(world))["silent_mailboxes"] == []
    await world.advances(minutes=12)
    assert (await push_of(world))["silent_mailboxes"] == []
    assert await told(world, "unwatched") == []
