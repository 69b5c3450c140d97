"""Whoever waits for a slot is woken, and a mail tells only what was stored: also after a crash."""

from dataclasses import replace

import pytest

from core.app.outbox import save_and_send, send_overdue
from core.app.waiting import whom_to_wake
from core.domain.mapping import MappingState
from tests.kit.host import WorkerKilledError
from tests.kit.interruptions import Moment
from tests.kit.kills import EFFECTS

NINE = "tomorrow 09:00-10:00"
LATER = "tomorrow 14:00-15:00"
SWEEP = ("outbox_sweep",)


async def waiting_for_marc(world):
    """Marc has the Pilatus, Anna was refused it and waits; the first to know is Marc's look."""
    taken = await world.outlook("marc").books("Pilatus", at=NINE)
    await world.settles()
    event = await world.outlook("anna").books("Pilatus", at=NINE)
    await world.settles()
    assert len(world.error_mails(to="anna")) == 1
    return taken, event


async def outbox_rows(world):
    return [row async for row in world.tables.table("outbox").query()]


@pytest.mark.parametrize("kill_after", range(12))
async def test_killed_anywhere_she_gets_the_room_without_a_sweep(world, kill_after):
    taken, _ = await waiting_for_marc(world)
    world.interruptions.strike(EFFECTS, WorkerKilledError, moment=Moment.AFTER, skip=kill_after)
    await world.outlook("marc").moves(taken, to=LATER)
    await world.settles()
    world.interruptions.clear()
    await world.advances(minutes=10, timers=SWEEP)

    await world.then_rooms_has("Pilatus", NINE, organizer="anna")
    await world.then_rooms_has("Pilatus", LATER, organizer="marc")
    assert await outbox_rows(world) == []
    assert len(world.error_mails(to="anna")) == 1


async def test_right_after_the_link_was_stored_only_the_outbox_knows(world):
    """The look is taken again and finds nothing to do: without an outbox she would wait on."""
    taken, _ = await waiting_for_marc(world)
    marcs = (await world.link_of(taken)).id
    world.interruptions.strike(r"^bus\.sync-items\.send$", WorkerKilledError, skip=1)
    await world.outlook("marc").moves(taken, to=LATER)
    await world.settles()
    world.interruptions.clear()
    services = await world.app.services()
    assert (await services.mappings.get(marcs)).outbox
    assert [b for b in await world.bookings() if b.is_alive and b.organizer == "anna"] == []

    await world.advances(minutes=4, timers=SWEEP)

    await world.then_rooms_has("Pilatus", NINE, organizer="anna")
    assert (await services.mappings.get(marcs)).outbox == ()
    assert await outbox_rows(world) == []


async def test_a_look_without_anything_to_send_does_not_touch_it(world):
    event = await world.outlook("marc").books("Pilatus", at=NINE)
    await world.settles()
    world.tables.calls.clear()
    await world.outlook("marc").moves(event, to=LATER)
    await world.settles()
    assert not [call for call in world.tables.calls if call.startswith("outbox.")]


async def test_a_row_that_leads_to_an_empty_outbox_is_forgotten(world):
    event = await world.outlook("marc").books("Pilatus", at=NINE)
    await world.settles()
    services, link = await world.app.services(), await world.link_of(event)
    await services.outbox.note(link.id, world.clock.now())
    assert await send_overdue(services) == 0
    assert await outbox_rows(world) == []


async def test_what_another_look_has_noted_meanwhile_is_not_forgotten(world):
    """Two workers on one link: the first one's row goes, the second one dies before it has sent."""
    taken, _ = await waiting_for_marc(world)
    services, link = await world.app.services(), await world.link_of(taken)
    known = await services.mappings.get(link.id)
    (waits,) = await whom_to_wake(known, replace(known, state=MappingState.CANCELLED), services)

    async def somebody_else(call):
        if call == "tables.outbox.transact":
            world.interruptions.pause = None
            now = await services.mappings.get(link.id)
            await services.outbox.note(link.id, world.clock.now())
            await services.mappings.save(replace(now, outbox=(waits,)))

    world.interruptions.pause = somebody_else
    await save_and_send(known, (), (waits,), services)
    assert world.interruptions.pause is None
    assert await send_overdue(services) == 1
    assert await outbox_rows(world) == []
    await world.outlook("marc").moves(taken, to=LATER)
    await world.settles()
    await world.then_rooms_has("Pilatus", NINE, organizer="anna")


class TestMails:
    """They are queued before what they speak of is done, and leave when it was stored."""

    async def test_what_did_not_happen_after_all_is_not_told(self, world):
        taken = await world.outlook("marc").books("Säntis", at=NINE)
        await world.settles()
        update = r"^graph\.PATCH\..*anna|^ews\.POST\..*anna.*/UpdateItem"
        world.interruptions.strike(update, WorkerKilledError)
        await world.outlook("anna").books("Säntis", at=NINE)
        while not world.host.kills:
            await world.steps()
        assert len({notice.id for notice in world.notices()}) == 1
        await world.rooms("marc").moves(await world.booking_of(taken), to=LATER)
        await world.settles()
        await world.advances(minutes=30, timers=())

        await world.then_rooms_has("Säntis", NINE, organizer="anna")
        assert world.error_mails(to="anna") == []

    async def test_one_that_was_held_through_an_outage_is_told_after_it(self, world):
        """Waiting for its pass is no failure: none of its tries is used up by it."""
        await world.outlook("marc").books("Säntis", at=NINE)
        await world.settles()
        await world.graph_fault("PATCH", "/events/", status=503)
        await world.outlook("anna").books("Säntis", at=NINE)
        while not world.notices():
            await world.steps()
        down = {"match": {"actor": "service"}, "times": 100_000, "do": {"status": 503}}
        await world.exchange_control("faults", down)
        await world.advances(minutes=40, timers=())
        assert world.error_mails(to="anna") == []
        await world.exchange_control_delete("faults")
        await world.advances(hours=1, timers=())

        assert len(world.error_mails(to="anna")) == 1

    @pytest.mark.parametrize("kill_after", range(8))
    async def test_killed_anywhere_what_happened_is_told_once(self, world, kill_after):
        await world.outlook("marc").books("Säntis", at=NINE)
        await world.settles()
        world.interruptions.strike(EFFECTS, WorkerKilledError, moment=Moment.AFTER, skip=kill_after)
        await world.outlook("anna").books("Säntis", at=NINE)
        await world.settles()
        world.interruptions.clear()
        await world.advances(minutes=20, timers=())

        assert len(world.error_mails(to="anna")) == 1
