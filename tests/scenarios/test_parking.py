"""What fails as a whole is parked, asked again, and goes on by itself (docs/parking.md, S19)."""

import json

import pytest

from core.app.reopening import release
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.scope import ROOMS, Scope
from core.sync.breaker import BreakerState
from tests.kit.company import CELLAR_DOMAIN
from tests.kit.host import WorkerKilledError
from tests.kit.interruptions import Moment
from tests.kit.kills import dies_after_any_call
from tests.kit.on_premises import EWS
from tests.kit.wire import EXCHANGE

DAY = "2026-03-10"
WHEN, LATER, THIRD = f"{DAY} 09:00-10:00", f"{DAY} 11:00-12:00", f"{DAY} 14:00-15:00"
CONTOSO = Scope(EnvironmentId("contoso"))
ANNAS = Scope(EnvironmentId("contoso"), MailboxKey("p11"))
DOWN = {"status": 503, "body": {"error": {"code": "serviceNotAvailable", "message": "-"}}}
THROTTLED = {"error": {"code": "ApplicationThrottled", "message": "MailboxConcurrency"}}


async def exchange_is_down(world, mailbox="", **do):
    match = {"actor": "service", "mailbox": mailbox} if mailbox else {"actor": "service"}
    if world.company.exchange == EWS and do.get("body"):
        order = {"match": match, "times": 100_000, "code": "ErrorNonExistentMailbox"}
        await world.exchange_control("soap-faults", order)
        return
    await world.exchange_control("faults", {"match": match, "times": 100_000, "do": do or DOWN})


async def rooms_is_down(world):
    await world.rooms_control(
        "faults", {"match": {"actor": "service"}, "times": 100_000, "do": {"status": 503}}
    )


async def all_is_up(world):
    await world.exchange_control_delete("faults")
    await world.rooms_control_delete("faults")


async def breakers(world):
    """Return every scope that is not closed, with its state."""
    services = await world.app.services()
    return {
        breaker.scope: breaker.state
        for breaker in await services.breakers.store.all()
        if breaker.state is not BreakerState.CLOSED
    }


async def parked(world, scope):
    """Return how many keys wait for a scope."""
    services = await world.app.services()
    return len(await services.parked.of(scope))


async def test_an_environment_that_is_down_is_parked_as_one_and_goes_on_by_itself(world):
    """S19: not one mailbox after the other; every change of that time arrives."""
    await exchange_is_down(world)
    for person, at in (("anna", WHEN), ("marc", LATER), ("lea", THIRD)):
        await world.rooms(person).books("Säntis", at=at)
    await world.advances(minutes=10, timers=["rooms_poll"])
    down = [Scope(EnvironmentId(home["id"])) for home in world.company.environments()]
    assert await breakers(world) == dict.fromkeys(down, BreakerState.OPEN)
    await world.advances(hours=30, timers=["delta_catch_up"])
    assert sum([await parked(world, scope) for scope in down]) == 3
    await all_is_up(world)
    await world.advances(minutes=20, timers=())
    for person, at in (("anna", WHEN), ("marc", LATER), ("lea", THIRD)):
        await world.then_outlook_has(person, at, rooms=["Säntis"])
    assert await breakers(world) == {}
    assert world.error_mails() == []


async def test_a_parked_environment_is_hardly_called(world):
    await exchange_is_down(world)
    await world.rooms("anna").books("Säntis", at=WHEN)
    await world.advances(minutes=10)
    before = len(world.calls)
    await world.advances(minutes=60)
    asked = [call for call in world.calls[before:] if call.side in EXCHANGE and not call.is_login]
    # What else is down, without a meeting, is parked later: its jobs fail seldom.
    assert 4 <= len([call for call in asked if CELLAR_DOMAIN not in call.path]) <= 5 * 3
    await all_is_up(world)
    await world.advances(minutes=20, timers=())
    await world.then_outlook_has("anna", WHEN)


async def test_one_mailbox_that_does_not_answer_is_parked_alone(world):
    await exchange_is_down(world, mailbox="anna.meier@contoso.example")
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.rooms("marc").books("Eiger", at=WHEN)
    await world.advances(minutes=10)
    assert await breakers(world) == {ANNAS: BreakerState.OPEN}
    await world.then_outlook_has("marc", WHEN)
    await world.rooms("anna").moves(booking, to=LATER)
    await world.advances(minutes=5)
    assert await parked(world, ANNAS) == 1
    await all_is_up(world)
    await world.advances(minutes=20, timers=())
    await world.then_outlook_has("anna", LATER)


async def test_rooms_that_is_down_is_parked_and_the_worker_still_gives_a_sign(world):
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    await rooms_is_down(world)
    await world.outlook("anna").moves(event, to=LATER)
    await world.outlook("marc").books("Eiger", at=WHEN)
    await world.advances(minutes=30)
    assert await breakers(world) == {ROOMS: BreakerState.OPEN}
    status = await world.app_answers("/api/console/status.json")
    assert status["worker_silent_minutes"] == 0
    await all_is_up(world)
    await world.advances(minutes=20, timers=())
    await world.then_rooms_has("Säntis", LATER)
    await world.then_rooms_has("Eiger", WHEN)


@pytest.mark.parametrize("hint", [{}, {"Retry-After": "30"}], ids=["no hint", "Retry-After"])
async def test_a_storm_of_429_drops_nothing(world, hint):
    """S19, keeper.sh#568: changes during the storm arrive, the last one counts."""
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    anna = "anna.meier@contoso.example"
    await exchange_is_down(world, mailbox=anna, status=429, headers=hint, body=THROTTLED)
    for at in (LATER, THIRD):
        await world.rooms("anna").moves(booking, to=at)
        await world.advances(minutes=4)
    await world.rooms("anna").renames(booking, "Neu")
    await world.advances(minutes=10)
    assert await breakers(world) == {ANNAS: BreakerState.OPEN}
    await all_is_up(world)
    await world.advances(minutes=20, timers=())
    await world.then_outlook_has("anna", THIRD, subject="Neu")


async def test_a_mailbox_without_a_licence_is_parked_at_once_and_nobody_is_bothered(world):
    """graph-calendar 9: `MailboxNotEnabledForRESTAPI` parks the mailbox."""
    gone = {"error": {"code": "MailboxNotEnabledForRESTAPI", "message": "-"}}
    anna = "anna.meier@contoso.example"
    await exchange_is_down(world, mailbox=anna, status=404, body=gone)
    await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    assert await breakers(world) == {ANNAS: BreakerState.OPEN}
    await world.advances(days=2, timers=["delta_catch_up"])
    await all_is_up(world)
    await world.advances(hours=1, timers=())
    await world.then_outlook_has("anna", WHEN)
    assert world.error_mails() == []


async def test_a_person_releases_what_is_parked(world):
    await exchange_is_down(world)
    await world.rooms("anna").books("Säntis", at=WHEN)
    await world.advances(minutes=40, timers=())
    await all_is_up(world)
    assert await release(CONTOSO, await world.app.services())
    await world.settles()
    await world.then_outlook_has("anna", WHEN)
    assert not await release(CONTOSO, await world.app.services())
    await world.advances(minutes=20, timers=())


async def test_what_is_released_too_early_is_parked_again(world):
    await exchange_is_down(world)
    await world.rooms("anna").books("Säntis", at=WHEN)
    await world.advances(minutes=10, timers=())
    await release(CONTOSO, await world.app.services())
    await world.settles()
    assert await breakers(world) == {CONTOSO: BreakerState.OPEN}
    assert await parked(world, CONTOSO) == 1
    await all_is_up(world)
    await world.advances(minutes=30, timers=())
    await world.then_outlook_has("anna", WHEN)


async def test_the_console_tells_what_is_parked_since_when_and_why(world):
    await exchange_is_down(world)
    await world.rooms("anna").books("Säntis", at=WHEN)
    await world.advances(minutes=10, timers=())
    status = await world.app_answers("/api/console/status.json")
    (shown,) = status["parked"]
    assert (shown["scope"], shown["state"], shown["waiting"]) == ("exchange/contoso", "open", 1)
    assert "503" in shown["why"] or "ErrorInternalServerTransientError" in shown["why"]
    assert shown["since"] < shown["next_probe"]
    assert "anna" not in json.dumps(status).lower()
    page = (await world.calls_app("GET", "/api/console")).text
    assert "exchange/contoso: parked since" in page
    (difference,) = await world.differences()
    assert (difference["kind"], difference["cause"]) == ("parked", "connectivity")
    await all_is_up(world)
    await world.advances(minutes=20, timers=())
    assert (await world.app_answers("/api/console/status.json"))["parked"] == []


async def test_while_all_is_well_nobody_reads_what_is_parked(world):
    await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    reads = ("tables.breakers.query", "tables.parked.query", "tables.parked.get")
    assert not [call for call in world.interruptions.log if call in reads]


async def test_a_question_that_got_lost_is_asked_by_the_timer(world):
    """The worker dies between parking and scheduling: the timer is the net."""
    await exchange_is_down(world)
    await world.rooms("anna").books("Säntis", at=WHEN)
    await world.advances(minutes=10, timers=())
    world.bus._queues["mailbox-jobs"].scheduled.clear()
    await all_is_up(world)
    await world.advances(minutes=30, timers=())
    await world.then_outlook_has_nothing("anna")
    await world.advances(minutes=6, timers=["parked_care"])
    await world.then_outlook_has("anna", WHEN)


async def test_without_tables_work_is_tried_again_as_ever(world):
    """Nothing can be parked then; the queue alone keeps it."""
    await exchange_is_down(world)
    await world.rooms("anna").books("Säntis", at=WHEN)
    world.interruptions.strike(r"^tables\.breakers\.", _tables_are_down, times=10_000)
    await world.advances(minutes=30, timers=())
    world.interruptions.clear()
    await all_is_up(world)
    await world.advances(hours=1, timers=())
    await world.then_outlook_has("anna", WHEN)


def _tables_are_down():
    from core.errors import ServiceUnavailableError  # noqa: PLC0415 - only here

    return ServiceUnavailableError("no tables")


async def _linked(world):
    booking = await world.rooms("anna").books("Säntis", at=WHEN)
    await world.settles()
    return booking


async def _moved_while_down(world, booking):
    await exchange_is_down(world)
    await world.rooms("anna").moves(booking, to=LATER)
    await world.advances(minutes=10, timers=())
    await all_is_up(world)
    await world.advances(minutes=10, timers=())


async def _moved(world):
    await world.then_outlook_has("anna", LATER)
    assert await breakers(world) == {}


async def test_a_worker_that_dies_anywhere_while_parking_or_reopening_loses_nothing():
    """P12: between the breaker, its question, the dirty row, the queued look and its removal."""
    await dies_after_any_call(
        "parking", (_linked, _moved_while_down, _moved), {}, patience_minutes=40, over_http=True
    )


@pytest.mark.parametrize("moment", list(Moment))
@pytest.mark.parametrize(
    "call",
    [
        r"^bus\.mailbox-jobs\.send",
        r"^tables\.breakers\.insert",
        r"^tables\.breakers\.replace",
        r"^tables\.parked\.insert",
        r"^tables\.parked\.transact",
    ],
)
async def test_a_worker_that_dies_at_this_call(world, call, moment):
    booking = await _linked(world)
    await exchange_is_down(world)
    world.interruptions.strike(call, WorkerKilledError, moment=moment)
    await world.rooms("anna").moves(booking, to=LATER)
    await world.advances(minutes=10, timers=())
    await all_is_up(world)
    await world.advances(minutes=40, timers=())
    assert world.host.kills == 1
    await _moved(world)
