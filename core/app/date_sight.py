"""What a booking's meeting is in Exchange now: a single event, or one date of a series."""

from dataclasses import replace
from datetime import datetime

from core.app.services import Services
from core.domain.event import Event, EventKind
from core.domain.event_series import EventSeries
from core.domain.ids import BookingId
from core.domain.interval import Interval
from core.domain.mapping import Mapping
from core.errors import NotASeriesError, NotFoundError


async def event_now(mapping: Mapping, booking_id: BookingId, services: Services) -> Event | None:
    """Return the event that a booking of a link is of; None when it is not there (any more)."""
    link, series = mapping.event, mapping.series
    if link is None:
        return None
    calendar = services.calendars[mapping.home.environment]
    try:
        if series is None:
            return await calendar.get_event(mapping.home, link.event_id)
        date = series.date_of(booking_id)
        found = await calendar.get_series(mapping.home, link.event_id)
    except (NotFoundError, NotASeriesError):
        return None
    return None if date is None else date_in(found, date.original_start)


def date_in(series: EventSeries, original_start: datetime) -> Event | None:
    """Return one date of a series as an event; None when it was deleted, or the rule has none."""
    if original_start in series.cancelled:
        return None
    if original_start in series.exceptions:
        return series.exceptions[original_start]
    from core.domain.expansion import occurrences_in  # noqa: PLC0415 - its library is seldom needed

    moment = Interval(
        original_start, original_start + (series.master.time.end - series.master.time.start)
    )
    for occurrence in occurrences_in(series.recurrence, moment):
        if occurrence.original_start == original_start:
            return replace(
                series.master,
                kind=EventKind.OCCURRENCE,
                time=occurrence.time,
                series_master=series.master.event_id,
                original_start=original_start,
            )
    return None
