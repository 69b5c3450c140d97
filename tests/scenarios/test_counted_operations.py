"""What one change, and a company where nothing changes, costs to the last call (docs/cost.md)."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from core.app.services import Limits
from core.app.sweep_parts import span_edges
from infra.cost.counted import CHANGES, RENEWAL, RENEWAL_FIXED, SPANS, TIMERS
from infra.cost.operations import Operations
from tests.kit.host import functions
from tests.kit.on_premises import GRAPH
from tests.kit.telemetry import told

pytestmark = pytest.mark.over_http

WHEN, LATER = "tomorrow 09:00-10:00", "tomorrow 11:00-12:00"
TABLE_READS = ("get", "query")


class Meter:
    """Counts everything that a world's app does between two looks at it."""

    def __init__(self, world, kept):
        self._world, self._kept, self._runs = world, kept, 0
        real = world.host._run

        async def run(function, argument):
            self._runs += 1
            return await real(function, argument)

        world.host._run = run

    async def of(self, deed):
        """Return what a deed of somebody and all that follows from it costs."""
        world = self._world
        await world.settles()
        tables, sends = Counter(world.tables.calls), Counter(world.bus.calls)
        first, sent, self._runs = len(world.calls), len(world.bus.sent), 0
        spans, events = len(self._kept.spans), len(self._kept.events)
        found = await deed()
        await world.settles()
        touched = Counter(world.tables.calls) - tables
        reads = sum(n for name, n in touched.items() if name.endswith(TABLE_READS))
        calls = Counter(
            f"{call.side}_{'reads' if call.is_read else 'writes'}"
            for call in world.calls[first:]
            if not call.is_login
        )
        return found, Operations(
            **calls,
            table_reads=reads,
            table_writes=touched.total() - reads,
            sends=(Counter(world.bus.calls) - sends).total(),
            messages=len(world.bus.sent) - sent,
            executions=self._runs,
            spans=len(self._kept.spans) - spans,
            events=len(self._kept.events) - events,
        )


@pytest.fixture
def kept():
    """Telemetry is on, as it is in Azure: it reads a few rows more every five minutes."""
    with told() as everything:
        yield everything


@pytest.fixture
async def online(a_world, kept):
    """Microsoft Graph is what has documented limits, wherever else mailboxes may live."""
    return await a_world(company={"exchange": GRAPH})


@pytest.fixture
def meter(online, kept):
    return Meter(online, kept)


async def test_each_change_costs_what_is_written_down(online, meter):
    """Three synced people in a synced room: each of them, and the room, has its own copy."""
    outlook, rooms = online.outlook("anna"), online.rooms("anna")
    people = ["marc", "lea"]
    counted = {}

    event, counted["made in Outlook"] = await meter.of(
        lambda: outlook.books("Säntis", at=WHEN, attendees=people)
    )
    _, counted["moved in Outlook"] = await meter.of(lambda: outlook.moves(event, to=LATER))
    _, counted["renamed in Outlook"] = await meter.of(lambda: outlook.renames(event, "Budget"))
    _, counted["deleted in Outlook"] = await meter.of(lambda: outlook.deletes(event))
    booking, counted["made in ROOMS"] = await meter.of(
        lambda: rooms.books("Säntis", at=WHEN, participants=people)
    )
    _, counted["moved in ROOMS"] = await meter.of(lambda: rooms.moves(booking, LATER))
    _, counted["renamed in ROOMS"] = await meter.of(lambda: rooms.renames(booking, "Budget"))
    _, counted["cancelled in ROOMS"] = await meter.of(lambda: rooms.cancels(booking))

    assert counted == CHANGES


@pytest.mark.parametrize("links", [0, 2])
async def test_where_nothing_changes_each_timer_costs_what_is_written_down(online, meter, links):
    if links:
        await online.outlook("anna").books("Säntis", at=WHEN, attendees=["marc", "lea"])
        await online.rooms("anna").books("Eiger", at=LATER, participants=["marc", "lea"])
        await online.settles()
    mailboxes = len((await (await online.app.services()).roster.directory()).synced_places())
    await online.advances(minutes=3)
    for timer in TIMERS:  # what is done once only
        await online.runs(timer)
    await online.advances(minutes=70)

    counted = {name: (await meter.of(partial(a_round_of, name, online)))[1] for name in TIMERS}

    told = {name: timer.round(mailboxes, links) for name, timer in TIMERS.items()}
    # Each part of the sweep sends its mailboxes together, and its links: here few have any.
    assert counted["full_sweep"].sends <= told["full_sweep"].sends
    sends = counted["full_sweep"].sends
    told["full_sweep"] = replace(told["full_sweep"], sends=sends)
    assert counted == told
    await online.advances(hours=36, timers=())
    _, renewed = await meter.of(lambda: online.runs("subscription_care"))
    assert renewed == RENEWAL_FIXED + RENEWAL.times(mailboxes)


async def a_round_of(name, world):
    """Let a timer run as often as it takes until everything had its turn."""
    timer = TIMERS[name]
    if timer.runs_per_round == 1:
        await world.runs(name)
        return
    await world.advances(days=timer.runs_per_round / timer.runs_per_day, timers=[name])


def test_every_timer_of_the_app_is_counted_and_runs_as_often():
    begun = datetime(2026, 3, 2, tzinfo=UTC) - timedelta(seconds=1)
    runs = {}
    for timer in functions().timers:
        at, runs[timer.name] = timer.schedule.next_after(begun), 0
        while at < begun + timedelta(days=1):
            at, runs[timer.name] = timer.schedule.next_after(at), runs[timer.name] + 1

    assert runs == {name: timer.runs_per_day for name, timer in TIMERS.items()}


def test_rooms_is_asked_in_as_many_parts_in_an_hour():
    assert len(list(span_edges(Limits()))) - 1 == SPANS
