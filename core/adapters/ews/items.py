"""Asks a mailbox for items: by id, by a condition, by a window of its calendar."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from core.adapters.ews.client import EwsConnection
from core.adapters.ews.item_shape import calendar_folder, shape
from core.adapters.ews.operations import Refusal, Reply
from core.adapters.ews.xml import Element, child, children, is_true, m, t
from core.domain.event import EventPlace
from core.domain.ids import EventId
from core.domain.interval import Interval
from core.errors import (
    InvalidPayloadError,
    NotFoundError,
    RetryClass,
    RoomSyncError,
    ServiceUnavailableError,
    TransientError,
)

LONGEST_VIEW = timedelta(days=700)
"""A server shows two years at most."""
MOST_IN_VIEW = 500
"""Of a thousand that a server hands out at most: what is more comes in narrower windows."""
AT_ONCE = 50
"""Ids in one request: with bodies left out their answer stays small."""

type Refusals = tuple[type[RoomSyncError], ...]
"""Of one item: those for which it is left out, while any other is raised."""
ANY: Refusals = (RoomSyncError,)
WITHOUT_MASTER: Refusals = (NotFoundError, InvalidPayloadError)
"""Of a date that is gone, or is the only one that its mailbox was invited to."""


class Items:
    """Finds items of one environment's mailboxes; what is read of them is up to others."""

    def __init__(self, connection: EwsConnection) -> None:
        self._connection = connection

    async def get(self, place: EventPlace, event_id: EventId, wanted: Element) -> Element:
        """Return one item with the fields of a shape; NotFoundError when it is not there."""
        doing = f"reading an event of mailbox {place.mailbox}"
        ids = m("ItemIds", t("ItemId", Id=event_id))
        return _item(await self._connection.one(place, "GetItem", m("GetItem", wanted, ids), doing))

    async def fetch(
        self, place: EventPlace, ids: Sequence[EventId], *fields: Element
    ) -> list[tuple[EventId, Element | None]]:
        """Return items by id; what is gone meanwhile or refused by itself is None.

        What the server had no time for is neither: it raises what that is (S22).
        """
        return await self._each(place, [t("ItemId", Id=one) for one in ids], ids, *fields)

    async def fetch_all(
        self, place: EventPlace, ids: Sequence[EventId], *fields: Element
    ) -> list[Element]:
        """Return items by id but for those that are gone; any other refusal is raised.

        Where one that cannot be read would be made again.
        """
        paths = [t("ItemId", Id=one) for one in ids]
        found = await self._each(place, paths, ids, *fields, left_out=(NotFoundError,))
        return [item for _, item in found if item is not None]

    async def masters(
        self, place: EventPlace, dates: Sequence[EventId], *, left_out: Refusals = ANY
    ) -> dict[EventId, EventId]:
        """Return the id of the master of each of these dates of series; `left_out` as it says."""
        paths = [t("RecurringMasterItemId", OccurrenceId=one) for one in dates]
        found = await self._each(place, paths, dates, shape(), left_out=left_out)
        return {one: _id(item) for one, item in found if item is not None}

    async def found(
        self, place: EventPlace, path: Element, value: str, wanted: Element
    ) -> list[Element]:
        """Return the masters and single events whose `path` has a value."""
        doing = f"searching mailbox {place.mailbox}"
        condition = t("IsEqualTo", path, t("FieldURIOrConstant", t("Constant", Value=value)))
        view = m("IndexedPageItemView", MaxEntriesReturned="100", Offset="0", BasePoint="Beginning")
        folder = calendar_folder("ParentFolderIds")
        request = m("FindItem", wanted, view, m("Restriction", condition), folder,
                    Traversal="Shallow")  # fmt: skip
        reply = await self._connection.one(place, "FindItem", request, doing)
        return children(reply, "RootFolder", "Items")

    async def view(
        self, place: EventPlace, window: Interval, wanted: Element
    ) -> AsyncIterator[Element]:
        """Yield what a window shows, series expanded, each once; `wanted` holds columns only."""
        known: set[EventId] = set()
        waiting = [window]
        while waiting:
            part = waiting.pop(0)
            if part.end - part.start > LONGEST_VIEW:
                waiting[:0] = _halves(part)
                continue
            items, is_all = await self._shown(place, part, wanted)
            if not is_all and part.end - part.start > timedelta(hours=1):
                waiting[:0] = _halves(part)
                continue
            for item in items:
                if (found := _id(item)) not in known:
                    known.add(found)
                    yield item

    async def _shown(
        self, place: EventPlace, window: Interval, wanted: Element
    ) -> tuple[list[Element], bool]:
        doing = f"reading the calendar view of mailbox {place.mailbox}"
        bounds = {"StartDate": window.start, "EndDate": window.end}
        view = m(
            "CalendarView",
            MaxEntriesReturned=str(MOST_IN_VIEW),
            **{name: f"{moment:%Y-%m-%dT%H:%M:%SZ}" for name, moment in bounds.items()},
        )
        folder = calendar_folder("ParentFolderIds")
        # An element belongs to one request: the next one needs its own.
        request = m("FindItem", _copy(wanted), view, folder, Traversal="Shallow")
        reply = await self._connection.one(place, "FindItem", request, doing)
        root = child(reply, "RootFolder")
        if root is None:
            raise ServiceUnavailableError(f"EWS gave no folder while {doing}")
        is_all = (root.get("IncludesLastItemInRange") or "true").lower() in {"true", "1"}
        return children(root, "Items"), is_all

    async def _each(
        self,
        place: EventPlace,
        paths: Sequence[Element],
        ids: Sequence[EventId],
        *fields: Element,
        left_out: Refusals = ANY,
    ) -> list[tuple[EventId, Element | None]]:
        doing = f"reading events of mailbox {place.mailbox}"
        found: list[tuple[EventId, Element | None]] = []
        for first in range(0, len(ids), AT_ONCE):
            some = slice(first, first + AT_ONCE)
            wanted = [_copy(field) for field in fields]
            request = m("GetItem", *wanted, m("ItemIds", *paths[some]))
            replies = await self._connection.ask(place, "GetItem", request, doing)
            if len(replies) != len(ids[some]):
                raise ServiceUnavailableError(f"EWS gave {len(replies)} answers while {doing}")
            items = [self._item_or_none(place, reply, doing, left_out) for reply in replies]
            found += zip(ids[some], items, strict=True)
        return found

    def _item_or_none(
        self, place: EventPlace, reply: Reply, doing: str, left_out: Refusals
    ) -> Element | None:
        if not isinstance(reply, Refusal):
            return _item(reply)
        error = self._connection.failure(place, reply, doing)
        is_outage = (
            isinstance(error, TransientError) and error.retry_class is RetryClass.CONNECTIVITY
        )
        if is_outage or not isinstance(error, left_out):
            raise error
        return None


def includes_last(reply: Element) -> bool:
    """Tell whether nothing follows this page of changes."""
    return is_true(reply, "IncludesLastItemInRange")


def _item(reply: Element) -> Element:
    found = children(reply, "Items")
    if len(found) != 1:
        raise ServiceUnavailableError(f"EWS gave {len(found)} items where one was asked for")
    return found[0]


def _id(item: Element) -> EventId:
    found = child(item, "ItemId")
    return EventId("" if found is None else str(found.get("Id") or ""))


def _halves(window: Interval) -> list[Interval]:
    middle = (window.start + (window.end - window.start) / 2).replace(microsecond=0)
    return [Interval(window.start, middle), Interval(middle, window.end)]


def _copy(element: Element) -> Element:
    return element.__deepcopy__({})
