"""What is sent to ROOMS about series: patterns in the vendor's words (rooms-api 4, 7).

Series end by a number of dates, never by a day: whether `endDate` is a local day, a day of UTC or
an instant is not documented, a number means the same in each reading.
"""

from core.adapters.rooms.requests import Body, iso
from core.domain.ids import ResourceId
from core.domain.interval import Interval
from core.domain.series import Pattern, PatternKind, WeekIndex

_LAST_WEEK = 5


def series_body(context: int, pattern: Pattern, iterations: int) -> Body:
    """Return a ReservationCreateSerieModel; the pattern must be one that ROOMS knows."""
    body: Body = {
        "tempdataContextId": context,
        "interval": pattern.interval,
        "endByDate": False,
        "iterations": iterations,
    }
    match pattern.kind:
        case PatternKind.DAILY:
            return body | {"recurrenceType": "Daily"}
        case PatternKind.WEEKLY:
            days = sorted((day + 1) % 7 for day in pattern.weekdays)
            return body | {"recurrenceType": "Weekly", "days": days}
        case PatternKind.ABSOLUTE_MONTHLY:
            return body | {"recurrenceType": "Monthly", "dayOfMonth": pattern.day_of_month}
        case PatternKind.RELATIVE_MONTHLY:
            (day,) = pattern.weekdays
            week = _LAST_WEEK if pattern.index is WeekIndex.LAST else int(pattern.index or 1)
            relative = {"dayOfWeek": 2 ** ((day + 1) % 7), "dayOfWeekInMonth": week}
            return body | {"recurrenceType": "MonthlyNth"} | relative
        case _:
            raise ValueError(f"ROOMS has no {pattern.kind} series")


def move_body(context: int, item: int, time: Interval, resource: ResourceId) -> Body:
    """Return a ReservationUpdateSerieItemModel."""
    return {
        "tempdataContextId": context,
        "id": item,
        "newStart": iso(time.start),
        "newEnd": iso(time.end),
        "newResourceId": resource,
    }
