"""Events that exist from the start: no mail, no notification, no question to the assistant."""

from dataclasses import replace

from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.item import CALENDAR, Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.values import Answer, AnswerKind, Draft, Private, ShowAs


class Seeding:
    """Places items as if everything about them had happened long ago."""

    def __init__(self, model: Exchange) -> None:
        self._model = model

    def place(self, mailbox: Mailbox, folder: str, draft: Draft) -> Item:
        """Put the organizer's copy into its calendar without inviting anybody."""
        alone = replace(draft, attendees=())
        item = self._model.organizing.create(mailbox, folder, alone, None)
        item.attendees = draft.attendees
        return item

    def deliver(self, item: Item) -> None:
        """Give every attendee a copy: resources have accepted, people have not answered."""
        directory, now = self._model.directory, self._model.stamps.now()
        item.was_sent = bool(item.attendees)
        for place, attendee in enumerate(item.attendees):
            for address in directory.expand(attendee.address.mail):
                mailbox = directory.find(address)
                if mailbox is None or not mailbox.has_mailbox or mailbox.guid == item.mailbox:
                    continue
                is_resource = mailbox.policy is not None
                kind = AnswerKind.ACCEPTED if is_resource else AnswerKind.NOT_RESPONDED
                answer = Answer(kind, now if is_resource else None)
                if is_resource:
                    accepted = replace(attendee, answer=answer)
                    item.attendees = (
                        *item.attendees[:place], accepted, *item.attendees[place + 1 :]
                    )  # fmt: skip
                self._model.store.insert(self._copy(mailbox, item, answer))

    def _copy(self, mailbox: Mailbox, item: Item, answer: Answer) -> Item:
        is_accepted = answer.kind is AnswerKind.ACCEPTED
        return Item(
            mailbox=mailbox.guid,
            number=self._model.store.next_number(mailbox.guid),
            folder=CALENDAR,
            ical_uid=item.ical_uid,
            kind=item.kind,
            content=self._model.assistant.rewritten(mailbox, item.content, item.organizer),
            private=Private(
                show_as=item.private.show_as if is_accepted else ShowAs.TENTATIVE,
                is_reminder_on=mailbox.policy is None,
            ),
            organizer=item.organizer,
            is_organizer=False,
            answer=answer,
            attendees=item.attendees,
            intended_show_as=item.private.show_as,
            revision=item.revision,
        )
