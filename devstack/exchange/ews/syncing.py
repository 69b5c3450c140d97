"""SyncFolderItems: what changed in a folder since a state, series as masters only.

There is no window: the first walk goes through the whole folder. Of what left there is only the id.
"""

from collections.abc import Iterable

from devstack.exchange.ews import ids
from devstack.exchange.ews.calls import Call, Operations, answers, attempt
from devstack.exchange.ews.errors import EwsError
from devstack.exchange.ews.folders import Folder, Folders
from devstack.exchange.ews.item_parts import View
from devstack.exchange.ews.reading import Reading
from devstack.exchange.ews.shapes import Shape, item_element, read_shape
from devstack.exchange.ews.soap import Child, Element, children, first, flag, m, t, text_of
from devstack.exchange.ews.sync_states import SyncState, SyncStates
from devstack.exchange.model.contents import Tombstone
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.item import Item

type Line = tuple[int, Item | Tombstone]


class Syncing:
    """The handler of SyncFolderItems."""

    def __init__(
        self, model: Exchange, folders: Folders, reading: Reading, states: SyncStates
    ) -> None:
        self._model, self._folders, self._reading = model, folders, reading
        self._states = states

    def operations(self, table: Operations) -> None:
        table.add("SyncFolderItems", self.sync)

    async def sync(self, call: Call) -> Element:
        beside = (
            (
                m("SyncState", text_of(call.body, "SyncState") or ""),
                m("IncludesLastItemInRange", "true"),
            )
            if self._model.switches["ews_sync_error"] == "whole"
            else ()
        )
        return answers(call, [attempt(call, lambda: self._round(call), *beside)])

    def _round(self, call: Call) -> Iterable[Child]:
        wanted = first(call.body, "SyncFolderId")
        if wanted is None or not len(wanted):
            raise EwsError("ErrorSchemaValidation", "The request has no SyncFolderId.")
        folder = self._folders.calendar(call, wanted[0])
        shape = read_shape(call.body)
        if self._model.switches["ews_sync_properties"] == "partial":
            shape = shape.without_bulk()
        text = text_of(call.body, "SyncState")
        state = self._states.read(text, folder) if text else self._states.first(folder)
        most = min(int(text_of(call.body, "MaxChangesReturned") or "0"), call.limits.sync_max)
        lines = self._lines(folder, state)
        told, rest = lines[:most], lines[most:]
        view = self._reading.view(call)
        ignored = {one.get("Id") for one in children(call.body, "Ignore")}
        changes = [_change(thing, state, view, shape) for _, thing in told]
        return [
            m("SyncState", self._states.write(_after(state, told, is_over=not rest))),
            m("IncludesLastItemInRange", flag(value=not rest)),
            m("Changes", *(c for c in changes if _changed_id(c) not in ignored)),
        ]

    def _lines(self, folder: Folder, state: SyncState) -> list[Line]:
        """Return what is still to be told, in order."""
        store, mailbox = self._model.store, folder.mailbox.guid
        items = store.in_folder(mailbox, folder.key)
        if state.after is not None:
            return [(i.number, i) for i in items if i.number > state.after]
        changed: list[Line] = [(i.sequence, i) for i in items if i.sequence > state.since]
        left: list[Line] = [
            (t.sequence, t)
            for t in store.tombstones(mailbox, state.since)
            if t.folder == folder.key
        ]
        return sorted(changed + left, key=lambda line: line[0])


def _after(state: SyncState, told: list[Line], *, is_over: bool) -> SyncState:
    """Return the state once these lines are known."""
    last = told[-1][0] if told else None
    if state.after is None:
        since = state.since if last is None else last
        return SyncState(folder=state.folder, since=since, after=None, generation=state.generation)
    after = None if is_over else (last or state.after)
    return SyncState(
        folder=state.folder, since=state.since, after=after, generation=state.generation
    )


def _change(thing: Item | Tombstone, state: SyncState, view: View, shape: Shape) -> Element:
    if isinstance(thing, Tombstone):
        return t("Delete", t("ItemId", Id=ids.item_id(view.mailbox, thing.rest_id)))
    is_new = state.after is not None or thing.arrived > state.since
    return t("Create" if is_new else "Update", item_element(thing, view, shape))


def _changed_id(change: Element) -> str | None:
    found = next(change.iter("{*}ItemId"), None)
    return None if found is None else found.get("Id")
