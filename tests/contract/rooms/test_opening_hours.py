"""Opening hours: local wall times in, UTC out, over changes of the clock."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devstack.rooms.model.opening import (
    ALWAYS_OPEN,
    closed_intervals,
    open_intervals,
    parse_opening_hours,
)

ZURICH = ZoneInfo("Europe/Zurich")
YEAR_MINUTES = 365 * 24 * 60
moments = st.integers(0, YEAR_MINUTES).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("rules", "weekday", "expected"),
    [
        ({"mon-fri": "07:00-19:00"}, 4, ((420, 1140),)),
        ({"mon-fri": "07:00-19:00"}, 5, ()),
        ({"sat,sun": "8:00-12:00,13:00-24:00"}, 6, ((480, 720), (780, 1440))),
        ({"fri-mon": "09:00-10:00"}, 0, ((540, 600),)),
        ({"mon-sun": "07:00-19:00", "wed": "closed"}, 2, ()),
        ({}, 3, ((0, 1440),)),
    ],
)
def test_rules_are_read_by_day(rules, weekday, expected):
    day = datetime(2026, 3, 2 + weekday, tzinfo=UTC).date()

    assert parse_opening_hours(rules).on(day) == expected


@pytest.mark.parametrize(
    "rules",
    [
        {"monday": "07:00-19:00"},
        {"mon": "7-19"},
        {"mon": "19:00-07:00"},
        {"mon": "07:00-24:30"},
        {"mon": "07:61-08:00"},
        {"": "07:00-08:00"},
    ],
)
def test_rules_that_make_no_sense_are_refused(rules):
    with pytest.raises(ValueError, match="opening hours"):
        parse_opening_hours(rules)


def test_the_hours_follow_the_change_to_summer_time():
    hours = parse_opening_hours({"mon-sun": "07:00-19:00"})

    days = open_intervals(hours, ZURICH, utc("2026-03-28T12:00"), utc("2026-03-29T12:00"))

    assert (utc("2026-03-28T06:00"), utc("2026-03-28T18:00")) in days
    assert (utc("2026-03-29T05:00"), utc("2026-03-29T17:00")) in days


def test_neighbouring_days_without_a_gap_are_one_interval():
    hours = parse_opening_hours({"mon-sun": "00:00-24:00"})

    assert closed_intervals(hours, ZURICH, utc("2026-03-03T12:00"), utc("2026-03-06T12:00")) == []


@given(
    start=moments, hours=st.integers(1, 200), weekday=st.sampled_from(["mon-fri", "sat", "tue-thu"])
)
def test_open_and_closed_never_overlap_and_fill_the_window(start, hours, weekday):
    rules = parse_opening_hours({weekday: "07:30-12:00,13:00-18:15"})
    end = start + timedelta(hours=hours)
    opened = [
        (max(a, start), min(b, end))
        for a, b in open_intervals(rules, ZURICH, start, end)
        if a < end and start < b
    ]

    pieces = sorted(opened + closed_intervals(rules, ZURICH, start, end))

    assert pieces[0][0] == start
    assert pieces[-1][1] == end
    assert all(one[1] == other[0] for one, other in pairwise(pieces))


def test_always_open_is_never_closed():
    assert (
        closed_intervals(ALWAYS_OPEN, ZURICH, utc("2026-03-28T00:00"), utc("2026-04-28T00:00"))
        == []
    )
