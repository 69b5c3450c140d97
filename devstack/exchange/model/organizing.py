"""What an organizer does to an event, and which meeting messages follow (graph-calendar 3.3)."""

from dataclasses import replace

from devstack.exchange.model import versions
from devstack.exchange.model.directory import Directory
from devstack.exchange.model.item import DELETED_ITEMS, Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.messages import Cause
from devstack.exchange.model.post_office import PostOffice
from devstack.exchange.model.refusals import NotOrganizerError
from devstack.exchange.model.store import Store
from devstack.exchange.model.values import (
    ANNOUNCED_FIELDS,
    TIME_FIELDS,
    Answer,
    AnswerKind,
    Attendee,
    Content,
    Draft,
    EventKind,
    Private,
    differs,
)


class Organizing:
    """Creates, changes and removes items; on an attendee's copy it changes that copy alone."""

    def __init__(self, store: Store, post: PostOffice) -> None:
        self._store, self._post = store, post
        self.directory = Directory()

    def create(self, mailbox: Mailbox, folder: str, draft: Draft, cause: Cause | None) -> Item:
        """Make an event; its mailbox becomes the organizer whatever anybody asked for."""
        number = self._store.next_number(mailbox.guid)
        item = Item(
            mailbox=mailbox.guid,
            number=number,
            folder=folder,
            ical_uid=versions.ical_uid(mailbox.guid, number),
            kind=EventKind.SERIES_MASTER if draft.content.recurrence else EventKind.SINGLE_INSTANCE,
            content=draft.content,
            private=draft.private,
            organizer=mailbox.address,
            is_organizer=True,
            answer=Answer(AnswerKind.ORGANIZER),
            attendees=draft.attendees,
            intended_show_as=draft.private.show_as,
            transaction_id=draft.transaction_id,
            revision=1,
            time_revision=1,
        )
        self._store.insert(item)
        if item.attendees:
            self._post.send_request(item, "invitation", item.attendees, cause)
        return item

    def update(
        self,
        item: Item,
        content: Content,
        private: Private,
        attendees: tuple[Attendee, ...],
        cause: Cause | None,
    ) -> None:
        """Save new values; the organizer's save mails those whom the change concerns."""
        before, invited_before = item.content, item.attendees
        item.content, item.private, item.attendees = content, private, attendees
        if not item.is_organizer:
            self._store.save(item)
            return
        item.intended_show_as = private.show_as
        is_announced = differs(before, content, ANNOUNCED_FIELDS)
        added, removed, kept = self._compared(invited_before, attendees)
        if is_announced or added or removed:
            item.revision += 1
        if differs(before, content, TIME_FIELDS):
            item.time_revision = item.revision
            item.attendees = tuple(replace(a, answer=Answer(), proposed=None) for a in attendees)
        self._store.save(item)
        if removed:
            self._post.send_cancellation(item, removed, "", cause)
        if added:
            self._post.send_request(item, "invitation", added, cause)
        if is_announced and kept:
            self._post.send_request(item, "update", kept, cause)

    def cancel(self, item: Item, comment: str, cause: Cause | None) -> None:
        """Call a meeting off with a word to the attendees; the item goes to Deleted Items."""
        if not item.is_organizer:
            raise NotOrganizerError
        self._call_off(item, comment, cause)
        self._store.move(item, DELETED_ITEMS)

    def delete(self, item: Item, cause: Cause | None) -> None:
        """Move an item to Deleted Items; the organizer's delete calls the meeting off."""
        if item.is_organizer:
            self._call_off(item, "", cause)
        self._store.move(item, DELETED_ITEMS)

    def purge(self, item: Item, cause: Cause | None) -> None:
        """Remove an item where nobody finds it again."""
        if item.is_organizer and not item.is_deleted:
            self._call_off(item, "", cause)
        self._store.purge(item)

    def _call_off(self, item: Item, comment: str, cause: Cause | None) -> None:
        if item.attendees:
            item.revision += 1
            self._post.send_cancellation(item, item.attendees, comment, cause)

    def _compared(
        self, before: tuple[Attendee, ...], after: tuple[Attendee, ...]
    ) -> tuple[list[Attendee], list[Attendee], list[Attendee]]:
        """Return who was added, who was removed and who stayed, by whichever address."""
        who = self.directory.who
        old, new = ({who(a.address.mail) for a in attendees} for attendees in (before, after))
        return (
            [a for a in after if who(a.address.mail) not in old],
            [a for a in before if who(a.address.mail) not in new],
            [a for a in after if who(a.address.mail) in old],
        )
