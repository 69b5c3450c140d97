"""Breakers and dirty rows: what core/ports/parking.py says, in memory and in Azurite."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from core.adapters.tables.breaker_store import TableBreakerStore
from core.adapters.tables.parked_store import TableParkedStore
from core.adapters.tables.table import Row, Tables
from core.domain.ids import EventId, MailboxKey
from core.domain.parked import to_park
from core.domain.scope import ROOMS, Scope
from core.domain.work import BookingKey, EventKey, MailboxJob, Source, WorkItem
from core.errors import PreconditionFailedError, RetryClass
from core.sync.breaker import BreakerLimits, Failure, answered, opened
from tests.contract.stores.values import ANNA, NOW

ANNAS = Scope(ANNA.environment, ANNA.mailbox)
MARCS = Scope(ANNA.environment, MailboxKey("p12"))
DOWN = Failure(kind=RetryClass.CONNECTIVITY, why="Graph answered 503")
LIMITS = BreakerLimits()


@pytest.fixture
def breakers(tables: Tables) -> TableBreakerStore:
    return TableBreakerStore(tables)


@pytest.fixture
def parked(tables: Tables) -> TableParkedStore:
    return TableParkedStore(tables)


def a_breaker(scope=ANNAS):
    return opened(scope, DOWN, NOW, LIMITS, None)


def a_look(event_id="AAMkAGI2/with+all=kinds#of?signs", minutes=0, **facts):
    seen = NOW + timedelta(minutes=minutes)
    key = EventKey(ANNA, EventId(event_id))
    return to_park(WorkItem(key=key, source=Source.PUSH, first_seen=seen, **facts))


async def test_a_breaker_is_read_as_it_was_written(breakers: TableBreakerStore):
    for scope in (ANNAS, Scope(ANNA.environment), ROOMS):
        await breakers.save(a_breaker(scope))
    found = {breaker.scope: breaker for breaker in await breakers.all()}
    assert found == {s: a_breaker(s) for s in (ANNAS, Scope(ANNA.environment), ROOMS)}


async def test_of_two_that_write_one_breaker_the_second_is_refused(breakers: TableBreakerStore):
    first = await breakers.save(a_breaker())
    with pytest.raises(PreconditionFailedError):
        await breakers.save(a_breaker())
    trial = await breakers.save(answered(first, NOW, LIMITS))
    with pytest.raises(PreconditionFailedError):
        await breakers.save(answered(first, NOW, LIMITS))
    assert [breaker.version for breaker in await breakers.all()] == [trial.version]


async def test_a_breaker_that_cannot_be_read_hides_no_other(
    tables: Tables, breakers: TableBreakerStore
):
    await tables.table("breakers").put(Row("breaker", "x", {"breaker": "{"}))
    await breakers.save(a_breaker())
    assert [breaker.scope for breaker in await breakers.all()] == [ANNAS]


async def test_a_key_is_kept_once_however_often_it_is_told(parked: TableParkedStore):
    for minutes in (5, 0, 9):
        await parked.put(ANNAS, a_look(minutes=minutes, deleted=minutes == 9))
    (kept,) = await parked.of(ANNAS)
    assert kept.work == a_look(deleted=True)


async def test_what_waits_is_told_oldest_first_and_by_scope(parked: TableParkedStore):
    late, early = a_look("late", minutes=2), a_look("early", minutes=1)
    job = MailboxJob(kind="resubscribe", place=ANNA, requested_at=NOW)
    booking = replace(a_look(), key=BookingKey("Default", 7))
    for scope, work in ((ANNAS, late), (ANNAS, early), (ANNAS, job), (ROOMS, booking)):
        await parked.put(scope, work)
    assert [each.work for each in await parked.of(ANNAS)] == [job, early, late]
    assert [each.work for each in await parked.of(ROOMS)] == [booking]
    assert await parked.of(MARCS) == []


async def test_what_is_removed_is_gone_and_gone_already_is_fine(parked: TableParkedStore):
    await parked.put(ANNAS, a_look())
    (kept,) = await parked.of(ANNAS)
    await parked.remove(kept)
    await parked.remove(kept)
    assert await parked.of(ANNAS) == []


async def test_what_is_kept_anew_outlives_the_removal_of_what_was_read(parked: TableParkedStore):
    """Reopened, queued, failed and parked again, all before the old row is removed."""
    await parked.put(ANNAS, a_look())
    (queued,) = await parked.of(ANNAS)
    await parked.put(ANNAS, a_look())
    await parked.remove(queued)
    (kept,) = await parked.of(ANNAS)
    assert kept.work == a_look()


async def test_many_that_tell_one_key_at_once_lose_no_deletion(parked: TableParkedStore):
    looks = [a_look(minutes=n, deleted=n == 3) for n in range(6)]
    await asyncio.gather(*(parked.put(ANNAS, look) for look in looks))
    (kept,) = await parked.of(ANNAS)
    assert kept.work == a_look(deleted=True)


async def test_a_row_that_cannot_be_read_holds_up_no_other(
    tables: Tables, parked: TableParkedStore
):
    await parked.put(ROOMS, a_look())
    await tables.table("parked").put(Row("rooms", "x", {"item": "{"}))
    assert [each.work for each in await parked.of(ROOMS)] == [a_look()]
