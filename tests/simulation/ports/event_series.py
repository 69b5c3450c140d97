"""Series straight from the model of Exchange.

A series is read in one request. What is written to single dates is written by the product's own
`SeriesWriter`, request by request, each of which can fail or be the last: only where it sends them
is another place.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from core.adapters.exchange.links import linked
from core.adapters.exchange.series_dates import SeriesDates
from core.adapters.exchange.series_parts import exceptions_of
from core.adapters.graph.recurrences import read_recurrence
from core.adapters.graph.series_writer import SeriesWriter
from core.domain.event import Event, EventPlace
from core.domain.event_series import EventSeries
from core.domain.ids import EventId
from core.domain.interval import Interval
from core.errors import InvalidPayloadError, MalformedSeriesError, NotASeriesError
from core.ports.exchange import DateChange
from devstack.exchange.graph.errors import invalid_request
from devstack.exchange.graph.event_body import read_edit
from devstack.exchange.graph.recurrences import recurrence_json
from devstack.exchange.model.item import Item
from devstack.exchange.model.recurrence import Recurrence
from tests.simulation.ports.event_values import EventValues
from tests.simulation.ports.exchange_line import Addresses, Asked, Asking, ExchangeLine
from tests.simulation.ports.mailbox_zones import MailboxZones, Unsettled


@dataclass(frozen=True, slots=True)
class _Shown:
    """A series as one answer shows it."""

    master: Event | Unsettled
    rule: dict[str, Any]
    entered_in: str
    cancelled: frozenset[date]
    exceptions: list[Event | Unsettled]


class SeriesOfModel:
    """Reads series, writes to their dates; also the writes that single events share with them."""

    def __init__(
        self, line: ExchangeLine, addresses: Addresses, values: EventValues, zones: MailboxZones
    ) -> None:
        self._line, self._addresses = line, addresses
        self._values, self._zones = values, zones
        self._deeds = line.simulator.deeds
        self.link_property = values.link_property
        way = _Way(self)
        self._writer = SeriesWriter(way, self, self)

    async def read(self, place: EventPlace, event_id: EventId) -> EventSeries:
        """Return a series; see `ExchangeCalendar.get_series` for the errors."""
        asking = Asking(
            port="get_series",
            operation="event.read",
            doing=f"reading a series of mailbox {place.mailbox}",
        )
        model = self._line.simulator.model

        def shown(asked: Asked) -> _Shown | None:
            master = self._deeds.read(asked.opened, event_id, is_service=True)
            if master.is_part_of_series:
                raise MalformedSeriesError(
                    f"a series of mailbox {place.mailbox} is shown as a date of a series"
                )
            if not master.is_master or master.recurrence is None:
                return None
            return _Shown(
                master=self.told(place, master),
                rule=self._rule(master, master.recurrence),
                entered_in=self._values.zone_name(master.content.start),
                cancelled=master.cancelled_days,
                exceptions=[self.told(place, part) for part in model.series.exceptions(master)],
            )

        told = await self._line.ask(
            asking, f"events/{event_id}", shown, self._addresses.address(place)
        )
        if told is None:
            raise NotASeriesError(
                f"an event of mailbox {place.mailbox} is not, or no more, a series"
            )
        master = await self._zones.settled(told.master)
        recurrence = read_recurrence(told.rule, master, told.entered_in)
        dates = SeriesDates(master, recurrence)
        named = (dates.on(day) for day in told.cancelled)
        cancelled = {found.original_start for found in named if found is not None}
        parts = [await self._zones.settled(part) for part in told.exceptions]
        exceptions = exceptions_of(master, dates, parts)
        return EventSeries(
            master=master,
            recurrence=recurrence,
            exceptions=exceptions,
            cancelled=frozenset(cancelled - exceptions.keys()),
        )

    async def change_dates(
        self, series: EventSeries, changes: Mapping[datetime, DateChange]
    ) -> EventSeries:
        """Change or delete dates, one request each."""
        return await self._writer.change_dates(series, changes)

    async def write(
        self,
        place: EventPlace,
        event_id: EventId,
        body: dict[str, Any],
        version: str,
        *,
        port: str,
        doing: str,
    ) -> Event | Unsettled:
        """Save members of an event or date, if it still has this version; empty: whatever it is."""
        sim, address = self._line.simulator, self._addresses.address(place)
        asking = Asking(port=port, operation="event.update", doing=doing, reads=False)

        def update(asked: Asked) -> Event | Unsettled:
            item = self._deeds.changeable(asked.opened, event_id)
            edit = read_edit(body, subject_max=int(sim.switches["subject_max"]))
            before = item.values()
            item = self._deeds.update(asked.opened, item, edit, version or None, asked.by)
            asked.entry.changed = item.values() != before
            return self._zones.told(place, item, self._values.bare)

        return await self._line.ask(asking, f"events/{event_id}", update, address)

    async def delete(
        self, place: EventPlace, event_id: EventId, version: str, *, port: str, doing: str
    ) -> None:
        """Delete an event or date, if it still has this version; empty: whatever it is."""
        asking = Asking(port=port, operation="event.delete", doing=doing, reads=False)

        def delete(asked: Asked) -> None:
            item = self._deeds.item(asked.opened, event_id)
            self._deeds.delete(asked.opened, item, version or None, asked.by)
            asked.changed()

        address = self._addresses.address(place)
        await self._line.ask(asking, f"events/{event_id}", delete, address)

    async def instances(self, master: Event, window: Interval) -> list[Event]:
        """Return the dates that a window shows; NotASeriesError if it is no series any more."""
        place, series = master.place, self._line.simulator.model.series
        doing = f"reading the dates of a series of mailbox {place.mailbox}"

        def members(asked: Asked) -> list[Event | Unsettled]:
            item = self._deeds.item(asked.opened, master.event_id)
            if not item.is_master:
                raise invalid_request("The item is not the master of a series.")
            shown = series.members(item, window.start, window.end)
            return [self.told(place, part) for part in shown]

        try:
            found = await self._line.ask(
                Asking(port="change_dates", operation="event.instances", doing=doing),
                f"events/{master.event_id}/instances",
                members,
                self._addresses.address(place),
            )
        except InvalidPayloadError:
            await self.read(place, master.event_id)
            raise
        return [await self._zones.settled(told) for told in found]

    def told(self, place: EventPlace, item: Item) -> Event | Unsettled:
        """Show an item with its link."""
        return self._zones.told(place, item, self._values.event)

    async def event(self, place: EventPlace, told: Event | Unsettled) -> Event:  # noqa: ARG002 - as of a SeriesWriter's reader
        """Return what was told."""
        return await self._zones.settled(told)

    async def read_date(
        self, place: EventPlace, event_id: EventId, doing: str
    ) -> Event | Unsettled:
        """Return one date as it is now."""
        return await self._line.ask(
            Asking(port="change_dates", operation="event.read", doing=doing),
            f"events/{event_id}",
            lambda asked: self.told(
                place, self._deeds.read(asked.opened, event_id, is_service=True)
            ),
            self._addresses.address(place),
        )

    async def written(self, place: EventPlace, told: Event | Unsettled, link: str | None) -> Event:  # noqa: ARG002 - as event
        """Return what a write answered, with the link that is known."""
        return linked(await self._zones.settled(told), link)

    def _rule(self, item: Item, rule: Recurrence) -> dict[str, Any]:
        where = rule.range.zone or item.content.start.zone
        return recurrence_json(
            rule, self._values.zone_name(replace(item.content.start, zone=where))
        )


type _Request = Callable[[str], Awaitable[Any]]
"""A request as it is built: it leaves when it is told what it is for."""


class _Requests:
    """The requests of a SeriesWriter; a mailbox is named by its place."""

    def __init__(self, series: SeriesOfModel) -> None:
        self._series = series

    def update_event(
        self, place: EventPlace, event_id: EventId, body: dict[str, Any], version: str
    ) -> _Request:
        return lambda doing: self._series.write(
            place, event_id, body, version, port="change_dates", doing=doing
        )

    def delete_event(self, place: EventPlace, event_id: EventId, version: str = "") -> _Request:
        return lambda doing: self._series.delete(
            place, event_id, version, port="change_dates", doing=doing
        )

    def event(self, place: EventPlace, event_id: EventId, _expand: str) -> _Request:
        return lambda doing: self._series.read_date(place, event_id, doing)


class _Way:
    """What a SeriesWriter takes for its connection to Graph."""

    def __init__(self, series: SeriesOfModel) -> None:
        self._requests = _Requests(series)

    def address(self, place: EventPlace) -> EventPlace:
        return place

    async def read(self, build: Callable[[_Requests], _Request], doing: str) -> Any:
        return await build(self._requests)(doing)

    send = read
