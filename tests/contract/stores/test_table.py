"""The semantics that all stores rely on: etags, uniqueness, order, all-or-nothing, limits."""

from itertools import chain, pairwise

import pytest

from core.adapters.tables.table import (
    TEXT_LIMIT,
    TRANSACTION_BYTES,
    TRANSACTION_LIMIT,
    Delete,
    Insert,
    Operation,
    Put,
    Replace,
    Row,
    Table,
    Tables,
    Value,
    bytes_of,
)
from core.errors import (
    AlreadyExistsError,
    InvalidPayloadError,
    NotFoundError,
    ServiceUnavailableError,
    StaleVersionError,
)


@pytest.fixture
def table(tables: Tables) -> Table:
    return tables.table("settings")


async def rows(table: Table, partition: str | None = None, **limits: str) -> list[Row]:
    return [row async for row in table.query(partition, **limits)]


async def test_a_row_comes_back_as_it_was_written(table: Table):
    values = {"text": "Zürich 🙂 'quoted'", "empty": "", "number": -7, "yes": True, "no": False}
    version = await table.insert(Row("p", "k", values))
    assert await table.get("p", "k") == Row("p", "k", values, version)


@pytest.mark.parametrize("key", ["a b", "a'b", "a|b", "~0f", "a@b.c:d=e-f", "ü", "a%2Fb", "a+b&c"])
async def test_keys_are_kept_to_the_letter(table: Table, key: str):
    await table.insert(Row(key, key, {"at": 1}))
    found = await table.get(key, key)
    assert found is not None
    assert (found.partition, found.key) == (key, key)
    assert [row.key for row in await rows(table, key, first=key)] == [key]
    await table.transact([Put(Row(key, key, {"at": 2}))])
    assert [row.number("at") for row in await rows(table, key)] == [2]


async def test_keys_differ_by_case(table: Table):
    await table.insert(Row("p", "AAMk", {"n": 1}))
    await table.insert(Row("p", "aamk", {"n": 2}))
    found = await table.get("p", "AAMk")
    assert found is not None
    assert found.number("n") == 1


async def test_a_row_that_is_not_there_is_none(table: Table):
    assert await table.get("p", "nothing") is None


async def test_an_insert_does_not_overwrite(table: Table):
    await table.insert(Row("p", "k", {"n": 1}))
    with pytest.raises(AlreadyExistsError):
        await table.insert(Row("p", "k", {"n": 2}))
    assert [row.number("n") for row in await rows(table)] == [1]


async def test_a_put_inserts_and_replaces_all_columns(table: Table):
    await table.put(Row("p", "k", {"a": 1, "b": 2}))
    version = await table.put(Row("p", "k", {"a": 3}))
    assert await table.get("p", "k") == Row("p", "k", {"a": 3}, version)


async def test_a_replace_needs_the_version_that_is_stored(table: Table):
    first = await table.insert(Row("p", "k", {"n": 1}))
    second = await table.replace(Row("p", "k", {"n": 2}, first))
    assert first != second
    with pytest.raises(StaleVersionError):
        await table.replace(Row("p", "k", {"n": 3}, first))
    assert await table.get("p", "k") == Row("p", "k", {"n": 2}, second)


async def test_a_replace_of_nothing_is_not_found(table: Table):
    version = await table.insert(Row("p", "k", {"n": 1}))
    await table.delete("p", "k")
    with pytest.raises(NotFoundError):
        await table.replace(Row("p", "k", {"n": 2}, version))


async def test_a_delete_of_nothing_is_fine(table: Table):
    await table.insert(Row("p", "k"))
    await table.delete("p", "k")
    await table.delete("p", "k")
    assert await rows(table) == []


async def test_a_query_is_ordered_by_keys_and_keeps_its_limits(table: Table):
    for key in ("b", "a", "c", "B"):
        await table.insert(Row("p", key))
    await table.insert(Row("q", "a"))
    assert [row.key for row in await rows(table, "p")] == ["B", "a", "b", "c"]
    assert [row.key for row in await rows(table, "p", first="a", before="c")] == ["a", "b"]
    assert [(row.partition, row.key) for row in await rows(table, first="b")] == [
        ("p", "b"),
        ("p", "c"),
    ]


async def test_a_query_of_some_partitions_finds_each_row_in_one_part_only(table: Table):
    """A part of the sweep reads a part of the links: whatever their ids look like (ADR 0048)."""
    partitions = ["0a", "00000000", "7FFF", "7fff", "80000000", "F", "f", "zz", "~x", "Ä"]
    for partition in partitions:
        await table.insert(Row(partition, "condition"))
        await table.insert(Row(partition, "head"))
    bounds = ["", "00000001", "08000000", "80000000", "f0000000", ""]
    found = []
    for part in pairwise(bounds):
        read = table.query(first="head", partitions=part)
        found.append([row.partition async for row in read])
    assert found[0] == ["00000000"]
    assert found[2] == ["0a", "7FFF", "7fff"]
    assert found[3] == ["80000000", "F", "f"]
    assert found[4] == ["zz", "~x", "Ä"]
    assert sorted(chain(*found)) == sorted(partitions)


async def test_a_query_goes_on_after_the_first_page(table: Table):
    keys = [f"{n:04d}" for n in range(1100)]
    for start in range(0, len(keys), TRANSACTION_LIMIT):
        part = keys[start : start + TRANSACTION_LIMIT]
        await table.transact([Insert(Row("p", key)) for key in part])
    assert [row.key for row in await rows(table)] == keys


async def test_a_transaction_tells_the_new_versions(table: Table):
    first = await table.insert(Row("p", "head", {"n": 1}))
    await table.insert(Row("p", "old"))
    versions = await table.transact(
        [
            Replace(Row("p", "head", {"n": 2}, first)),
            Insert(Row("p", "new")),
            Put(Row("p", "any")),
            Delete("p", "old"),
        ]
    )
    assert versions[3] == ""
    assert {row.key: row.version for row in await rows(table)} == dict(
        zip(("head", "new", "any"), versions[:3], strict=True)
    )


HALF_A_MEGABYTE: dict[str, Value] = {f"c{n}": "x" * TEXT_LIMIT for n in range(15)}


@pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
async def test_a_transaction_may_have_nearly_four_megabytes(table: Table):
    operations = [Put(Row("p", f"{n}", HALF_A_MEGABYTE)) for n in range(8)]
    assert 0.9 * TRANSACTION_BYTES < bytes_of(operations) < TRANSACTION_BYTES
    await table.transact(operations)
    assert [row.key for row in await rows(table)] == [f"{n}" for n in range(8)]


async def refused(table: Table, *operations: Operation) -> None:
    await table.insert(Row("p", "there", {"n": 1}))
    before = await rows(table)
    try:
        await table.transact([Insert(Row("p", "new")), *operations])
    finally:
        assert await rows(table) == before


async def test_a_stale_version_undoes_the_whole_transaction(table: Table):
    with pytest.raises(StaleVersionError):
        await refused(table, Replace(Row("p", "there", {"n": 2}, "W/\"datetime'x'\"")))


async def test_a_row_that_was_changed_is_not_deleted(table: Table):
    old = await table.put(Row("p", "k", {"a": "1"}))
    new = await table.put(Row("p", "k", {"a": "2"}))
    with pytest.raises(StaleVersionError):
        await table.transact([Delete("p", "k", old)])
    assert await table.get("p", "k") is not None
    await table.transact([Delete("p", "k", new)])
    assert await table.get("p", "k") is None


async def test_a_doubled_row_undoes_the_whole_transaction(table: Table):
    with pytest.raises(AlreadyExistsError):
        await refused(table, Insert(Row("p", "there")))


async def test_a_missing_row_undoes_the_whole_transaction(table: Table):
    with pytest.raises(NotFoundError):
        await refused(table, Replace(Row("p", "missing", {}, "W/\"datetime'x'\"")))
    with pytest.raises(NotFoundError):
        await table.transact([Delete("p", "missing")])


@pytest.mark.parametrize(
    "operations",
    [
        [],
        [Insert(Row("p", f"{n}")) for n in range(TRANSACTION_LIMIT + 1)],
        [Insert(Row("p", "a")), Insert(Row("q", "b"))],
        [Insert(Row("p", "a")), Put(Row("p", "a"))],
        [Delete("p", "a/b")],
        [Put(Row("p", f"{n}", HALF_A_MEGABYTE)) for n in range(9)],
    ],
    ids=["none", "too many", "two partitions", "one row twice", "bad key", "too large"],
)
async def test_a_transaction_that_cannot_be_is_refused_before_it_is_sent(
    table: Table, operations: list[Operation]
):
    with pytest.raises(InvalidPayloadError):
        await table.transact(operations)
    assert await rows(table) == []


@pytest.mark.parametrize(
    "row",
    [
        Row("p", "a/b"),
        Row("p", "a\\b"),
        Row("p#", "k"),
        Row("p", "k?"),
        Row("p", "line\n"),
        Row("p", "k" * 513),
        Row("p", "k", {"text": "x" * (TEXT_LIMIT + 1)}),
        Row("p", "k", {"text": "🙂" * (TEXT_LIMIT // 2 + 1)}),
        Row("p", "k", {"number": 2**31}),
        Row("p", "k", {f"c{n}": "x" * TEXT_LIMIT for n in range(16)}),
        Row("p", "k", {f"c{n}": 1 for n in range(253)}),
    ],
    ids=str.split("slash backslash hash question control long text emoji number row columns"),
)
async def test_a_row_that_does_not_fit_is_refused_before_it_is_sent(table: Table, row: Row):
    with pytest.raises(InvalidPayloadError):
        await table.insert(row)
    assert await rows(table) == []


async def test_the_longest_text_and_the_longest_key_fit(table: Table):
    row = Row("p", "k" * 512, {"text": "🙂" * (TEXT_LIMIT // 2)})
    await table.insert(row)
    assert [found.values for found in await rows(table)] == [row.values]


async def test_a_missing_table_is_never_taken_for_a_missing_row(bare_tables: Tables):
    table = bare_tables.table("settings")
    calls = [
        table.get("p", "k"),
        table.insert(Row("p", "k")),
        table.put(Row("p", "k")),
        table.replace(Row("p", "k", {}, "W/\"datetime'x'\"")),
        rows(table),
        rows(table, "p"),
        table.transact([Put(Row("p", "k"))]),
    ]
    for call in calls:
        with pytest.raises(ServiceUnavailableError, match=r"table settings.*provision"):
            await call


async def test_creating_a_table_twice_is_fine(table: Table):
    await table.insert(Row("p", "k"))
    await table.create_if_missing()
    assert len(await rows(table)) == 1


async def test_calls_are_counted_by_table_and_deed(tables: Tables, table: Table):
    before = tables.calls.copy()  # type: ignore[attr-defined]
    await table.get("p", "k")
    await table.transact([Insert(Row("p", "a")), Insert(Row("p", "b"))])
    added = tables.calls - before  # type: ignore[attr-defined]
    assert added == {"settings.get": 1, "settings.transact": 1}
