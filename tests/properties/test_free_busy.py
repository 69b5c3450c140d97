"""Cells, sets of time and suggestions against what is slow and plain: minute by minute."""

import itertools
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from core.domain.free_busy.cells import Grid, exchange_cells, rooms_cells
from core.domain.free_busy.deviations import DeviationKind, deviations
from core.domain.free_busy.occupation import Occupation, Occupied
from core.domain.free_busy.schedule import OCCUPYING, RANK, BusyTime, WorkingHours
from core.domain.free_busy.spans import Busy, clipped, united, without
from core.domain.free_busy.suggestions import Participant, Place, Wish, suggestions
from core.domain.ids import ResourceId
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.domain.series import Weekday
from tests.kit.search import examples

# The night in which Zurich's clocks go forward is in it.
START = datetime(2026, 3, 28, 20, tzinfo=UTC)
LAST = 16 * 60
ZURICH = ZoneInfo("Europe/Zurich")
EVERY_DAY = frozenset(Weekday)


def span(first: int, length: int) -> Interval:
    start = START + timedelta(minutes=first)
    return Interval(start, start + timedelta(minutes=length))


SPANS = st.builds(span, st.integers(-200, LAST + 200), st.integers(0, 400))
BUSY = st.builds(BusyTime, SPANS, st.sampled_from(list(ShowAs)))
WINDOWS = st.builds(span, st.integers(0, LAST // 2), st.integers(1, LAST // 2))


def minutes_of(spans) -> set[int]:
    return {
        minute
        for each in spans
        for minute in range(
            round((each.start - START).total_seconds() / 60),
            round((each.end - START).total_seconds() / 60),
        )
    }


def touches(time: Interval, cell: Interval) -> bool:
    if time.start == time.end:
        return cell.start <= time.start < cell.end
    return time.overlaps(cell)


@examples(80)
@given(st.lists(BUSY, max_size=8), WINDOWS, st.integers(5, 200))
def test_a_cell_shows_the_strongest_of_what_touches_it(busy, window, minutes):
    grid = Grid(window, minutes)
    cells = grid.cells()
    assert len(cells) == len(grid)
    assert (cells[0].start, cells[-1].end) == (window.start, window.end)
    assert all(one.end == other.start for one, other in itertools.pairwise(cells))
    for cell, mark in zip(cells, exchange_cells(busy, grid), strict=True):
        here = [RANK[each.show_as] for each in busy if touches(each.time, cell)]
        assert RANK[mark] == max(here, default=0)


@examples(60)
@given(st.lists(st.builds(Occupied, SPANS, st.sampled_from(Occupation)), max_size=8), WINDOWS)
def test_of_a_room_the_first_kind_counts(occupied, window):
    order, grid = list(Occupation), Grid(window, 30)
    for cell, mark in zip(grid.cells(), rooms_cells(occupied, grid), strict=True):
        here = [order.index(each.kind) for each in occupied if touches(each.time, cell)]
        assert (None if mark is None else order.index(mark)) == min(here, default=None)


@examples(80)
@given(st.lists(SPANS, max_size=8), st.lists(SPANS, max_size=8), WINDOWS)
def test_sets_of_time_are_sets_of_minutes(some, others, window):
    assert minutes_of(united(some)) == minutes_of(some)
    assert minutes_of(without(some, others)) == minutes_of(some) - minutes_of(others)
    assert minutes_of(clipped(some, window)) == minutes_of(some) & minutes_of([window])
    kept = united(some)
    assert all(one.end < other.start for one, other in itertools.pairwise(kept))
    assert Busy(some).is_free(window.start, window.end) == (
        not minutes_of(some) & minutes_of([window])
    )


@examples(80)
@given(
    st.lists(st.builds(Occupied, SPANS, st.sampled_from(Occupation)), max_size=6),
    st.lists(BUSY, max_size=6),
    WINDOWS,
    st.booleans(),
)
def test_each_minute_is_a_deviation_of_the_side_that_has_it_alone(occupied, busy, window, holds):
    rooms = [
        Occupied(each.time, each.kind, is_expected=each.kind is Occupation.BOOKING)
        for each in occupied
    ]
    found = deviations(rooms, busy, window, holds_buffers=holds)
    explains = {Occupation.BOOKING, Occupation.PENDING} | ({Occupation.BUFFER} if holds else set())
    inside = minutes_of([window])
    taken = minutes_of(b.time for b in busy if b.show_as in OCCUPYING) & inside
    booked = minutes_of(o.time for o in rooms if o.is_expected) & inside
    told = {kind: minutes_of(d.time for d in found if d.kind is kind) for kind in DeviationKind}
    assert told[DeviationKind.ONLY_IN_ROOMS] == booked - taken
    explained = minutes_of(o.time for o in rooms if o.kind in explains)
    assert told[DeviationKind.ONLY_IN_EXCHANGE] == taken - explained


PEOPLE = st.lists(
    st.builds(
        Participant,
        st.sampled_from(["anna", "marc", "lea"]),
        st.lists(BUSY, max_size=5).map(tuple),
        st.builds(
            WorkingHours,
            st.just(EVERY_DAY),
            st.sampled_from([time(0), time(6), time(22)]),
            st.sampled_from([time(0), time(4), time(12)]),
        ),
        st.sampled_from([ZURICH, ZoneInfo("America/New_York")]),
    ),
    max_size=3,
    unique_by=lambda each: each.key,
)
PLACES = st.lists(
    st.builds(
        Place,
        id=st.integers(1, 5).map(ResourceId),
        name=st.sampled_from(["Eiger", "Säntis"]),
        blocked=st.lists(SPANS, max_size=4).map(tuple),
        lead=st.sampled_from([timedelta(0), timedelta(minutes=15)]),
        follow_up=st.sampled_from([timedelta(0), timedelta(minutes=20)]),
        spare=st.integers(0, 3),
    ),
    max_size=4,
    unique_by=lambda each: each.id,
)


def is_possible(suggestion, people, places):
    during = minutes_of([suggestion.time])
    for person in people:
        hard = [b.time for b in person.busy if b.show_as in {ShowAs.BUSY, ShowAs.OUT_OF_OFFICE}]
        soft = [b.time for b in person.busy if b.show_as is ShowAs.TENTATIVE]
        if during & minutes_of(hard) or not person.working.cover(suggestion.time, person.zone):
            return False
        if (person.key in suggestion.tentative) != bool(during & minutes_of(soft)):
            return False
    for place in places or ():
        around = minutes_of(
            [Interval(suggestion.time.start - place.lead, suggestion.time.end + place.follow_up)]
        )
        if (place.id in suggestion.resources) == bool(around & minutes_of(place.blocked)):
            return False
    return places is None or bool(suggestion.resources)


@examples(80)
@given(PEOPLE, st.none() | PLACES, WINDOWS, st.sampled_from([15, 30, 90]), st.randoms())
def test_a_suggestion_holds_and_is_always_the_same(people, places, window, minutes, random):
    wish = Wish(window=window, duration=timedelta(minutes=minutes), zone=ZURICH, step_minutes=15)
    found = suggestions(wish, people, places)
    for each in found:
        assert window.start <= each.time.start
        assert each.time.end <= window.end
        assert each.time.start.minute % 15 == 0
        assert is_possible(each, people, places)
    times = sorted(each.time for each in found)
    assert all(one.end <= other.start for one, other in itertools.pairwise(times))
    random.shuffle(people)
    if places is not None:
        random.shuffle(places)
    assert suggestions(wish, people, places) == found


@examples(60)
@given(PEOPLE, WINDOWS)
def test_the_first_suggestion_is_the_earliest_that_troubles_the_fewest(people, window):
    wish = Wish(window=window, duration=timedelta(minutes=30), zone=ZURICH, step_minutes=15)
    first = next(iter(suggestions(wish, people, None)), None)
    start = START
    best = None
    while start + wish.duration <= window.end:
        time_ = Interval(start, start + wish.duration)
        start += timedelta(minutes=15)
        if time_.start < window.start:
            continue
        hard = {ShowAs.BUSY, ShowAs.OUT_OF_OFFICE}
        if any(b.time.overlaps(time_) and b.time.start < b.time.end and b.show_as in hard
               for p in people for b in p.busy):  # fmt: skip
            continue
        if not all(p.working.cover(time_, p.zone) for p in people):
            continue
        maybe = sum(
            any(b.time.overlaps(time_) and b.time.start < b.time.end for b in p.busy
                if b.show_as is ShowAs.TENTATIVE)
            for p in people
        )  # fmt: skip
        if best is None or (maybe, time_) < best:
            best = (maybe, time_)
    assert (None if first is None else (len(first.tentative), first.time)) == best
