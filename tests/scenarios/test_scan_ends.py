"""A scan ends, and finds the same, whatever happens to it and its mailboxes (R-844)."""

from itertools import count

import pytest

from core.app.drift.scan_mailbox import note_unread
from core.app.drift.scans import ScanOrder, progress, request_scan
from core.domain.scan import PartState
from core.domain.work import mailbox_session
from tests.kit.host import WorkerKilledError
from tests.kit.interruptions import Moment
from tests.kit.outlook import EventRef

SIX = tuple(f"tomorrow {hour:02d}:00-{hour:02d}:30" for hour in range(8, 14))
DOWN = {"status": 503, "body": {"error": {"code": "serviceNotAvailable", "message": "-"}}}


@pytest.fixture
async def different(world):
    """Four differences of Anna's that nobody told of: two new titles, one missing on each side."""
    for at in SIX:
        await world.outlook("anna").books("Säntis", at=at)
    await world.settles()
    await world.push(silent=True)
    first, second, third, fourth, *_ = await world.calendar("anna")
    for event in (first, second):
        await world.outlook("anna").renames(EventRef("anna", event.event_id), "Budget")
    await world.rooms("anna").cancels(await world.booking_of(EventRef("anna", third.event_id)))
    await world.outlook("anna").deletes(EventRef("anna", fourth.event_id))
    await world.advances(minutes=3, timers=())
    yield world
    world.interruptions.clear()
    await world.push_is_back()
    await world.advances(minutes=65, timers=["full_sweep"])


async def found_by(world, kills_after=None, **order):
    """Scan Anna's mailbox as if for the first time; return what is known of it then.

    The worker dies after so many calls of any kind; another one goes on.
    """
    services = await world.app.services()
    for drift in await services.drifts.all():
        await services.drifts.remove(drift)
    place = (await services.roster.directory()).persons[11].place
    await services.cursors.remove(f"drift:{mailbox_session(place)}")
    await request_scan(ScanOrder(person=11, **order), services)
    kills = world.host.kills
    if kills_after is not None:
        world.interruptions.strike(r".", WorkerKilledError, moment=Moment.AFTER, skip=kills_after)
    await world.settles()
    await world.advances(minutes=3, timers=())
    world.interruptions.clear()
    services = await world.app.services()
    at = await progress(services)
    assert at.scan.finished_at is not None
    drifts = sorted((d.id, d.kind, d.state) for d in await services.drifts.all())
    (part,) = at.parts
    return (drifts, part.state, part.compared, part.found), world.host.kills > kills


@pytest.mark.parametrize("is_full", [True, False])
async def test_killed_after_any_call_a_scan_finds_the_same_once(different, is_full):
    whole, _ = await found_by(different, is_full=is_full)
    assert len(whole[0]) == 4
    for calls in count():
        found, was_killed = await found_by(different, calls, is_full=is_full)
        assert found == whole, calls
        if not was_killed:
            break
    assert calls > 10


async def ended(world):
    """Return the scan that is over, and what became of its mailboxes."""
    at = await progress(await world.app.services())
    assert at.scan.finished_at is not None
    assert not at.is_running
    return at, {part.place.mailbox: part.state for part in at.parts}


async def annas_mailbox_is_down(world):
    match = {"actor": "service", "mailbox": world.company.address("anna")}
    await world.exchange_control("faults", {"match": match, "times": 100_000, "do": DOWN})


async def test_a_mailbox_that_is_parked_keeps_no_scan_from_ending(different):
    world = different
    services = await world.app.services()
    await request_scan(ScanOrder(), services)
    await world.settles()
    known = {drift.id for drift in await services.drifts.all()}
    await annas_mailbox_is_down(world)
    await request_scan(ScanOrder(), services)

    await world.advances(minutes=20, timers=())

    at, states = await ended(world)
    assert states.pop("p11") == "parked"
    assert set(states.values()) == {"done"}
    assert (at.done, at.unread) == (at.scan.places - 1, 1)
    assert {drift.id for drift in await services.drifts.all() if drift.state == "open"} == known
    await world.exchange_control_delete("faults")
    await world.advances(minutes=20, timers=())
    await request_scan(ScanOrder(), services)
    await world.settles()
    assert (await progress(services)).unread == 0


async def test_a_mailbox_that_answers_again_while_its_scan_runs_is_compared_all_the_same(world):
    services = await world.app.services()
    scan = await request_scan(ScanOrder(person=11), services)
    await note_unread(services.roster.latest.persons[11].place, PartState.PARKED, services)
    await world.settles()

    (part,) = await services.drifts.parts(scan)

    assert part.state == "done"


@pytest.mark.parametrize("order", [{}, {"person": 11}], ids=["everything", "one mailbox"])
async def test_a_mailbox_that_leaves_the_settings_is_told_as_such(world, order):
    await request_scan(ScanOrder(**order), await world.app.services())
    world.company.persons["anna"]["sync_disabled"] = True
    await world.imports()

    await world.advances(minutes=3, timers=())

    at, states = await ended(world)
    assert states["p11"] == "not_synced"
    assert at.done == at.scan.places


async def test_a_mailbox_that_left_before_its_job_was_queued_keeps_no_scan_from_ending(world):
    services = await world.app.services()
    world.interruptions.strike(r"^tables\.scans\.insert$", WorkerKilledError, moment=Moment.AFTER)
    with pytest.raises(WorkerKilledError):
        await request_scan(ScanOrder(), services)
    places = (await progress(services)).scan.places
    world.company.persons["anna"]["sync_disabled"] = True
    await world.imports()

    await world.advances(minutes=10, timers=())

    at, states = await ended(world)
    assert "p11" not in states
    assert at.done == at.scan.places == places - 1


async def test_a_mailbox_that_fails_again_and_again_keeps_no_scan_from_ending(world, monkeypatch):
    async def has_a_bug(*_):
        raise ZeroDivisionError

    monkeypatch.setattr("core.app.drift.scan_mailbox.examine", has_a_bug)
    await request_scan(ScanOrder(person=11), await world.app.services())

    await world.advances(minutes=12, timers=())

    at, states = await ended(world)
    assert states == {"p11": "failed"}
    assert (at.done, at.unread) == (0, 1)
