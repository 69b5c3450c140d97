"""Four requests at a time per mailbox over all processes, and pauses that are kept (S19)."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta

import pytest

from core.adapters.exchange.lanes import LaneLimits, Lanes
from core.adapters.graph.calendar import GraphCalendar
from core.adapters.graph.client import mailbox_in
from core.domain.ids import ICalUid
from core.errors import NotPermittedError, ServiceUnavailableError, ThrottledError
from core.ports.turn import own_mailbox, turn_of
from tests.contract.adapters.graph.conftest import ANNA, BEAT, requests_to

NOBODYS = ICalUid("nobody's")
MAILS = {ANNA: "anna@contoso.example", BEAT: "beat@contoso.example"}


@pytest.fixture
async def processes(connect, clock):
    """Three processes, each with a connection of its own, as three workers of the app have."""
    async with AsyncExitStack() as stack:
        made = [connect(lanes=Lanes(clock)) for _ in range(3)]
        for connection in made:
            stack.push_async_callback(connection.aclose)
        yield [GraphCalendar(connection, clock) for connection in made]


@pytest.fixture
async def slow(control):
    """Every answer takes a moment, so that requests overlap."""
    fault = {"match": {"actor": "service"}, "do": {"delay_ms": 10}, "times": 1000}
    await control("faults", fault)


async def reads(calendar, place, times, *, own):
    """Read again and again, in the mailbox's own session or from somewhere else."""
    with turn_of(place if own else None):
        for _ in range(times):
            await calendar.find_by_ical_uid(place, NOBODYS)


def throttled(simulator):
    return [line for line in requests_to(simulator) if line.status == 429]


async def test_two_sessions_and_strangers_of_two_processes_stay_below_the_limit(
    processes, simulator, slow
):
    """Sessions are held by one worker each, wherever it runs; everybody else waits in line."""
    one, two, _ = processes
    await asyncio.gather(
        reads(one, ANNA, 6, own=True),
        reads(two, ANNA, 6, own=True),
        *(reads(each, ANNA, 3, own=False) for each in (one, two) for _ in range(5)),
    )
    assert throttled(simulator) == []
    assert len([line for line in requests_to(simulator) if line.mailbox == MAILS[ANNA]]) == 42


async def test_a_fifth_at_once_is_a_pause_and_no_loss(processes, simulator, slow):
    """More processes than lanes: Exchange says 429, and who asked comes back later."""
    answers = await asyncio.gather(
        *(reads(each, ANNA, 1, own=own) for each in processes for own in (True, False)),
        return_exceptions=True,
    )
    assert {type(answer) for answer in answers} == {type(None), ThrottledError}
    assert throttled(simulator)


async def test_another_mailbox_does_not_wait(processes, simulator, slow):
    one = processes[0]
    await asyncio.gather(
        *(reads(one, ANNA, 2, own=False) for _ in range(3)), reads(one, BEAT, 1, own=False)
    )
    whose = [line.mailbox for line in requests_to(simulator) if line.mailbox]
    assert whose.index(MAILS[BEAT]) < 3


async def test_never_more_than_four_of_one_process_even_when_locks_are_lost(
    processes, simulator, slow
):
    await asyncio.gather(*(reads(processes[0], ANNA, 2, own=True) for _ in range(9)))
    assert throttled(simulator) == []


async def test_a_pause_that_exchange_asks_for_is_kept_by_the_whole_process(
    connect, clock, control, simulator
):
    connection = connect(lanes=Lanes(clock))
    calendar = GraphCalendar(connection, clock)
    body = {"error": {"code": "ApplicationThrottled", "message": "-"}}
    do = {"status": 429, "headers": {"Retry-After": "30"}, "body": body}
    await control("faults", {"match": {"mailbox": MAILS[ANNA]}, "do": do, "times": 1})
    with pytest.raises(ThrottledError):
        await calendar.find_by_ical_uid(ANNA, NOBODYS)
    sent = len(requests_to(simulator))
    clock.advance(timedelta(seconds=10))
    with pytest.raises(ThrottledError) as held_back:
        await calendar.find_by_ical_uid(ANNA, NOBODYS)
    assert held_back.value.retry_after_s == 20
    assert held_back.value.origin == "exchange/contoso/p11"
    await calendar.find_by_ical_uid(BEAT, NOBODYS)
    clock.advance(timedelta(seconds=20))
    await calendar.find_by_ical_uid(ANNA, NOBODYS)
    assert len(requests_to(simulator)) == sent + 2
    await connection.aclose()


async def test_the_requests_of_ten_minutes_are_rationed_before_exchange_does(
    connect, clock, simulator
):
    limits = LaneLimits(mailbox_calls=3, mailbox_window_s=600)
    connection = connect(lanes=Lanes(clock, limits))
    calendar = GraphCalendar(connection, clock)
    await reads(calendar, ANNA, 3, own=True)
    with pytest.raises(ThrottledError) as used_up:
        await calendar.find_by_ical_uid(ANNA, NOBODYS)
    assert used_up.value.retry_after_s == 200
    await calendar.find_by_ical_uid(BEAT, NOBODYS)
    clock.advance(timedelta(seconds=200))
    await calendar.find_by_ical_uid(ANNA, NOBODYS)
    await connection.aclose()


async def test_an_environment_has_a_limit_of_its_own(connect, clock, control, slow):
    limits = LaneLimits(environment_parallel=1)
    connection = connect(lanes=Lanes(clock, limits))
    calendar = GraphCalendar(connection, clock)
    begun = asyncio.get_running_loop().time()
    await asyncio.gather(reads(calendar, ANNA, 2, own=True), reads(calendar, BEAT, 2, own=True))
    assert asyncio.get_running_loop().time() - begun >= 4 * 0.01
    await connection.aclose()


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (
            {"status": 503, "body": {"error": {"code": "x", "message": "-"}}},
            ServiceUnavailableError,
        ),
        ({"status": 403, "body": {"error": {"code": "x", "message": "-"}}}, NotPermittedError),
        ({"drop_connection": True}, ServiceUnavailableError),
        ({"half_answer": True}, ServiceUnavailableError),
    ],
)
@pytest.mark.over_http
async def test_a_failure_says_whose_it_was(calendar, control, fault, error):
    match = {"mailbox": MAILS[ANNA]}
    await control("faults", {"match": match, "do": fault, "times": 1})
    with pytest.raises(error) as failed:
        await calendar.find_by_ical_uid(ANNA, NOBODYS)
    assert failed.value.origin == "exchange/contoso/p11"


@pytest.mark.parametrize(
    ("url", "mailbox"),
    [
        (
            "https://graph.microsoft.com/v1.0/users/Anna%40contoso.example/events",
            "anna@contoso.example",
        ),
        ("https://graph.microsoft.com/v1.0/users('a-guid')/events/delta?$x=1", "a-guid"),
        ("https://graph.microsoft.com/v1.0/users/a@b.example?$select=id", "a@b.example"),
        ("https://graph.microsoft.com/v1.0/users?$filter=x", ""),
        ("https://graph.microsoft.com/v1.0/subscriptions", ""),
    ],
)
def test_whose_mailbox_a_request_is_for(url, mailbox):
    assert mailbox_in(url) == mailbox


async def test_a_turn_belongs_to_its_task_and_ends():
    with turn_of(ANNA):
        seen = await asyncio.create_task(_own())
        assert (own_mailbox(), seen) == (ANNA, ANNA)
        with turn_of(None):
            assert own_mailbox() is None
        assert own_mailbox() == ANNA
    assert own_mailbox() is None


async def _own():
    return own_mailbox()
