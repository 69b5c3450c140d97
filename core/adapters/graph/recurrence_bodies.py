"""A rule as it goes out to Graph: start, end and `recurrence` together, in one zone's wall time."""

from datetime import datetime
from typing import Any

from core.adapters.exchange.series_times import first_day, spans_whole_days
from core.adapters.graph.times import write_wall
from core.domain.event import Event
from core.domain.series import Pattern, PatternKind, Recurrence, SeriesRange

Body = dict[str, Any]


def recurrence_body(recurrence: Recurrence, replaced: Event | None = None) -> Body:
    """Return what makes an event this series, `replaced` being what it was.

    Exchange wants the range to begin with the first date, so it does. No `recurrenceTimeZone`: the
    zone of the start counts then (graph-calendar 3.2). A rule without a date and an unknown zone
    are MalformedSeriesErrors.
    """
    span, day = recurrence.span, first_day(recurrence)
    start = datetime.combine(day, span.start.time())
    body: Body = {
        **write_wall(start, start + span.length, recurrence.zone),
        "recurrence": {
            "pattern": _pattern(recurrence.pattern),
            "range": {**_range(recurrence.range), "startDate": day.isoformat()},
        },
    }
    if replaced is not None and replaced.is_all_day and not spans_whole_days(recurrence.span):
        body["isAllDay"] = False
    return body


def _pattern(pattern: Pattern) -> Body:
    written: Body = {"type": pattern.kind.value, "interval": pattern.interval}
    if pattern.weekdays:
        written["daysOfWeek"] = [day.name.lower() for day in sorted(pattern.weekdays)]
    if pattern.kind is PatternKind.WEEKLY:
        written["firstDayOfWeek"] = pattern.first_weekday.name.lower()
    if pattern.index is not None:
        written["index"] = pattern.index.name.lower()
    if pattern.day_of_month is not None:
        written["dayOfMonth"] = pattern.day_of_month
    if pattern.month is not None:
        written["month"] = pattern.month
    return written


def _range(bounds: SeriesRange) -> Body:
    if bounds.last is not None:
        return {"type": "endDate", "endDate": bounds.last.isoformat()}
    if bounds.count is not None:
        return {"type": "numbered", "numberOfOccurrences": bounds.count}
    return {"type": "noEnd"}
