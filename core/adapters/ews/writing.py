"""Writes to calendars on premises; who is written to is said each time, as Graph decides it.

A change that attendees can see goes to all of them, one of the list only to who came or went, all
else to nobody.
"""

from collections.abc import Sequence

from core.adapters.ews.client import EwsConnection
from core.adapters.ews.item_reader import id_of, version_of
from core.adapters.ews.item_shape import LinkUri, shape
from core.adapters.ews.item_values import LISTS, Field, change_fields, draft_fields
from core.adapters.ews.items import Items
from core.adapters.ews.xml import Element, children, m, t
from core.domain.changes import EventChanges, EventDraft
from core.domain.event import Event, EventPlace
from core.domain.ids import EventId
from core.errors import NotFoundError, ServiceUnavailableError

NOBODY, CHANGED, EVERYBODY = (
    "SendToNone",
    "SendToChangedAndSaveCopy",
    "SendToAllAndSaveCopy",
)
SEEN = frozenset({"Subject", "Start", "Location", "Recurrence"})
"""What attendees are told of when it changes."""


class EventWriter:
    """Creates, changes and removes items; what is stored then is read by others."""

    def __init__(self, connection: EwsConnection, items: Items, link: LinkUri) -> None:
        self._connection, self._items, self._link = connection, items, link

    async def create(self, place: EventPlace, draft: EventDraft) -> EventId:
        """Create an item and return its id; whether there is one already is not looked at."""
        item = t("CalendarItem", *(_element(f) for f in draft_fields(draft, self._link)))
        request = m(
            "CreateItem",
            m("SavedItemFolderId", t("DistinguishedFolderId", Id="calendar")),
            m("Items", item),
            SendMeetingInvitations=EVERYBODY if draft.invitees else NOBODY,
        )
        doing = f"creating an event in mailbox {place.mailbox}"
        return _written(await self._connection.one(place, "CreateItem", request, doing), doing)

    async def update(self, event: Event, changes: EventChanges) -> EventId | None:
        """Write only `changes` if the item still has this version; None: there was nothing to.

        Returns the id that it has now: a date that becomes an exception may get another one.
        Without a version it is written whatever the item has become meanwhile.
        """
        fields = change_fields(event, changes, self._link)
        if not fields:
            return None
        key = {"ChangeKey": event.version} if event.version else {}
        request = m(
            "UpdateItem",
            m(
                "ItemChanges",
                t(
                    "ItemChange",
                    t("ItemId", Id=event.event_id, **key),
                    t("Updates", *(self._update(field) for field in fields)),
                ),
            ),
            ConflictResolution="NeverOverwrite" if event.version else "AlwaysOverwrite",
            MessageDisposition="SaveOnly",
            SendMeetingInvitationsOrCancellations=_audience(event, changes, fields),
        )
        doing = f"updating an event of mailbox {event.place.mailbox}"
        reply = await self._connection.one(event.place, "UpdateItem", request, doing)
        return _written(reply, doing)

    async def delete(self, place: EventPlace, event_id: EventId) -> None:
        """Move an item to Deleted Items; gone already is fine."""
        try:
            await self.remove(place, event_id)
        except NotFoundError:
            return

    async def remove(self, place: EventPlace, event_id: EventId) -> None:
        """Move an item to Deleted Items; an organizer's attendees get the cancellation."""
        request = m(
            "DeleteItem",
            m("ItemIds", t("ItemId", Id=event_id)),
            DeleteType="MoveToDeletedItems",
            SendMeetingCancellations=EVERYBODY,
        )
        doing = f"deleting an event of mailbox {place.mailbox}"
        await self._connection.one(place, "DeleteItem", request, doing)

    async def respond(
        self, place: EventPlace, event_id: EventId, response: str, body: Element, doing: str
    ) -> None:
        """Create a response object about an item as it is now; gone already is fine."""
        try:
            item = await self._items.get(place, event_id, shape())
            reference = t("ReferenceItemId", Id=id_of(item), ChangeKey=version_of(item))
            parts = (body, reference) if response == "DeclineItem" else (reference, body)
            request = m(
                "CreateItem", m("Items", t(response, *parts)), MessageDisposition="SendAndSaveCopy"
            )
            await self._connection.one(place, "CreateItem", request, doing)
        except NotFoundError:
            return

    def _update(self, field: Field) -> Element:
        path = (
            self._link.element()
            if field.name == "ExtendedProperty"
            else t("FieldURI", FieldURI=field.uri)
        )
        if field.element is None:
            return t("DeleteItemField", path)
        return t("SetItemField", path, t("CalendarItem", field.element))


def _audience(event: Event, changes: EventChanges, fields: Sequence[Field]) -> str:
    if not event.is_organizer or not (event.invitees or changes.invitees):
        return NOBODY
    names = {field.name for field in fields}
    if names & SEEN:
        return EVERYBODY
    return CHANGED if names & LISTS else NOBODY


def _element(field: Field) -> Element:
    if field.element is None:
        raise ValueError(f"a new item has no {field.name} to delete")
    return field.element


def _written(reply: Element, doing: str) -> EventId:
    found = children(reply, "Items")
    if len(found) != 1:
        raise ServiceUnavailableError(f"the outcome is unknown: EWS gave no item while {doing}")
    return id_of(found[0])
