"""The resource booking assistant: lets requests in, rewrites them, accepts or declines.

Rules: graph-calendar 3.4. Only `AutoAccept` decides and rewrites; `AutoUpdate` leaves the tentative
copy to a delegate; `None` touches nothing. Every step saves the copy, so a reader sees it
tentative first.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from devstack.exchange.model.bodies import EMPTY_BODY
from devstack.exchange.model.chance import Chance
from devstack.exchange.model.chores import Chores
from devstack.exchange.model.directory import Directory
from devstack.exchange.model.item import DELETED_ITEMS, Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.messages import Cause, Consideration
from devstack.exchange.model.post_office import PostOffice
from devstack.exchange.model.processing_policy import ProcessingPolicy
from devstack.exchange.model.store import Store
from devstack.exchange.model.values import (
    Address,
    Answer,
    AnswerKind,
    Content,
    Sensitivity,
    ShowAs,
)
from devstack.kit.clock import Clock


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the assistant answers, and the sentence it writes to the organizer."""

    answer: AnswerKind
    comment: str


ACCEPTED = Verdict(AnswerKind.ACCEPTED, "Your request was accepted.")


class Assistant:
    """Acts in the mailboxes that have a processing policy, which are those of resources."""

    def __init__(
        self, *, clock: Clock, stamps: Clock, store: Store, chores: Chores, chance: Chance,
        post: PostOffice,
    ) -> None:  # fmt: skip
        self._clock, self._stamps, self._store = clock, stamps, store
        self._chores, self._chance, self._post = chores, chance, post
        self.directory = Directory()

    def lets_in(self, mailbox: Mailbox, organizer: Address) -> bool:
        """Tell whether a request becomes a copy at all."""
        policy = mailbox.policy
        if policy is None:
            return True
        if policy.automate_processing == "None":
            return False
        return policy.process_external_meeting_messages or self._is_internal(organizer)

    def clears_cancelled(self, mailbox: Mailbox) -> bool:
        """Tell whether cancelled meetings leave this calendar by themselves."""
        return mailbox.policy is not None and mailbox.policy.automate_processing == "AutoAccept"

    def rewritten(self, mailbox: Mailbox, content: Content, organizer: Address) -> Content:
        """Return what the mailbox keeps of a request."""
        policy = mailbox.policy
        if policy is None or policy.automate_processing != "AutoAccept":
            return content
        return rewrite(policy, content, organizer)

    def consider(self, mailbox: Mailbox, copy: Item, subject: str, cause: Cause | None) -> None:
        """Decide on a copy a little later, if it waits for an answer."""
        policy = mailbox.policy
        if (
            policy is None
            or policy.automate_processing != "AutoAccept"
            or copy.answer.kind is not AnswerKind.NOT_RESPONDED
        ):
            return
        self._chores.after(
            self._chance.within(self._post.timing.assistant_s),
            "assistant",
            Consideration(
                mailbox=mailbox.guid,
                number=copy.number,
                revision=copy.revision,
                subject=subject,
                cause=cause,
            ),
        )

    async def decide(self, matter: Consideration) -> None:
        """Accept or decline, unless the copy has gone or a newer revision has come."""
        if not self.directory.has(matter.mailbox):
            return
        copy = self._store.numbered(matter.mailbox, matter.number)
        mailbox = self.directory.of_guid(matter.mailbox)
        if (
            copy is None
            or copy.is_deleted
            or copy.revision != matter.revision
            or copy.answer.kind is not AnswerKind.NOT_RESPONDED
            or mailbox.policy is None
        ):
            return
        others = [
            other
            for other in self._store.in_calendars(mailbox.guid)
            if other.ical_uid != copy.ical_uid
        ]
        found = judge(mailbox, mailbox.policy, copy, others, self._clock.now())
        self._answer(mailbox, copy, found, matter)

    def remove(self, copy: Item) -> None:
        self._store.move(copy, DELETED_ITEMS)

    def _answer(self, mailbox: Mailbox, copy: Item, found: Verdict, matter: Consideration) -> None:
        copy.answer = Answer(found.answer, self._stamps.now())
        if found.answer is AnswerKind.ACCEPTED:
            copy.private = replace(copy.private, show_as=copy.intended_show_as)
            self._store.save(copy)
        else:
            self.remove(copy)
        if copy.content.response_requested:
            self._post.send_response(
                copy,
                mailbox,
                copy.answer,
                comment=found.comment,
                subject=matter.subject,
                cause=matter.cause,
            )

    def _is_internal(self, organizer: Address) -> bool:
        found = self.directory.find(organizer.mail)
        return found is not None and found.is_internal


def rewrite(policy: ProcessingPolicy, content: Content, organizer: Address) -> Content:
    """Return a request's content as the policy wants it in the resource's calendar."""
    kept = "" if policy.delete_subject else content.subject
    name = (organizer.name or organizer.mail) if policy.add_organizer_to_subject else ""
    hides = policy.remove_private_property and content.sensitivity is Sensitivity.PRIVATE
    return replace(
        content,
        subject=" ".join(part for part in (name, kept) if part),
        body=EMPTY_BODY if policy.delete_comments else content.body,
        sensitivity=Sensitivity.NORMAL if hides else content.sensitivity,
    )


def judge(
    mailbox: Mailbox, policy: ProcessingPolicy, copy: Item, others: list[Item], now: datetime
) -> Verdict:
    """Say what the policy makes of a request, given what else is in the calendar."""
    content = copy.content
    length = content.end.instant - content.start.instant
    if policy.maximum_duration_in_minutes and length > timedelta(
        minutes=policy.maximum_duration_in_minutes
    ):
        hours = policy.maximum_duration_in_minutes / 60
        return _declined(f"the duration exceeds the maximum of {hours:g} hours")
    horizon = (now + timedelta(days=policy.booking_window_in_days + 1)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    if content.end.instant > horizon:
        return _declined(f"it is more than {policy.booking_window_in_days} days in advance")
    if policy.enforce_capacity and 0 < mailbox.capacity < len(copy.attendees):
        return _declined(f"the capacity of {mailbox.capacity} is exceeded")
    if not policy.allow_conflicts and any(_conflicts(copy, other) for other in others):
        return _declined("there are conflicts")
    return ACCEPTED


def _declined(reason: str) -> Verdict:
    return Verdict(AnswerKind.DECLINED, f"Your request was declined because {reason}.")


def _conflicts(copy: Item, other: Item) -> bool:
    content = copy.content
    return (
        other.is_settled
        and not other.is_cancelled
        and copy.intended_show_as is not ShowAs.FREE
        and other.private.show_as is not ShowAs.FREE
        and other.content.start.instant < content.end.instant
        and other.content.end.instant > content.start.instant
    )
