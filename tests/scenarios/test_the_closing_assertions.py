"""The closing assertions see what they are there for: each is shown one world that is not right."""

import logging

import pytest

from core.adapters.tables.table import Row
from devstack.kit.journal import MailEntry, iso
from tests.kit.closing import assert_closed
from tests.kit.outlook import EventRef
from tests.kit.world import a_world

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"


@pytest.fixture
async def broken():
    """A world with one linked meeting, about to be spoilt; nobody closes it but the test."""
    world = await a_world()
    event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc"])
    await world.settles()
    yield world, event
    await world.ends()


async def complaints(world):
    with pytest.raises(AssertionError) as raised:
        await assert_closed(world)
    return str(raised.value)


async def test_a_world_that_is_right_passes(broken):
    await assert_closed(broken[0])


async def test_a_time_that_differs(broken):
    world, event = broken
    await world.push(silent=True)
    await world.outlook("anna").moves(event, to=LATER)
    assert "time: " in await complaints(world)


async def test_a_subject_that_differs(broken):
    world, event = broken
    await world.push(silent=True)
    await world.rooms("anna").renames(await world.booking_of(event), "Anders")
    assert "subject: " in await complaints(world)


async def test_a_participant_who_is_missing(broken):
    world, event = broken
    await world.push(silent=True)
    await world.outlook("anna").uninvites(event, "marc")
    assert "attendees: " in await complaints(world)


async def test_an_event_without_its_booking(broken):
    world, _ = broken
    await world.push(silent=True)
    await world.outlook("lea").books("Eiger", at=WHEN)
    assert "no booking for event of lea" in await complaints(world)


async def test_a_booking_without_its_event(broken):
    world, _ = broken
    await world.push(silent=True)
    await world.rooms("lea").books("Eiger", at=WHEN)
    assert "no event for booking" in await complaints(world)


async def test_two_events_with_one_link(broken):
    world, event = broken
    await world.push(silent=True)
    await world.outlook("anna").copies(event, to=LATER)
    assert "living events carry link" in await complaints(world)


async def test_a_mapping_that_is_gone(broken):
    world, event = broken
    oid = (await world.event(event)).oid
    for table in world.tables._tables.values():
        for place in [place for place in table.stored if place[0] == oid]:
            del table.stored[place]
    assert f"no mapping for the pair {oid}" in await complaints(world)


async def test_a_service_that_never_rests(broken):
    world, _ = broken

    async def meddles():
        services = await world.app.services()
        (mapping,) = [m async for m in services.mappings.all()]
        calendar = services.calendars[mapping.home.environment]
        await calendar.delete_event(mapping.home, mapping.event.event_id)

    world.full_pass = meddles
    assert "a further pass wrote" in await complaints(world)


async def test_a_mail_that_nobody_explains(broken):
    world, _ = broken
    for number in range(1, 6):
        world.exchange.controls.mails.append(
            MailEntry(
                time=iso(world.clock.now()),
                to=[world.company.address("marc")],
                sender="anna.meier@contoso.example",
                kind="update",
                subject="Planung",
                cause={"actor": "service", "request": number},
            )
        )
    assert "deeds explain" in await complaints(world)


async def test_a_title_in_a_table(broken):
    world, _ = broken
    table = world.tables.table("notes")
    await table.create_if_missing()
    await table.insert(Row("p", "k", {"text": "es geht um Planung"}))
    assert "P9: a title in table notes" in await complaints(world)


async def test_a_title_in_a_queue(broken):
    world, _ = broken
    await world.bus.send_raw("failed-items", b"Planung", session="")
    assert "P9: a title in a queue message" in await complaints(world)


async def test_a_title_in_the_log(broken):
    world, _ = broken
    logging.getLogger("core.app").debug("es geht um %s", "Planung")
    assert "P9: a title in a log line of core.app" in await complaints(world)


async def test_a_private_title_in_a_room_s_calendar(broken):
    world, _ = broken
    world.secrets.saw("Kündigung", private=True)
    await world.outlook("Säntis").books(at=LATER, subject="Kündigung")
    assert "P9: a private title in the calendar of Säntis" in await complaints(world)


async def test_a_difference_that_was_announced_and_is_none(broken):
    world, event = broken
    world.expected.stays_different(event, "time", "so it was thought")
    assert "was to stay different" in await complaints(world)


async def test_a_difference_that_the_console_does_not_show(broken):
    world, _ = broken
    await world.push(silent=True)
    event = await world.outlook("lea").books("Eiger", at=WHEN)
    world.expected.stays_different(event, "missing", "so it was thought", shown="occupied")
    assert "the console does not list" in await complaints(world)


async def test_a_room_that_did_not_accept(broken):
    world, _ = broken
    (copy,) = await world.events("Säntis")
    await world.push(silent=True)
    await world.outlook("Säntis").answers(EventRef("Säntis", copy.event_id), "decline")
    assert "answer: declined in Exchange" in await complaints(world)


async def test_the_same_seed_makes_the_same_calls():
    """A scenario that failed once fails again: nothing depends on real time or real chance."""
    told = []
    for _ in range(2):
        world = await a_world(seed=7)
        await world.push(duplicate=1, reorder=True, delay_s=[0, 20])
        event = await world.outlook("anna").books("Säntis", at=WHEN, attendees=["marc", "lea"])
        await world.settles()
        await world.rooms("anna").moves(await world.booking_of(event), to=LATER)
        await world.settles()
        told.append([(c.side, c.method, c.path, c.status, c.at) for c in world.calls])
        await world.ends()
    assert told[0] == told[1]
