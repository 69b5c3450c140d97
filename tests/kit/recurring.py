"""Short words for recurrences, as Graph and as ROOMS write them, and for the days they mean."""

from datetime import date, timedelta
from typing import Any

FIRST_DAY = "2026-03-03"
"""The Tuesday after the Monday on which scenarios begin."""
AT = "09:00-10:00"
FIRST = f"{FIRST_DAY} {AT}"
WORKING_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]

type Body = dict[str, Any]


def recurring(
    kind: str,
    *,
    times: int | None = None,
    until: str | None = None,
    start: str = FIRST_DAY,
    zone: str | None = None,
    interval: int = 1,
    **pattern: Any,
) -> Body:
    """Return a recurrence of Graph: a number of `times`, `until` a day (included), or endless."""
    limits: Body = {"type": "noEnd", "startDate": start}
    if times is not None:
        limits |= {"type": "numbered", "numberOfOccurrences": times}
    if until is not None:
        limits |= {"type": "endDate", "endDate": until}
    if zone is not None:
        limits["recurrenceTimeZone"] = zone
    return {"pattern": {"type": kind, "interval": interval, **pattern}, "range": limits}


def weekly(*days: str, **more: Any) -> Body:
    """Return Tuesdays, if nothing else is said."""
    return recurring("weekly", daysOfWeek=list(days or ["tuesday"]), **more)


def daily(**more: Any) -> Body:
    return recurring("daily", **more)


def items(kind: str = "Weekly", number: int = 6, **more: Any) -> Body:
    """Return the recurrence of ROOMS with a number of items."""
    return {"recurrenceType": kind, "interval": 1, "iterations": number} | more


def every(days: int, number: int, start: str = FIRST_DAY) -> list[str]:
    """Return that many days, so far apart."""
    first = date.fromisoformat(start)
    return [str(first + timedelta(days=days * n)) for n in range(number)]
