"""Whether a resource mailbox would decline a request, as far as its policy is known (R-901).

Only what is certain is told: a booking is not kept from anybody on a guess, Exchange's own answer
decides what is left open (R-900). Conflicts are not looked at: they depend on the calendar.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from core.domain.interval import Interval
from core.domain.room_policy import RoomPolicy


class DeclineReason(StrEnum):
    """Which rule of the mailbox stands against a request."""

    SERIES = "series"
    TOO_LONG = "too_long"
    TOO_FAR_AHEAD = "too_far_ahead"


def why_declined(
    policy: RoomPolicy | None, time: Interval, now: datetime, *, is_series: bool = False
) -> DeclineReason | None:
    """Return why the mailbox would decline a request for `time`, None if nothing is known.

    `now` is UTC. For a series `time` is one of its occurrences. Missing values and mailboxes that
    do not answer by themselves decline nothing (R-901, section o).
    """
    if policy is None or not policy.is_applied:
        return None
    if is_series and policy.allow_recurring_meetings is False:
        return DeclineReason.SERIES
    longest = policy.maximum_duration_minutes
    if longest and time.end - time.start > timedelta(minutes=longest):
        return DeclineReason.TOO_LONG
    if policy.booking_window_days is not None and time.end > _last_moment(policy, now):
        return DeclineReason.TOO_FAR_AHEAD
    return None


def _last_moment(policy: RoomPolicy, now: datetime) -> datetime:
    """Return a moment that is after the window in every time zone: one day more than it has.

    The window ends at a midnight of the mailbox's zone, which is not known here.
    """
    return now + timedelta(days=(policy.booking_window_days or 0) + 1)
