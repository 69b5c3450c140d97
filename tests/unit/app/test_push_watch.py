"""Two processes that share what is doubted, and hear of it half a minute late (S16)."""

from datetime import datetime, timedelta

import pytest

from core.adapters.tables.provision import create_tables
from core.adapters.tables.push_store import TablePushStore
from core.app.push_watch import FRESH, PushWatch
from core.domain.event import EventPlace
from core.domain.ids import MailboxKey
from core.sync.push_silence import judged
from tests.kit.memory_tables import MemoryTables
from tests.unit.builders import CONTOSO, NOW

ANNA = EventPlace(CONTOSO, MailboxKey("p11"))


class Hands:
    at = NOW

    def now(self) -> datetime:
        return self.at


class Processes:
    def __init__(self, tables: MemoryTables) -> None:
        self.tables, self.clock = tables, Hands()
        self.one, self.other = (PushWatch(TablePushStore(tables), self.clock) for _ in range(2))

    def waits(self, span: timedelta) -> None:
        self.clock.at += span

    async def doubted(self) -> list[EventPlace | None]:
        fresh = PushWatch(TablePushStore(self.tables), self.clock)
        return [place for place, r in (await fresh.records()).items() if r.untold_since]


@pytest.fixture
async def processes() -> Processes:
    tables = MemoryTables()
    await create_tables(tables)
    return Processes(tables)


async def test_notifications_of_which_nobody_doubts_cost_one_query_in_half_a_minute(processes):
    before = processes.tables.calls.total()
    for _ in range(100):
        await processes.one.heard(ANNA, processes.clock.now())
        processes.waits(FRESH / 200)
    assert processes.tables.calls.total() - before == 1


async def test_what_one_process_found_another_one_hears(processes):
    assert await processes.one.found_untold(ANNA, NOW)
    assert not await processes.one.found_untold(ANNA, NOW)
    assert await processes.doubted() == [ANNA]
    await processes.other.heard(ANNA, NOW)
    assert await processes.doubted() == []


async def test_what_was_heard_before_the_doubt_was_known_ends_it_at_the_next_query(processes):
    await processes.other.records()
    await processes.one.found_untold(ANNA, NOW)
    await processes.other.heard(ANNA, NOW)
    assert await processes.doubted() == [ANNA]
    processes.waits(FRESH)
    await processes.other.records()
    assert await processes.doubted() == []


async def test_what_was_just_told_is_no_find(processes):
    await processes.one.heard(ANNA, NOW - timedelta(minutes=1))
    assert not await processes.one.found_untold(ANNA, NOW)
    assert await processes.doubted() == []


async def test_a_verdict_that_comes_too_late_changes_nothing(processes):
    """One process calls a mailbox silent at the moment in which another one hears of it."""
    await processes.one.found_untold(ANNA, NOW)
    processes.waits(timedelta(minutes=5))
    record = (await processes.one.records())[ANNA]
    await processes.other.heard(ANNA, processes.clock.now())
    late = judged(record, processes.clock.now())
    assert late is not None
    assert late.silent_since == NOW
    await processes.one.put(late)
    assert await processes.doubted() == []
    assert await processes.one.records() == {}


async def test_of_rooms_only_the_first_call_is_written(processes):
    await processes.one.heard(None, NOW)
    before = processes.tables.calls.total()
    await processes.one.heard(None, NOW)
    assert processes.tables.calls.total() == before
    await processes.one.found_untold(None, NOW + timedelta(minutes=20))
    assert await processes.doubted() == [None]
    await processes.one.heard(None, NOW + timedelta(minutes=21))
    assert await processes.doubted() == []
    assert (await processes.one.records())[None].heard_at == NOW + timedelta(minutes=21)
