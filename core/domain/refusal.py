"""Why a resource cannot be had, as far as it can be told."""

from enum import StrEnum


class RefusalCode(StrEnum):
    """The reasons of R-404 as ROOMS gives them, then those that are Exchange's or our own.

    `TOO_EARLY` is a booking too far ahead of its time, `TOO_LATE` one too close to it or past;
    `LOCKED` is open in somebody's editor for longer than it is waited for (R-315),
    `NOT_ALLOWED` a no without a known reason, `OTHER` a blocker of a kind that is not known.
    `DECLINED`: the resource mailbox has said no, `KEPT_FREE`: because it keeps that time free
    before or after another meeting (D8), `WOULD_DECLINE`: its policy says that it would
    (R-900, R-901); `NOT_SYNCED`: the organizer is none of ours (D5), `DIRECT_ITEM`: made in the
    resource mailbox itself (D6), `SECOND_RESOURCE`: one resource per meeting (D7), `BEFORE_SYNC`:
    booked before the sync of its people began, and never shown in Exchange (D11); `UNPAIRED`: it
    carries a link, and its other side was not found when all links were rebuilt (S05).
    """

    OCCUPIED = "occupied"
    BLOCKING_TIME = "blocking_time"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    TOO_LONG = "too_long"
    TOO_SHORT = "too_short"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    CAPACITY = "capacity"
    INACTIVE = "inactive"
    NO_RIGHT = "no_right"
    PRIVATE_NOT_ALLOWED = "private_not_allowed"
    NOT_ALLOWED = "not_allowed"
    LOCKED = "locked"
    OTHER = "other"
    DECLINED = "declined"
    KEPT_FREE = "kept_free"
    WOULD_DECLINE = "would_decline"
    NOT_SYNCED = "not_synced"
    DIRECT_ITEM = "direct_item"
    SECOND_RESOURCE = "second_resource"
    BEFORE_SYNC = "before_sync"
    UNPAIRED = "unpaired"


DECLINES = frozenset({RefusalCode.DECLINED, RefusalCode.KEPT_FREE})
"""What the resource mailbox has answered itself: nobody asks ROOMS about it."""
