"""What was given up: listed, a difference, gone once a look succeeds; done again by hand."""

from dataclasses import replace

import pytest

from core.app import work_batch as work
from core.app.dead_letters import Present, Wanted, drop, list_dead_letters, replay
from core.app.lookups import repair_lookups
from core.app.outbox import send_overdue
from core.app.retention import remove_what_is_over
from core.errors import ServiceUnavailableError
from tests.kit.host import WorkerKilledError
from tests.kit.on_premises import id_here

SOON, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"
EVERYTHING = Wanted()
WRONG = {"error": {"code": "ErrorPropertyValidationFailure", "message": "Something is wrong."}}


async def lines(world, wanted=EVERYTHING):
    return await list_dead_letters(wanted, await world.app.services())


async def listed(world):
    return [line for line in await world.differences() if line["cause"] == "given_up"]


@pytest.fixture
async def stuck(world):
    """Anna's booking was moved in ROOMS, and Exchange does not take it: given up at once."""
    booking = await world.rooms("anna").books("Säntis", at=SOON)
    await world.settles()
    await world.graph_fault("PATCH", "/events/", times=1000, status=400, body=WRONG)
    await world.rooms("anna").moves(booking, to=LATER)
    await world.settles()
    return booking


async def heals(world):
    await world.exchange_control_delete("faults")


async def test_what_was_given_up_is_listed_until_a_look_succeeds(world, stuck):
    (difference,) = await listed(world)
    assert difference["kind"] == "given_up"
    assert difference["reason"] == "InvalidPayloadError"
    assert difference["booking_id"] == stuck.booking_id
    (line,) = await lines(world)
    assert (line.present, line.mailbox) == (Present.OPEN, "contoso/p11")
    assert line.link is not None

    await heals(world)
    await world.rooms("anna").renames(stuck, "Neu")
    await world.settles()

    assert await listed(world) == []
    (line,) = await lines(world)
    assert line.present is Present.SETTLED
    await drop([line], await world.app.services())
    assert await lines(world) == []
    await world.then_outlook_has("anna", LATER, subject="Neu")


async def test_given_up_again_and_again_it_is_one_letter_and_one_line(world, stuck):
    for _ in range(3):
        await world.full_pass()

    (line,) = await lines(world)
    assert line.entry.times > 3
    assert len(world.bus.waiting("failed-items")) == 1
    assert len(await listed(world)) == 1
    assert len(world.error_mails(to="anna")) == 1

    await heals(world)
    await world.full_pass()
    assert await listed(world) == []
    await drop(await lines(world), await world.app.services())


async def test_a_dry_run_changes_nothing_and_a_replay_makes_it_good(world, stuck):
    services = await world.app.services()
    await heals(world)
    found = await lines(world)
    assert await lines(world) == found

    assert await replay(found, services) == found
    assert await lines(world) != found
    await world.settles()

    assert await lines(world) == []
    assert await listed(world) == []
    await world.then_outlook_has("anna", LATER)


async def test_a_replay_that_fails_again_is_back_on_the_list(world, stuck):
    services = await world.app.services()
    await replay(await lines(world), services)
    await world.settles()

    (line,) = await lines(world)
    assert line.entry.times == 2
    await heals(world)
    await replay([line], services)
    await world.settles()
    assert await lines(world) == []


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_a_crash_while_replaying_loses_and_doubles_nothing(world, stuck, moment):
    services = await world.app.services()
    await heals(world)
    strike = {"before": r"^bus\.sync-items\.send$", "after": r"^bus\.failed-items\.take$"}
    world.interruptions.strike(strike[moment], WorkerKilledError)
    with pytest.raises(WorkerKilledError):
        await replay(await lines(world), services)

    await replay(await lines(world), services)
    await world.settles()

    assert await lines(world) == []
    await world.then_outlook_has("anna", LATER)


async def test_dropped_it_is_no_difference_and_comes_back_with_the_next_failure(world, stuck):
    services = await world.app.services()
    await drop(await lines(world), services)
    assert (await lines(world), await listed(world)) == ([], [])

    await world.full_pass()
    assert len(await listed(world)) == 1
    await heals(world)
    await world.full_pass()
    await drop(await lines(world), services)


async def test_a_meeting_without_a_link_is_listed_and_looked_at_again_by_the_sweep(world):
    denied = {"error": {"code": "ErrorInvalidRequest", "message": "No."}}
    await world.graph_fault("GET", "/events/", times=1000, status=400, body=denied)
    event = await world.outlook("anna").books("Säntis", at=SOON)
    await world.settles()
    assert event.event_id in {line["event_id"] for line in await listed(world)}

    await heals(world)
    await world.full_pass()

    assert await listed(world) == []
    await world.then_rooms_has("Säntis", SOON)
    await drop(await lines(world), await world.app.services())


async def test_filters_choose_by_reason_mailbox_and_age(world, stuck):
    now = world.clock.now()
    fits = [
        Wanted(reason="Invalid"),
        Wanted(mailbox="contoso/p11"),
        Wanted(since=now),
        Wanted(present=Present.OPEN),
    ]
    others = [
        Wanted(reason="guard"),
        Wanted(mailbox="contoso/p12"),
        Wanted(before=now),
        Wanted(present=Present.SETTLED),
        Wanted(reason="Invalid", mailbox="contoso/p12"),
    ]
    assert [len(await lines(world, wanted)) for wanted in fits] == [1] * len(fits)
    assert [len(await lines(world, wanted)) for wanted in others] == [0] * len(others)
    await heals(world)
    await replay(await lines(world), await world.app.services())


async def test_a_message_that_kills_its_worker_each_time_is_given_up_and_blocks_nobody(
    world, monkeypatch
):
    """Neither its mailbox nor the meetings that came together with it."""
    poison = await world.outlook("anna").books("Säntis", at=SOON)
    really = work.sync_item

    uid, known = (await world.event(poison)).ical_uid, id_here(world.exchange, poison.event_id)

    async def deadly(item, services):
        is_its_own = getattr(item.key, "event_id", None) == known
        if is_its_own or getattr(item.key, "ical_uid", None) == uid:
            raise WorkerKilledError
        return await really(item, services)

    monkeypatch.setattr(work, "sync_item", deadly)
    await world.outlook("anna").books("Eiger", at=LATER)
    await world.outlook("lea").books("Pilatus", at=SOON)
    await world.advances(minutes=15)

    await world.then_rooms_has("Eiger", LATER)
    await world.then_rooms_has("Pilatus", SOON)
    await world.full_pass()
    await world.settles()
    found = await lines(world)
    assert {line.given_up.reason for line in found} == {"worker_died"}
    assert {line.given_up.item.deaths for line in found} - {0}, "by its copies' count, too"
    assert poison.event_id in {line["event_id"] for line in await listed(world)}

    monkeypatch.setattr(work, "sync_item", really)
    await replay(found, await world.app.services())
    await world.settles()
    await world.then_rooms_has("Säntis", SOON)
    assert await lines(world) == []


@pytest.fixture
async def unreadable(world):
    """Anna's link is damaged: no version of the app knows its state."""
    event = await world.outlook("anna").books("Säntis", at=SOON)
    await world.settles()
    rows = world.tables.table("mappings").stored
    link = (await world.link_of(event)).id
    row = rows[place := (link, "head")]
    rows[place] = replace(row, values={**row.values, "state": "married"})
    yield event, link
    rows[place] = row
    await world.full_pass()
    await drop(await lines(world), await world.app.services())


async def test_a_link_that_cannot_be_read_blocks_neither_its_mailbox_nor_the_others(
    world, unreadable
):
    """What gives its looks up needs the link, too: that must not fail by it once more."""
    event, _ = unreadable
    await world.outlook("anna").moves(event, to="tomorrow 14:00-15:00")
    await world.outlook("anna").books("Eiger", at=LATER)
    await world.settles()
    await world.then_rooms_has("Eiger", LATER)
    assert not world.bus.dead("sync-items")
    assert {line.given_up.reason for line in await lines(world)} == {"InvalidPayloadError"}


async def test_a_link_that_cannot_be_read_stops_none_of_the_jobs_that_go_through_all(
    world, unreadable
):
    services, (_, link) = await world.app.services(), unreadable
    await services.outbox.note(link, world.clock.now())
    assert await send_overdue(services) == 0
    await remove_what_is_over(services)
    await repair_lookups(services)
    await world.full_pass()
    assert list(await services.outbox.due(world.clock.now())) == [link]
    assert {line.given_up.reason for line in await lines(world)} == {"InvalidPayloadError"}


async def test_while_it_cannot_be_listed_as_given_up_a_look_is_kept(world, stuck):
    """Given back to the bus, the batch would be used up within seconds."""
    await drop(await lines(world), await world.app.services())
    world.interruptions.strike(
        r"^tables\.givenup\.", lambda: ServiceUnavailableError("no tables"), times=1000
    )
    await world.rooms("anna").renames(stuck, "Neu")
    await world.settles()
    assert not world.bus.dead("sync-items")
    world.interruptions.clear()
    assert await listed(world) == []
    await world.advances(minutes=6, timers=())
    assert len(await listed(world)) == 1
    await heals(world)
    await world.full_pass()
    await drop(await lines(world), await world.app.services())


async def test_garbage_that_was_set_aside_can_only_be_dropped(world):
    await world.bus.send_raw("mailbox-jobs", b"\xff", session="rooms")
    await world.settles()
    services = await world.app.services()
    (line,) = await lines(world)
    assert (line.given_up.reason, line.can_be_replayed) == ("unreadable", False)

    assert await replay([line], services) == []
    assert await drop([line], services) == [line]
    assert await lines(world) == []
