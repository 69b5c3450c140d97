"""MappingStore with series: all dates or none, however many there are, whoever writes meanwhile."""

import itertools
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Self

import pytest

from core.adapters.tables import azure_table, date_rows
from core.adapters.tables import table as table_limits
from core.adapters.tables.mapping_store import TableMappingStore
from core.adapters.tables.table import Row, Tables
from core.domain.mapping import Mapping
from core.errors import InvalidPayloadError, StaleVersionError
from tests.contract.stores.values import LINK, a_mapping, a_series, an_entry
from tests.kit.interruptions import Moment
from tests.kit.memory_tables import MemoryTables

OTHER = "ffffffff-0000-4000-8000-000000000000"


class PowerCutError(Exception):
    """What a crash is to the code that it ends."""


@pytest.fixture
def store(tables: Tables) -> TableMappingStore:
    return TableMappingStore(tables)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Transactions that hold two rows of dates: as if a series had tens of thousands of them."""
    monkeypatch.setattr(date_rows, "IN_ROW", 20_000)
    monkeypatch.setattr(table_limits, "TRANSACTION_BYTES", 60_000)


async def keys(tables: Tables, partition: str = LINK) -> list[str]:
    return [row.key async for row in tables.table("mappings").query(partition)]


def rewritten(mapping: Mapping, dates: int, *, round_: int) -> Mapping:
    return replace(mapping, series=a_series(dates, round_=round_).series)


@pytest.mark.parametrize("dates", [0, 1, 10, 365, 1000])
async def test_a_series_comes_back_as_it_was_saved(store: TableMappingStore, dates: int):
    saved = await store.save(a_series(dates), an_entry(1))
    assert await store.get(LINK) == saved
    assert replace(saved, version=None) == a_series(dates)
    assert [mapping async for mapping in store.all()] == [saved]
    assert await store.history(LINK) == [an_entry(1)]


async def test_a_short_series_costs_no_more_than_a_single_link(
    tables: Tables, store: TableMappingStore
):
    saved = await store.save(a_series(10))
    assert await keys(tables) == ["head"]
    before = tables.calls.copy()  # type: ignore[attr-defined]
    await store.save(saved, an_entry(1))
    await store.get(LINK)
    assert tables.calls - before == {"mappings.transact": 1, "mappings.get": 1}  # type: ignore[attr-defined]


async def test_a_long_series_costs_one_query_more(tables: Tables, store: TableMappingStore):
    saved = await store.save(a_series(365))
    before = tables.calls.copy()  # type: ignore[attr-defined]
    await store.save(rewritten(saved, 365, round_=1), an_entry(1))
    assert tables.calls - before == {"mappings.transact": 1}  # type: ignore[attr-defined]
    before = tables.calls.copy()  # type: ignore[attr-defined]
    await store.get(LINK)
    assert tables.calls - before == {"mappings.get": 1, "mappings.query": 1}  # type: ignore[attr-defined]


async def test_a_year_of_daily_dates_is_stored_in_less_than_200_kilobytes(
    tables: Tables, store: TableMappingStore
):
    await store.save(a_series(365))
    texts = [
        value
        async for row in tables.table("mappings").query(LINK)
        for value in row.values.values()
        if isinstance(value, str)
    ]
    assert 2 * sum(len(text) for text in texts) < 200_000, "as Table Storage counts, in UTF-16"


async def test_all_links_are_listed_with_their_series_in_one_query(
    tables: Tables, store: TableMappingStore
):
    saved = [
        await store.save(replace(a_series(dates), id=f"{n:08d}-0000-4000-8000-000000000000"))  # type: ignore[arg-type]
        for n, dates in enumerate([365, 0, 10, 400])
    ]
    saved.append(await store.save(a_mapping(OTHER), an_entry(1)))
    before = tables.calls.copy()  # type: ignore[attr-defined]
    assert [mapping async for mapping in store.all()] == saved
    assert tables.calls - before == {"mappings.query": 1}  # type: ignore[attr-defined]


async def test_dates_that_did_not_change_are_not_written_again(
    tables: Tables, store: TableMappingStore
):
    saved = await store.save(a_series(365))
    rows = {row.key: row.version async for row in tables.table("mappings").query(LINK)}
    saved = await store.save(replace(saved, occasions=5), an_entry(1))
    after = {row.key: row.version async for row in tables.table("mappings").query(LINK)}
    assert await store.get(LINK) == saved
    assert {key for key in after if after[key] != rows.get(key)} == {"head", "entry-00"}


async def test_only_the_newest_generation_of_dates_is_kept(
    tables: Tables, store: TableMappingStore
):
    saved = await store.save(a_series(365))
    first = await keys(tables)
    saved = await store.save(rewritten(saved, 365, round_=1))
    assert await store.get(LINK) == saved
    second = await keys(tables)
    assert len(second) == len(first)
    assert set(second) & set(first) == {"head"}


async def test_a_series_that_is_a_single_meeting_again_leaves_no_dates(
    tables: Tables, store: TableMappingStore
):
    saved = await store.save(a_series(365))
    single = await store.save(replace(a_mapping(), version=saved.version))
    assert await store.get(LINK) == single == replace(a_mapping(), version=single.version)
    assert await keys(tables) == ["head"]


async def test_a_series_may_come_go_and_come_back(tables: Tables, store: TableMappingStore):
    saved = await store.save(a_mapping())
    for dates in (365, 10, 365, 0, 365):
        saved = await store.save(rewritten(saved, dates, round_=0), an_entry(dates))
        assert await store.get(LINK) == saved
    generations = {key[:17] for key in await keys(tables) if key.startswith("series-")}
    assert generations == {"series-0000000003"}, "none is used twice"


async def test_of_two_writers_of_a_series_the_second_is_told_and_destroys_nothing(
    tables: Tables, store: TableMappingStore
):
    read = await store.save(a_series(365))
    winner = await store.save(rewritten(read, 365, round_=1), an_entry(1))
    with pytest.raises(StaleVersionError, match=LINK):
        await store.save(rewritten(read, 365, round_=2), an_entry(2))
    with pytest.raises(StaleVersionError, match=LINK):
        await store.save(replace(read, series=None), an_entry(3))
    assert await store.get(LINK) == winner
    assert await store.history(LINK) == [an_entry(1)]


@pytest.mark.usefixtures("narrow")
async def test_a_series_too_long_for_one_transaction_is_stored_in_several(
    tables: Tables, store: TableMappingStore
):
    saved = await store.save(a_series(1000), an_entry(1))
    assert tables.calls["mappings.transact"] > 5  # type: ignore[attr-defined]
    assert await store.get(LINK) == saved
    first = await keys(tables)
    saved = await store.save(rewritten(saved, 1000, round_=1), an_entry(2))
    assert await store.get(LINK) == saved
    second = await keys(tables)
    assert {key for key in set(first) & set(second) if key.startswith("series-")} == set()
    saved = await store.save(replace(saved, series=None), an_entry(3))
    assert [mapping async for mapping in store.all()] == [saved]
    assert await keys(tables) == ["entry-00", "entry-01", "entry-02", "head"]


@pytest.mark.usefixtures("narrow")
async def test_of_two_writers_in_several_transactions_one_wins_whole(
    tables: Tables, store: TableMappingStore
):
    read = await store.save(a_series(1000))
    winner = await store.save(rewritten(read, 1000, round_=1))
    with pytest.raises(StaleVersionError, match=LINK):
        await store.save(rewritten(read, 1000, round_=2))
    assert await store.get(LINK) == winner
    assert [mapping async for mapping in store.all()] == [winner], "orphans are never read"
    last = await store.save(rewritten(winner, 1000, round_=3))
    assert await store.get(LINK) == last
    numbers = {key[:17] for key in await keys(tables) if key.startswith("series-")}
    assert numbers == {"series-0000000003"}, "and go with the next long save"


@pytest.mark.usefixtures("narrow")
@pytest.mark.parametrize("moment", list(Moment))
async def test_a_crash_at_any_call_leaves_the_old_series_or_the_new_one(moment: Moment):
    for at in itertools.count():
        tables = MemoryTables()
        await tables.table("mappings").create_if_missing()
        store = TableMappingStore(tables)
        old = await store.save(a_series(400))
        new = rewritten(old, 400, round_=1)
        tables.interruptions.strike(r"^tables\.", PowerCutError, moment=moment, skip=at)
        try:
            saved = await store.save(new, an_entry(1))
        except PowerCutError:
            tables.interruptions.clear()
            read = await store.get(LINK)
            assert read is not None
            assert read.series in (old.series, new.series)
            assert [mapping async for mapping in store.all()] == [read]
            saved = await store.save(rewritten(read, 400, round_=2), an_entry(2))
        tables.interruptions.clear()
        assert await store.get(LINK) == saved
        if saved.series == new.series:
            break
    assert at > 5, "each of the transactions was cut"


class Meanwhile:
    """A table on which somebody else writes as soon as the first row of a read was delivered."""

    def __init__(self, tables: Tables, write: Callable[[], Awaitable[object]]) -> None:
        self._tables, self._write, self._is_due = tables, write, True

    def table(self, name: str) -> Self:
        self._table = self._tables.table(name)
        return self

    async def get(self, partition: str, key: str) -> Row | None:
        row = await self._table.get(partition, key)
        await self._strike()
        return row

    async def query(self, *limits: str, **more: str) -> AsyncIterator[Row]:
        async for row in self._table.query(*limits, **more):
            yield row
            await self._strike()

    async def _strike(self) -> None:
        if self._is_due:
            self._is_due = False
            await self._write()


async def test_a_series_that_is_written_while_it_is_read_is_read_whole(
    tables: Tables, store: TableMappingStore
):
    read = await store.save(a_series(365))
    new = rewritten(read, 365, round_=1)

    async def write() -> None:
        await store.save(new)

    reader = TableMappingStore(Meanwhile(tables, write))  # type: ignore[arg-type]
    found = await reader.get(LINK)
    assert found is not None
    assert found.series == new.series


async def test_a_series_that_is_written_while_all_are_read_is_among_them(
    tables: Tables, store: TableMappingStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(azure_table, "PAGE_ROWS", 1)
    read = await store.save(a_series(365))
    new = rewritten(read, 365, round_=1)

    async def write() -> None:
        await store.save(new)

    reader = TableMappingStore(Meanwhile(tables, write))  # type: ignore[arg-type]
    found = [mapping async for mapping in reader.all()]
    assert [mapping.series in (read.series, new.series) for mapping in found] == [True]


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({"dates": "{"}, "row 1 of 1.*JSON"),
        ({"dates": '{"dates":[{"at":"once"}]}'}, "row 1 of 1.*dates.0.at"),
        ({"dates": '{"dates":[{"at":"2026-03-02T07:00:00Z","baseline":0}]}'}, "is not there"),
        ({"dates": '{"dates":[{"at":"2026-03-02T07:00:00Z","bookings":[7]}]}'}, "bookings"),
        (None, "missing"),
    ],
)
async def test_dates_that_cannot_be_read_say_where_and_spare_the_other_links(
    tables: Tables,
    store: TableMappingStore,
    caplog: pytest.LogCaptureFixture,
    broken: dict[str, str] | None,
    told: str,
):
    other = await store.save(replace(a_series(365), id=OTHER))  # type: ignore[arg-type]
    await store.save(a_series(365))
    key = next(key for key in await keys(tables) if key.startswith("series-"))
    if broken is None:
        await tables.table("mappings").delete(LINK, key)
    else:
        await tables.table("mappings").put(Row(LINK, key, broken))
    with pytest.raises(InvalidPayloadError, match=f"(?s){LINK}.*{told}.*rebuild"):
        await store.get(LINK)
    with caplog.at_level(logging.ERROR):
        assert [mapping async for mapping in store.all()] == [other]
    assert [r for r in caplog.records if LINK in vars(r).get("why", "")]
