"""Self-tests: the last run of a mailbox, and how its entry was seen (core/ports/self_tests.py)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.adapters.tables.self_test_store import TableSelfTestStore
from core.adapters.tables.table import Row, Tables
from core.domain.ids import EventId, EventVersion, MailboxKey, MappingId
from core.domain.interval import Interval
from core.domain.self_test import Said, SelfTestEntry, begun, failed, running
from core.errors import AlreadyExistsError, StaleVersionError
from core.ports.self_tests import Sighting
from tests.contract.stores.values import ANNA, NOW

ENTRY = SelfTestEntry(
    time=Interval(NOW, NOW + timedelta(minutes=15)),
    event_id=EventId("AAMk1"),
    version=EventVersion('W/"1"'),
    changing_since=NOW,
    changed_at=NOW,
)


def a_test(test_id="t1"):
    return begun(MappingId(test_id), ANNA.mailbox, ANNA, NOW)


@pytest.fixture
def store(tables: Tables) -> TableSelfTestStore:
    return TableSelfTestStore(tables)


async def test_a_run_is_read_as_it_was_written(store: TableSelfTestStore):
    assert await store.get(ANNA.mailbox) is None
    test = replace(a_test(), entry=ENTRY, tries=2, leftovers=(MappingId("t0"),))
    test = await store.put(failed(running(test, NOW), NOW, Said.REFUSED, "why"))
    assert await store.get(ANNA.mailbox) == test
    other = await store.put(begun(MappingId("t2"), MailboxKey("r101"), None, NOW))
    assert {each.mailbox: each for each in await store.all()} == {"p11": test, "r101": other}


async def test_of_two_that_begin_at_once_one_is_told(store: TableSelfTestStore):
    first = await store.put(a_test())
    with pytest.raises(AlreadyExistsError):
        await store.put(a_test("t2"))
    await store.put(running(first, NOW))
    with pytest.raises(StaleVersionError):
        await store.put(running(first, NOW))


async def test_what_was_told_is_not_replaced_by_what_was_found(store: TableSelfTestStore):
    def seen(minutes, *, is_told):
        at = NOW + timedelta(minutes=minutes)
        return Sighting(test_id=MappingId("t1"), at=at, is_told=is_told)

    for sighting in (
        seen(1, is_told=False),
        seen(2, is_told=True),
        seen(3, is_told=False),
        seen(4, is_told=True),
    ):
        await store.note(ANNA.mailbox, sighting)
    assert await store.sighting(ANNA.mailbox, MappingId("t1")) == seen(2, is_told=True)


async def test_a_sighting_of_an_earlier_run_says_nothing(store: TableSelfTestStore):
    old = Sighting(test_id=MappingId("t1"), at=NOW, is_told=True)
    await store.note(ANNA.mailbox, old)
    assert await store.sighting(ANNA.mailbox, MappingId("t2")) is None
    new = Sighting(test_id=MappingId("t2"), at=NOW, is_told=False)
    await store.note(ANNA.mailbox, new)
    assert await store.sighting(ANNA.mailbox, MappingId("t2")) == new


async def test_a_run_that_cannot_be_read_never_was(tables: Tables, store: TableSelfTestStore):
    await tables.table("selftests").put(Row("runs", "p11", {"run": "{"}))
    await tables.table("selftests").put(Row("sightings", "p11", {"sighting": "{"}))
    assert await store.get(ANNA.mailbox) is None
    assert await store.sighting(ANNA.mailbox, MappingId("t1")) is None
    assert await store.put(a_test()) == await store.get(ANNA.mailbox)
