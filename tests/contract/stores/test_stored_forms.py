"""What earlier versions have written is still read, and whatever a link may hold is stored."""

import asyncio
from dataclasses import fields, replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from core.adapters.tables.mapping_rows import HEAD, entry_of, history_row, mapping_of
from core.adapters.tables.mapping_store import TableMappingStore
from core.adapters.tables.provision import create_tables
from core.adapters.tables.settings_rows import columns_of, value_of
from core.adapters.tables.settings_store import _ENVIRONMENT, _PERSON, _POLICIES, _RESOURCE
from core.adapters.tables.table import Row, Value
from core.domain.directory import Environment, SyncedPerson, SyncedResource
from core.domain.history import HistoryEntry
from core.domain.interval import Interval
from core.domain.mapping import Mapping
from core.domain.policies import Policies
from tests.contract.stores.values import LINK, a_mapping, an_entry
from tests.kit.memory_tables import MemoryTables
from tests.kit.search import examples

WRITTEN_BY_SCHEMA_1: dict[str, Value] = {
    "schema": 1,
    "entries": 4,
    "state": "linked",
    "environment": "contoso",
    "mailbox": "p11",
    "mandator": "Default",
    "event": '{"event_id":"AAMkAGI=/+","ical_uid":"040000008200E","settled":'
    '["W/\\"a\\"","W/\\"b\\""]}',
    "bookings": '[{"booking_id":1099511627776,"resource":101,"settled":["2026-03-02"]}]',
    "time": '{"start":"2026-03-02T07:00:00.123456Z","end":"2026-03-02T08:00:00.123456Z"}',
    "baseline": '{"key_version":"1","exchange":{"aspects":{"subject":"5d41","time":"402a"},'
    '"attendees":[]},"rooms":{"aspects":{"subject":"5d41"},"attendees":["a","b"]},"masked":true}',
    "pending": '{"kind":"create_booking","lease_until":"2026-03-02T07:00:00.123456Z",'
    '"transaction_id":"t-1","draft_context":77,"place":{"environment":"contoso",'
    '"mailbox":"p11"}}',
    "refusal": '{"fingerprint":"f","aspects":["time","resources"],'
    '"code":"occupied","text":"Belegt",'
    '"since":"2026-03-02T07:00:00.123456Z"}',
    "changed_at": '"2026-03-02T07:00:00.123456Z"',
}


def test_a_link_written_by_schema_1_is_read():
    read = mapping_of(Row(LINK, HEAD, WRITTEN_BY_SCHEMA_1, 'W/"x"'))
    assert read == replace(a_mapping(), version='4:W/"x"')


def test_a_history_entry_written_by_schema_1_is_read():
    stored = (
        '{"at":"2026-03-02T07:00:00.123456Z","source":"push","outcome":"pass 0",'
        '"steps":[["update_booking","the time was changed in Outlook"]],'
        '"found":["exchange.time"],"latency_ms":420,"attempt":1,"trace_id":"t"}'
    )
    assert entry_of(Row(LINK, "entry-00", {"number": 0, "entry": stored})) == an_entry()


MOMENTS = st.datetimes(timezones=st.just(UTC))
INTERVALS = st.builds(lambda a, b: Interval(min(a, b), max(a, b)), MOMENTS, MOMENTS)
st.register_type_strategy(datetime, MOMENTS)
st.register_type_strategy(Interval, INTERVALS)


MAPPINGS = st.builds(
    Mapping,
    **{field.name: ... for field in fields(Mapping) if field.name not in {"id", "version"}}
    | {"conflicts": st.integers(0, 9), "occasions": st.integers(0, 10**6)},
    id=st.just(LINK),
)


@given(MAPPINGS)
@examples(60)
def test_whatever_a_link_holds_is_stored(mapping: Mapping):
    async def round_trip() -> Mapping | None:
        tables = MemoryTables()
        await create_tables(tables)
        store = TableMappingStore(tables)
        await store.save(mapping)
        return await store.get(LINK)

    read = asyncio.run(round_trip())
    assert read is not None
    assert replace(read, version=None) == mapping


@given(st.from_type(HistoryEntry))
@examples(40)
def test_whatever_a_history_entry_holds_is_stored(entry: HistoryEntry):
    assert entry_of(history_row(LINK, 7, entry)) == entry


@given(
    st.from_type(SyncedPerson),
    st.from_type(SyncedResource),
    st.from_type(Environment),
    st.from_type(Policies),
)
@examples(40)
def test_whatever_the_settings_hold_is_stored(
    person: SyncedPerson, resource: SyncedResource, environment: Environment, policies: Policies
):
    assert value_of(_PERSON, columns_of(_PERSON, person)) == person
    assert value_of(_RESOURCE, columns_of(_RESOURCE, resource)) == resource
    assert value_of(_ENVIRONMENT, columns_of(_ENVIRONMENT, environment)) == environment
    assert value_of(_POLICIES, columns_of(_POLICIES, policies)) == policies
