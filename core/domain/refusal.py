"""Why ROOMS does not take a booking, as far as it can be told."""

from enum import StrEnum


class RefusalCode(StrEnum):
    """The reasons of R-404; `OTHER` where ROOMS gave a reason that fits none."""

    OCCUPIED = "occupied"
    BLOCKING_TIME = "blocking_time"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    NOT_ALLOWED = "not_allowed"
    OTHER = "other"
