"""Incremental reads: EWS's sync state as the cursor (ews-and-security A3).

A state knows no window: the first round walks through the whole calendar and says only what lies in
the window; later ones tell what does not as an id to look at. What left is told by its id alone.
Until the first round is through its cursors say so, before the state.
"""

import logging

from core.adapters.ews.client import EwsConnection
from core.adapters.ews.item_reader import ItemReader, id_of, kind_of, time_of
from core.adapters.ews.item_shape import COLUMNS, MARKS, PEOPLE, calendar_folder, shape
from core.adapters.ews.items import Items, includes_last
from core.adapters.ews.xml import Element, children, m, name_of, text
from core.adapters.exchange.zones import zone_named
from core.domain.event import Event, EventKind, EventPlace
from core.domain.ids import EventId
from core.domain.interval import Interval
from core.errors import CursorExpiredError, InvalidPayloadError, ServiceUnavailableError
from core.ports.exchange import ChangePage

log = logging.getLogger(__name__)

_FIRST_ROUND = "first:"
"""No state begins so: they are base64."""


class ChangeReader:
    """Reads pages of changes: one request for what changed, one for the events themselves."""

    def __init__(
        self, connection: EwsConnection, items: Items, reader: ItemReader, page_size: int
    ) -> None:
        self._connection, self._items, self._reader = connection, items, reader
        self._page_size = page_size

    async def page(self, place: EventPlace, window: Interval, cursor: str | None) -> ChangePage:
        """Return one page; a state that the server does not know is a CursorExpiredError."""
        doing = f"reading the changes of mailbox {place.mailbox}"
        is_first_round = cursor is None or cursor.startswith(_FIRST_ROUND)
        known = None if cursor is None else cursor.removeprefix(_FIRST_ROUND)
        if known == "":
            raise CursorExpiredError(f"a cursor is empty while {doing}")
        request = m("SyncFolderItems", shape(*MARKS), calendar_folder("SyncFolderId"))
        if known is not None:
            request.append(m("SyncState", known))
        request.append(m("MaxChangesReturned", str(self._page_size)))
        reply = await self._connection.one(place, "SyncFolderItems", request, doing)
        state = text(reply, "SyncState")
        if not state:
            raise ServiceUnavailableError(f"EWS gave no sync state while {doing}")
        inside, removed = self._sorted(place, window, reply, tells_outside=not is_first_round)
        events = await self._events(place, inside, removed)
        is_last = includes_last(reply)
        mark = _FIRST_ROUND if is_first_round and not is_last else ""
        return ChangePage(
            events=tuple(events),
            removed=tuple(removed),
            cursor=f"{mark}{state}",
            is_last=is_last,
        )

    def _sorted(
        self, place: EventPlace, window: Interval, reply: Element, *, tells_outside: bool
    ) -> tuple[list[EventId], dict[EventId, None]]:
        """Part changes into ids to read and ids to look at; a repeated one counts once."""
        inside: dict[EventId, None] = {}
        removed: dict[EventId, None] = {}
        zone = zone_named(self._connection.zone_of(place.mailbox))
        for change in children(reply, "Changes"):
            kind = name_of(change)
            if kind == "ReadFlagChange" or not len(change):
                continue
            item = change if kind == "Delete" else change[0]
            event_id = id_of(item)
            inside.pop(event_id, None)
            if kind != "Delete" and self._is_inside(item, window, zone):
                inside[event_id] = None
            elif kind == "Delete" or tells_outside:
                removed[event_id] = None
        return list(inside), removed

    def _is_inside(self, item: Element, window: Interval, zone: object) -> bool:
        """Tell whether to read an item; of a series nobody knows without its rule."""
        if zone is None or kind_of(item) is EventKind.SERIES_MASTER:
            return True
        try:
            return time_of(item, zone).overlaps(window)  # type: ignore[arg-type]
        except InvalidPayloadError:
            return True

    async def _events(
        self, place: EventPlace, ids: list[EventId], removed: dict[EventId, None]
    ) -> list[Event]:
        """Read events; what is gone meanwhile or cannot be read becomes an id to look at."""
        wanted = shape(*COLUMNS, *PEOPLE, link=self._reader.link)
        zone = self._connection.zone_of(place.mailbox)
        events = []
        for event_id, item in await self._items.fetch(place, ids, wanted):
            try:
                if item is not None:
                    events.append(self._reader.event(place, item, zone))
                    continue
            except InvalidPayloadError as error:
                extra = {"mailbox": place.mailbox, "why": str(error)}
                log.warning("change_unreadable", extra=extra)
            removed[event_id] = None
        return events
