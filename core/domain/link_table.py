"""What the table of links says of itself: whether it holds all links that there are."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCondition:
    """Since when links are kept in this table, and since when they are being rebuilt, if they are.

    A table that says nothing of itself is a new one, or one that was wiped.
    """

    since: datetime
    rebuilding_since: datetime | None = None
