"""When a failed look is tried again: four fast tries, then the vendor's delays (R-(i))."""

from core.errors import RetryClass

FAST_TRIES_S = (2.0, 10.0, 30.0, 120.0)
"""Most troubles are over within minutes: these come before the vendor's own, slower delays."""

HOUR_S = 3600.0

# A draft lives for up to half an hour, one whose answer was lost included: LOCKED outlasts it.
SLOW_TRIES_S: dict[RetryClass, tuple[float, ...]] = {
    RetryClass.DATA_PROCESSING: (300.0,) * 3,
    RetryClass.CONNECTIVITY: (HOUR_S,) * 24,
    RetryClass.AUTHORIZATION: (2 * HOUR_S,) * 8,
    RetryClass.MAILBOX_UNKNOWN: (6 * HOUR_S,) * 4,
    RetryClass.BACK_SYNC: ((60.0,) * 6 + (1800.0,) * 43),
    RetryClass.LOCKED: (180.0,) * 20,
    RetryClass.OTHER: (180.0,) * 3,
}

MOST_LOCKED_TRIES = len(FAST_TRIES_S) + len(SLOW_TRIES_S[RetryClass.LOCKED])
"""After so many tries a lock counts as a refusal: somebody has gone home with an open editor."""

NEVER_FAST = {RetryClass.AUTHORIZATION, RetryClass.MAILBOX_UNKNOWN}
"""Hammering these does harm: accounts get locked, and a mailbox does not appear in seconds."""


def delay_before(attempt: int, kind: RetryClass, retry_after_s: float | None) -> float | None:
    """Return the seconds before try number `attempt` (1 = first retry), None to give up.

    A longer wish of the service (`Retry-After`) wins over the table.
    """
    fast = () if kind in NEVER_FAST else FAST_TRIES_S
    table: tuple[float, ...] = (*fast, *SLOW_TRIES_S[kind])
    if attempt > len(table):
        return None
    return max(table[attempt - 1], retry_after_s or 0.0)
