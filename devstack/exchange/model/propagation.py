"""Arrival of meeting messages: attendees' copies follow the organizer's, answers go back.

Nothing else ever travels upwards (graph-calendar 3.3, 13.1).
"""

from dataclasses import replace
from datetime import date

from devstack.exchange.model import versions
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
from devstack.exchange.model.series import Series, has_day, occurrence
from devstack.exchange.model.series_following import Told, follow
from devstack.exchange.model.store import Store
from devstack.exchange.model.values import (
    Answer,
    AnswerKind,
    Attendee,
    Content,
    EventKind,
    Private,
    ShowAs,
    is_rescheduled,
)

CANCELLED_PREFIX = "Canceled: "
UNANSWERED = Answer(AnswerKind.NOT_RESPONDED)


class Propagation:
    """Puts what arrives into the recipient's calendar."""

    def __init__(self, store: Store, series: Series, assistant: Assistant) -> None:
        self._store, self._series, self._assistant = store, series, assistant
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
        if (series := self._series_of(mailbox.guid, request.ical_uid)) is not None:
            copy = self._take_date(mailbox, series, request)
        else:
            copy = self._take_whole(mailbox, request)
        if copy is not None:
            self._assistant.consider(mailbox, copy, request.content.subject, request.cause)

    def _take_whole(self, mailbox: Mailbox, request: MeetingRequest) -> Item | None:
        """Take in a single meeting, a series, or one date of a series that is not there else."""
        copy = self._store.of_meeting(mailbox.guid, request.ical_uid)
        self._drop_single_dates(mailbox, request)
        if copy is None:
            copy = self._new_copy(mailbox, request)
            self._store.insert(copy)
            return copy
        if copy.is_organizer or copy.revision >= request.revision:
            return None
        before, was_cancelled = Told.of(copy), copy.is_cancelled
        self._renew(mailbox, copy, request, is_moved=is_rescheduled(copy.content, request.content))
        copy.kind = kind_of(request.content)
        if was_cancelled or is_rescheduled(before.content, request.content):
            self._series.reset(copy, request.absent)
        else:
            for exception, _ in follow(
                copy, before, self._series.exceptions(copy), self.directory.who
            ):
                self._store.save(exception)
        self._store.save(copy)
        return copy

    def _take_date(self, mailbox: Mailbox, series: Item, request: MeetingRequest) -> Item | None:
        """Take in one date of a series that the mailbox has; it becomes an exception there.

        Its answer is that of the series, unless it was moved or had been deleted. As long as the
        series waits for an answer this date waits with it: nothing is left to be considered.
        """
        day = versions.day_in(request.ical_uid)
        if day is None or not has_day(series, day):
            return self._take_whole(mailbox, request)
        known = self._series.member(series, day)
        is_kept = known is not None and known.kind is EventKind.EXCEPTION
        if known is not None and is_kept and known.revision >= request.revision:
            return None
        exception = self._series.materialise(known or occurrence(series, day))
        is_moved = known is None or is_rescheduled(exception.content, request.content)
        self._renew(mailbox, exception, request, is_moved=is_moved)
        self._series.save(exception)
        return None if series.answer.kind is AnswerKind.NOT_RESPONDED else exception

    def _series_of(self, mailbox: str, ical_uid: str) -> Item | None:
        """Return the series that a message about one date belongs to, if the mailbox has it."""
        if versions.day_in(ical_uid) is None:
            return None
        found = self._store.of_meeting(mailbox, versions.series_uid(ical_uid))
        return found if found is not None and found.is_master else None

    def _drop_single_dates(self, mailbox: Mailbox, request: MeetingRequest) -> None:
        """Forget dates that the mailbox was invited to singly: it gets the whole series now."""
        if not request.content.recurrence:
            return
        for item in list(self._store.in_calendars(mailbox.guid)):
            is_date = versions.day_in(item.ical_uid) is not None
            if is_date and versions.series_uid(item.ical_uid) == request.ical_uid:
                self._store.purge(item)

    def _new_copy(self, mailbox: Mailbox, request: MeetingRequest) -> Item:
        return Item(
            mailbox=mailbox.guid,
            number=self._store.next_number(mailbox.guid),
            folder=CALENDAR,
            ical_uid=request.ical_uid,
            kind=kind_of(request.content),
            cancelled_days=request.absent,
            content=self._assistant.rewritten(mailbox, request.content, request.organizer),
            private=Private(show_as=ShowAs.TENTATIVE, is_reminder_on=mailbox.policy is None),
            organizer=request.organizer,
            is_organizer=False,
            answer=UNANSWERED,
            attendees=request.attendees,
            intended_show_as=request.show_as,
            revision=request.revision,
        )

    def _renew(
        self, mailbox: Mailbox, copy: Item, request: MeetingRequest, *, is_moved: bool
    ) -> None:
        if is_moved or copy.is_cancelled:
            copy.answer = UNANSWERED
            copy.private = replace(copy.private, show_as=ShowAs.TENTATIVE)
        copy.content = self._assistant.rewritten(mailbox, request.content, request.organizer)
        copy.attendees = request.attendees
        copy.intended_show_as = request.show_as
        copy.revision = request.revision
        copy.is_cancelled = False

    def _take_cancellation(self, mailbox: Mailbox, message: MeetingCancellation) -> None:
        series = self._series_of(mailbox.guid, message.ical_uid)
        day = versions.day_in(message.ical_uid)
        if series is not None and day is not None and has_day(series, day):
            self._take_off_date(mailbox, series, day, message)
            return
        # A date that the mailbox's series does not have was invited to on its own.
        copy = self._store.of_meeting(mailbox.guid, message.ical_uid)
        if copy is None or copy.is_organizer or copy.revision >= message.revision:
            return
        copy.revision = message.revision
        if self._assistant.clears_cancelled(mailbox):
            self._assistant.remove(copy)
            return
        for item in (*self._series.exceptions(copy), copy):
            _mark_cancelled(item)
            self._store.save(item)

    def _take_off_date(
        self, mailbox: Mailbox, series: Item, day: date, message: MeetingCancellation
    ) -> None:
        known = self._series.member(series, day)
        if known is None or series.is_organizer:
            return
        is_kept = known.kind is EventKind.EXCEPTION
        if is_kept and known.revision >= message.revision:
            return
        if self._assistant.clears_cancelled(mailbox):
            self._series.remove([known])
            return
        exception = self._series.materialise(known)
        exception.revision = message.revision
        _mark_cancelled(exception)
        self._series.save(exception)

    def _take_response(self, message: MeetingResponse) -> None:
        """Note an answer; one to a time that has since been moved is out of date."""
        series = self._series_of(message.recipient, message.ical_uid)
        if series is None:
            item = self._store.of_meeting(message.recipient, message.ical_uid)
        else:
            day = versions.day_in(message.ical_uid)
            item = None if day is None else self._series.member(series, day)
        if item is None or not item.is_organizer or message.revision < item.time_revision:
            return
        before, updated = item.attendees, self._answered(item.attendees, message)
        if updated == before:
            return
        item = self._series.materialise(item)
        item.attendees = updated
        for exception in self._series.exceptions(item):
            # A date on which nothing else was said has the series' answer.
            if message.revision >= exception.time_revision:
                said_else = {a.address: a for a in exception.attendees if a not in before}
                exception.attendees = tuple(
                    said_else.get(a.address, a)
                    for a in self._answered(exception.attendees, message)
                )
                self._store.save(exception)
        self._series.save(item)

    def _answered(
        self, attendees: tuple[Attendee, ...], message: MeetingResponse
    ) -> tuple[Attendee, ...]:
        return tuple(
            replace(a, answer=message.answer, proposed=message.proposed)
            if self._is(a.address.mail, message.attendee)
            else a
            for a in attendees
        )

    def _is(self, address: str, guid: str) -> bool:
        mailbox = self.directory.find(address)
        return mailbox is not None and mailbox.guid == guid


def kind_of(content: Content) -> EventKind:
    """Return what a whole meeting is in the calendar of somebody invited."""
    return EventKind.SERIES_MASTER if content.recurrence else EventKind.SINGLE_INSTANCE


def _mark_cancelled(copy: Item) -> None:
    """Leave a cancelled meeting to its owner, who sees what became of it."""
    copy.is_cancelled = True
    copy.private = replace(copy.private, show_as=ShowAs.FREE, is_reminder_on=False)
    copy.content = replace(copy.content, subject=f"{CANCELLED_PREFIX}{copy.content.subject}")
