"""The dates of a series as meetings of their own: what is seen of each, by the link of all."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from core.domain.booking import Booking, BookingStatus
from core.domain.event import Event, EventKind
from core.domain.event_series import EventSeries
from core.domain.ids import BookingId
from core.domain.interval import Interval
from core.domain.mapping import DateLink, MappingState, SeriesLink
from core.domain.mapping import Mapping as Link
from core.domain.remaining import time_of
from core.sync.observed import Observed
from core.sync.series.views import date_event, link_as_mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenDate:
    """One date, by its original start, and what is seen of it."""

    original_start: datetime
    seen: Observed


def known_bookings(series: SeriesLink, window: Interval) -> frozenset[BookingId]:
    """Return the bookings that the dates in a span are known to have."""
    return frozenset(
        link.booking_id
        for date in series.dates
        if date.state is not MappingState.CANCELLED and time_of(date, series).overlaps(window)
        for link in date.bookings
    )


def seen_dates(
    link: Link,
    events: Iterable[Event],
    bookings: Mapping[BookingId, Booking],
    gone: frozenset[BookingId],
    window: Interval,
) -> Iterator[SeenDate]:
    """Yield the dates within a span that one side shows and that are not too far ahead yet.

    `bookings` are all that were read of the series, `gone` those that ROOMS does not know.
    """
    series = link.series
    if series is None:
        return
    shown = {event.original_start or event.time.start: event for event in events}
    known = {date.original_start: date for date in series.dates}
    for start in sorted(shown.keys() | known.keys()):
        date, event = known.get(start), shown.get(start)
        if date is None:
            if series.horizon is not None and start > series.horizon:
                continue
            date = DateLink(original_start=start, state=MappingState.CREATING)
        is_in = event is not None or time_of(date, series).overlaps(window)
        if not is_in or (event is None and (date.is_deleted or _is_ended(date, bookings))):
            continue
        yield SeenDate(original_start=start, seen=_seen(link, date, event, bookings, gone))


def _is_ended(date: DateLink, bookings: Mapping[BookingId, Booking]) -> bool:
    """Tell whether nothing of a date is left on either side."""
    living = (bookings.get(link.booking_id) for link in date.bookings)
    return not any(b is not None and b.status is not BookingStatus.CANCELLED for b in living)


def _seen(
    link: Link,
    date: DateLink,
    event: Event | None,
    bookings: Mapping[BookingId, Booking],
    gone: frozenset[BookingId],
) -> Observed:
    own = {each.booking_id for each in date.bookings}
    return Observed(
        mapping=link_as_mapping(link, date),
        event=None if event is None else as_single(event, link),
        event_gone=event is None,
        bookings=tuple(booking for n, booking in bookings.items() if n in own),
        bookings_gone=gone & own,
        refusals=date.refusals,
    )


def as_single(event: Event, link: Link) -> Event:
    """Return a date as an event of its own, with the link and the id of its series."""
    return replace(
        event,
        kind=EventKind.SINGLE_INSTANCE,
        event_id=event.series_master or event.event_id,
        appointment_oid=link.id,
    )


def dates_shown(series: EventSeries, window: Interval) -> list[Event]:
    """Return the dates of a series in Exchange that share a moment with a span, moved or not."""
    from core.domain.expansion import occurrences_in  # noqa: PLC0415 - its library is seldom needed

    plain = {
        each.original_start: date_event(series, each.original_start, each.time)
        for each in occurrences_in(series.recurrence, window)
        if each.original_start not in series.cancelled
    }
    own = {start: date_event(series, start, each.time) for start, each in series.exceptions.items()}
    return [event for event in (plain | own).values() if event.time.overlaps(window)]


def strays(link: Link, bookings: Iterable[Booking]) -> list[Booking]:
    """Return living bookings that carry a series' link and are of none of its dates."""
    return [
        booking
        for booking in bookings
        if link.link_of(booking.booking_id) is None and booking.status.occupies
    ]
