"""Delta rounds on the calendar view (graph-calendar 2)."""

import logging

from core.adapters.graph.client import GraphConnection
from core.adapters.graph.event_reader import EventReader
from core.adapters.graph.paging import read_page
from core.adapters.graph.payloads import EventPayload, Page
from core.domain.event import Event, EventKind, EventPlace
from core.domain.ids import EventId
from core.domain.interval import Interval
from core.errors import CursorExpiredError, InvalidPayloadError, ServiceUnavailableError
from core.ports.exchange import ChangePage

log = logging.getLogger(__name__)


class DeltaReader:
    """Reads one page at a time; a cursor is the service's own link, opaque and used verbatim."""

    def __init__(self, connection: GraphConnection, events: EventReader, page_size: int) -> None:
        self._connection, self._events, self._page_size = connection, events, page_size

    async def page(self, place: EventPlace, window: Interval, cursor: str | None) -> ChangePage:
        """Return one page; a cursor that this host did not make is CursorExpiredError."""
        doing = f"reading the changes of mailbox {place.mailbox}"
        page = read_page(await self._content(place, window, cursor, doing), doing)
        following = page.next_link or page.delta_link
        if not following:
            raise ServiceUnavailableError(
                f"Graph's changes of mailbox {place.mailbox} have neither next nor delta link"
            )
        if not self._connection.is_own_link(following):
            raise InvalidPayloadError(
                f"Graph's changes of mailbox {place.mailbox} go on at another host"
            )
        events, removed = await self._sorted(place, page)
        return ChangePage(
            events=tuple(events.values()),
            removed=tuple(removed),
            cursor=following,
            is_last=not page.next_link,
        )

    async def _content(
        self, place: EventPlace, window: Interval, cursor: str | None, doing: str
    ) -> dict[str, object]:
        if cursor is None:
            address = self._connection.address(place)
            return await self._connection.read(
                lambda requests: requests.delta(address, window, self._page_size), doing
            )
        if not self._connection.is_own_link(cursor):
            raise CursorExpiredError(f"the cursor of mailbox {place.mailbox} is of another host")
        return await self._connection.follow(cursor, doing, self._page_size)

    async def _sorted(
        self, place: EventPlace, page: Page
    ) -> tuple[dict[EventId, Event], dict[EventId, None]]:
        """Part a page into events and ids to look at; of repeated items the last one counts.

        Plain dates of a series come as stubs without subject: they are left to their master, which
        becomes an id to look at if it is not in the page itself (S15). So does what cannot be read:
        reading it alone tells what is wrong.
        """
        events: dict[EventId, Event] = {}
        removed: dict[EventId, None] = {}
        masters: set[str] = set()
        for item in page.value:
            event_id = _id_of(item)
            events.pop(event_id, None)
            removed.pop(event_id, None)
            try:
                payload = EventPayload.read(item, "change")
                if payload.is_removed:
                    removed[event_id] = None
                elif payload.kind is EventKind.OCCURRENCE:
                    masters.add(payload.series_master_id)
                else:
                    events[event_id] = await self._events.of_payload(place, payload)
            except InvalidPayloadError as error:
                extra = {"mailbox": place.mailbox, "why": str(error)}
                log.warning("change_unreadable", extra=extra)
                if event_id:
                    removed[event_id] = None
        for master in sorted(masters - events.keys() - {""}):
            removed[EventId(master)] = None
        return events, removed


def _id_of(item: object) -> EventId:
    found = item.get("id") if isinstance(item, dict) else None
    return EventId(found if isinstance(found, str) else "")
