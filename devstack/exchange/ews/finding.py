"""GetItem and FindItem: one item after another, a page of a folder, or a calendar view."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from devstack.exchange.ews.calls import Call, Operations, attempt_each
from devstack.exchange.ews.errors import EwsError, SoapFaultError, not_built
from devstack.exchange.ews.folders import Folder, Folders
from devstack.exchange.ews.messages import Messages
from devstack.exchange.ews.moments import read_moment
from devstack.exchange.ews.reading import Reading, shown_with
from devstack.exchange.ews.restrictions import read_restriction, sorted_by
from devstack.exchange.ews.shapes import item_element, read_shape, require_columns
from devstack.exchange.ews.soap import Child, Element, first, flag, m, t
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.item import Item

LONGEST_VIEW = timedelta(days=2 * 366)


class Finding:
    """The handlers that read items."""

    def __init__(
        self, model: Exchange, folders: Folders, reading: Reading, messages: Messages
    ) -> None:
        self._model, self._folders, self._reading = model, folders, reading
        self._messages = messages

    def operations(self, table: Operations) -> None:
        table.add("GetItem", self.get)
        table.add("FindItem", self.find)

    async def get(self, call: Call) -> Element:
        shape = read_shape(call.body)
        view = shown_with(self._reading.view(call), text_bodies=shape.text_bodies)

        def shown(wanted: Element) -> Iterable[Child]:
            if (message := self._messages.shown(call, wanted)) is not None:
                return [m("Items", message)]
            return [m("Items", item_element(self._reading.item(call, wanted), view, shape))]

        return attempt_each(call, "ItemIds", shown, empty="Items")

    async def find(self, call: Call) -> Element:
        if call.body.get("Traversal") != "Shallow":
            raise not_built("finding anything but the items of a folder")
        return attempt_each(call, "ParentFolderIds", lambda one: self._page(call, one))

    def _page(self, call: Call, one: Element) -> Iterable[Child]:
        shape = read_shape(call.body)
        require_columns(shape, call.body)
        folder = self._folders.named(call, one)
        if not folder.holds_events:
            return [self._messages.page(call, folder)]
        view = shown_with(self._reading.view(call), is_summary=True)
        calendar_view = first(call.body, "CalendarView")
        if calendar_view is not None:
            found, is_all, beside = self._calendar_view(call, folder, calendar_view)
        else:
            fits = read_restriction(first(call.body, "Restriction"), view)
            stored = self._model.store.in_folder(folder.mailbox.guid, folder.key)
            items = sorted_by(
                [item for item in stored if fits(item)], first(call.body, "SortOrder"), view
            )
            found, is_all, beside = _indexed(call, items)
        summary = shape.without_bulk()
        return [
            m(
                "RootFolder",
                t("Items", *(item_element(item, view, summary) for item in found)),
                IncludesLastItemInRange=flag(value=is_all),
                **beside,
            )
        ]

    def _calendar_view(
        self, call: Call, folder: Folder, wanted: Element
    ) -> tuple[list[Item], bool, dict[str, str]]:
        """Return what touches a window, series expanded; no paging, but a greatest number."""
        start = _bound(call, wanted, "StartDate")
        end = _bound(call, wanted, "EndDate")
        if end < start:
            raise EwsError(
                "ErrorCalendarEndDateIsEarlierThanStartDate", "EndDate is earlier than StartDate."
            )
        if end - start > LONGEST_VIEW:
            raise EwsError(
                "ErrorCalendarViewRangeTooBig",
                "The specified view range exceeds the maximum range of two years.",
            )
        found = self._model.series.instances(folder.mailbox.guid, folder.key, start, end)
        most = min(int(wanted.get("MaxEntriesReturned", "0")) or len(found), len(found))
        if most > call.limits.find_max:
            raise EwsError(
                "ErrorExceededFindCountLimit",
                "You have exceeded the maximum number of objects that can be returned. "
                f"{call.limits.find_max} are allowed.",
            )
        return found[:most], most == len(found), {"TotalItemsInView": str(len(found))}


def _indexed(call: Call, items: list[Item]) -> tuple[list[Item], bool, dict[str, str]]:
    """Return a page of all items."""
    page = first(call.body, "IndexedPageItemView")
    most, offset = call.limits.find_max, 0
    if page is not None:
        if page.get("BasePoint", "Beginning") != "Beginning":
            raise not_built("paging from the end")
        most = min(most, int(page.get("MaxEntriesReturned", str(most))))
        offset = int(page.get("Offset", "0"))
    found = items[offset : offset + most]
    following = offset + len(found)
    return (
        found,
        following >= len(items),
        {"IndexedPagingOffset": str(following), "TotalItemsInView": str(len(items))},
    )


def _bound(call: Call, view: Element, name: str) -> datetime:
    text = view.get(name)
    if text is None:
        raise SoapFaultError("ErrorSchemaValidation", f"A CalendarView needs '{name}'.")
    return read_moment(text, call.zone)
