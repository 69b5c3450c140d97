"""The rules of histories by name, as Graph and as ROOMS write them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from tests.kit.recurring import WORKING_DAYS, daily, items, recurring, weekly

type Body = dict[str, Any]

LAST = {"daysOfWeek": WORKING_DAYS, "index": "last"}
IN_GRAPH: dict[str, Callable[..., Body]] = {
    "weekly": lambda **limits: weekly(_weekday(limits["start"]), **limits),
    "every other week": lambda **limits: weekly(_weekday(limits["start"]), interval=2, **limits),
    "two days a week": lambda **limits: weekly("tuesday", "thursday", **limits),
    "daily": daily,
    "every third day": lambda **limits: daily(interval=3, **limits),
    "monthly": lambda **limits: recurring(
        "absoluteMonthly", dayOfMonth=date.fromisoformat(limits["start"]).day, **limits
    ),
    "last working days": lambda **limits: recurring("relativeMonthly", **LAST, **limits),
}
IN_ROOMS: dict[str, Callable[[str], Body]] = {
    "weekly": lambda _: items("Weekly"),
    "every other week": lambda _: items("Weekly", interval=2),
    "two days a week": lambda _: items("Weekly", days=[2, 4]),
    "daily": lambda _: items("Daily"),
    "every third day": lambda _: items("Daily", interval=3),
    "monthly": lambda start: items("Monthly", dayOfMonth=date.fromisoformat(start).day),
    "last working days": lambda _: items("MonthlyNth", dayOfWeek=4, dayOfWeekInMonth=1),
}
"""ROOMS has first Tuesdays instead of last working days (R-600)."""


def in_graph(name: str, number: int, start: str) -> Body:
    """Return a recurrence of Graph with a number of dates."""
    return IN_GRAPH[name](times=number, start=start)


def in_rooms(name: str, number: int, start: str) -> Body:
    """Return the same for ROOMS."""
    return IN_ROOMS[name](start) | {"iterations": number}


def _weekday(day: str) -> str:
    return f"{date.fromisoformat(day):%A}".lower()
