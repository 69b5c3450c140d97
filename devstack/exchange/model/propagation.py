"""Arrival of meeting messages: attendees' copies follow the organizer's, answers go back.

Nothing else ever travels upwards (graph-calendar 3.3, 13.1).
"""

from dataclasses import replace

from devstack.exchange.model.assistant import Assistant
from devstack.exchange.model.directory import Directory
from devstack.exchange.model.item import CALENDAR, Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.messages import (
    MeetingCancellation,
    MeetingRequest,
    MeetingResponse,
    Message,
)
from devstack.exchange.model.store import Store
from devstack.exchange.model.values import (
    TIME_FIELDS,
    Answer,
    AnswerKind,
    Private,
    ShowAs,
    differs,
)

CANCELLED_PREFIX = "Canceled: "
UNANSWERED = Answer(AnswerKind.NOT_RESPONDED)


class Propagation:
    """Puts what arrives into the recipient's calendar."""

    def __init__(self, store: Store, assistant: Assistant) -> None:
        self._store, self._assistant = store, assistant
        self.directory = Directory()

    async def arrive(self, message: Message) -> None:
        """Take one message in; for a mailbox that is no more it is lost."""
        if not self.directory.has(message.recipient):
            return
        mailbox = self.directory.of_guid(message.recipient)
        match message:
            case MeetingRequest():
                self.take_request(mailbox, message)
            case MeetingCancellation():
                self._take_cancellation(mailbox, message)
            case MeetingResponse():
                self._take_response(message)

    def take_request(self, mailbox: Mailbox, request: MeetingRequest) -> None:
        """Make or renew the mailbox's copy; a resource's assistant then decides on it."""
        if not self._assistant.lets_in(mailbox, request.organizer):
            return
        copy = self._store.of_meeting(mailbox.guid, request.ical_uid)
        if copy is None:
            copy = self._new_copy(mailbox, request)
            self._store.insert(copy)
        elif copy.is_organizer or copy.revision >= request.revision:
            return
        else:
            self._renew(mailbox, copy, request)
            self._store.save(copy)
        self._assistant.consider(mailbox, copy, request.content.subject, request.cause)

    def _new_copy(self, mailbox: Mailbox, request: MeetingRequest) -> Item:
        return Item(
            mailbox=mailbox.guid,
            number=self._store.next_number(mailbox.guid),
            folder=CALENDAR,
            ical_uid=request.ical_uid,
            content=self._assistant.rewritten(mailbox, request.content, request.organizer),
            private=Private(show_as=ShowAs.TENTATIVE, is_reminder_on=mailbox.policy is None),
            organizer=request.organizer,
            is_organizer=False,
            answer=UNANSWERED,
            attendees=request.attendees,
            intended_show_as=request.show_as,
            revision=request.revision,
        )

    def _renew(self, mailbox: Mailbox, copy: Item, request: MeetingRequest) -> None:
        if differs(copy.content, request.content, TIME_FIELDS) or copy.is_cancelled:
            copy.answer = UNANSWERED
            copy.private = replace(copy.private, show_as=ShowAs.TENTATIVE)
        copy.content = self._assistant.rewritten(mailbox, request.content, request.organizer)
        copy.attendees = request.attendees
        copy.intended_show_as = request.show_as
        copy.revision = request.revision
        copy.is_cancelled = False

    def _take_cancellation(self, mailbox: Mailbox, message: MeetingCancellation) -> None:
        copy = self._store.of_meeting(mailbox.guid, message.ical_uid)
        if copy is None or copy.is_organizer or copy.revision >= message.revision:
            return
        copy.revision = message.revision
        if self._assistant.clears_cancelled(mailbox):
            self._assistant.remove(copy)
            return
        copy.is_cancelled = True
        copy.private = replace(copy.private, show_as=ShowAs.FREE, is_reminder_on=False)
        copy.content = replace(copy.content, subject=f"{CANCELLED_PREFIX}{copy.content.subject}")
        self._store.save(copy)

    def _take_response(self, message: MeetingResponse) -> None:
        """Note an answer; one to a time that has since been moved is out of date."""
        item = self._store.of_meeting(message.recipient, message.ical_uid)
        if item is None or not item.is_organizer or message.revision < item.time_revision:
            return
        updated = tuple(
            replace(a, answer=message.answer, proposed=message.proposed)
            if self._is(a.address.mail, message.attendee)
            else a
            for a in item.attendees
        )
        if updated != item.attendees:
            item.attendees = updated
            self._store.save(item)

    def _is(self, address: str, guid: str) -> bool:
        mailbox = self.directory.find(address)
        return mailbox is not None and mailbox.guid == guid
