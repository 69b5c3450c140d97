"""Use cases that meet a link with a series: its dates' bookings are found like a single one's."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import pytest

from core.adapters.tables.cursor_store import TableCursorStore
from core.adapters.tables.drift_store import TableDriftStore
from core.adapters.tables.given_up_store import TableGivenUpStore
from core.adapters.tables.mapping_store import TableMappingStore
from core.adapters.tables.pointer_store import TablePointerStore
from core.adapters.tables.provision import create_tables
from core.adapters.tables.waiting_store import TableWaitingStore
from core.app.date_sight import date_in
from core.app.giving_up import tell_organizer
from core.app.imports.consequences import consequences
from core.app.imports.switching import Switched, Turn
from core.app.leaving import who_is_leaving
from core.app.locate_booking import locate_booking
from core.app.questions import _booked
from core.app.relocate import at_its_bookings_home
from core.app.reset import reset
from core.app.swaps import parked
from core.app.sweep import sweep_links
from core.app.waiting import note_waiting, wake_for_booking, whom_to_wake
from core.app.whereabouts import Elsewhere, Found, Nothing
from core.domain.event import EventKind, EventPlace
from core.domain.ids import BookingId, MappingId
from core.domain.interval import Interval
from core.domain.mapping import Baseline, Fingerprint, Mapping, MappingState
from core.domain.meeting import Aspect
from core.domain.pointers import Pointer, booking_pointer
from core.domain.work import BookingKey, MappingKey, Source, WorkItem
from core.errors import NotASeriesError, NotFoundError
from core.sync.steps import CreateBooking
from tests.kit.memory_tables import MemoryTables
from tests.unit.builders import (
    CONTOSO,
    NOW,
    SAENTIS,
    a_booking,
    a_directory,
    a_link,
    an_event,
    room,
)
from tests.unit.series_builders import (
    WEEK,
    a_date,
    a_master,
    a_refused_date,
    a_rule,
    a_series,
    at,
    shown,
)

OTHER = MappingId("99999999-2222-3333-4444-555555555555")
HOME = an_event().place


@dataclass
class Calendar:
    """A mailbox with one event or series; None: it is gone."""

    content: object = None
    error: type[Exception] = NotFoundError

    async def get_event(self, _place, _event_id):
        return self._there()

    async def get_series(self, _place, _event_id):
        return self._there()

    def _there(self):
        if self.content is None:
            raise self.error("gone")
        return self.content


@dataclass
class Rooms:
    bookings: list = field(default_factory=list)
    mandator: str = "Default"

    async def get_booking(self, number):
        found = next((b for b in self.bookings if b.booking_id == number), None)
        if found is None:
            raise NotFoundError("gone")
        return found

    async def find_bookings(self, query):
        return [b for b in self.bookings if b.time.overlaps(query.window)]


@dataclass
class Queue:
    sent: list = field(default_factory=list)
    notices: list = field(default_factory=list)

    async def send(self, items):
        self.sent += items

    async def send_notice(self, notice):
        self.notices.append(notice)


@pytest.fixture
async def services():
    tables = MemoryTables()
    await create_tables(tables)
    directory = a_directory()

    async def the_directory():
        return directory

    return SimpleNamespace(
        mappings=TableMappingStore(tables),
        pointers=TablePointerStore(tables),
        waiting=TableWaitingStore(tables),
        given_up=TableGivenUpStore(tables),
        drifts=TableDriftStore(tables),
        calendars={CONTOSO: Calendar(shown())},
        rooms=Rooms(),
        queue=Queue(),
        cursors=TableCursorStore(tables),
        roster=SimpleNamespace(directory=the_directory),
        clock=SimpleNamespace(now=lambda: NOW),
        new_id=lambda: OTHER,
        limits=SimpleNamespace(lease_s=75, window_ahead_days=400),
    )


async def stored(services, mapping: Mapping, *bookings: int) -> Mapping:
    saved = await services.mappings.save(replace(mapping, version=None))
    for number in bookings:
        pointer = Pointer(mapping_id=mapping.id)
        await services.pointers.replace(booking_pointer("Default", BookingId(number)), pointer)
    return saved


def a_key(number: int, home: EventPlace | None = HOME) -> BookingKey:
    return BookingKey("Default", BookingId(number), home)


def a_look(key, *versions: str, thorough: bool = False) -> WorkItem:
    version, *also = versions or ("",)
    return WorkItem(
        key=key,
        source=Source.PUSH,
        version=version,
        also=tuple(also),
        thorough=thorough,
        first_seen=NOW,
    )


async def located(services, number: int, *versions: str, **facts):
    key = a_key(number, **facts)
    return await locate_booking(key, a_look(key, *versions), services)


async def test_a_booking_of_a_date_leads_to_its_series(services):
    link = await stored(services, a_series(), 2001)
    assert await located(services, 2001, "s2") == Found(mapping=link)
    assert await located(services, 2001, "s2", home=None) == Elsewhere(a_key(2001))


async def test_an_echo_of_a_date_ends_before_a_read(services):
    await stored(services, a_series(), 2001)
    assert await located(services, 2001, "s1") == Nothing("an echo")


async def test_a_booking_that_its_date_has_left_behind_is_nobodys(services):
    await stored(services, a_series(), 2009)
    assert await located(services, 2009, "s1") == Nothing("a booking that its link has left behind")


async def test_a_new_item_that_carries_the_link_of_a_series_belongs_to_it(services):
    link = await stored(services, a_series())
    item = a_booking(booking_id=BookingId(2077), time=at(6))
    services.rooms.bookings.append(item)
    assert await located(services, 2077) == Found(mapping=link, booking=item)


async def test_a_further_booking_with_the_link_of_a_single_meeting_does_not(services):
    await stored(services, a_link(an_event(), a_booking()))
    services.rooms.bookings.append(a_booking(booking_id=BookingId(2077)))
    found = await located(services, 2077)
    assert isinstance(found, Found)
    assert found.mapping.id == OTHER


async def test_a_series_without_an_event_is_followed_through_its_next_booking(services):
    homeless = a_series(a_date(0, bookings=()), a_date(1), state=MappingState.REJECTED, event=None)
    link = await stored(services, homeless, 2001)
    look = a_look(MappingKey(link.id, link.home))
    found = await at_its_bookings_home(Found(mapping=link), look, services)
    assert found == Elsewhere(a_key(2001))


async def test_a_series_without_an_event_ends_when_another_link_has_its_bookings(services):
    link = await stored(services, a_series(state=MappingState.REJECTED, event=None))
    look = a_look(MappingKey(link.id, link.home))
    found = await at_its_bookings_home(Found(mapping=link), look, services)
    assert isinstance(found, Found)
    assert found.mapping.every_booking == ()


async def test_a_series_is_swept_until_its_last_date_has_ended(services):
    await stored(services, a_series())
    for weeks, looks in ((3, 1), (4, 0)):
        services.clock.now = lambda weeks=weeks: NOW + weeks * WEEK
        services.queue.sent.clear()
        assert await sweep_links(services) == looks


def waiting_of(found) -> list[tuple[Interval, ...]]:
    return [each.times for each in found]


async def test_a_series_waits_for_each_date_that_was_refused(services):
    new, refused = (
        a_series(id=OTHER),
        a_series(
            a_date(0), a_refused_date(1), a_refused_date(2), a_refused_date(3, "capacity"), id=OTHER
        ),
    )
    await note_waiting(new, refused, services)
    assert waiting_of(await services.waiting.of(SAENTIS)) == [(at(1), at(2))]
    less = a_series(a_date(0), a_date(1), a_refused_date(2), id=OTHER)
    await note_waiting(refused, less, services)
    assert waiting_of(await services.waiting.of(SAENTIS)) == [(at(2),)]
    await note_waiting(less, new, services)
    assert await services.waiting.of(SAENTIS) == []


async def test_a_series_refused_as_a_whole_waits_for_all_its_dates(services):
    refusals = a_refused_date(0).refusals
    await note_waiting(a_series(), a_series(a_date(0), a_date(1), refusals=refusals), services)
    assert waiting_of(await services.waiting.of(SAENTIS)) == [(at(0), at(1))]


async def test_hundreds_of_refused_dates_are_one_row(services):
    dates = tuple(a_refused_date(n) for n in range(400))
    await note_waiting(a_series(), a_series(*dates), services)
    (found,) = await services.waiting.of(SAENTIS)
    assert found.times == tuple(at(n) for n in range(400))


async def waits(services, *dates: int) -> None:
    refused = a_series(*(a_refused_date(n) for n in dates), id=OTHER)
    await note_waiting(a_series(id=OTHER), refused, services)


@pytest.mark.parametrize(
    ("after", "is_woken"),
    [
        (a_series(), False),
        (a_series(a_date(0), a_date(1), a_date(2, bookings=()), a_date(3)), True),
        (a_series(a_date(0), a_date(1, bookings=()), a_date(2), a_date(3)), False),
        (a_series(*(a_date(n, time=at(n + 10)) for n in range(4))), True),
        (a_series(state=MappingState.CANCELLED), True),
    ],
    ids=["nothing", "that date", "another date", "all moved", "all cancelled"],
)
async def test_who_waits_for_a_date_is_woken_when_a_series_leaves_it(services, after, is_woken):
    await waits(services, 2, 7)
    woken = await whom_to_wake(a_series(), after, services)
    assert [wake.mapping_id for wake in woken] == [OTHER] * is_woken


async def test_a_series_is_woken_unless_a_booking_is_in_the_way_of_all_its_dates(services):
    await waits(services, 2)
    await wake_for_booking(a_booking(time=at(2)), services)
    assert services.queue.sent == []
    await waits(services, 2, 3)
    await wake_for_booking(a_booking(time=at(2)), services)
    assert len(services.queue.sent) == 1


NEW = CreateBooking(
    reason="",
    draft=SimpleNamespace(resource=SAENTIS, time=at(1)),  # type: ignore[arg-type]
)


def moved(number: int, to: Interval, **facts):
    date = an_event(kind=EventKind.EXCEPTION, time=to, original_start=at(number).start, **facts)
    return {at(number).start: date}


@pytest.mark.parametrize(
    ("series", "leaves"),
    [
        (shown(), False),
        (shown(cancelled=frozenset({at(1).start})), True),
        (shown(cancelled=frozenset({at(2).start})), False),
        (shown(exceptions=moved(1, at(9))), True),
        (shown(exceptions=moved(1, at(1), invitees=(room("pilatus"),))), True),
        (shown(exceptions=moved(2, at(9))), False),
        (shown(recurrence=a_rule(count=1)), True),
        (shown(master=a_master(invitees=())), True),
        (None, True),
    ],
    ids=[
        "it stays",
        "deleted",
        "another date deleted",
        "moved",
        "other room",
        "another date moved",
        "shortened",
        "room taken off",
        "series deleted",
    ],
)
async def test_a_date_of_a_series_leaves_its_slot_by_itself(services, series, leaves):
    link = await stored(services, a_series(), 2001)
    services.rooms.bookings.append(a_booking(booking_id=BookingId(2001), time=at(1)))
    services.calendars[CONTOSO].content = series
    found = await who_is_leaving(None, NEW, services)  # type: ignore[arg-type]
    assert [each.mapping for each in found] == [link] * leaves


async def test_a_series_that_has_become_a_single_meeting_has_left_all_dates(services):
    link = await stored(services, a_series(), 2001)
    services.rooms.bookings.append(a_booking(booking_id=BookingId(2001), time=at(1)))
    services.calendars[CONTOSO] = Calendar(None, NotASeriesError)
    (found,) = await who_is_leaving(None, NEW, services)  # type: ignore[arg-type]
    assert (found.mapping, found.event) == (link, None)


def test_a_plain_date_is_its_master_at_its_own_time():
    date = date_in(shown(), at(2).start)
    assert date is not None
    assert (date.time, date.kind, date.original_start) == (
        at(2),
        EventKind.OCCURRENCE,
        at(2).start,
    )
    assert date_in(shown(), at(4).start) is None, "the rule has four"
    assert date_in(shown(), at(2).start.replace(hour=8)) is None


def test_only_the_date_at_that_time_says_what_a_series_has_booked():
    link = a_series(a_date(0), a_date(1, bookings=()))
    assert _booked(link, at(0)) == {SAENTIS}
    assert _booked(link, at(1)) == set()
    assert _booked(a_link(an_event(), a_booking()), at(7)) == {SAENTIS}


def test_a_booking_of_a_date_is_parked_and_no_other():
    link = parked(a_series(), BookingId(2002))
    assert [b.booking_id for b in link.every_booking if b.parked] == [2002]
    single = parked(a_link(an_event(), a_booking()), BookingId(1001))
    assert [b.parked for b in single.bookings] == [True]


async def test_dates_that_are_not_followed_any_more_are_taken_up_again(services):
    off = replace(a_refused_date(1), state=MappingState.SYNC_DISABLED, conflicts=5)
    link = await stored(services, a_series(a_date(0), off, a_refused_date(2)))
    assert await reset(link, services)
    again = await services.mappings.get(link.id)
    assert again.series.dates == (
        a_date(0),
        replace(a_date(1), bookings=()),
        a_refused_date(2),
    )
    assert len(services.queue.sent) == 1
    assert not await reset(again, services)


async def test_a_series_is_counted_once_for_its_resource(services):
    await stored(services, a_series())
    switched = Switched(
        part="resource", who=SAENTIS, name="Säntis", turn=Turn.OFF, before=None, after=None
    )
    (found,) = await consequences([switched], services)
    assert found.links == 1


async def test_the_mail_about_a_series_speaks_of_the_next_date_and_comes_again_after_a_change(
    services,
):
    services.clock.now = lambda: NOW + WEEK
    link = await stored(services, a_series())
    await tell_organizer(link, services)
    await tell_organizer(link, services)
    agreed = Baseline(
        key_version="1",
        exchange=Fingerprint(aspects={Aspect.TIME: "other"}),
        rooms=Fingerprint(),
    )
    dates = tuple(replace(date, baseline=agreed) for date in link.series.dates)
    await services.mappings.save(replace(link, series=replace(link.series, dates=dates)))
    await tell_organizer(await services.mappings.get(link.id), services)
    ids = [notice.id for notice in services.queue.notices]
    assert (ids[0] == ids[1], ids[0] == ids[2]) == (True, False)
    assert {notice.booking_id for notice in services.queue.notices} == {2001}
