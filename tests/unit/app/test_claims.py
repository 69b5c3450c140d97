"""Two workers meet at one item: one of them links it, the other comes back (design 4, P1)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from core.adapters.tables.cursor_store import TableCursorStore
from core.adapters.tables.mapping_store import TableMappingStore
from core.adapters.tables.pointer_store import TablePointerStore
from core.adapters.tables.provision import create_tables
from core.app.claims import claim, linked, new_mapping
from core.app.link_gate import begin
from core.domain.ids import MappingId
from core.domain.pointers import Pointer, meeting_pointer
from core.errors import ClaimedError
from tests.kit.memory_tables import MemoryTables
from tests.unit.builders import an_event

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
LEASE_S = 120.0
EVENT = an_event()
KEY = meeting_pointer(EVENT.place, EVENT.ical_uid)


@pytest.fixture
async def services():
    tables = MemoryTables()
    await create_tables(tables)
    ids = iter("abcdefgh")
    made = SimpleNamespace(
        at=NOW,
        pointers=TablePointerStore(tables),
        mappings=TableMappingStore(tables),
        cursors=TableCursorStore(tables),
        limits=SimpleNamespace(lease_s=LEASE_S),
        rooms=SimpleNamespace(mandator="Default"),
        new_id=lambda: MappingId(next(ids)),
    )
    made.clock = SimpleNamespace(now=lambda: made.at)
    await begin(made)
    return made


def a_link(services):
    return new_mapping(services, EVENT.place, None)


async def test_of_two_that_come_at_once_one_waits_for_as_long_as_the_other_may_take(services):
    await claim(KEY, a_link(services), services)
    services.at += timedelta(seconds=20)
    with pytest.raises(ClaimedError) as waits:
        await claim(KEY, a_link(services), services)
    assert waits.value.retry_after_s == LEASE_S - 20


async def test_what_a_dead_worker_has_claimed_is_taken_over_after_its_lease(services):
    await claim(KEY, a_link(services), services)
    services.at += timedelta(seconds=LEASE_S)
    second = a_link(services)
    await claim(KEY, second, services)
    assert (await services.pointers.find(KEY)).mapping_id == second.id


@pytest.mark.parametrize("leased", [True, False])
async def test_what_has_been_linked_since_one_looked_is_not_claimed_again(services, leased):
    """The pointer of a link that is made has no lease, or one that ended while it was made."""
    first = a_link(services)
    await claim(KEY, first, services)
    assert await linked(KEY, services) is None
    stored = await services.mappings.save(first)
    if not leased:
        await services.pointers.replace(KEY, Pointer(mapping_id=first.id))
    services.at += timedelta(seconds=LEASE_S)
    with pytest.raises(ClaimedError):
        await claim(KEY, a_link(services), services)
    assert await linked(KEY, services) == stored


async def test_a_pointer_to_a_link_that_is_gone_holds_up_nobody(services):
    await services.pointers.replace(KEY, Pointer(mapping_id=MappingId("gone")))
    link = a_link(services)
    await claim(KEY, link, services)
    assert (await services.pointers.find(KEY)).mapping_id == link.id


async def test_a_claim_of_a_clock_that_was_set_back_gets_one_lease(services):
    await claim(KEY, a_link(services), services)
    services.at -= timedelta(hours=1)
    with pytest.raises(ClaimedError) as waits:
        await claim(KEY, a_link(services), services)
    assert waits.value.retry_after_s == LEASE_S
    claimed = await services.pointers.find(KEY)
    assert claimed == replace(claimed, lease_until=services.at + timedelta(seconds=LEASE_S))
