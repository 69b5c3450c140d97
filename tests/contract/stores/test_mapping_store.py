"""MappingStore: a link and its history are written together or not at all."""

import asyncio
import logging
from dataclasses import replace

import pytest

from core.adapters.tables.mapping_store import TableMappingStore
from core.adapters.tables.table import Put, Row, Tables, Value
from core.domain.history import HISTORY_CAP
from core.domain.ids import BookingId, MappingId, ResourceId
from core.domain.link_table import TableCondition
from core.domain.mapping import BookingLink, Mapping, MappingState
from core.errors import InvalidPayloadError, StaleVersionError
from tests.contract.stores.values import ANNA, LINK, NOW, a_mapping, an_entry


@pytest.fixture
def store(tables: Tables) -> TableMappingStore:
    return TableMappingStore(tables)


async def test_an_unknown_link_is_none(store: TableMappingStore):
    assert await store.get(LINK) is None
    assert await store.history(LINK) == []


async def test_a_link_comes_back_as_it_was_saved(store: TableMappingStore):
    saved = await store.save(a_mapping())
    assert saved.version is not None
    assert await store.get(LINK) == saved
    assert replace(saved, version=None) == a_mapping()


async def test_a_bare_link_comes_back_too(store: TableMappingStore):
    bare = Mapping(id=LINK, state=MappingState.CREATING, home=ANNA, mandator="Default")
    saved = await store.save(bare)
    assert await store.get(LINK) == saved == replace(bare, version=saved.version)


async def test_the_version_of_a_save_serves_for_the_next_one(store: TableMappingStore):
    first = await store.save(a_mapping(), an_entry(1))
    second = await store.save(replace(first, state=MappingState.REJECTED), an_entry(2))
    third = await store.save(replace(second, state=MappingState.CANCELLED), an_entry(3))
    assert await store.get(LINK) == third


async def test_of_two_savers_one_is_told_that_it_was_overtaken(store: TableMappingStore):
    read = await store.save(a_mapping())
    outcomes = await asyncio.gather(
        *(store.save(read, an_entry(n)) for n in range(2)), return_exceptions=True
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == [
        "Mapping",
        "StaleVersionError",
    ]
    assert len(await store.history(LINK)) == 1


async def test_a_link_is_inserted_only_once(store: TableMappingStore):
    await store.save(a_mapping(), an_entry(1))
    with pytest.raises(StaleVersionError, match=LINK):
        await store.save(a_mapping(), an_entry(2))
    assert [entry.outcome for entry in await store.history(LINK)] == ["pass 1"]


async def test_history_is_told_newest_first_even_within_one_moment(store: TableMappingStore):
    saved = await store.save(a_mapping(), an_entry(1), an_entry(2))
    await store.save(saved, an_entry(3))
    entries = await store.history(LINK)
    assert list(entries) == [an_entry(3), an_entry(2), an_entry(1)]


async def test_history_keeps_the_newest_entries_only(store: TableMappingStore):
    saved = await store.save(a_mapping())
    for number in range(HISTORY_CAP + 5):
        saved = await store.save(saved, an_entry(number))
    outcomes = [entry.outcome for entry in await store.history(LINK)]
    assert outcomes == [f"pass {n}" for n in range(HISTORY_CAP + 4, 4, -1)]


async def test_more_entries_than_are_kept_fit_into_one_save(store: TableMappingStore):
    await store.save(a_mapping(), *(an_entry(n) for n in range(150)))
    entries = await store.history(LINK)
    assert [entries[0], entries[-1]] == [an_entry(149), an_entry(90)]


async def test_a_save_is_one_request(tables: Tables, store: TableMappingStore):
    saved = await store.save(a_mapping(), an_entry(1))
    before = tables.calls.copy()  # type: ignore[attr-defined]
    await store.save(saved, an_entry(2))
    assert tables.calls - before == {"mappings.transact": 1}  # type: ignore[attr-defined]


async def test_a_year_of_daily_bookings_fits_into_a_link(store: TableMappingStore):
    bookings = tuple(
        BookingLink(
            booking_id=BookingId(n),
            resource=ResourceId(101),
            settled=tuple(f"2026-03-02T07:00:00.{n:03d}{k}+01:00" for k in range(6)),
        )
        for n in range(800)
    )
    saved = await store.save(replace(a_mapping(), bookings=bookings))
    assert await store.get(LINK) == saved


async def test_all_links_are_listed_without_their_history(store: TableMappingStore):
    ids = [f"{n:08d}-0000-4000-8000-000000000000" for n in range(5)]
    saved = {i: await store.save(a_mapping(i), an_entry(1), an_entry(2)) for i in ids}
    assert {mapping.id: mapping async for mapping in store.all()} == saved


async def test_links_between_two_ids_are_listed_with_what_the_table_says_of_itself_left_out(
    store: TableMappingStore,
):
    ids = [f"{n:08x}-0000-4000-8000-000000000000" for n in (1, 2**31 - 1, 2**31, 2**32 - 1)]
    for link in ids:
        await store.save(a_mapping(link), an_entry(1))
    await store.declare(TableCondition(since=NOW))
    assert [link.id async for link in store.all(before="80000000")] == ids[:2]
    assert [link.id async for link in store.all("80000000")] == ids[2:]
    assert [link.id async for link in store.all("7fffffff", "80000001")] == ids[1:3]


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({"schema": 99}, "99"),
        ({"baseline": '{"key_version": 1'}, "baseline"),
        ({"event": '{"event_id": "x"}'}, "ical_uid"),
        ({"state": "married"}, "state"),
    ],
)
async def test_a_link_that_cannot_be_read_says_where_and_spares_the_others(
    tables: Tables,
    store: TableMappingStore,
    caplog: pytest.LogCaptureFixture,
    broken: dict[str, Value],
    told: str,
):
    other = await store.save(a_mapping("ffffffff-0000-4000-8000-000000000000"))
    await store.save(a_mapping())
    table = tables.table("mappings")
    row = await table.get(LINK, "head")
    assert row is not None
    await table.put(Row(LINK, "head", {**row.values, **broken}))
    with pytest.raises(InvalidPayloadError, match=f"{LINK}.*{told}"):
        await store.get(LINK)
    with caplog.at_level(logging.ERROR):
        assert [mapping async for mapping in store.all()] == [other]

    if told == "99":
        assert await store.version_of_broken(LINK) is None, "a later version knows it"
        return
    version = await store.version_of_broken(LINK)
    saved = await store.save(replace(a_mapping(), version=version), an_entry(1))
    assert await store.get(LINK) == saved
    assert await store.version_of_broken(LINK) is None
    assert [r for r in caplog.records if LINK in vars(r).get("why", "")]


async def test_a_history_entry_that_cannot_be_read_is_left_out(
    tables: Tables, store: TableMappingStore
):
    await store.save(a_mapping(), an_entry(1), an_entry(2))
    broken = Put(Row(LINK, "entry-00", {"number": 0, "entry": "{"}))
    await tables.table("mappings").transact([broken])
    assert list(await store.history(LINK)) == [an_entry(2)]


async def test_a_version_of_somewhere_else_is_refused(store: TableMappingStore):
    with pytest.raises(InvalidPayloadError, match="read the link anew"):
        await store.save(replace(a_mapping(MappingId("x")), version='W/"1"'))


async def test_a_table_says_nothing_of_itself_before_it_is_told(store: TableMappingStore):
    assert await store.condition() is None
    whole = TableCondition(since=NOW)
    await store.declare(whole)
    assert await store.condition() == whole
    await store.declare(replace(whole, rebuilding_since=NOW))
    assert await store.condition() == replace(whole, rebuilding_since=NOW)
    await store.save(a_mapping())
    assert [mapping.id async for mapping in store.all()] == [LINK]


async def test_what_it_says_of_itself_that_cannot_be_read_is_told(
    tables: Tables, store: TableMappingStore
):
    await tables.table("mappings").put(Row("table", "condition", {"condition": "{"}))
    with pytest.raises(InvalidPayloadError, match="roomsync rebuild"):
        await store.condition()


async def test_a_link_is_removed_with_its_history(tables: Tables, store: TableMappingStore):
    saved = await store.save(a_mapping(), *(an_entry(n) for n in range(HISTORY_CAP)))
    other = await store.save(a_mapping("other"))
    await store.remove(saved)
    assert [row.partition async for row in tables.table("mappings").query()] == ["other"]
    assert await store.get(other.id) == other


async def test_a_link_that_was_changed_meanwhile_is_not_removed(store: TableMappingStore):
    read = await store.save(a_mapping(), an_entry(1))
    changed = await store.save(read, an_entry(2))
    with pytest.raises(StaleVersionError):
        await store.remove(read)
    assert await store.get(LINK) == changed
    assert len(await store.history(LINK)) == 2
    await store.remove(changed)
    with pytest.raises(StaleVersionError):
        await store.remove(changed)
