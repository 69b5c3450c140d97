"""The hand of the sweep leaves nothing out, however it is moved (P1)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.stagger import share
from core.domain.sweep_hand import LAP, STEP, Arc, next_arc

NOW = datetime(2026, 3, 2, 7, 12, 50, tzinfo=UTC)
NAMES = [f"contoso/p{number}" for number in range(200)]
IDS = [
    *(f"{number:02x}a7e1c0-0000-4000-8000-000000000000" for number in range(256)),
    "", "00000000", "ffffffff", "FFFFFFFF", "zebra", "~strange", "Ä", "7",
]  # fmt: skip

MOVES = st.lists(st.integers(1, 3 * 3600), min_size=1, max_size=40)
"""Seconds from one run to the next: some come in time, some are lost."""


def moved(until, now):
    """Move the hand as far as it goes; return the arcs."""
    arcs = []
    while (arc := next_arc(until, now)) is not None:
        arcs.append(arc)
        until = arc.end
    return arcs


def passed(arc):
    return {name for name in NAMES if arc.passes(share(name))}


def ids_of(arc):
    first, before = arc.ids
    return {each for each in IDS if first <= each and (not before or each < before)}


def test_one_that_was_never_moved_passes_everything_once():
    arcs = moved(None, NOW)

    assert sorted(name for arc in arcs for name in passed(arc)) == sorted(NAMES)
    assert sorted(each for arc in arcs for each in ids_of(arc)) == sorted(IDS)
    assert arcs[-1].end == NOW


@pytest.mark.parametrize("away", [timedelta(hours=1, seconds=1), timedelta(days=3), -3 * LAP])
def test_after_an_hour_or_with_another_clock_it_passes_everything_once(away):
    arcs = moved(NOW - away, NOW)

    assert sorted(name for arc in arcs for name in passed(arc)) == sorted(NAMES)
    assert sorted(each for arc in arcs for each in ids_of(arc)) == sorted(IDS)


def test_moved_twice_it_passes_nothing_the_second_time():
    assert next_arc(NOW, NOW) is None


def test_one_that_is_slightly_ahead_is_waited_for():
    assert next_arc(NOW + timedelta(seconds=20), NOW) is None


def test_a_step_is_small_and_ends_with_its_lap():
    arcs = moved(NOW - timedelta(minutes=50), NOW)

    assert all(arc.end - arc.start <= STEP for arc in arcs)
    assert [arc.end.hour for arc in arcs if arc.is_last] == [7]
    assert all(arc.lap <= arc.start < arc.end <= arc.lap + LAP for arc in arcs)


def test_every_other_minute_it_passes_about_as_much_as_any_other_time():
    runs = [NOW + timedelta(minutes=2 * number) for number in range(31)]
    counts = [sum(len(passed(arc)) for arc in moved(one, other)) for one, other in pairwise(runs)]

    assert sum(counts) == len(NAMES)
    assert max(counts) <= 20, "on the average seven"


@settings(max_examples=60, deadline=None)
@given(waits=MOVES, killed=st.sets(st.integers(0, 39)))
def test_whenever_it_is_moved_everything_is_passed_within_an_hour_of_its_moves(waits, killed):
    """Runs come when they like, or are killed before they note how far they came."""
    until, now = None, NOW
    last = dict.fromkeys((*NAMES, *IDS), NOW - LAP)
    for number, wait in enumerate(waits):
        now += timedelta(seconds=wait)
        for arc in moved(until, now):
            for each in (*passed(arc), *ids_of(arc)):
                last[each] = now
        if number not in killed:
            until = now
        assert all(now - at <= LAP for at in last.values())


def test_the_places_of_a_lap_have_their_moments():
    arc = Arc(NOW, NOW + STEP)

    assert arc.moment(0) == datetime(2026, 3, 2, 7, tzinfo=UTC)
    assert arc.moment(0.25) == datetime(2026, 3, 2, 7, 15, tzinfo=UTC)
    assert arc.passes(0.25)
    assert not arc.passes(0.3)
