"""CreateItem, UpdateItem, DeleteItem and MoveItem of calendar items."""

from collections.abc import Iterable
from functools import partial

from devstack.exchange.ews.calls import Call, Operations, attempt_each
from devstack.exchange.ews.deeds import Deeds
from devstack.exchange.ews.errors import EwsError, SoapFaultError
from devstack.exchange.ews.folders import Folders
from devstack.exchange.ews.item_changes import PEOPLE, ItemChanges, read_new
from devstack.exchange.ews.item_parts import item_id
from devstack.exchange.ews.messages import Messages
from devstack.exchange.ews.properties_xml import read_property_id
from devstack.exchange.ews.reading import Reading
from devstack.exchange.ews.responding import RESPONSES, Responding
from devstack.exchange.ews.soap import Child, Element, children, first, m, named, t
from devstack.exchange.model.item import CALENDAR, Item
from devstack.exchange.model.sending import Sending

SENDING = {
    "SendToNone": Sending.NOBODY,
    "SendOnlyToAll": Sending.EVERYBODY,
    "SendToAllAndSaveCopy": Sending.EVERYBODY,
    "SendOnlyToChanged": Sending.CHANGED,
    "SendToChangedAndSaveCopy": Sending.CHANGED,
}


class Writing:
    """The handlers that change items; each thing of a request stands or fails by itself."""

    def __init__(
        self, *, deeds: Deeds, folders: Folders, reading: Reading, messages: Messages,
        responding: Responding,
    ) -> None:  # fmt: skip
        self._deeds, self._folders, self._reading = deeds, folders, reading
        self._messages, self._responding = messages, responding

    def operations(self, table: Operations) -> None:
        table.add("CreateItem", self.create)
        table.add("UpdateItem", self.update)
        table.add("DeleteItem", self.delete)
        table.add("MoveItem", self.move)

    async def create(self, call: Call) -> Element:
        return attempt_each(call, "Items", partial(self._created, call), empty="Items")

    async def update(self, call: Call) -> Element:
        return attempt_each(call, "ItemChanges", partial(self._updated, call), empty="Items")

    async def delete(self, call: Call) -> Element:
        return attempt_each(call, "ItemIds", partial(self._deleted, call))

    async def move(self, call: Call) -> Element:
        return attempt_each(call, "ItemIds", partial(self._moved, call), empty="Items")

    def _created(self, call: Call, element: Element) -> Iterable[Child]:
        kind = named(element.tag)
        if kind in RESPONSES:
            return self._responding.create(call, element)
        if kind == "Message":
            return self._messages.create(call, element)
        if kind != "CalendarItem":
            raise EwsError("ErrorInvalidOperation", f"The simulator keeps no {kind}.")
        sending = _sending(call, "SendMeetingInvitations", "ErrorSendMeetingInvitationsRequired")
        wanted = first(call.body, "SavedItemFolderId")
        folder = CALENDAR
        mailbox = call.own
        if wanted is not None and len(wanted):
            saved = self._folders.calendar(call, wanted[0])
            mailbox, folder = saved.mailbox, saved.key
        item = self._deeds.create(mailbox, folder, read_new(call, element), sending, call.by)
        call.changed()
        return [self._identified(call, item)]

    def _updated(self, call: Call, element: Element) -> Iterable[Child]:
        sending = _sending(
            call,
            "SendMeetingInvitationsOrCancellations",
            "ErrorSendMeetingInvitationsOrCancellationsRequired",
        )
        item, is_current = self._reading.unchanged(call, element[0])
        _require_key(call, element[0])
        if not is_current and call.body.get("ConflictResolution") == "NeverOverwrite":
            raise EwsError(
                "ErrorIrresolvableConflict",
                "The send or update operation could not be performed because the change key passed"
                " in the request does not match the current change key for the item.",
            )
        changes = ItemChanges(call, item.content, item.attendees)
        for update in children(element, "Updates"):
            _read_update(changes, update)
        before = item.values()
        item = self._deeds.update(
            item, changes.edit(), sending, call.by, dropped=tuple(changes.dropped)
        )
        if item.values() != before:
            call.changed()
        conflicts = "0" if is_current else "1"
        return [self._identified(call, item), m("ConflictResults", t("Count", conflicts))]

    def _deleted(self, call: Call, element: Element) -> Iterable[Child]:
        item = self._reading.item(call, element)
        sending = _sending(
            call, "SendMeetingCancellations", "ErrorSendMeetingCancellationsRequired"
        )
        is_for_good = call.body.get("DeleteType") != "MoveToDeletedItems"
        self._deeds.delete(item, sending, call.by, is_for_good=is_for_good)
        call.changed()
        return []

    def _moved(self, call: Call, element: Element) -> Iterable[Child]:
        wanted = first(call.body, "ToFolderId")
        if wanted is None:
            raise EwsError("ErrorSchemaValidation", "The request has no ToFolderId.")
        item = self._reading.item(call, element)
        folder = self._folders.calendar(call, wanted[0])
        if item.is_part_of_series:
            raise EwsError(
                "ErrorCalendarCannotMoveOrCopyOccurrence", "An occurrence cannot be moved."
            )
        if self._deeds.move(item, folder.key):
            call.changed()
        return [self._identified(call, item)]

    def _identified(self, call: Call, item: Item) -> Element:
        return m("Items", t("CalendarItem", item_id(item, self._reading.view(call))))


def _read_update(changes: ItemChanges, update: Element) -> None:
    """Read one SetItemField, AppendToItemField or DeleteItemField."""
    path, kind = update[0], named(update.tag)
    is_extended = named(path.tag) == "ExtendedFieldURI"
    name = "ExtendedProperty" if is_extended else path.get("FieldURI", "").partition(":")[2]
    if kind == "DeleteItemField":
        if is_extended:
            changes.dropped.append(read_property_id(path))
        else:
            changes.forget(name)
        return
    fields = list(update[1]) if len(update) > 1 else []
    if len(fields) != 1:
        raise EwsError("ErrorIncorrectUpdatePropertyCount", "An update sets exactly one property.")
    if named(fields[0].tag) != name:
        raise EwsError(
            "ErrorUpdatePropertyMismatch", "The property does not match the path of the update."
        )
    if kind == "AppendToItemField" and name in PEOPLE:
        changes.append(fields[0])
    else:
        changes.take(fields[0])


def _sending(call: Call, attribute: str, missing: str) -> Sending:
    wish = call.body.get(attribute)
    if wish is None:
        raise EwsError(missing, f"{attribute} is required for calendar items.")
    if wish not in SENDING:
        raise SoapFaultError("ErrorSchemaValidation", f"'{wish}' is no value of {attribute}.")
    return SENDING[wish]


def _require_key(call: Call, element: Element) -> None:
    is_free = call.body.get("ConflictResolution") == "AlwaysOverwrite"
    if element.get("ChangeKey") is None and not is_free:
        raise EwsError(
            "ErrorChangeKeyRequiredForWriteOperations",
            "A change key is required for this write operation.",
        )
