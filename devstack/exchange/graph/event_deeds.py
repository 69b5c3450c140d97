"""What is done with events, in values: the same whoever asks, and in whichever form.

The handlers of the face read JSON before it and write JSON after it. All that Exchange refuses is
a GraphError.
"""

from dataclasses import dataclass, replace
from typing import Any

from devstack.exchange.graph.errors import (
    GraphError,
    access_denied,
    invalid_property,
    invalid_request,
    item_not_found,
    malformed_id,
    no_occurrence_left,
)
from devstack.exchange.graph.event_body import Edit
from devstack.exchange.graph.ids import etag, is_well_formed
from devstack.exchange.model import bodies, versions
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.item import Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.messages import Cause
from devstack.exchange.model.refusals import (
    CrossingBoundaryError,
    NoOccurrenceLeftError,
    OccurrenceDeletedError,
    RefusedError,
)
from devstack.exchange.model.values import AnswerKind, Content, TimeSlot


@dataclass(frozen=True, slots=True)
class Doer:
    """Who does it: the application, or a person in Outlook; `cause` names the request."""

    is_service: bool
    cause: Cause


class EventDeeds:
    """Finds, makes, changes and removes events as Exchange lets its callers do it."""

    def __init__(self, model: Exchange) -> None:
        self._model = model

    def found(self, mailbox: Mailbox, item_id: str) -> Item | None:
        """Return an item or occurrence; a date that was deleted is an error of its own."""
        try:
            return self._model.series.find(mailbox.guid, item_id)
        except OccurrenceDeletedError as deleted:
            status = int(self._model.switches["deleted_occurrence"])
            raise GraphError(
                status, "ErrorCalendarOccurrenceIsDeletedFromRecurrence", str(deleted)
            ) from deleted

    def item(self, mailbox: Mailbox, item_id: str, folder: str | None = None) -> Item:
        """Return an event, of one calendar if it is named; a deleted one is a switch."""
        item = self.found(mailbox, item_id)
        if item is None and not is_well_formed(item_id):
            raise malformed_id()
        if item is None or (folder is not None and item.folder != folder):
            raise item_not_found()
        if item.is_deleted and self._model.switches["deleted_get"] == "404":
            raise item_not_found()
        return item

    def as_read(self, item: Item, *, is_service: bool) -> Item | None:
        """Return what the application reads; a person in Outlook waits until it is there."""
        return self._model.series.as_read(item) if is_service else item

    def read(
        self, mailbox: Mailbox, item_id: str, folder: str | None = None, *, is_service: bool
    ) -> Item:
        """Return an event as its reader gets it."""
        item = self.as_read(self.item(mailbox, item_id, folder), is_service=is_service)
        if item is None:
            raise item_not_found()
        return item

    def listed(self, mailbox: Mailbox, folder: str, *, is_service: bool) -> list[Item]:
        """Return the single events and masters of a calendar, the latest created first."""
        stored = self._model.store.in_folder(mailbox.guid, folder)[::-1]
        read = (self.as_read(item, is_service=is_service) for item in stored)
        return [item for item in read if item is not None]

    def create(self, mailbox: Mailbox, folder: str, edit: Edit, by: Doer) -> tuple[Item, bool]:
        """Make an event, unless the same transaction has; return it and whether it is new."""
        if (existing := self._same_transaction(mailbox, edit)) is not None:
            return existing, False
        draft = edit.draft()
        if edit.wants_online_meeting:
            content = _meeting(draft.content, self._meeting_url(mailbox))
            draft = replace(draft, content=content)
        return self._model.organizing.create(mailbox, folder, draft, by.cause), True

    def changeable(self, mailbox: Mailbox, item_id: str, folder: str | None = None) -> Item:
        """Return an event that can be updated: none in Deleted Items."""
        item = self.item(mailbox, item_id, folder)
        if item.is_deleted:
            raise GraphError(
                400,
                "ErrorCalendarCannotUpdateDeletedItem",
                "A calendar item in the Deleted Items folder cannot be updated.",
            )
        return item

    def update(
        self, mailbox: Mailbox, item: Item, edit: Edit, version: str | None, by: Doer
    ) -> Item:
        """Change what the edit names and nothing else, if the event has this version."""
        self.require_version(item, version)
        self._require_right(item, edit, by)
        if item.is_part_of_series and edit.content.get("recurrence") is not None:
            raise invalid_property("An occurrence of a series has no recurrence of its own.")
        content = edit.content_after(item.content)
        if edit.wants_online_meeting and content.online_meeting_url is None:
            content = _meeting(content, self._meeting_url(mailbox))
        try:
            return self._model.organizing.update(
                item,
                content,
                edit.private_after(item.private),
                edit.attendees_after(item.attendees, self._model.directory.who),
                by.cause,
            )
        except CrossingBoundaryError as crossing:
            raise GraphError(400, "ErrorOccurrenceCrossingBoundary", str(crossing)) from crossing

    def delete(self, mailbox: Mailbox, item: Item, version: str | None, by: Doer) -> None:
        """Move to Deleted Items; the organizer's delete cancels the meeting."""
        self.require_version(item, version)
        if item.is_deleted:
            self._model.organizing.purge(item, by.cause)
            return
        if not item.is_organizer and self._model.switches["attendee_delete_declines"]:
            self._model.answering.answer(
                mailbox,
                item,
                AnswerKind.DECLINED,
                comment="",
                send=item.content.response_requested,
                proposed=None,
                cause=by.cause,
            )
            if self._model.switches["decline_removes"]:
                return
        try:
            self._model.organizing.delete(item, by.cause)
        except NoOccurrenceLeftError as refused:
            raise no_occurrence_left(refused) from refused

    def cancel(self, item: Item, comment: str, by: Doer) -> None:
        """Call a meeting off with a word to its attendees."""
        if item.is_deleted:
            raise item_not_found()
        if not item.attendees and self._model.switches["cancel_alone"] == "refused":
            raise invalid_request("Your request can't be completed. This is not a meeting.")
        try:
            self._model.organizing.cancel(item, comment, by.cause)
        except NoOccurrenceLeftError as refused:
            raise no_occurrence_left(refused) from refused
        except RefusedError as refused:
            raise invalid_request(str(refused)) from refused

    def purge(self, item: Item, by: Doer) -> None:
        """Remove an event where nobody finds it again."""
        try:
            self._model.organizing.purge(item, by.cause)
        except NoOccurrenceLeftError as refused:
            raise no_occurrence_left(refused) from refused

    def move(self, item: Item, folder: str) -> bool:
        """Put an event into another folder; tell whether it was not there already."""
        if item.is_part_of_series:
            raise invalid_request("An occurrence cannot be moved out of its series.")
        if folder == item.folder:
            return False
        self._model.store.move(item, folder)
        return True

    def answer(
        self,
        mailbox: Mailbox,
        item: Item,
        kind: AnswerKind,
        by: Doer,
        *,
        comment: str = "",
        send: bool = True,
        proposed: TimeSlot | None = None,
    ) -> None:
        """Accept, accept tentatively or decline an invitation."""
        try:
            self._model.answering.answer(
                mailbox,
                item,
                kind,
                comment=comment,
                send=send,
                proposed=proposed,
                cause=by.cause,
            )
        except RefusedError as refused:
            raise invalid_request(str(refused)) from refused

    def require_version(self, item: Item, version: str | None) -> None:
        """Refuse a write that names another version (graph-calendar 5)."""
        if version in (None, "*", etag(item.change_key)):
            return
        if self._model.switches["if_match"] == "enforced":
            raise GraphError(
                412,
                "ErrorIrresolvableConflict",
                "The send or update operation could not be performed because the change key passed"
                " in the request does not match the current change key for the item.",
            )

    def _require_right(self, item: Item, edit: Edit, by: Doer) -> None:
        """On an attendee's copy people change only what is private to it (graph-calendar 3.3)."""
        if item.is_organizer:
            return
        is_shared = edit.attendees is not None or set(edit.content) - {"sensitivity"}
        is_strict = not by.is_service or self._model.switches["attendee_copy_patch"] == "refused"
        if is_shared and is_strict:
            raise access_denied()

    def _same_transaction(self, mailbox: Mailbox, edit: Edit) -> Item | None:
        """Return the event a repeated POST made before; what happens then is a switch."""
        if edit.transaction_id is None or self._model.switches["transaction_id"] == "ignored":
            return None
        existing = self._model.store.of_transaction(mailbox.guid, edit.transaction_id)
        if existing is not None and self._model.switches["transaction_id"] == "conflict":
            raise GraphError(
                409,
                "ErrorDuplicateTransactionId",
                "Your request can't be completed. An event with this transactionId exists.",
            )
        return existing

    def _meeting_url(self, mailbox: Mailbox) -> str:
        serial = self._model.store.sequence(mailbox.guid)
        return f"https://teams.example/l/meetup-join/{versions.guid(mailbox.guid, serial)}"


def _meeting(content: Content, url: str) -> Content:
    """Make it an online meeting: its join information lives in the body (graph-calendar 3.1)."""
    changes: dict[str, Any] = {
        "body": bodies.with_meeting_blob(content.body, url),
        "online_meeting_url": url,
        "online_meeting_provider": "teamsForBusiness",
    }
    return replace(content, **changes)
