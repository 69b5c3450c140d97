"""Sends meeting messages: one mail in the ledger per sending, one chore per recipient's mailbox.

Messages of one meeting to one mailbox arrive in the order in which they were sent.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from devstack.exchange.model import bodies, versions
from devstack.exchange.model.chance import Chance
from devstack.exchange.model.chores import Chores
from devstack.exchange.model.directory import Directory
from devstack.exchange.model.item import Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.messages import (
    Cause,
    MeetingCancellation,
    MeetingRequest,
    MeetingResponse,
    Message,
)
from devstack.exchange.model.timing import Timing
from devstack.exchange.model.values import Answer, AnswerKind, Attendee, TimeSlot
from devstack.kit.clock import Clock
from devstack.kit.journal import Ledger, MailEntry, MailKind, iso

ANSWER_WORDS = {
    AnswerKind.ACCEPTED: "Accepted",
    AnswerKind.TENTATIVE: "Tentative",
    AnswerKind.DECLINED: "Declined",
}


class PostOffice:
    """Knows who is reached by an address; whoever has no mailbox here still gets the mail."""

    def __init__(
        self, *, clock: Clock, chores: Chores, chance: Chance, mails: Ledger[MailEntry]
    ) -> None:
        self._clock, self._chores, self._chance, self._mails = clock, chores, chance, mails
        self.directory = Directory()
        self.timing = Timing()
        self._arrivals: dict[tuple[str, str], datetime] = {}

    def clear(self) -> None:
        """Forget what is on its way."""
        self._arrivals.clear()

    def send_request(
        self, item: Item, kind: MailKind, to: Sequence[Attendee], cause: Cause | None,
        *, absent: frozenset[date] = frozenset(),
    ) -> None:  # fmt: skip
        """Send the meeting as it is now; `kind` is `invitation` or `update`."""
        item.was_sent = True
        addresses = self._reached(item, to)
        self._log(item, kind, addresses, item.content.subject, cause)
        for mailbox in self._mailboxes(addresses):
            self._carry(
                MeetingRequest(
                    recipient=mailbox.guid,
                    ical_uid=item.ical_uid,
                    organizer=item.organizer,
                    content=item.content,
                    attendees=self._shown_to(mailbox, item),
                    show_as=item.private.show_as,
                    revision=item.revision,
                    cause=cause,
                    absent=absent,
                )
            )

    def send_cancellation(
        self, item: Item, to: Sequence[Attendee], comment: str, cause: Cause | None
    ) -> None:
        """Tell these attendees that the meeting is off, for them at least."""
        addresses = self._reached(item, to)
        subject = f"Canceled: {item.content.subject}"
        self._log(item, "cancellation", addresses, subject, cause, text=comment)
        for mailbox in self._mailboxes(addresses):
            self._carry(
                MeetingCancellation(
                    recipient=mailbox.guid,
                    ical_uid=item.ical_uid,
                    revision=item.revision,
                    cause=cause,
                )
            )

    def send_response(
        self,
        item: Item,
        sender: Mailbox,
        answer: Answer,
        *,
        comment: str = "",
        proposed: TimeSlot | None = None,
        subject: str | None = None,
        cause: Cause | None,
    ) -> None:
        """Tell the organizer what `sender` says to its copy `item`."""
        about = item.content.subject if subject is None else subject
        self._mails.append(
            MailEntry(
                time=iso(self._clock.now()),
                to=[item.organizer.mail],
                sender=sender.mail,
                kind="response",
                subject=f"{ANSWER_WORDS[answer.kind]}: {about}",
                text=comment,
                cause=cause and cause.as_json(),
            )
        )
        organizer = self.directory.find(item.organizer.mail)
        if organizer is not None and organizer.has_mailbox:
            self._carry(
                MeetingResponse(
                    recipient=organizer.guid,
                    ical_uid=item.ical_uid,
                    attendee=sender.guid,
                    answer=answer,
                    proposed=proposed,
                    revision=item.revision,
                )
            )

    def _reached(self, item: Item, attendees: Iterable[Attendee]) -> list[str]:
        """Return who gets the mail: groups expanded, each once, never the organizer."""
        reached: dict[str, None] = {}
        for attendee in attendees:
            if attendee.address.mail:
                reached.update(dict.fromkeys(self.directory.expand(attendee.address.mail)))
        reached.pop(item.organizer.mail, None)
        return list(reached)

    def _mailboxes(self, addresses: Iterable[str]) -> list[Mailbox]:
        found = (self.directory.find(address) for address in addresses)
        return [mailbox for mailbox in found if mailbox is not None and mailbox.has_mailbox]

    def _shown_to(self, mailbox: Mailbox, item: Item) -> tuple[Attendee, ...]:
        if not item.content.hide_attendees:
            return item.attendees
        return tuple(
            a for a in item.attendees if mailbox.mail in self.directory.expand(a.address.mail)
        )

    def _log(
        self,
        item: Item,
        kind: MailKind,
        to: list[str],
        subject: str,
        cause: Cause | None,
        *,
        text: str | None = None,
    ) -> None:
        if not to:
            return
        self._mails.append(
            MailEntry(
                time=iso(self._clock.now()),
                to=to,
                sender=item.organizer.mail,
                kind=kind,
                subject=subject,
                text=bodies.to_text(item.content.body) if text is None else text,
                html=item.content.body if text is None else "",
                cause=cause and cause.as_json(),
            )
        )

    def _carry(self, message: Message) -> None:
        delay = timedelta(seconds=self._chance.within(self.timing.propagation_s))
        way = (message.recipient, versions.series_uid(message.ical_uid))
        arrival = max(self._clock.now() + delay, self._arrivals.get(way, self._clock.now()))
        self._arrivals[way] = arrival
        self._chores.at(arrival, "meeting-message", message)
