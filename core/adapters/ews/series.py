"""A series with its exceptions and deleted dates: one request, two where there are exceptions."""

from datetime import UTC, datetime

from core.adapters.ews.client import EwsConnection
from core.adapters.ews.item_reader import ItemReader, kind_of
from core.adapters.ews.item_shape import COLUMNS, PEOPLE, SERIES, shape
from core.adapters.ews.items import Items
from core.adapters.ews.recurrences import read_recurrence
from core.adapters.ews.xml import Element, child, children, text
from core.adapters.exchange.series_dates import SeriesDates
from core.adapters.exchange.series_parts import exceptions_of, malformed
from core.domain.event import Event, EventKind, EventPlace
from core.domain.event_series import EventSeries
from core.domain.ids import EventId
from core.errors import (
    InvalidPayloadError,
    MalformedSeriesError,
    NotASeriesError,
    StaleVersionError,
)


class SeriesReader:
    """Reads masters; see `ExchangeCalendar.get_series` for the errors."""

    def __init__(self, connection: EwsConnection, items: Items, reader: ItemReader) -> None:
        self._connection, self._items, self._reader = connection, items, reader

    async def read(self, place: EventPlace, event_id: EventId) -> EventSeries:
        """Return a series; an exception that is gone meanwhile is a StaleVersionError."""
        wanted = shape(*COLUMNS, *PEOPLE, *SERIES, link=self._reader.link)
        item = await self._items.get(place, event_id, wanted)
        _require_master(item, place)
        zone = self._connection.zone_of(place.mailbox)
        master = self._reader.event(place, item, zone)
        recurrence = read_recurrence(item, master)
        dates = SeriesDates(master, recurrence)
        told = [EventId(_id(one)) for one in children(item, "ModifiedOccurrences")]
        exceptions = exceptions_of(master, dates, await self._dates(master, told))
        cancelled = {
            found.original_start
            for one in children(item, "DeletedOccurrences")
            if (found := dates.of(_moment(master, text(one, "Start")))) is not None
        }
        return EventSeries(
            master=master,
            recurrence=recurrence,
            exceptions=exceptions,
            cancelled=frozenset(cancelled - exceptions.keys()),
        )

    async def _dates(self, master: Event, ids: list[EventId]) -> list[Event]:
        """Return exceptions; one that cannot be read makes the series unreadable."""
        wanted = shape(*COLUMNS, *PEOPLE, link=self._reader.link)
        zone = self._connection.zone_of(master.place.mailbox)
        found = []
        for _, item in await self._items.fetch(master.place, ids, wanted):
            if item is None:
                raise StaleVersionError(
                    f"a series of mailbox {master.place.mailbox} was changed while it was read"
                )
            try:
                found.append(self._reader.event(master.place, item, zone, master.event_id))
            except InvalidPayloadError as error:
                raise malformed(master, f"one of its dates: {error}") from None
        return found


def _require_master(item: Element, place: EventPlace) -> None:
    kind = kind_of(item)
    if kind in {EventKind.OCCURRENCE, EventKind.EXCEPTION}:
        raise MalformedSeriesError(
            f"a series of mailbox {place.mailbox} is shown as a date of a series"
        )
    if kind is not EventKind.SERIES_MASTER:
        raise no_series(place)


def no_series(place: EventPlace) -> NotASeriesError:
    """Return the error that says that a meeting does not repeat."""
    return NotASeriesError(f"an event of mailbox {place.mailbox} is not, or no more, a series")


def _id(occurrence: Element) -> str:
    found = child(occurrence, "ItemId")
    return "" if found is None else str(found.get("Id") or "")


def _moment(master: Event, told: str) -> datetime:
    try:
        moment = datetime.fromisoformat(told)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise malformed(master, "a deleted date does not say which it is") from None
