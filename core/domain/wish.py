"""Which side a person wants to be right, where both differ (R-845)."""

from enum import StrEnum


class Wish(StrEnum):
    """What the sync is asked to do about a difference."""

    USE_EXCHANGE = "use_exchange"
    USE_ROOMS = "use_rooms"
