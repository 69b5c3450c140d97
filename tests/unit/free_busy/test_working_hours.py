"""Who works when: days, zones, shifts over midnight, changes of the clocks."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.domain.free_busy.schedule import USUAL_HOURS, WorkingHours
from core.domain.interval import Interval
from core.domain.series import WORKING_DAYS, Weekday

ZURICH, NEW_YORK = ZoneInfo("Europe/Zurich"), ZoneInfo("America/New_York")


def on(day: int, hour: int, minute: int = 0, *, minutes: int = 60, zone=ZURICH, month: int = 3):
    start = datetime(2026, month, day, hour, minute, tzinfo=zone)
    return Interval(start, start.astimezone(UTC) + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("span", "zone", "is_covered"),
    [
        (on(3, 8), ZURICH, True),
        (on(3, 16), ZURICH, True),
        (on(3, 16, 30), ZURICH, False),
        (on(3, 7, 45), ZURICH, False),
        (on(7, 10), ZURICH, False),
        (on(3, 14), NEW_YORK, True),
        (on(3, 9), NEW_YORK, False),
        (on(3, 16, minutes=17 * 60), ZURICH, False),
        (on(30, 8), ZURICH, True),
        (on(30, 7), ZURICH, False),
    ],
)
def test_a_span_lies_within_one_working_day_of_the_own_zone(span, zone, is_covered):
    assert USUAL_HOURS.cover(span, zone) is is_covered


def test_a_shift_over_midnight_belongs_to_the_day_it_begins_on():
    night = WorkingHours(frozenset({Weekday.FRIDAY}), time(22), time(6))
    assert night.cover(on(6, 23, minutes=240), ZURICH)
    assert night.cover(on(7, 3), ZURICH)
    assert not night.cover(on(7, 23), ZURICH)
    assert not night.cover(on(6, 3), ZURICH)


def test_midnight_to_midnight_is_the_whole_day():
    always = WorkingHours(WORKING_DAYS, time(0), time(0))
    assert always.cover(on(3, 0, minutes=24 * 60), ZURICH)
    assert not always.cover(on(7, 12), ZURICH)
