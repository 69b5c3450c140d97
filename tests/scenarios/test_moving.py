"""A mailbox moves from Exchange Online to the cellar, or back: nobody notices (R-014, S38)."""

import json
import os
import random

import pytest

from core.app.cleanup import find_leftovers
from core.app.imports.json_file import read_json
from core.app.imports.run import plan_import
from tests.kit.host import WorkerKilledError
from tests.kit.interruptions import Moment
from tests.kit.on_premises import MIXED
from tests.kit.recurring import AT, FIRST, every, weekly

WHEN, LATER, THIRD = "tomorrow 09:00-10:00", "tomorrow 14:00-15:00", "tomorrow 16:00-17:00"
DAYS = every(7, 4)
MOVED, KILLS = int(os.environ.get("MOVED_ITEMS", "12")), int(os.environ.get("MOVE_KILLS", "6"))
ANY_CALL, CALLS_PER_ITEM = r"^(tables|bus|graph|ews|rooms)\.", 12
CELLAR, CONTOSO = ("EWS1", "cellar"), ("Microsoft365", "contoso")


async def moves(world, name, to):
    """Move a mailbox, and let the app get to know it."""
    plan = await is_moved(world, name, to)
    await world.runs("subscription_care")
    await world.advances(minutes=6)
    return plan


async def is_moved(world, name, to):
    """Move a mailbox in Exchange, then say so in the settings, as an operator does."""
    mode, environment = to
    order = {"mail": world.company.address(name), "environment": environment}
    await world.exchange_control("mailboxes", order)
    world.company.more[name] = {"mode": mode, "environment": environment}
    return await imported(world)


async def imported(world):
    """Import the settings of the company as they are now, as `roomsync settings import` does."""
    services = await world.app.services()
    file = json.dumps(world.company.as_settings()).encode()
    plan = await plan_import([read_json(file, "settings.json")], services, ask=False)
    await services.settings.replace(plan.settings)
    world.app.forget_settings()
    return plan


@pytest.fixture
async def world(a_world):
    return await a_world(company={"exchange": MIXED})


@pytest.fixture(params=[("anna", CELLAR, CONTOSO), ("marc", CONTOSO, CELLAR)], ids=["anna", "marc"])
def journey(request):
    """Who moves, where to, and back."""
    return request.param


async def test_whoever_moves_there_and_back_keeps_all_links(world, journey):
    name, there, back = journey
    made = await world.outlook(name).books("Säntis", at=WHEN, subject="Plan", attendees=["lea"])
    booked = await world.rooms(name).books("Säntis", at=LATER, title="Budget", participants=["lea"])
    series = await world.outlook(name).books("Eiger", at=FIRST, recurrence=weekly(times=4))
    await world.settles()
    links = await known_links(world)
    mails, calls = len(world.exchange.controls.mails.since(0)), len(world.calls)
    for to in (there, back):
        await moves(world, name, to)
        await world.full_pass()
        assert await known_links(world) == links
        assert await homes(world) == {to[1]}
        assert await watched_in(world, name) == {to[1]}
        assert world.exchange.controls.mails.since(0)[mails:] == []
        assert [c for c in world.service_writes(calls) if "ubscri" not in c.path] == []
        await world.then_rooms_has("Säntis", WHEN, title="Plan", organizer=name)
        await world.then_outlook_has(name, LATER, subject="Budget", rooms=["Säntis"])
        await world.then_rooms_has_dates("Eiger", AT, *DAYS, organizer=name)
    event = await world.event_of(await world.then_rooms_has("Säntis", WHEN))
    await world.outlook(name).moves(event, to=THIRD)
    await world.rooms(name).renames(booked, "Etat")
    await world.settles()
    await world.then_rooms_has("Säntis", THIRD, title="Plan")
    await world.then_outlook_has(name, LATER, subject="Etat")
    assert made
    assert series


async def test_killed_over_and_over_a_move_still_comes_to_its_end(a_world, journey):
    """S38; with MOVED_ITEMS=300 MOVE_KILLS=20 it is the measure of docs/environments.md."""
    name, there, _ = journey
    world = await a_world(company={"exchange": MIXED}, settings={"guard_creates": 2 * MOVED})
    for number in range(MOVED):
        await world.rooms(name).books("Eiger", at=slot(number), title=f"Plan {number}")
        await world.settles()
    links = await known_links(world)
    assert len(links) == MOVED
    mails, calls = len(world.exchange.controls.mails.since(0)), len(world.calls)
    await is_moved(world, name, there)
    chance = random.Random(MOVED)  # noqa: S311 - repeatable, no secrets
    for _ in range(KILLS):
        moment = chance.choice(list(Moment))
        skip = chance.randrange(MOVED * CALLS_PER_ITEM)
        world.interruptions.strike(ANY_CALL, WorkerKilledError, moment=moment, skip=skip)
    await world.advances(minutes=70)
    world.interruptions.clear()
    assert world.host.kills >= KILLS
    assert await known_links(world) == links
    assert await homes(world) == {there[1]}
    assert world.exchange.controls.mails.since(0)[mails:] == []
    assert [c for c in world.service_writes(calls) if "ubscri" not in c.path] == []


def slot(number):
    """Return a slot of 15 minutes on one of the next days."""
    day, part = divmod(number, 32)
    hour, quarter = divmod(part, 4)
    start = f"{8 + hour:02}:{15 * quarter:02}"
    end = f"{8 + hour + (quarter == 3):02}:{15 * (quarter + 1) % 60:02}"
    return f"2026-03-{day + 3:02} {start}-{end}"


async def known_links(world):
    services = await world.app.services()
    return {m.id: (m.state, m.home.mailbox) async for m in services.mappings.all()}


async def watched_in(world, name):
    """Return the environments in which subscriptions watch somebody's mailbox."""
    services, mailbox = await world.app.services(), f"p{world.company.person_number(name)}"
    known = await services.subscriptions.all()
    return {s.place.environment for s in known if s.place.mailbox == mailbox}


async def homes(world):
    services = await world.app.services()
    return {m.home.environment async for m in services.mappings.all()}


async def test_what_is_deleted_on_either_side_after_a_move_is_gone_on_both(world, journey):
    """Older than the new mailbox's sync, but linked: nobody is left with half of a meeting."""
    name, there, _ = journey
    event = await world.outlook(name).books("Eiger", at=WHEN, subject="Plan")
    booking = await world.rooms(name).books("Eiger", at=LATER, title="Budget")
    series = await world.outlook(name).books("Eiger", at=FIRST, recurrence=weekly(times=4))
    await world.settles()
    await moves(world, name, there)
    await world.full_pass()
    await world.outlook(name).deletes(event)
    await world.outlook(name).deletes(series)
    await world.rooms(name).cancels(booking)
    await world.settles()
    await world.then_rooms_has_nothing()
    await world.then_outlook_has_nothing(name)


async def test_what_has_not_been_found_in_the_new_mailbox_yet_is_nothing_to_clean_up(
    world, journey
):
    """Removed from a mailbox that is still there, it would cancel a meeting that only moves."""
    name, there, _ = journey
    await world.rooms(name).books("Eiger", at=LATER, title="Budget", participants=["lea"])
    await world.settles()
    await is_moved(world, name, there)
    assert await find_leftovers(await world.app.services()) == []
    await world.advances(minutes=70)


async def test_the_plan_says_how_many_links_are_looked_for(world):
    await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    plan = await moves(world, "anna", CELLAR)
    (told,) = plan.consequences
    assert told.text.startswith("another mailbox. 1 link to be found again there.")


async def test_a_room_that_moves_keeps_its_meetings(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN, subject="Plan")
    await world.settles()
    mails = len(world.exchange.controls.mails.since(0))
    await moves(world, "Säntis", CONTOSO)
    await world.full_pass()
    assert world.exchange.controls.mails.since(0)[mails:] == []
    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    await world.then_rooms_has("Säntis", LATER, title="Plan")
    await world.then_room_accepted(event, "Säntis")


async def test_a_slot_that_is_held_in_a_room_moves_with_it(world):
    """A booking of somebody unsynced is held in the room's own calendar."""
    booking = await world.rooms("peter").books("Säntis", at=WHEN)
    await world.settles()
    await moves(world, "Säntis", CONTOSO)
    await world.full_pass()
    assert await homes(world) == {"contoso"}
    await world.rooms("peter").moves(booking, to=LATER)
    await world.settles()
    await world.then_outlook_has("Säntis", LATER)
    await world.rooms("peter").cancels(booking)
    await world.settles()
    await world.then_outlook_has_nothing("Säntis")


async def test_what_is_changed_on_both_sides_while_a_mailbox_moves_is_merged(world):
    booking = await world.rooms("anna").books("Säntis", at=WHEN, title="Plan")
    await world.settles()
    order = {"mail": world.company.address("anna"), "environment": "cellar"}
    await world.exchange_control("mailboxes", order)
    event = await world.event_of(booking)
    await world.outlook("anna").renames(event, "Budget")
    await world.rooms("anna").moves(booking, to=LATER)
    await world.advances(minutes=2)
    await moves(world, "anna", CELLAR)
    await world.advances(minutes=70)
    await world.then_outlook_has("anna", LATER, subject="Budget", rooms=["Säntis"])
    await world.then_rooms_has("Säntis", LATER, title="Budget")


async def test_settings_that_come_before_the_mailbox_wait_for_it(world):
    """The file is right tomorrow: until then nothing is made, cancelled or told."""
    await world.rooms("anna").books("Säntis", at=WHEN, title="Plan")
    await world.settles()
    mails = len(world.exchange.controls.mails.since(0))
    world.company.more["anna"] = {"mode": "EWS1", "environment": "cellar"}
    await imported(world)
    await world.advances(minutes=70)
    assert world.exchange.controls.mails.since(0)[mails:] == []
    await world.then_rooms_has("Säntis", WHEN, title="Plan")
    await moves(world, "anna", CELLAR)
    await world.advances(minutes=70)
    event = await world.then_outlook_has("anna", WHEN, subject="Plan", rooms=["Säntis"])
    await world.outlook("anna").moves(event, to=LATER)
    await world.settles()
    await world.then_rooms_has("Säntis", LATER, title="Plan")
