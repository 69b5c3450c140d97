"""Single dates of a series on premises: what `DateWriter` reads and writes.

A window shows dates without their people: plain ones have their master's. EWS deletes whatever
version an item has, so that one is looked at just before: a plain date was, to learn its id.
"""

from dataclasses import replace

from core.adapters.ews.client import EwsConnection
from core.adapters.ews.item_reader import PARTS, ItemReader, kind_of, version_of
from core.adapters.ews.item_shape import COLUMNS, PEOPLE, shape
from core.adapters.ews.item_values import change_fields
from core.adapters.ews.items import Items
from core.adapters.ews.series import no_series
from core.adapters.ews.writing import EventWriter
from core.adapters.ews.xml import text
from core.adapters.exchange.links import linked
from core.adapters.exchange.series_parts import malformed
from core.domain.changes import EventChanges
from core.domain.event import Event, EventKind
from core.domain.ids import EventVersion, ICalUid, series_uid
from core.domain.interval import Interval
from core.errors import (
    InvalidPayloadError,
    NotFoundError,
    ServiceUnavailableError,
    StaleVersionError,
)


class EwsDates:
    """The hands of one environment's calendars."""

    def __init__(
        self, connection: EwsConnection, items: Items, reader: ItemReader, writer: EventWriter
    ) -> None:
        self._connection, self._items, self._reader = connection, items, reader
        self._writer = writer

    async def instances(self, master: Event, window: Interval) -> list[Event]:
        """Return the dates that a window shows, plain ones and exceptions.

        NotASeriesError where it shows a single meeting instead: the caller keeps it as such.
        """
        wanted = shape(*COLUMNS, link=self._reader.link)
        zone = self._connection.zone_of(master.place.mailbox)
        found, uid = [], series_uid(master.ical_uid)
        async for item in self._items.view(master.place, window, wanted):
            kind = kind_of(item)
            if series_uid(ICalUid(text(item, "UID"))) != uid:
                continue
            if kind is EventKind.SINGLE_INSTANCE:
                raise no_series(master.place)
            if kind not in PARTS:
                continue
            try:
                event = self._reader.event(master.place, item, zone, master.event_id)
            except InvalidPayloadError as error:
                raise malformed(master, f"one of its dates: {error}") from None
            found.append(
                replace(
                    event,
                    invitees=master.invitees,
                    organizer_address=master.organizer_address,
                )
            )
        return found

    def is_change(self, event: Event, changes: EventChanges) -> bool:
        """Tell whether there is anything to write."""
        return bool(change_fields(event, changes, self._reader.link))

    async def change(
        self, event: Event, changes: EventChanges, version: str, link: str | None
    ) -> Event:
        """Write changes if the date has this version, and return it as it is then."""
        asked = replace(event, version=EventVersion(version))
        written = await self._writer.update(asked, changes) or event.event_id
        try:
            return linked(await self.read(replace(event, event_id=written)), link)
        except (NotFoundError, InvalidPayloadError) as error:
            raise ServiceUnavailableError(f"the outcome of a write is unknown: {error}") from None

    async def delete(self, event: Event, version: str) -> None:
        """Take a date out of its series; an exception is looked at first."""
        if version and event.kind is EventKind.EXCEPTION:
            now = await self._items.get(event.place, event.event_id, shape())
            if version_of(now) != version:
                raise StaleVersionError(
                    f"a date of a series of mailbox {event.place.mailbox} has another version"
                )
        await self._writer.remove(event.place, event.event_id)

    async def delete_series(self, master: Event) -> None:
        """Delete a series without dates."""
        await self._writer.remove(master.place, master.event_id)

    async def read(self, event: Event) -> Event:
        """Return a date as it is now."""
        wanted = shape(*COLUMNS, *PEOPLE, link=self._reader.link)
        item = await self._items.get(event.place, event.event_id, wanted)
        zone = self._connection.zone_of(event.place.mailbox)
        return self._reader.event(event.place, item, zone, event.series_master)
