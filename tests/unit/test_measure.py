"""Measures of the past: shares of latencies, hours made of minutes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.history import Parts
from core.domain.measure import BOUNDS_MS, PARTS, Measure, classed, joined, parts_of_ways

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LATENCIES = st.lists(st.integers(0, 4_000_000), min_size=1, max_size=50)


def measure(minutes=0, **values):
    return Measure(at=NOW + timedelta(minutes=minutes), span_s=300, **values)


def test_without_a_change_there_is_no_latency():
    assert measure().within_ms(0.5) is None


@pytest.mark.parametrize(
    ("latencies", "share", "within"),
    [([100], 1.0, 250.0), ([300, 300], 1.0, 500.0), ([100, 100, 700, 700], 0.5, 250.0)],
)
def test_a_share_is_read_off_its_class(latencies, share, within):
    assert measure(latencies=classed(latencies)).within_ms(share) == within


def test_what_took_longer_than_every_class_is_told_by_the_end_of_the_last_one():
    assert measure(latencies=classed([100, BOUNDS_MS[-1] + 1])).within_ms(1.0) == BOUNDS_MS[-1]


@given(LATENCIES, st.floats(0.01, 1.0))
def test_a_share_lies_in_the_class_of_the_latency_it_stands_for(latencies, share):
    told = measure(latencies=classed(latencies)).within_ms(share)
    wanted = sorted(latencies)[min(len(latencies) - 1, int(share * len(latencies) - 1e-9))]
    above = next((end for end in BOUNDS_MS if wanted <= end), None)
    below = max((end for end in BOUNDS_MS if end < wanted), default=0)
    assert told is not None
    assert below <= told
    assert above is None or told <= above


@given(LATENCIES, LATENCIES)
def test_an_hour_counts_what_its_minutes_counted(first, second):
    hour = joined([measure(0, latencies=classed(first)), measure(5, latencies=classed(second))])
    assert hour.latencies == classed([*first, *second])
    assert (hour.span_s, hour.at) == (600, NOW + timedelta(minutes=5))


def test_of_what_stood_the_most_counts_and_the_unknown_not_at_all():
    hour = joined(
        [
            measure(0, waiting=3, parked=1, changes=2, refused=1),
            measure(5, waiting=None, changes=5, silent=2),
            measure(10, waiting=9, given_up=1),
        ]
    )
    assert (hour.waiting, hour.later, hour.parked, hour.silent) == (9, None, 1, 2)
    assert (hour.changes, hour.refused, hour.given_up) == (7, 1, 1)


PART = st.none() | st.integers(0, 100_000)
WAYS = st.lists(
    st.builds(
        lambda whole, **parts: Parts(**parts).named(whole),
        PART,
        provider_ms=PART,
        queue_ms=PART,
        write_ms=PART,
    ),
    max_size=8,
)


@given(WAYS, WAYS)
def test_parts_of_ways_are_added_where_they_were_noted(first, second):
    hour = joined([measure(0, parts=parts_of_ways(first)), measure(5, parts=parts_of_ways(second))])
    assert hour.parts == parts_of_ways([*first, *second])
    for part in hour.parts:
        noted = [way[part.name] for way in (*first, *second) if part.name in way]
        assert (part.total_ms, part.number) == (sum(noted), len(noted))
        assert part.mean_ms == sum(noted) / len(noted)
    assert [part.name for part in hour.parts] == [
        name for name in PARTS if any(name in way for way in (*first, *second))
    ]


def test_what_is_neither_waiting_nor_writing_is_our_own():
    assert Parts(provider_ms=9, queue_ms=20, write_ms=30).named(100) == {
        "provider": 9,
        "queue": 20,
        "own": 50,
        "write": 30,
    }
    assert Parts(queue_ms=80, write_ms=30).own_ms(100) == 0
    assert Parts(queue_ms=80).named(100) == {"queue": 80}
    assert Parts(queue_ms=8, write_ms=3).own_ms(None) is None
