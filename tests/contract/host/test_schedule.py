"""When timers are due."""

from datetime import UTC, datetime, timedelta

import pytest

from devstack.host.schedule import parse_schedule

MONDAY = datetime(2026, 3, 2, 7, 0, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "following"),
    [
        ("0 */5 * * * *", datetime(2026, 3, 2, 7, 5, tzinfo=UTC)),
        ("*/30 * * * * *", datetime(2026, 3, 2, 7, 0, 30, tzinfo=UTC)),
        ("0 30 9 * * Sat", datetime(2026, 3, 7, 9, 30, tzinfo=UTC)),
        ("*/5 * * * *", datetime(2026, 3, 2, 7, 5, tzinfo=UTC)),
        ("00:00:10", MONDAY + timedelta(seconds=10)),
        ("1.00:00:00", MONDAY + timedelta(days=1)),
    ],
)
def test_the_next_due_moment_is_later_than_now(schedule, following):
    assert parse_schedule(schedule).next_after(MONDAY) == following


@pytest.mark.parametrize("moment", [MONDAY, MONDAY.replace(microsecond=0)])
def test_the_latest_due_moment_may_be_now(moment):
    assert parse_schedule("0 * * * * *").latest_until(moment) == MONDAY.replace(microsecond=0)


@pytest.mark.parametrize("schedule", ["", "0 0 25 * * *", "every minute", "00:00:00", "1 2 3"])
def test_what_is_no_schedule_is_refused_with_its_text(schedule):
    with pytest.raises(ValueError, match="schedule"):
        parse_schedule(schedule)
