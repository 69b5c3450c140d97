"""The sweep in parts: once an hour everything is looked at, whatever happens to its runs (P1)."""

import random
import uuid
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest

from core.adapters.tables.cursor_store import TableCursorStore
from core.adapters.tables.given_up_store import TableGivenUpStore
from core.adapters.tables.guard_store import TableGuardStore
from core.adapters.tables.mapping_store import TableMappingStore
from core.adapters.tables.provision import create_tables
from core.app.mailbox_identity import Identity, _cursor, _note
from core.app.services import Limits
from core.app.sweep_parts import HAND, span_edges, spans_passed, sweep_part, sweep_rooms_part
from core.domain.event import EventPlace
from core.domain.given_up import GivenUpEntry
from core.domain.ids import BookingId, EnvironmentId, MailboxKey, MappingId
from core.domain.interval import Interval
from core.domain.job_kind import JobKind
from core.domain.sweep_hand import LAP, next_arc
from core.domain.work import MappingKey, Source, WorkItem
from core.errors import ServiceUnavailableError, ThrottledError
from tests.contract.stores.values import a_mapping
from tests.kit.memory_tables import MemoryTables
from tests.unit.builders import a_booking

NOW = datetime(2026, 3, 2, 7, 20, 50, tzinfo=UTC)
TWO_MINUTES = timedelta(minutes=2)
PLACES = [EventPlace(EnvironmentId("contoso"), MailboxKey(f"p{n}")) for n in range(1, 61)]
SOME = random.Random(0)  # noqa: S311 - repeatable ids, no secrets
LINKS = [
    *(str(uuid.UUID(int=SOME.getrandbits(128), version=4)) for _ in range(120)),
    "FOREIGN-OID",
    "zz",
]


class KilledError(BaseException):
    """The worker dies."""


@dataclass
class Clock:
    at: datetime = NOW

    def now(self):
        return self.at


@dataclass
class Directory:
    places: list

    def synced_places(self):
        return self.places

    def owner_of(self, _):
        return SimpleNamespace(synced_since=None)


@dataclass
class Roster:
    places: list = field(default_factory=lambda: list(PLACES))

    async def directory(self):
        return Directory(self.places)


@dataclass
class Rooms:
    """Bookings of everybody by their time: shows those that overlap what is asked about."""

    times: dict[int, Interval] = field(default_factory=dict)
    asked: list[Interval] = field(default_factory=list)
    is_down: bool = False

    async def find_bookings(self, query):
        if self.is_down:
            raise ServiceUnavailableError("ROOMS: no answer")
        self.asked.append(query.window)
        return [
            replace(a_booking(), booking_id=BookingId(number), time=time)
            for number, time in self.times.items()
            if time.overlaps(query.window)
        ]


@dataclass
class Queue:
    looks: list[WorkItem] = field(default_factory=list)
    jobs: list = field(default_factory=list)
    refuses: BaseException | None = None

    async def send(self, items):
        self._take(self.looks, items)

    async def send_jobs(self, jobs):
        self._take(self.jobs, jobs)

    def _take(self, kept, given):
        if self.refuses is not None:
            raise self.refuses
        kept += given

    def clear(self):
        self.looks.clear()
        self.jobs.clear()


@pytest.fixture
async def services():
    tables = MemoryTables()
    await create_tables(tables)
    made = SimpleNamespace(
        clock=Clock(),
        limits=Limits(),
        roster=Roster(),
        rooms=Rooms(),
        queue=Queue(),
        cursors=TableCursorStore(tables),
        mappings=TableMappingStore(tables),
        guard=TableGuardStore(tables),
        given_up=TableGivenUpStore(tables),
        tables=tables,
    )
    ahead = Interval(NOW + timedelta(days=30), NOW + timedelta(days=30, hours=1))
    for number, link in enumerate(LINKS):
        home = PLACES[number % len(PLACES)]
        await made.mappings.save(
            replace(a_mapping(), id=MappingId(link), home=home, time=ahead, version=None)
        )
    tables.calls.clear()
    return made


def links_looked_at(services):
    return Counter(
        look.key.mapping_id for look in services.queue.looks if isinstance(look.key, MappingKey)
    )


def mailboxes_looked_at(services):
    return Counter(job.place for job in services.queue.jobs if job.kind == JobKind.SWEEP)


async def all_that_is_due(services, sweep=sweep_part):
    steps = 1
    while await sweep(services):
        steps += 1
    return steps


async def an_hour_of(services):
    for _ in range(30):
        services.clock.at += TWO_MINUTES
        await all_that_is_due(services)


async def test_the_first_run_of_all_looks_at_everything_once_step_by_step(services):
    steps = await all_that_is_due(services)

    assert steps == 13, "twelve, and one more where the hour ends"
    assert links_looked_at(services) == Counter(LINKS)
    assert mailboxes_looked_at(services) == Counter(PLACES)
    assert all(look.thorough and look.source is Source.SWEEP for look in services.queue.looks)


async def test_an_hour_later_everything_was_looked_at_once_more_a_part_at_a_time(services):
    await all_that_is_due(services)
    services.queue.clear()
    parts = []
    for _ in range(30):
        services.clock.at += TWO_MINUTES
        before = len(services.queue.looks)
        assert await all_that_is_due(services) == 1 + (services.clock.at.minute == 0)
        parts.append(len(services.queue.looks) - before)

    assert links_looked_at(services) == Counter(LINKS)
    assert mailboxes_looked_at(services) == Counter(PLACES)
    assert max(parts) <= 16, "of 122"
    assert [job.kind for job in services.queue.jobs].count(JobKind.COLLECT_DEAD_LETTERS) == 1


async def test_reading_in_parts_reads_the_table_once(services):
    await all_that_is_due(services)
    heads = 0
    really = services.mappings._table.query

    async def counted(*given, **named):
        nonlocal heads
        async for row in really(*given, **named):
            heads += 1
            yield row

    services.mappings._table.query = counted
    services.tables.calls.clear()

    await an_hour_of(services)

    assert heads == len(LINKS)
    assert services.tables.calls["mappings.query"] == 31, (
        "one part an hour ends where another begins"
    )
    assert services.tables.calls["guard.query"] == 31
    assert services.tables.calls["cursors.put"] == 31


async def test_a_run_that_comes_twice_does_nothing_the_second_time(services):
    await all_that_is_due(services)
    services.queue.clear()

    assert not await sweep_part(services)

    assert services.queue.looks == services.queue.jobs == []


async def test_what_runs_that_were_lost_left_out_comes_with_the_next_one(services):
    await all_that_is_due(services)
    services.queue.clear()
    services.clock.at += timedelta(minutes=31)
    await all_that_is_due(services)
    services.clock.at += timedelta(minutes=29)
    await all_that_is_due(services)

    assert links_looked_at(services) == Counter(LINKS)
    assert mailboxes_looked_at(services) == Counter(PLACES)


@pytest.mark.parametrize("away", [timedelta(hours=5), -timedelta(hours=5)])
async def test_after_a_standstill_or_with_another_clock_everything_is_looked_at_once(
    services, away
):
    await all_that_is_due(services)
    services.queue.clear()
    services.clock.at += away
    await all_that_is_due(services)

    assert links_looked_at(services) == Counter(LINKS)
    assert mailboxes_looked_at(services) == Counter(PLACES)


@pytest.mark.parametrize("seed", range(5))
async def test_killed_at_any_call_of_the_tables_nothing_is_left_out(services, seed):
    """Every other run dies somewhere, before or after a call has had its effect."""
    chance = random.Random(seed)  # noqa: S311 - where it strikes, no secret
    await all_that_is_due(services)
    services.queue.clear()
    last = dict.fromkeys((*LINKS, *PLACES), services.clock.at)
    for _ in range(90):
        services.clock.at += TWO_MINUTES
        if chance.random() < 0.5:
            services.tables.interruptions.strike("tables", KilledError, skip=chance.randrange(8))
        try:
            await all_that_is_due(services)
        except KilledError:
            continue
        finally:
            services.tables.interruptions.clear()
        for each in (*links_looked_at(services), *mailboxes_looked_at(services)):
            last[each] = services.clock.at
        services.queue.clear()
        assert max(services.clock.at - at for at in last.values()) <= LAP


async def test_a_bus_that_refuses_keeps_the_part_for_the_next_run(services):
    await all_that_is_due(services)
    services.clock.at += timedelta(minutes=4)
    hand = await services.cursors.get(HAND)
    services.queue.refuses = ServiceUnavailableError("bus: no answer")
    with pytest.raises(ServiceUnavailableError):
        await sweep_part(services)
    assert await services.cursors.get(HAND) == hand

    services.queue.refuses = None
    services.queue.clear()
    services.clock.at += timedelta(minutes=56)
    await all_that_is_due(services)
    assert links_looked_at(services) == Counter(LINKS)


async def test_a_hand_that_cannot_be_read_was_never_moved(services):
    await all_that_is_due(services)
    for garbage in ("", "[]", '{"until": 7}', '{"until": "soon"}', '{"until": "2026-03-02T07:00"}'):
        services.queue.clear()
        await services.cursors.put(HAND, garbage)
        await all_that_is_due(services)
        assert links_looked_at(services) == Counter(LINKS), garbage


async def test_a_mailbox_made_anew_waits_with_its_links_from_the_moment_it_is_stopped(services):
    await all_that_is_due(services)
    services.queue.clear()
    anna = PLACES[0]
    anew = Identity(mailbox_id="another", since="", is_anew=True)
    await _note(anna, anew, services)
    await services.guard.stop(anna, services.clock.at)

    await an_hour_of(services)

    assert {look.key.home for look in services.queue.looks} == set(PLACES[1:])
    # Let go on, but still another mailbox than the links are about: found on the way round.
    await services.guard.release(anna, services.clock.at)
    services.queue.clear()
    await an_hour_of(services)
    assert {look.key.home for look in services.queue.looks} == set(PLACES[1:])
    # Dealt with: all its links are looked at again within the hour.
    await _note(anna, replace(anew, is_anew=False), services)
    services.queue.clear()
    await an_hour_of(services)
    assert links_looked_at(services) == Counter(LINKS)


@pytest.mark.parametrize("stored", ["", "no JSON", "[]", "7", '{"since": ""}'])
async def test_what_is_known_of_a_mailbox_and_cannot_be_read_stops_nobody(services, stored):
    await services.cursors.put(_cursor(PLACES[0]), stored)

    await all_that_is_due(services)

    assert links_looked_at(services) == Counter(LINKS)


async def test_who_is_not_watched_any_more_was_made_anew_in_vain(services):
    """How the links of somebody who left the settings end is decided by looks at them."""
    anna = PLACES[0]
    await _note(anna, Identity(mailbox_id="another", since="", is_anew=True), services)
    await all_that_is_due(services)
    assert {look.key.home for look in services.queue.looks} >= set(PLACES[1:])
    services.roster.places.remove(anna)
    services.queue.clear()

    await an_hour_of(services)

    assert links_looked_at(services) == Counter(LINKS)


async def test_what_was_given_up_is_looked_at_once_an_hour(services):
    await all_that_is_due(services)
    for number in range(20):
        key = MappingKey(MappingId(f"gone-{number}"), PLACES[number])
        await services.given_up.put(
            GivenUpEntry(
                id=f"entry-{number}",
                reason="x",
                text="x",
                item=WorkItem(key=key, source=Source.PUSH, first_seen=NOW),
                mapping_id=None,
                first_at=NOW,
                last_at=NOW,
                times=1,
            )
        )
    services.queue.clear()
    await an_hour_of(services)

    named = Counter(look.given_up for look in services.queue.looks if look.given_up)
    assert named == Counter(f"entry-{number}" for number in range(20))


class TestRooms:
    """Of ROOMS it is spans of time: near ones are short, most bookings lie there."""

    def test_spans_cover_the_window_without_a_gap_and_grow(self):
        edges = list(span_edges(Limits()))

        assert (edges[0], edges[-1]) == (-1, Limits().window_ahead_days)
        lengths = [b - a for a, b in pairwise(edges)]
        assert lengths[:4] == [1, 1, 1, 1]
        assert max(lengths) == Limits().slice_days, "ROOMS has no paging"
        assert len(lengths) <= 30, "one read a run"

    async def test_each_span_is_asked_for_once_an_hour(self, services):
        await all_that_is_due(services, sweep_rooms_part)
        services.rooms.asked.clear()
        asked = []
        for _ in range(30):
            services.clock.at += TWO_MINUTES
            before = len(services.rooms.asked)
            await all_that_is_due(services, sweep_rooms_part)
            asked.append(len(services.rooms.asked) - before)

        assert sum(asked) == len(list(span_edges(Limits()))) - 1
        assert max(asked) <= 2

    @pytest.mark.parametrize("seed", range(8))
    async def test_a_booking_that_comes_nearer_meanwhile_is_not_passed_by(self, services, seed):
        chance = random.Random(seed)  # noqa: S311 - times of bookings, no secret
        for number in range(300):
            start = NOW + timedelta(minutes=chance.randrange(-23 * 60, 400 * 24 * 60))
            services.rooms.times[number] = Interval(start, start + timedelta(minutes=15))
        for edge in list(span_edges(Limits()))[2:-1]:
            # What crosses from one span into the next one, whenever that is.
            for second in range(0, 3 * 3600, 30):
                start = NOW + timedelta(days=edge, seconds=second)
                number = 1000 + 100_000 * edge + second
                services.rooms.times[number] = Interval(start, start + timedelta(seconds=1))
        await all_that_is_due(services, sweep_rooms_part)
        for _ in range(3):
            services.queue.clear()
            for wait in (17, 2, 2, 30, 9):
                services.clock.at += timedelta(minutes=wait)
                await all_that_is_due(services, sweep_rooms_part)
            now = services.clock.at
            seen = {look.key.booking_id for look in services.queue.looks}
            ahead = {n for n, time in services.rooms.times.items() if time.start >= now}
            assert ahead - seen == set()

    async def test_while_rooms_is_down_its_hand_waits_and_the_other_goes_on(self, services):
        await all_that_is_due(services, sweep_rooms_part)
        services.clock.at += timedelta(minutes=30)
        services.rooms.asked.clear()
        services.rooms.is_down = True
        with pytest.raises(ServiceUnavailableError):
            await sweep_rooms_part(services)
        await all_that_is_due(services)
        assert links_looked_at(services) == Counter(LINKS)

        services.rooms.is_down = False
        services.clock.at += timedelta(minutes=29)
        await all_that_is_due(services, sweep_rooms_part)
        arcs, until = [], NOW
        while (arc := next_arc(until, services.clock.at)) is not None:
            arcs.append(arc)
            until = arc.end
        due = [span for arc in arcs for span in spans_passed(arc, services.limits)]
        assert services.rooms.asked == due

    async def test_a_bus_that_is_busy_for_too_long_keeps_the_spans(self, services, monkeypatch):
        monkeypatch.setattr("core.app.patiently.PATIENCE_S", 0.0)
        services.rooms.times[1] = Interval(NOW + timedelta(days=2), NOW + timedelta(days=3))
        services.queue.refuses = ThrottledError("bus: busy")
        with pytest.raises(ThrottledError):
            await all_that_is_due(services, sweep_rooms_part)
        services.queue.refuses = None

        await all_that_is_due(services, sweep_rooms_part)

        assert {look.key.booking_id for look in services.queue.looks} == {BookingId(1)}
