"""Single dates of a series in Graph: what `DateWriter` reads and writes."""

from core.adapters.exchange.single_dates import DateWriter
from core.adapters.graph.bodies import update_body
from core.adapters.graph.client import GraphConnection
from core.adapters.graph.event_reader import EventReader
from core.adapters.graph.series_reader import SeriesReader
from core.domain.changes import EventChanges
from core.domain.event import Event
from core.domain.interval import Interval


class GraphDates:
    """The hands of one environment's calendar."""

    def __init__(
        self, connection: GraphConnection, events: EventReader, reader: SeriesReader
    ) -> None:
        self._connection, self._events, self._reader = connection, events, reader

    async def instances(self, master: Event, window: Interval) -> list[Event]:
        """Return the dates that a window shows, plain ones and exceptions."""
        return await self._reader.instances(master, window)

    def is_change(self, event: Event, changes: EventChanges) -> bool:
        """Tell whether there is anything to write."""
        return bool(update_body(event, changes, self._events.link_property))

    async def change(
        self, event: Event, changes: EventChanges, version: str, link: str | None
    ) -> Event:
        """Write changes if the date has this version, and return it as it is then."""
        body = update_body(event, changes, self._events.link_property)
        address = self._connection.address(event.place)
        content = await self._connection.read(
            lambda requests: requests.update_event(address, event.event_id, body, version),
            f"changing a date of a series of mailbox {event.place.mailbox}",
        )
        return await self._events.written(event.place, content, link)

    async def delete(self, event: Event, version: str) -> None:
        """Take a date out of its series."""
        address = self._connection.address(event.place)
        await self._connection.send(
            lambda requests: requests.delete_event(address, event.event_id, version),
            f"deleting a date of a series of mailbox {event.place.mailbox}",
        )

    async def delete_series(self, master: Event) -> None:
        """Delete a series without dates."""
        address = self._connection.address(master.place)
        await self._connection.send(
            lambda requests: requests.delete_event(address, master.event_id),
            f"deleting a series without dates of mailbox {master.place.mailbox}",
        )

    async def read(self, event: Event) -> Event:
        """Return a date as it is now."""
        address, expand = self._connection.address(event.place), self._events.link_property.expand
        content = await self._connection.read(
            lambda requests: requests.event(address, event.event_id, expand),
            f"reading a date of a series of mailbox {event.place.mailbox}",
        )
        return await self._events.event(event.place, content)


class SeriesWriter(DateWriter):
    """Writes to the dates of a series of one environment that was read before."""

    def __init__(
        self, connection: GraphConnection, events: EventReader, reader: SeriesReader
    ) -> None:
        super().__init__(GraphDates(connection, events, reader))
