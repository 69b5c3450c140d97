"""What an organizer does to an event, and which meeting messages follow (graph-calendar 3.3)."""

from dataclasses import replace
from datetime import date

from devstack.exchange.model import versions
from devstack.exchange.model.directory import Directory
from devstack.exchange.model.item import DELETED_ITEMS, Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.messages import Cause
from devstack.exchange.model.post_office import PostOffice
from devstack.exchange.model.refusals import NotOrganizerError
from devstack.exchange.model.sending import Sending, Tidings, addressed, is_told
from devstack.exchange.model.series import Series
from devstack.exchange.model.series_following import Told, follow
from devstack.exchange.model.store import Store
from devstack.exchange.model.values import (
    ANNOUNCED_FIELDS,
    Answer,
    AnswerKind,
    Attendee,
    Content,
    Draft,
    EventKind,
    Private,
    differs,
    is_rescheduled,
)


class Organizing:
    """Creates, changes and removes items; on an attendee's copy it changes that copy alone."""

    def __init__(self, store: Store, series: Series, post: PostOffice) -> None:
        self._store, self._series, self._post = store, series, post
        self.directory = Directory()

    def create(
        self, mailbox: Mailbox, folder: str, draft: Draft, cause: Cause | None,
        *, sending: Sending = Sending.AS_NEEDED,
    ) -> Item:  # fmt: skip
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
        if item.attendees and sending is not Sending.NOBODY:
            self._post.send_request(item, "invitation", item.attendees, cause)
        return item

    def update(
        self,
        item: Item,
        content: Content,
        private: Private,
        attendees: tuple[Attendee, ...],
        cause: Cause | None,
        *,
        sending: Sending = Sending.AS_NEEDED,
    ) -> Item:
        """Save new values; the organizer's save mails those whom the change concerns.

        A date of a series becomes an exception by it: the one that is returned.
        """
        if item.is_part_of_series:
            self._series.require_between_neighbours(item, content)
            private = self._series.without_inherited(item, private)
            item = self._series.materialise(item)
        before = Told.of(item)
        item.content, item.private, item.attendees = content, private, attendees
        changed: list[tuple[Item, Told]] = []
        if not item.is_part_of_series:
            changed = self._follow(item, before, cause, sending)
        if not item.is_organizer:
            self._save(item, changed)
            return item
        item.intended_show_as = private.show_as
        tidings = self._tidings(item, before, sending)
        for exception, told in changed:
            exception.intended_show_as = exception.private.show_as
            self._tidings(exception, told, sending)
        self._save(item, changed)
        self._tell(item, tidings, cause)
        if sending is not Sending.NOBODY:
            self._tell_of_exceptions(item, tidings, changed, cause)
        return item

    def cancel(self, item: Item, comment: str, cause: Cause | None) -> None:
        """Call a meeting off with a word to the attendees; the item goes to Deleted Items."""
        if not item.is_organizer:
            raise NotOrganizerError
        self._call_off(item, comment, cause)
        self._remove(item)

    def delete(self, item: Item, cause: Cause | None, sending: Sending = Sending.AS_NEEDED) -> None:
        """Move an item to Deleted Items; the organizer's delete calls the meeting off.

        A date of a series is just gone from it.
        """
        if item.is_organizer:
            self._call_off(item, "", cause, sending=sending)
        self._remove(item)

    def purge(self, item: Item, cause: Cause | None, sending: Sending = Sending.AS_NEEDED) -> None:
        """Remove an item where nobody finds it again."""
        if item.is_organizer and not item.is_deleted:
            self._call_off(item, "", cause, sending=sending)
        if item.is_part_of_series:
            self._remove(item)
        else:
            self._store.purge(item)

    def _save(self, item: Item, changed: list[tuple[Item, Told]]) -> None:
        for exception, _ in changed:
            self._store.save(exception)
        self._series.save(item)

    def _follow(
        self, item: Item, before: Told, cause: Cause | None, sending: Sending
    ) -> list[tuple[Item, Told]]:
        """Let the dates of a series follow its master; return the exceptions that changed."""
        was_series = before.content.recurrence is not None
        item.kind = (
            EventKind.SERIES_MASTER if item.content.recurrence else EventKind.SINGLE_INSTANCE
        )
        if not was_series or is_rescheduled(before.content, item.content):
            if was_series and item.is_organizer and sending is not Sending.NOBODY:
                self._call_off_exceptions(item, before.attendees, "", cause)
            if was_series or item.is_master:
                self._series.reset(item)
            return []
        return follow(item, before, self._series.exceptions(item), self.directory.who)

    def _tidings(self, item: Item, before: Told, sending: Sending) -> Tidings:
        """Note who has to hear of a change, under a number of its own."""
        tidings = self._compared(before.attendees, item.attendees)
        is_moved = is_rescheduled(before.content, item.content)
        is_announced = is_moved or differs(before.content, item.content, ANNOUNCED_FIELDS)
        if is_told(sending, tidings, is_announced=is_announced):
            self._count(item)
        if is_moved:
            item.time_revision = item.revision
            item.attendees = tuple(
                replace(a, answer=Answer(), proposed=None) for a in item.attendees
            )
        return addressed(tidings, sending, is_announced=is_announced)

    def _tell(self, item: Item, tidings: Tidings, cause: Cause | None) -> None:
        if tidings.removed:
            self._post.send_cancellation(item, tidings.removed, "", cause)
        for kind, to in (("invitation", tidings.added), ("update", tidings.kept)):
            if to:
                self._send(item, kind, to, cause)

    def _tell_of_exceptions(
        self, master: Item, tidings: Tidings, changed: list[tuple[Item, Told]], cause: Cause | None
    ) -> None:
        """Send one message per exception to whom it is news (graph-calendar 3.3)."""
        who = self.directory.who
        told = {exception.number: before for exception, before in changed}
        met = {who(a.address.mail) for a in (*tidings.added, *tidings.removed)}
        for exception in self._series.exceptions(master) if master.is_master else ():
            before = told.get(exception.number)
            is_news = before is not None and differs(
                before.content, exception.content, ANNOUNCED_FIELDS
            )
            to = [a for a in exception.attendees if is_news or who(a.address.mail) in met]
            if to:
                self._post.send_request(exception, "update", to, cause)

    def _send(self, item: Item, kind: str, to: list[Attendee], cause: Cause | None) -> None:
        self._post.send_request(
            item, "invitation" if kind == "invitation" else "update", to, cause,
            absent=self._absent(item),
        )  # fmt: skip

    def _absent(self, item: Item) -> frozenset[date]:
        """Return the dates of a series that have no plain occurrence."""
        if not item.is_master:
            return frozenset()
        changed = (e.original_day for e in self._series.exceptions(item))
        return item.cancelled_days | {day for day in changed if day is not None}

    def _count(self, item: Item) -> None:
        """Give a message its number; a series counts for all of its dates."""
        counter = self._store.master(item) if item.is_part_of_series else item
        counter.revision += 1
        item.revision = counter.revision

    def _remove(self, item: Item) -> None:
        if item.is_part_of_series:
            self._series.remove([item])
        else:
            self._store.move(item, DELETED_ITEMS)

    def _call_off(
        self, item: Item, comment: str, cause: Cause | None, *, sending: Sending = Sending.AS_NEEDED
    ) -> None:
        if item.is_part_of_series:
            self._series.require_another(item)
        if sending is Sending.NOBODY:
            return
        if item.attendees:
            self._count(item)
            self._post.send_cancellation(item, item.attendees, comment, cause)
        if item.is_master:
            self._call_off_exceptions(item, item.attendees, comment, cause)

    def _call_off_exceptions(
        self, master: Item, invited: tuple[Attendee, ...], comment: str, cause: Cause | None
    ) -> None:
        """Tell those who were invited to single dates of a series only."""
        who = self.directory.who
        known = {who(a.address.mail) for a in invited}
        for exception in self._series.exceptions(master):
            others = [a for a in exception.attendees if who(a.address.mail) not in known]
            if others:
                self._count(exception)
                self._post.send_cancellation(exception, others, comment, cause)

    def _compared(self, before: tuple[Attendee, ...], after: tuple[Attendee, ...]) -> Tidings:
        """Return who was added, who was removed and who stayed, by whichever address."""
        who = self.directory.who
        old, new = ({who(a.address.mail) for a in attendees} for attendees in (before, after))
        return Tidings(
            [a for a in after if who(a.address.mail) not in old],
            [a for a in before if who(a.address.mail) not in new],
            [a for a in after if who(a.address.mail) in old],
        )
