"""ROOMS is read by its own stamps, whatever its clock says and whatever its filter does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.stamps import change_stamp
from core.sync.watermark import FAR, FUTURE, MOST_SEEN, OVERLAP, Watermark
from tests.kit.search import examples

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def stamp(moment: datetime) -> str:
    return change_stamp(moment.isoformat())


class Rooms:
    """Bookings with stamps of a clock that may be wrong, and a filter that means what it wants."""

    def __init__(self, reading: str = ">=") -> None:
        self.stamps: dict[str, str] = {}
        self.reading = reading

    def find(self, since: str) -> dict[str, str]:
        readings: dict[str, Callable[[str], bool]] = {
            ">=": lambda s: s >= since,
            ">": lambda s: s > since,
            "date": lambda s: s[:10] >= since[:10],
            "ignored": lambda _: True,
        }
        return {n: s for n, s in self.stamps.items() if not since or readings[self.reading](s)}


def poll(rooms: Rooms, known: Watermark, now: datetime, *, is_far: bool = False):
    since = known.since(now, is_far=is_far)
    found = rooms.find(since)
    changed = known.unseen(found, since)
    return known.moved(found, changed, now) if changed else known, set(changed)


@pytest.mark.parametrize("reading", [">=", ">", "date", "ignored"])
@pytest.mark.parametrize("hours", [0, 0.02, -0.02, 5, -5, 23, -23, 100, -100])
@given(changes=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=25))
@examples(15)
def test_every_change_is_found_once_whatever_constant_time_rooms_has(reading, hours, changes):
    rooms, known, now = Rooms(reading), Watermark(), NOW
    known, _ = poll(rooms, known, now)
    for number, (booking, minutes) in enumerate(changes):
        now += MINUTE * minutes + timedelta(milliseconds=number + 1)
        rooms.stamps[str(booking)] = stamp(now + timedelta(hours=hours))
        known, changed = poll(rooms, known, now, is_far=number % 4 == 3)
        assert changed == {str(booking)}
        known, changed = poll(rooms, known, now)
        assert changed == set()


def test_two_changes_with_one_stamp_are_both_found():
    rooms, known = Rooms(">"), Watermark()
    rooms.stamps["1"] = stamp(NOW)
    known, _ = poll(rooms, known, NOW)
    rooms.stamps["2"] = stamp(NOW)
    assert poll(rooms, known, NOW)[1] == {"2"}


def test_a_change_that_becomes_visible_late_is_found_within_the_overlap():
    rooms, known = Rooms(), Watermark()
    rooms.stamps["1"] = stamp(NOW)
    known, _ = poll(rooms, known, NOW)
    rooms.stamps["2"] = stamp(NOW - OVERLAP)
    assert poll(rooms, known, NOW)[1] == {"2"}


@pytest.mark.parametrize("back", [timedelta(minutes=5), timedelta(hours=1), timedelta(hours=2.9)])
def test_a_clock_that_is_set_back_hides_changes_for_ten_minutes_at_most(back):
    rooms, known = Rooms(), Watermark()
    rooms.stamps |= {"1": stamp(NOW), "2": stamp(NOW)}
    known, _ = poll(rooms, known, NOW)
    rooms.stamps["2"] = stamp(NOW + MINUTE - back)
    known, changed = poll(rooms, known, NOW + MINUTE)
    assert changed == set()
    known, changed = poll(rooms, known, NOW + 10 * MINUTE, is_far=True)
    assert changed == {"2"}
    rooms.stamps["1"] = stamp(NOW + 11 * MINUTE - back)
    assert poll(rooms, known, NOW + 11 * MINUTE)[1] == {"1"}


def test_a_clock_that_was_a_day_ahead_and_is_right_now_hides_nothing():
    rooms, known = Rooms(), Watermark()
    rooms.stamps["1"] = stamp(NOW + timedelta(hours=24))
    known, _ = poll(rooms, known, NOW)
    rooms.stamps["2"] = stamp(NOW + 5 * MINUTE)
    known, changed = poll(rooms, known, NOW + 10 * MINUTE, is_far=True)
    assert changed == {"2"}


def test_a_stamp_of_the_far_future_leads_nobody():
    rooms, known = Rooms(), Watermark()
    rooms.stamps |= {"1": stamp(NOW), "2": "2099-01-01T00:00:00.000000Z"}
    known, _ = poll(rooms, known, NOW)
    assert known.stamp == stamp(NOW)
    rooms.stamps["1"] = stamp(NOW + MINUTE)
    assert poll(rooms, known, NOW + MINUTE)[1] == {"1"}
    assert stamp(NOW + FUTURE) > known.stamp


def test_what_is_no_time_begins_anew_each_time_and_is_still_seen_once():
    rooms, known = Rooms("ignored"), Watermark()
    rooms.stamps["1"] = "0001-01-01T00:00:00"
    known, changed = poll(rooms, known, NOW)
    assert (changed, known.since(NOW, is_far=False)) == ({"1"}, "")
    assert poll(rooms, known, NOW)[1] == set()


def test_so_many_stamps_are_remembered_and_the_newest():
    found = {str(n): stamp(NOW + timedelta(milliseconds=n)) for n in range(MOST_SEEN + 10)}
    known = Watermark().moved(found, found, NOW)
    assert len(known.seen) == MOST_SEEN
    assert "0" not in known.seen
    assert str(MOST_SEEN + 9) in known.seen


def test_what_is_older_than_the_far_look_is_forgotten():
    known = Watermark(stamp(NOW), {"1": stamp(NOW - FAR - MINUTE), "2": stamp(NOW - FAR + MINUTE)})
    assert set(known.moved({}, {"3": stamp(NOW)}, NOW).seen) == {"2"}
