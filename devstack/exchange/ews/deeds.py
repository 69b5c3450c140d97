"""What EWS does with events, in values: whoever asks also says who is written to."""

from dataclasses import replace

from devstack.exchange.ews.errors import EwsError
from devstack.exchange.graph.event_body import Edit
from devstack.exchange.graph.event_deeds import Doer
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.item import Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.refusals import (
    CrossingBoundaryError,
    NoOccurrenceLeftError,
    NotOrganizerError,
)
from devstack.exchange.model.sending import Sending
from devstack.exchange.model.values import PropertyId


class Deeds:
    """Makes, changes and removes items; what Exchange refuses is an EwsError or a GraphError."""

    def __init__(self, model: Exchange) -> None:
        self._model = model

    def create(self, mailbox: Mailbox, folder: str, edit: Edit, sending: Sending, by: Doer) -> Item:
        """Make an item; its mailbox is the organizer."""
        return self._model.organizing.create(
            mailbox, folder, edit.draft(), by.cause, sending=sending
        )

    def update(
        self, item: Item, edit: Edit, sending: Sending, by: Doer,
        *, dropped: tuple[PropertyId, ...] = (),
    ) -> Item:  # fmt: skip
        """Change what the edit names and nothing else."""
        if item.is_deleted:
            raise EwsError(
                "ErrorCalendarCannotUpdateDeletedItem",
                "A calendar item in the Deleted Items folder cannot be updated.",
            )
        if item.is_part_of_series and "recurrence" in edit.content:
            raise EwsError(
                "ErrorInvalidPropertySet", "An occurrence of a series has no recurrence of its own."
            )
        private = edit.private_after(item.private)
        gone = {wanted.key for wanted in dropped}
        kept = {k: v for k, v in private.properties.items() if k not in gone}
        private = replace(private, properties=kept)
        try:
            return self._model.organizing.update(
                item,
                edit.content_after(item.content),
                private,
                edit.attendees_after(item.attendees, self._model.directory.who),
                by.cause,
                sending=sending,
            )
        except CrossingBoundaryError as crossing:
            raise EwsError("ErrorOccurrenceCrossingBoundary", str(crossing)) from crossing

    def delete(self, item: Item, sending: Sending, by: Doer, *, is_for_good: bool) -> None:
        """Remove an item; an organizer's meeting is called off with it if that is sent."""
        organizing = self._model.organizing
        is_over = is_for_good or item.is_deleted
        try:
            (organizing.purge if is_over else organizing.delete)(item, by.cause, sending=sending)
        except NoOccurrenceLeftError as refused:
            raise EwsError("ErrorRecurrenceHasNoOccurrence", str(refused)) from refused

    def cancel(self, item: Item, comment: str, by: Doer) -> None:
        """Call a meeting off with a word to its attendees."""
        if not item.attendees and self._model.switches["cancel_alone"] == "refused":
            raise EwsError("ErrorInvalidItemForOperationCancelItem", "This is not a meeting.")
        try:
            self._model.organizing.cancel(item, comment, by.cause)
        except NotOrganizerError as refused:
            raise EwsError("ErrorCalendarIsNotOrganizer", str(refused)) from refused
        except NoOccurrenceLeftError as refused:
            raise EwsError("ErrorRecurrenceHasNoOccurrence", str(refused)) from refused

    def move(self, item: Item, folder: str) -> bool:
        """Put an item into another folder; tell whether it was not there already."""
        if folder == item.folder:
            return False
        self._model.store.move(item, folder)
        return True
