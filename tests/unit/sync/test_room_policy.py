"""What a resource mailbox would decline, as far as its policy is known (R-900, R-901)."""

from datetime import UTC, datetime, timedelta

import pytest

from core.domain.interval import Interval
from core.domain.room_policy import (
    REFRESH_AFTER,
    VALID_FOR,
    AutomateProcessing,
    PolicyCopy,
    PolicyState,
    RoomPolicy,
)
from core.sync.room_policy import DeclineReason, why_declined

NOW = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
TOMORROW = Interval(NOW + timedelta(days=1), NOW + timedelta(days=1, hours=1))


def in_days(ahead, **length):
    start = NOW + timedelta(days=ahead)
    return Interval(start, start + timedelta(**(length or {"hours": 1})))


def test_without_a_policy_nothing_is_declined():
    assert why_declined(None, TOMORROW, NOW) is None


def test_values_that_were_not_delivered_decline_nothing():
    assert why_declined(RoomPolicy(), in_days(2000, days=10), NOW, is_series=True) is None


def test_longer_than_the_maximum_is_declined():
    policy = RoomPolicy(maximum_duration_minutes=60)
    assert why_declined(policy, in_days(1, minutes=60), NOW) is None
    assert why_declined(policy, in_days(1, minutes=61), NOW) is DeclineReason.TOO_LONG


def test_a_maximum_of_zero_is_no_limit():
    assert why_declined(RoomPolicy(maximum_duration_minutes=0), in_days(1, days=5), NOW) is None


def test_beyond_the_window_is_declined():
    policy = RoomPolicy(booking_window_days=30)
    assert why_declined(policy, in_days(29), NOW) is None
    assert why_declined(policy, in_days(32), NOW) is DeclineReason.TOO_FAR_AHEAD


def test_on_the_edge_of_the_window_exchange_is_asked():
    """Which midnight ends the window is not known: a day's doubt is left to the mailbox."""
    policy = RoomPolicy(booking_window_days=30)
    assert why_declined(policy, in_days(30.9), NOW) is None


def test_a_window_of_zero_days_is_today():
    policy = RoomPolicy(booking_window_days=0)
    assert why_declined(policy, in_days(0), NOW) is None
    assert why_declined(policy, in_days(2), NOW) is DeclineReason.TOO_FAR_AHEAD


def test_a_room_without_series_declines_them_and_nothing_else():
    policy = RoomPolicy(allow_recurring_meetings=False)
    assert why_declined(policy, TOMORROW, NOW) is None
    assert why_declined(policy, TOMORROW, NOW, is_series=True) is DeclineReason.SERIES


@pytest.mark.parametrize("processing", [AutomateProcessing.NONE, AutomateProcessing.AUTO_UPDATE])
def test_a_mailbox_that_does_not_answer_by_itself_applies_no_rules(processing):
    policy = RoomPolicy(automate_processing=processing, maximum_duration_minutes=10)
    assert why_declined(policy, TOMORROW, NOW) is None


def test_rules_apply_when_it_is_not_said_who_answers():
    policy = RoomPolicy(maximum_duration_minutes=10)
    assert why_declined(policy, TOMORROW, NOW) is DeclineReason.TOO_LONG


STRICT = RoomPolicy(automate_processing=AutomateProcessing.AUTO_ACCEPT, maximum_duration_minutes=10)


def test_a_copy_is_refreshed_after_a_day_and_dies_after_three():
    copy = PolicyCopy(policy=STRICT, fetched_at=NOW)
    assert not copy.is_due(NOW + REFRESH_AFTER - timedelta(seconds=1))
    assert copy.is_due(NOW + REFRESH_AFTER)
    assert copy.usable(NOW + VALID_FOR - timedelta(seconds=1)) == STRICT
    assert copy.usable(NOW + VALID_FOR) is None


def test_a_failed_refresh_keeps_the_copy_but_not_for_longer():
    copy = PolicyCopy(policy=STRICT, fetched_at=NOW, failed_at=NOW + timedelta(hours=71))
    assert copy.usable(NOW + timedelta(hours=71)) == STRICT
    assert copy.usable(NOW + timedelta(hours=72)) is None


STATES = {
    PolicyState.NOT_FETCHED: PolicyCopy(),
    PolicyState.FETCH_FAILED: PolicyCopy(failed_at=NOW, failure="NotPermittedError"),
    PolicyState.APPLIED: PolicyCopy(policy=STRICT, fetched_at=NOW),
    PolicyState.STALE: PolicyCopy(
        policy=STRICT, fetched_at=NOW - timedelta(hours=30), failed_at=NOW
    ),
    PolicyState.NO_RULES: PolicyCopy(fetched_at=NOW),
    PolicyState.NOT_AUTO_ACCEPTING: PolicyCopy(
        policy=RoomPolicy(automate_processing=AutomateProcessing.NONE), fetched_at=NOW
    ),
}


@pytest.mark.parametrize("state", PolicyState)
def test_every_state_is_told(state):
    assert STATES[state].state(NOW) is state


def test_a_copy_that_expired_counts_as_failed():
    old = PolicyCopy(policy=STRICT, fetched_at=NOW - timedelta(days=4))
    assert old.state(NOW) is PolicyState.FETCH_FAILED


def test_values_that_were_not_delivered_are_named():
    copy = PolicyCopy(policy=STRICT, fetched_at=NOW)
    assert "booking_window_days" in copy.undelivered()
    assert "maximum_duration_minutes" not in copy.undelivered()
    assert PolicyCopy().undelivered() == ()
