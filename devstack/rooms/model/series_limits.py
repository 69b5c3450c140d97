"""How long a series may be: the limits of the user groups (R-604).

Somebody in several groups has the highest value of each limit; who has none is not limited. The
absolute limit counts items, whatever the model parameter 32 says.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from devstack.rooms.model.series import Kind, Pattern

MODEL_PARAMETER_ID = 32
BY_ITERATIONS = "Iteration"
MOST_ITEMS = 1000
"""More items than this no draft takes; the vendor's own bound is not documented."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserGroup:
    """A Benutzergruppe with its limits; None does not limit."""

    id: int
    name: str
    members: frozenset[int] = frozenset()
    daily: int | None = None
    weekly: int | None = None
    monthly: int | None = None
    yearly: int | None = None
    absolute: int | None = None


LIMITS = {
    Kind.DAILY: "daily",
    Kind.WEEKLY: "weekly",
    Kind.MONTHLY: "monthly",
    Kind.MONTHLY_NTH: "monthly",
    Kind.YEARLY: "yearly",
}


def limit_of(groups: list[UserGroup], pattern: Pattern) -> int | None:
    """Return the highest limit for this kind; Monday to Friday counts as daily (R-642)."""
    return _highest(groups, "daily" if pattern.means_every_week_day else LIMITS[pattern.kind])


def most_items(groups: list[UserGroup], pattern: Pattern, model: str) -> int:
    """Return how many items these groups allow."""
    limits = [MOST_ITEMS, _highest(groups, "absolute")]
    if model == BY_ITERATIONS:
        limits.append(limit_of(groups, pattern))
    return min(limit for limit in limits if limit is not None)


def latest_day(groups: list[UserGroup], pattern: Pattern, model: str, first: date) -> date | None:
    """Return the last day that these groups allow, None when only items count."""
    limit = limit_of(groups, pattern)
    if model == BY_ITERATIONS or limit is None:
        return None
    unit = "daily" if pattern.means_every_week_day else LIMITS[pattern.kind]
    if unit in ("daily", "weekly"):
        return first + timedelta(days=limit if unit == "daily" else 7 * limit)
    months = first.year * 12 + first.month - 1 + (limit if unit == "monthly" else 12 * limit)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(first.day, calendar.monthrange(year, month)[1]))


def _highest(groups: list[UserGroup], name: str) -> int | None:
    values = [getattr(group, name) for group in groups]
    known = [value for value in values if value is not None]
    return max(known) if known else None
