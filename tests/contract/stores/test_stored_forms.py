"""What earlier versions have written is still read, and whatever a link may hold is stored."""

import asyncio
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.adapters.tables.date_forms import dates_in, text_of
from core.adapters.tables.mapping_rows import HEAD, entry_of, history_row, mapping_of
from core.adapters.tables.mapping_store import TableMappingStore
from core.adapters.tables.provision import create_tables
from core.adapters.tables.settings_rows import columns_of, value_of
from core.adapters.tables.settings_store import _ENVIRONMENT, _PERSON, _POLICIES, _RESOURCE
from core.adapters.tables.table import ROW_LIMIT, Put, Row, Value, bytes_of
from core.app.evidence import LONGEST, MOST_LINKS, MOST_VERSIONS
from core.domain.buffer import Buffer
from core.domain.directory import Environment, SyncedPerson, SyncedResource
from core.domain.history import Evidence, HistoryEntry, Parts
from core.domain.ids import BookingId, ResourceId
from core.domain.interval import Interval
from core.domain.mapping import (
    Baseline,
    BookingLink,
    DateLink,
    EventLink,
    Fingerprint,
    Mapping,
    MappingState,
    Pending,
    Refusal,
    SeriesLink,
)
from core.domain.meeting import Aspect
from core.domain.policies import Policies
from core.domain.series import (
    WORKING_DAYS,
    Pattern,
    PatternKind,
    SeriesRange,
    WallSpan,
    Weekday,
    WeekIndex,
)
from tests.contract.stores.values import ANNA, DAILY, LINK, NOW, a_date, a_mapping, an_entry
from tests.kit.memory_tables import MemoryTables
from tests.kit.search import examples

PATTERNS = (
    Pattern(kind=PatternKind.DAILY, interval=3),
    Pattern(
        kind=PatternKind.WEEKLY,
        weekdays=frozenset({Weekday.MONDAY, Weekday.FRIDAY}),
        first_weekday=Weekday.MONDAY,
    ),
    Pattern(kind=PatternKind.ABSOLUTE_MONTHLY, day_of_month=31),
    Pattern(
        kind=PatternKind.RELATIVE_MONTHLY, weekdays=WORKING_DAYS, index=WeekIndex.LAST, interval=2
    ),
    Pattern(kind=PatternKind.ABSOLUTE_YEARLY, day_of_month=29, month=2),
    Pattern(
        kind=PatternKind.RELATIVE_YEARLY,
        weekdays=frozenset({Weekday.SUNDAY}),
        index=WeekIndex.FIRST,
        month=5,
    ),
)
WRITTEN_BY_SCHEMA_2: dict[str, Value] = {
    "schema": 2,
    "entries": 4,
    "state": "linked",
    "environment": "contoso",
    "mailbox": "p11",
    "mandator": "Default",
    "series": '{"recurrence":{"pattern":{"kind":"daily"},"range":{"first":"2026-03-02"},'
    '"span":{"start":"2026-03-02T08:00:00","end":"2026-03-02T09:00:00"},"zone":"Europe/Zurich"},'
    '"horizon":"2027-03-02T07:00:00.123456Z","rooms_series":[7]}',
    "dates": '{"sides":[{"aspects":{"subject":"5d41"},"attendees":["a","b"]},{}],'
    '"baselines":[{"key_version":"1","exchange":0,"rooms":1,"groups":{"g":["a"]},"masked":true}],'
    '"refusals":[{"like":{"fingerprint":"","aspects":[],"code":"occupied","text":"Belegt",'
    '"since":"2026-03-02T07:00:00Z","told":true},"aspects":["time"]}],"dates":['
    '{"at":"2026-03-02T07:00:00Z","bookings":[{"id":4,"resource":101,"settled":["0:2026-03-02","8:03"]}],'
    '"length":"PT1H","baseline":0,"exchange":"402a","rooms":"ab","by_booking":{"4":[0,"77"]}},'
    '{"at":"2026-03-03T07:00:00Z","state":"rejected","moved":"PT30M","length":"PT1H",'
    '"refusals":[[0,"1:ff"]],"conflicts":2,"reinvited":[101]}]}',
}
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


def test_a_series_written_by_schema_2_is_read():
    exchange = {Aspect.SUBJECT: "5d41", Aspect.TIME: "402a"}
    people = frozenset({"a", "b"})
    first, second = (datetime(2026, 3, day, 7, tzinfo=UTC) for day in (2, 3))
    dates = (
        DateLink(
            original_start=first,
            state=MappingState.LINKED,
            bookings=(
                BookingLink(
                    booking_id=BookingId(4),
                    resource=ResourceId(101),
                    settled=("2026-03-02", "2026-03-03"),
                ),
            ),
            time=Interval(first, first + timedelta(hours=1)),
            baseline=Baseline(
                key_version="1",
                exchange=Fingerprint(aspects=exchange, attendees=people),
                rooms=Fingerprint(aspects={Aspect.TIME: "ab"}),
                by_booking={
                    BookingId(4): Fingerprint(
                        aspects={**exchange, Aspect.TIME: "77"}, attendees=people
                    )
                },
                groups={"g": frozenset({"a"})},
                masked=True,
            ),
        ),
        DateLink(
            original_start=second,
            state=MappingState.REJECTED,
            time=Interval(second + timedelta(minutes=30), second + timedelta(minutes=90)),
            refusals=(
                Refusal(
                    fingerprint="1:ff",
                    aspects=frozenset({Aspect.TIME}),
                    code="occupied",
                    text="Belegt",
                    since=first,
                    told=True,
                ),
            ),
            conflicts=2,
            reinvited=(ResourceId(101),),
        ),
    )
    horizon = NOW + timedelta(days=365)
    series = SeriesLink(recurrence=DAILY, dates=dates, horizon=horizon, rooms_series=(7,))
    read = mapping_of(Row(LINK, HEAD, WRITTEN_BY_SCHEMA_2, 'W/"x"'))
    bare = Mapping(id=LINK, state=MappingState.LINKED, home=ANNA, mandator="Default")
    assert read == replace(bare, series=series, version='4:W/"x"')


def test_a_history_entry_written_by_schema_1_is_read():
    stored = (
        '{"at":"2026-03-02T07:00:00.123456Z","source":"push","outcome":"pass 0",'
        '"steps":[["update_booking","the time was changed in Outlook"]],'
        '"found":["exchange.time"],"latency_ms":420,"attempt":1,"trace_id":"t"}'
    )
    assert entry_of(Row(LINK, "entry-00", {"number": 0, "entry": stored})) == an_entry()


def test_all_that_a_pass_notes_is_stored_within_a_row():
    most = HistoryEntry(
        at=NOW,
        source="push",
        outcome="in_step",
        steps=tuple(("UpdateBooking (time) on 2026-03-02", "r" * 90) for _ in range(50)),
        found=tuple(f"exchange:{aspect}" for aspect in Aspect),
        latency_ms=10**9,
        parts=Parts(provider_ms=10**8, queue_ms=10**9, write_ms=10**5),
        evidence=Evidence(
            exchange=tuple(f"{n}" + "v" * (LONGEST - 1) for n in range(MOST_VERSIONS)),
            rooms=tuple(f"{n}" + "s" * (LONGEST - 1) for n in range(MOST_VERSIONS)),
            notices=(str(LINK),) * 3,
            links=(LINK,) * MOST_LINKS,
        ),
        attempt=9,
        trace_id="t" * 36,
    )
    row = history_row(LINK, 61, most)
    assert entry_of(row) == most
    assert bytes_of([Put(row)]) < ROW_LIMIT / 20


MOMENTS = st.datetimes(timezones=st.just(UTC))
INTERVALS = st.builds(lambda a, b: Interval(min(a, b), max(a, b)), MOMENTS, MOMENTS)
st.register_type_strategy(datetime, MOMENTS)
st.register_type_strategy(Interval, INTERVALS)


def every_field(kind: type[Any], **chosen: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Values of a dataclass with all its fields filled, also those that have a default."""
    return st.builds(kind, **{field.name: ... for field in fields(kind)} | chosen)


WALL = st.datetimes()
st.register_type_strategy(
    WallSpan, st.builds(lambda a, b: WallSpan(start=min(a, b), end=max(a, b)), WALL, WALL)
)
st.register_type_strategy(
    SeriesRange,
    st.builds(
        lambda first, length, count: SeriesRange(
            first=first,
            last=None if length is None or count is not None else first + length,
            count=count,
        ),
        st.dates(min_value=date(1601, 1, 1), max_value=date(8000, 1, 1)),
        st.none() | st.timedeltas(timedelta(0), timedelta(days=9999)),
        st.none() | st.integers(1, 999),
    ),
)
st.register_type_strategy(Pattern, st.sampled_from(list(PATTERNS)))
for kind in (Baseline, Fingerprint, BookingLink, EventLink, Pending, Refusal, Buffer, SeriesLink):
    st.register_type_strategy(kind, every_field(kind))
st.register_type_strategy(DateLink, every_field(DateLink))
MAPPINGS = every_field(
    Mapping,
    conflicts=st.integers(0, 9),
    occasions=st.integers(0, 10**6),
    id=st.just(LINK),
    version=st.none(),
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


@given(st.lists(st.from_type(DateLink), max_size=12), st.integers(1, 9))
@examples(40)
def test_whatever_dates_hold_is_stored(dates: list[DateLink], times: int):
    written = text_of(dates * times)
    assert dates_in(written) == tuple(dates * times)
    assert text_of(dates_in(written)) == written, "the same dates are the same text"


def test_dates_of_a_later_version_are_read_without_what_is_not_known_yet():
    text = text_of([a_date(1)]).replace('{"at":', '{"colour":"red","at":')
    assert dates_in(text.replace('{"sides":', '{"colours":[],"sides":')) == (a_date(1),)


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
