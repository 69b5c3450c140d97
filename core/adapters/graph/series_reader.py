"""A series with its exceptions and deleted dates, as one mailbox shows it (graph-calendar 3.1).

Graph hands both out with the master. Where it does not, they follow from what it shows in a window.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.adapters.exchange.series_dates import MOST_INSTANCES, SeriesDates
from core.adapters.exchange.series_parts import exceptions_of, malformed, planned
from core.adapters.graph.cancelled_dates import cancelled_in
from core.adapters.graph.client import GraphConnection
from core.adapters.graph.event_reader import EventReader
from core.adapters.graph.paging import items
from core.adapters.graph.payloads import EventPayload
from core.adapters.graph.recurrences import read_recurrence
from core.adapters.graph.series_payloads import SeriesPayload
from core.domain.event import Event, EventKind, EventPlace
from core.domain.event_series import EventSeries
from core.domain.ids import EventId
from core.domain.interval import Interval
from core.errors import (
    InvalidPayloadError,
    MalformedSeriesError,
    NotASeriesError,
    ServiceUnavailableError,
)
from core.ports.clock import Clock

log = logging.getLogger(__name__)

type Proof = Callable[[EventPlace, EventId, Interval], Awaitable[bool]]
"""Tells whether a calendar view shows an event; `ExchangeCalendar.is_in_calendar`."""


class SeriesReader:
    """Reads a series in one request, in two where Graph does not hand out its dates."""

    def __init__(
        self, connection: GraphConnection, events: EventReader, clock: Clock, is_in_calendar: Proof
    ) -> None:
        self._connection, self._events, self._clock = connection, events, clock
        self._is_in_calendar = is_in_calendar
        self._hands_out_dates = True

    async def read(self, place: EventPlace, event_id: EventId) -> EventSeries:
        """Return a series; see `ExchangeCalendar.get_series` for the errors.

        A date that is told as an exception and as deleted is there.
        """
        payload = _read_master(await self._content(place, event_id), place)
        master = await self._events.of_payload(place, payload)
        recurrence = read_recurrence(payload.recurrence, master, payload.original_start_time_zone)
        dates = SeriesDates(master, recurrence)
        cancelled, all_understood = cancelled_in(payload.cancelled_occurrences or (), dates)
        told = payload.exception_occurrences
        parts = [await self._date(master, item) for item in told or ()]
        if told is None or payload.cancelled_occurrences is None or not all_understood:
            window = dates.window(self._clock.now())
            shown = await self.instances(master, window)
            if told is None:
                parts = [part for part in shown if part.kind is EventKind.EXCEPTION]
            cancelled |= await self._missing(master, dates, window, shown)
        exceptions = exceptions_of(master, dates, parts)
        return EventSeries(
            master=master,
            recurrence=recurrence,
            exceptions=exceptions,
            cancelled=frozenset(cancelled - exceptions.keys()),
        )

    async def instances(self, master: Event, window: Interval) -> list[Event]:
        """Return the dates that a window shows, plain ones and exceptions, in one request.

        One that cannot be read is a MalformedSeriesError: nothing would tell it from a deleted one.
        """
        address = self._connection.address(master.place)
        expand, most = self._events.link_property.expand, MOST_INSTANCES
        doing = f"reading the dates of a series of mailbox {master.place.mailbox}"
        try:
            first = await self._connection.read(
                lambda requests: requests.instances(address, master.event_id, window, expand, most),
                doing,
            )
        except InvalidPayloadError:
            # Graph has no word of its own for what has become a single event meanwhile.
            _read_master(await self._asked(master.place, master.event_id), master.place)
            raise
        found = items(self._connection, first, doing, most)
        return [await self._date(master, item) async for item in found]

    async def _content(self, place: EventPlace, event_id: EventId) -> dict[str, Any]:
        """Ask for all at once; where that is refused, for the master alone, from then on."""
        if self._hands_out_dates:
            try:
                return await self._asked(place, event_id, with_dates=True)
            except InvalidPayloadError:
                content = await self._asked(place, event_id)
            self._hands_out_dates = False
            log.warning("series_dates_not_handed_out")
            return content
        return await self._asked(place, event_id)

    async def _asked(
        self, place: EventPlace, event_id: EventId, *, with_dates: bool = False
    ) -> dict[str, Any]:
        address = self._connection.address(place)
        expand = self._events.link_property.expand
        return await self._connection.read(
            lambda requests: requests.series(address, event_id, expand, with_dates=with_dates),
            f"reading a series of mailbox {place.mailbox}",
        )

    async def _date(self, master: Event, content: object) -> Event:
        """Return one date; its original start counts whatever kind it says it is."""
        try:
            payload = EventPayload.read(content, "date of a series")
            event = await self._events.of_payload(master.place, payload)
        except InvalidPayloadError as error:
            raise malformed(master, f"one of its dates: {error}") from None
        start = payload.original_start
        if start is None and event.kind is EventKind.OCCURRENCE:
            start = event.time.start
        return replace(event, original_start=start)

    async def _missing(
        self, master: Event, dates: SeriesDates, window: Interval, shown: Sequence[Event]
    ) -> set[datetime]:
        """Return the dates that a window should show and does not.

        An empty answer proves nothing: then the calendar must not show the series either.
        """
        present = {planned(master, dates, part).original_start for part in shown}
        certain = dates.certain_in(window)
        is_empty = bool(certain) and not shown
        if is_empty and await self._is_in_calendar(master.place, master.event_id, window):
            raise ServiceUnavailableError(
                f"Graph shows no date of a series of mailbox {master.place.mailbox},"
                " but its calendar does"
            )
        return {o.original_start for o in certain} - present


def _read_master(content: object, place: EventPlace) -> SeriesPayload:
    payload = SeriesPayload.read(content, "series")
    if payload.kind in {EventKind.OCCURRENCE, EventKind.EXCEPTION}:
        # No series becomes one of its dates: taken for a single meeting, all others would end.
        raise MalformedSeriesError(
            f"a series of mailbox {place.mailbox} is shown as a date of a series"
        )
    if payload.kind is not EventKind.SERIES_MASTER:
        raise NotASeriesError(f"an event of mailbox {place.mailbox} is not, or no more, a series")
    return payload
