"""What of a link is still to come: a single meeting until it ends, a series date by date."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache

from core.domain.ids import ResourceId
from core.domain.interval import Interval
from core.domain.mapping import (
    BookingLink,
    DateLink,
    Mapping,
    MappingState,
    Refusal,
    SeriesLink,
)
from core.domain.series import MalformedRecurrenceError, Recurrence

_WESTERNMOST = timedelta(hours=12)
"""How much later than in UTC a day may end."""


def is_over(mapping: Mapping, now: datetime) -> bool:
    """Tell whether nothing of a link is still to come; of a series, neither date nor rule."""
    if mapping.series is None:
        return mapping.time is not None and mapping.time.end <= now
    if any(True for _ in coming_dates(mapping.series, now)):
        return False
    end = _end_of(mapping.series.recurrence)
    return end is not None and end <= now


def coming_dates(series: SeriesLink, now: datetime) -> Iterator[DateLink]:
    """Yield the dates that have not ended yet, neither by the clock nor by anybody's wish."""
    for date in series.dates:
        if date.state is not MappingState.CANCELLED and time_of(date, series).end > now:
            yield date


def time_of(date: DateLink, series: SeriesLink) -> Interval:
    """Return when a date is; one that was never agreed on is where the rule puts it."""
    if date.time is not None:
        return date.time
    return Interval(date.original_start, date.original_start + series.recurrence.span.length)


def booked_slots(mapping: Mapping) -> set[tuple[ResourceId, Interval]]:
    """Return which resources a link has booked, and when."""
    series = mapping.series
    if series is None:
        time = mapping.time
        return set() if time is None else {(link.resource, time) for link in mapping.bookings}
    return {(link.resource, time_of(d, series)) for d in series.dates for link in d.bookings}


def date_at(series: SeriesLink, time: Interval) -> DateLink | None:
    """Return the date of a series that is at that time, None when none is."""
    return next((date for date in series.dates if time_of(date, series).overlaps(time)), None)


def open_refusals(mapping: Mapping, now: datetime) -> tuple[Refusal, ...]:
    """Return what both sides still disagree on because somebody said no; nothing of the past."""
    if is_over(mapping, now):
        return ()
    dates = () if mapping.series is None else coming_dates(mapping.series, now)
    refusals = (*mapping.refusals, *(refusal for date in dates for refusal in date.refusals))
    return tuple(refusal for refusal in refusals if refusal.is_open)


def is_followed(mapping: Mapping, now: datetime) -> bool:
    """Tell whether changes in Exchange are followed, on every date to come (R-113)."""
    if mapping.state is MappingState.SYNC_DISABLED:
        return False
    dates = () if mapping.series is None else coming_dates(mapping.series, now)
    return all(date.state is not MappingState.SYNC_DISABLED for date in dates)


def next_booking(mapping: Mapping, now: datetime) -> BookingLink | None:
    """Return the booking that a person would be shown: of a series, the next one to come."""
    if mapping.series is not None:
        for date in coming_dates(mapping.series, now):
            if date.bookings:
                return date.bookings[0]
    return mapping.booking


def next_time(mapping: Mapping, now: datetime) -> Interval | None:
    """Return when the meeting is: of a series, the next date to come."""
    if mapping.series is None:
        return mapping.time
    date = next(coming_dates(mapping.series, now), None)
    return mapping.time if date is None else time_of(date, mapping.series)


@lru_cache(maxsize=256)
def _end_of(recurrence: Recurrence) -> datetime | None:
    """Return by when the last date that the rule gives has ended anywhere, None if never."""
    bounds = recurrence.range
    if bounds.last is not None:
        midnight = datetime.combine(bounds.last, time.max, UTC)
        return midnight + _WESTERNMOST + recurrence.span.length
    if bounds.count is None:
        return None
    from core.domain.expansion import occurrences  # noqa: PLC0415 - its library is seldom needed

    try:
        return max((each.time.end for each in occurrences(recurrence)), default=None)
    except MalformedRecurrenceError:
        return None
