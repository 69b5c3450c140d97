"""Folders of a mailbox: the calendars, and the few others a client looks for."""

from collections.abc import Iterable
from dataclasses import dataclass

from devstack.exchange.ews import ids
from devstack.exchange.ews.access import EwsAccess
from devstack.exchange.ews.calls import Call, Operations, attempt_each
from devstack.exchange.ews.errors import EwsError
from devstack.exchange.ews.soap import Child, Element, first, m, named, t, text_of
from devstack.exchange.model import versions
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.item import CALENDAR, DELETED_ITEMS
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.sent_items import SENT_ITEMS

ROOT, TOP, DRAFTS = "root", "msgfolderroot", "drafts"
NAMES = {
    ROOT: "Root",
    TOP: "Top of Information Store",
    CALENDAR: "Calendar",
    DELETED_ITEMS: "Deleted Items",
    SENT_ITEMS: "Sent Items",
    DRAFTS: "Drafts",
    "inbox": "Inbox",
    "outbox": "Outbox",
}


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder; `key` is the well-known name, for other calendars the model's name."""

    mailbox: Mailbox
    key: str
    name: str
    parent: str

    @property
    def is_calendar(self) -> bool:
        return self.key == CALENDAR or self.key in self.mailbox.calendars

    @property
    def holds_events(self) -> bool:
        return self.is_calendar or self.key == DELETED_ITEMS

    @property
    def id(self) -> str:
        return ids.folder_id(self.mailbox, self.key)


class Folders:
    """Finds folders, and the handlers of GetFolder and FindFolder."""

    def __init__(self, model: Exchange, access: EwsAccess) -> None:
        self._model, self._access = model, access

    def operations(self, table: Operations) -> None:
        table.add("GetFolder", self.get)
        table.add("FindFolder", self.find)

    async def get(self, call: Call) -> Element:
        return attempt_each(
            call, "FolderIds", lambda one: [m("Folders", self._shown(self.named(call, one)))]
        )

    async def find(self, call: Call) -> Element:
        """List the folders below one: its children, or with `Deep` everything under it."""
        is_deep = call.body.get("Traversal") == "Deep"

        def listed(one: Element) -> Iterable[Child]:
            parent = self.named(call, one)
            found = list(_below(parent, is_deep=is_deep))
            return [
                m(
                    "RootFolder",
                    t("Folders", *map(self._shown, found)),
                    IndexedPagingOffset=str(len(found)),
                    TotalItemsInView=str(len(found)),
                    IncludesLastItemInRange="true",
                )
            ]

        return attempt_each(call, "ParentFolderIds", listed)

    def named(self, call: Call, one: Element) -> Folder:
        """Return the folder of a FolderId or DistinguishedFolderId."""
        mailbox = call.own
        if (whose := first(one, "Mailbox")) is not None:
            mail = text_of(whose, "EmailAddress") or ""
            mailbox = self._access.opened(mail, call.environment, call.own)
        text = one.get("Id", "")
        for folder in folders_of(mailbox):
            is_known = text.lower() == folder.key and folder.key in NAMES
            if is_known if named(one.tag) == "DistinguishedFolderId" else text == folder.id:
                return folder
        if named(one.tag) == "FolderId" and not text.startswith(ids.FOLDER):
            raise EwsError("ErrorInvalidIdMalformed", "Id is malformed.")
        raise EwsError(
            "ErrorFolderNotFound", "The specified folder could not be found in the store."
        )

    def calendar(self, call: Call, one: Element) -> Folder:
        """Return a folder that holds events."""
        folder = self.named(call, one)
        if not folder.holds_events:
            raise EwsError("ErrorInvalidFolderTypeForOperation", "The folder holds no events.")
        return folder

    def _shown(self, folder: Folder) -> Element:
        total = len(self._model.store.in_folder(folder.mailbox.guid, folder.key))
        parent = None if not folder.parent else ids.folder_id(folder.mailbox, folder.parent)
        key = ids.change_key(versions.change_key(folder.mailbox.guid, 0))
        is_calendar = folder.is_calendar
        return t(
            "CalendarFolder" if is_calendar else "Folder",
            t("FolderId", Id=folder.id, ChangeKey=key),
            None if parent is None else t("ParentFolderId", Id=parent, ChangeKey=key),
            t("FolderClass", "IPF.Appointment") if is_calendar else t("FolderClass", "IPF.Note"),
            t("DisplayName", folder.name),
            t("TotalCount", str(total)),
            t("ChildFolderCount", str(len(list(_below(folder, is_deep=False))))),
        )


def folders_of(mailbox: Mailbox) -> list[Folder]:
    """Return all folders of a mailbox, parents first."""
    parents = {ROOT: "", TOP: ROOT}
    known = [Folder(mailbox, key, name, parents.get(key, TOP)) for key, name in NAMES.items()]
    others = [Folder(mailbox, key, name, CALENDAR) for key, name in mailbox.calendars.items()]
    return known + others


def _below(parent: Folder, *, is_deep: bool) -> Iterable[Folder]:
    for folder in folders_of(parent.mailbox):
        if folder.parent == parent.key:
            yield folder
            if is_deep:
                yield from _below(folder, is_deep=True)
