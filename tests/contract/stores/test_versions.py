"""Old and new code side by side: what each has stored and sent is read by the other."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.servicebus.bus import MAILBOX_JOBS, NOTICES, SYNC_ITEMS
from core.adapters.servicebus.messages import decode_item, decode_job, encode_item, encode_job
from core.adapters.servicebus.notice_forms import decode_notice, encode_notice
from core.adapters.tables.activity_store import TableActivityStore
from core.adapters.tables.breaker_store import TableBreakerStore
from core.adapters.tables.drift_store import TableDriftStore
from core.adapters.tables.given_up_store import TableGivenUpStore
from core.adapters.tables.guard_store import TableGuardStore
from core.adapters.tables.mapping_store import TableMappingStore
from core.adapters.tables.notice_store import TableNoticeStore
from core.adapters.tables.operating_stores import TableDeedStore, TableMeasureStore
from core.adapters.tables.outbox_index import TableOutboxIndex
from core.adapters.tables.parked_store import TableParkedStore
from core.adapters.tables.pointer_store import TablePointerStore
from core.adapters.tables.policy_store import TablePolicyStore
from core.adapters.tables.provision import TABLE_NAMES, create_tables
from core.adapters.tables.push_store import TablePushStore
from core.adapters.tables.self_test_store import TableSelfTestStore
from core.adapters.tables.settings_store import TableSettingsStore
from core.adapters.tables.state_store import TableStateStore
from core.adapters.tables.subscription_store import TableSubscriptionStore
from core.adapters.tables.table import Row
from core.adapters.tables.waiting_store import TableWaitingStore
from core.app.state_file import read_file
from core.domain.ids import MappingId, PersonId
from core.domain.scope import Scope
from core.errors import LaterFormError
from core.ports.state import StoredRow
from tests.contract.stores.values import ANNA, NOW
from tests.contract.stores.writing import MARC, WRITTEN
from tests.kit.canary import WATCH
from tests.kit.memory_tables import MemoryTables
from tests.kit.search import examples

STATES = sorted(WRITTEN.glob("*-state.jsonl"))
MESSAGES = sorted(WRITTEN.glob("*-messages.jsonl"))
LATER_FORM = 9
ENCODED = {SYNC_ITEMS: encode_item, MAILBOX_JOBS: encode_job, NOTICES: encode_notice}
DECODED = {SYNC_ITEMS: decode_item, MAILBOX_JOBS: decode_job, NOTICES: decode_notice}


def rows_in(file) -> list[StoredRow]:
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    return list(read_file(lines, TableStateStore(MemoryTables())))


async def tables_with(rows) -> MemoryTables:
    tables = MemoryTables()
    await create_tables(tables)
    await TableStateStore(tables).put(list(rows))
    return tables


def stored(tables: MemoryTables) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {(name, row.partition, row.key): dict(row.values) for name, row in tables.rows()}


def in_order(held: Any) -> Any:
    """Return rows or documents without the order in which sets are written."""
    match held:
        case dict():
            return {key: in_order(each) for key, each in held.items()}
        case list():
            return sorted(map(in_order, held), key=str)
        case str() if held.startswith(("{", "[")):
            return in_order(json.loads(held))
        case _:
            return held


async def read_all(tables: MemoryTables) -> dict[str, int]:
    """Read every table as the app does, and tidy as it does; return how much was understood."""
    settings, drifts = TableSettingsStore(tables), TableDriftStore(tables)
    directory = await settings.load()
    links = [link async for link in TableMappingStore(tables).all()]
    tests = TableSelfTestStore(tables)
    return {
        "persons": len(directory.persons) + len(settings.issues),
        "links": len(links),
        "history": sum([len(await TableMappingStore(tables).history(m.id)) for m in links]),
        "pointers": len([1 async for _ in TablePointerStore(tables).all()]),
        "waiting": len([1 async for _ in TableWaitingStore(tables).all()]),
        "subscriptions": len(await TableSubscriptionStore(tables).all()),
        "activity": len(await TableActivityStore(tables).latest(100)),
        "breakers": len(await TableBreakerStore(tables).all()),
        "given up": len(await TableGivenUpStore(tables).all()),
        "parked": len(await TableParkedStore(tables).of(Scope(MARC.environment, MARC.mailbox))),
        "push": len(await TablePushStore(tables).all()),
        "deeds": len(await TableDeedStore(tables).latest(100)),
        "measures": len(await TableMeasureStore(tables).fine(NOW - timedelta(days=1))),
        "drifts": len(await drifts.all()),
        "self-tests": len(await tests.all()),
        "outbox": len(await TableOutboxIndex(tables).due(NOW + timedelta(days=1))),
        "notices": sum([len(await TableNoticeStore(tables).of_link(m.id)) for m in links]),
        "guard": len(await TableGuardStore(tables).stopped([ANNA])),
        "policies": 0 if await TablePolicyStore(tables).get(ANNA) is None else 1,
    }


def complaints() -> list[str]:
    return [line for line in WATCH.log.lines if "unreadable" in line]


def test_each_table_has_rows_of_the_last_version():
    assert {row.table for row in rows_in(STATES[-1])} == set(TABLE_NAMES)


@pytest.mark.parametrize("file", STATES, ids=lambda file: file.stem)
async def test_what_a_version_has_stored_is_read(file):
    rows = rows_in(file)
    tables = await tables_with(rows)
    settings = TableSettingsStore(tables)
    await settings.load()
    understood = await read_all(tables)
    assert (complaints(), settings.issues) == ([], ())
    assert {name for name, number in understood.items() if not number} <= {"guard", "policies"}
    heads = [row for row in rows if row.table == "mappings" and row.key == "head"]
    entries = [row for row in rows if row.key.startswith("entry-")]
    assert (understood["links"], understood["history"]) == (len(heads), len(entries))
    assert understood["pointers"] == len([row for row in rows if row.table == "pointers"])
    assert stored(tables) == stored(await tables_with(rows)), "reading changes nothing"


async def test_what_is_read_and_written_again_is_the_same_to_the_letter():
    """Else the older of two versions that run side by side would be shown another form."""
    tables = await tables_with(rows_in(STATES[-1]))
    before, mappings = stored(tables), TableMappingStore(tables)
    for link in [link async for link in mappings.all()]:
        await mappings.save(link)
    pointers = TablePointerStore(tables)
    for key, pointer in [each async for each in pointers.all()]:
        await pointers.replace(key, pointer)
    for subscription in await TableSubscriptionStore(tables).all():
        await TableSubscriptionStore(tables).put(subscription)
    settings = TableSettingsStore(tables)
    await settings.replace(await settings.load())
    assert in_order(stored(tables)) == in_order(before)


@pytest.mark.parametrize("file", MESSAGES, ids=lambda file: file.stem)
def test_what_a_version_has_sent_is_read_and_sent_again_the_same(file):
    for line in file.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        message = DECODED[told["queue"]](told["body"].encode())
        assert ENCODED[told["queue"]](message).decode() == told["body"]


NAMES = st.from_regex(r"later_[a-z]{1,8}", fullmatch=True)
ANYTHING = st.none() | st.integers() | st.text(max_size=20) | st.lists(st.integers(), max_size=3)


def with_fields(values: dict[str, Any], name: str, value: Any) -> dict[str, Any]:
    """Return a row to which a later version has added a column, and a field to each document."""
    return {column: _with_field(held, name, value) for column, held in values.items()} | {
        name: "later"
    }


def _with_field(held: Any, name: str, value: Any) -> Any:
    if not isinstance(held, str) or not held.startswith(("{", "[{")):
        return held
    try:
        document = json.loads(held)
    except ValueError:
        return held  # the first of several columns of a long text
    if isinstance(document, list):
        return json.dumps([each | {name: value} for each in document])
    return json.dumps(document | {name: value})


@given(name=NAMES, value=ANYTHING)
@examples(15)
async def test_fields_that_a_later_version_has_added_are_ignored(name, value):
    rows = [row for row in rows_in(STATES[-1]) if row.table not in ("settings", "cursors", "guard")]
    added = [
        StoredRow(row.table, row.partition, row.key, with_fields(dict(row.values), name, value))
        for row in rows
    ]
    before = len(complaints())
    ours, theirs = await tables_with(rows), await tables_with(added)
    assert await read_all(theirs) == await read_all(ours)
    assert len(complaints()) == before
    links = [link async for link in TableMappingStore(theirs).all()]
    known = [link async for link in TableMappingStore(ours).all()]
    assert [_plain(link) for link in links] == [_plain(link) for link in known]


def _plain(link):
    return replace(link, version=None)


def later(row: StoredRow) -> StoredRow:
    """Return a row as a later version may have it: nothing in it says anything to this one."""
    garbled = {column: "{?" if isinstance(v, str) else v for column, v in row.values.items()}
    return StoredRow(row.table, row.partition, row.key, garbled | {"schema": LATER_FORM})


@pytest.mark.parametrize(
    "table", ["mappings", "pointers", "waiting", "push", "subscriptions", "notices", "selftests"]
)
async def test_a_row_of_a_later_version_harms_nobody_and_is_not_harmed(table):
    rows = rows_in(STATES[-1])
    theirs = [later(row) if row.table == table else row for row in rows]
    tables = await tables_with(theirs)
    before = stored(tables)
    await read_all(tables)
    await TableNoticeStore(tables).remove_before(NOW + timedelta(days=999), 999)
    after = stored(tables)
    assert {k: v for k, v in after.items() if k[0] == table} == {
        k: v for k, v in before.items() if k[0] == table
    }


async def test_who_asks_for_one_row_of_a_later_version_is_told_to_wait():
    tables = await tables_with(map(later, rows_in(STATES[-1])))
    heads = [row for row in rows_in(STATES[-1]) if row.key == "head"]
    with pytest.raises(LaterFormError, match="stored form 9"):
        await TableMappingStore(tables).get(MappingId(heads[0].partition))
    with pytest.raises(LaterFormError, match="it waits for"):
        await TableMappingStore(tables).condition()
    with pytest.raises(LaterFormError, match="the scan of differences"):
        await TableDriftStore(tables).scan()
    with pytest.raises(LaterFormError, match="self-test of p11"):
        await TableSelfTestStore(tables).get(ANNA.mailbox)
    assert await TableMappingStore(tables).version_of_broken(MappingId(heads[0].partition)) is None


class TestSettings:
    """What an administrator saves while old and new code run side by side."""

    @pytest.fixture
    async def tables(self):
        return await tables_with(rows_in(STATES[-1]))

    async def test_columns_and_kinds_of_rows_of_a_later_version_stay(self, tables):
        table = tables.table("settings")
        person = await table.get("person", "11")
        await table.put(Row("person", "11", {**person.values, "colour": "blue"}))
        await table.put(Row("desk", "7", {"name": "Fenster"}))
        store = TableSettingsStore(tables)
        await store.replace(changed(await store.load()))
        assert (await table.get("person", "11")).values == {
            **person.values, "colour": "blue", "sync_disabled": True
        }  # fmt: skip
        assert await table.get("desk", "7") is not None

    async def test_a_row_of_a_later_form_is_left_out_and_told_and_kept(self, tables):
        table = tables.table("settings")
        await table.put(Row("person", "11", {"schema": LATER_FORM, "who": "?"}))
        store = TableSettingsStore(tables)
        directory = await store.load()
        assert PersonId(11) not in directory.persons
        assert "stored in form 9" in store.issues[0]
        await store.replace(changed(directory, number=12))
        assert (await table.get("person", "11")).values == {"schema": LATER_FORM, "who": "?"}

    async def test_a_row_of_a_later_form_is_not_written_over(self, tables):
        store = TableSettingsStore(tables)
        directory = await store.load()
        theirs = Row("person", "11", {"schema": LATER_FORM, "who": "?"})
        await tables.table("settings").put(theirs)
        with pytest.raises(LaterFormError, match="settings person 11"):
            await store.replace(changed(directory))
        assert (await tables.table("settings").get("person", "11")).values == theirs.values

    async def test_who_is_taken_out_of_the_settings_is_gone(self, tables):
        store = TableSettingsStore(tables)
        directory = await store.load()
        persons = {key: p for key, p in directory.persons.items() if key != PersonId(11)}
        await store.replace(replace(directory, persons=persons))
        assert await tables.table("settings").get("person", "11") is None


def changed(directory, number=11):
    person = replace(directory.persons[PersonId(number)], sync_disabled=True)
    return replace(directory, persons={**directory.persons, PersonId(number): person})


@pytest.mark.parametrize("queue", DECODED)
def test_a_message_of_a_later_version_is_told_from_garbage(queue):
    with pytest.raises(LaterFormError, match="a message of version 2"):
        DECODED[queue](b'{"v":2,"way":"new"}')
