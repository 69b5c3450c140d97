"""Whatever series is wanted and whatever stands in the way: each date is what the answer says."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.adapters.rooms.bookings import RoomsBookingSystem
from core.adapters.rooms.client import RoomsConnection
from core.adapters.rooms.login import RoomsLogin
from core.adapters.rooms.series import RoomsSeries
from core.domain.interval import Interval
from core.domain.series import Pattern, PatternKind, Weekday, WeekIndex
from core.errors import SeriesNotTakenError
from devstack.kit.clock import VirtualClock
from devstack.rooms.model.availability import slot_reasons
from devstack.rooms.model.booking import Change, occupying
from devstack.rooms.model.booking_change import blank
from devstack.rooms.model.changing import quick_book
from devstack.rooms.simulator import RoomsSimulator
from tests.contract.adapters.in_process import InProcess
from tests.contract.adapters.rooms.conftest import BASE_URL, OTHER_ROOM, PERSONS, ROOM, START
from tests.contract.adapters.rooms.test_series import a_series, load
from tests.kit.search import examples

PATTERNS = (
    Pattern(kind=PatternKind.DAILY),
    Pattern(kind=PatternKind.DAILY, interval=3),
    Pattern(
        kind=PatternKind.WEEKLY,
        interval=2,
        weekdays=frozenset({Weekday.TUESDAY, Weekday.SUNDAY}),
    ),
    Pattern(kind=PatternKind.ABSOLUTE_MONTHLY, day_of_month=31),
    Pattern(
        kind=PatternKind.RELATIVE_MONTHLY,
        weekdays=frozenset({Weekday.FRIDAY}),
        index=WeekIndex.LAST,
    ),
)
SWITCHES = {
    "refusal": ("4xx", "200"),
    "timestamps": ("zone", "naive"),
    "series_conflicts": ("refused", "left_out", "without_room"),
    "series_week_start": ("monday", "sunday"),
    "series_short_months": ("last", "skipped"),
    "series_fifth_week": ("last", "fifth"),
    "validation_state": ("0 valid", "2 valid"),
    "series_link": ("every_item", "first_item"),
}

places = st.integers(0, 7)
wishes = st.fixed_dictionaries(
    {
        "pattern": st.sampled_from(PATTERNS),
        "many": st.integers(1, 8),
        "room": st.sampled_from([ROOM, OTHER_ROOM]),
        "zone": st.sampled_from(["Europe/Zurich", "America/New_York"]),
        "keeps": st.booleans(),
        "cancelled": st.sets(places, max_size=2),
        "moved": st.dictionaries(places, st.sampled_from([-2, 0.5, 3, 20]), max_size=2),
        "elsewhere": st.sets(places, max_size=1),
        "taken": st.sets(places, max_size=3),
        "switches": st.fixed_dictionaries({n: st.sampled_from(o) for n, o in SWITCHES.items()}),
    }
)


def wanted(wish):
    draft = a_series(wish["pattern"], many=wish["many"], room=wish["room"])
    dates = []
    for at, plain in enumerate(draft.dates):
        date = plain
        if at in wish["moved"]:
            by = timedelta(hours=wish["moved"][at])
            date = replace(date, time=Interval(date.time.start + by, date.time.end + by))
        if at in wish["elsewhere"]:
            date = replace(date, resource=OTHER_ROOM if wish["room"] == ROOM else ROOM)
        if at not in wish["cancelled"]:
            dates.append(date)
    return replace(draft, dates=tuple(dates) or draft.dates[:1], keeps_roomless=wish["keeps"])


def occupy(simulator, draft, places):
    """Let Beat be there before us on some of the dates."""
    beat = simulator.house.store.persons[12]
    for at in sorted(places):
        if at < len(draft.dates):
            date = draft.dates[at]
            change = Change(
                title="Beat",
                begin=date.time.start + timedelta(minutes=30),
                end=date.time.end,
                resource_id=draft.resource_of(date),
            )
            try:
                quick_book(simulator.house, beat, change)
            except Exception:  # noqa: BLE001, S112 - closed there: nobody is in the way then
                continue


async def outcome_of(wish):
    clock = VirtualClock(START)
    simulator = RoomsSimulator(clock=clock)
    load(simulator, zone=wish["zone"])
    for name, value in wish["switches"].items():
        simulator.switches.set(name, value)
    draft = wanted(wish)
    occupy(simulator, draft, wish["taken"])
    foreign = set(simulator.house.store.bookings)
    connection = RoomsConnection(
        base_url=BASE_URL,
        mandator="Default",
        login=RoomsLogin(api_key=simulator.registration.api_key),
        clock=clock,
        transport=InProcess(simulator.app),
    )
    rooms = RoomsBookingSystem(connection, person_at=PERSONS.get)
    series = RoomsSeries(connection, rooms, person_at=PERSONS.get)
    outcome = None
    try:
        outcome = await series.confirm_series(await series.open_series(draft))
    except SeriesNotTakenError:
        pass
    finally:
        await connection.aclose()
        await simulator.aclose()
    mine = {
        b.id: b
        for b in simulator.house.store.bookings.values()
        if b.is_active and b.id not in foreign and b.resource_id != 9900
    }
    return simulator, draft, outcome, mine


@examples(40)
@given(wishes)
def test_what_is_answered_is_what_is_there(wish):
    simulator, draft, outcome, mine = asyncio.run(outcome_of(wish))

    assert simulator.house.store.drafts == {}
    if outcome is None:
        assert mine == {}
        return
    assert [a.date for a in outcome.answers] == list(draft.dates)
    booked = {a.booking.booking_id: a for a in outcome.answers if a.booking is not None}
    assert set(booked) == set(mine)
    for number, answer in booked.items():
        stored = mine[number]
        assert (stored.begin, stored.end) == (answer.date.time.start, answer.date.time.end)
        room = 105 if answer.refusal else draft.resource_of(answer.date)
        assert (stored.resource_id, stored.series_id) == (room, outcome.series_id)
    for answer in outcome.answers:
        if answer.refusal is not None:
            assert stands_in_the_way(simulator, draft, answer.date)


def stands_in_the_way(simulator, draft, date):
    """Ask the simulator itself whether somebody else or the house is against a date."""
    store = simulator.house.store
    asked = occupying(
        replace(
            blank(store, store.persons[11]),
            begin=date.time.start,
            end=date.time.end,
            resource_id=draft.resource_of(date),
        ),
        store.resources[draft.resource_of(date)],
    )
    return list(slot_reasons(store, asked, simulator.house.now()))
