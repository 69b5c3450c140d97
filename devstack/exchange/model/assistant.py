"""The resource booking assistant: lets requests in, rewrites them, accepts or declines.

Rules: graph-calendar 3.4. Only `AutoAccept` decides and rewrites; `AutoUpdate` leaves the tentative
copy to a delegate; `None` touches nothing. Every step saves the copy, so a reader sees it
tentative first.
"""

from dataclasses import replace
from datetime import datetime

from devstack.exchange.model import versions
from devstack.exchange.model.chance import Chance
from devstack.exchange.model.chores import Chores
from devstack.exchange.model.directory import Directory
from devstack.exchange.model.item import DELETED_ITEMS, Item
from devstack.exchange.model.judging import (
    Verdict,
    declined,
    end_of_window,
    judge,
    judge_series,
    rewrite,
)
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.messages import Cause, Consideration
from devstack.exchange.model.post_office import PostOffice
from devstack.exchange.model.processing_policy import ProcessingPolicy
from devstack.exchange.model.series import Series
from devstack.exchange.model.store import Store
from devstack.exchange.model.values import (
    Address,
    Answer,
    AnswerKind,
    Content,
)
from devstack.kit.clock import Clock


class Assistant:
    """Acts in the mailboxes that have a processing policy, which are those of resources."""

    def __init__(
        self, *, clock: Clock, stamps: Clock, store: Store, series: Series, chores: Chores,
        chance: Chance, post: PostOffice,
    ) -> None:  # fmt: skip
        self._clock, self._stamps, self._store, self._series = clock, stamps, store, series
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
        if copy.is_master:
            self._decide_series(mailbox, mailbox.policy, copy, matter)
            return
        others = self._others(copy, copy.content.start.instant, copy.content.end.instant)
        found = judge(mailbox, mailbox.policy, copy, others, self._clock.now())
        self._answer(mailbox, copy, found, matter)

    def remove(self, copy: Item) -> None:
        """Take a copy out of the calendar; of a series that date alone."""
        if copy.is_part_of_series:
            self._series.remove([copy])
        else:
            self._store.move(copy, DELETED_ITEMS)

    def _decide_series(
        self, mailbox: Mailbox, policy: ProcessingPolicy, copy: Item, matter: Consideration
    ) -> None:
        """Accept or decline a series; dates that are taken are then declined one by one."""
        now = self._clock.now()
        horizon = end_of_window(policy, now)
        members = self._series.members(copy, now, horizon)
        others = self._others(copy, now, horizon)
        found = judge_series(mailbox, policy, copy, members=members, others=others, now=now)
        copy.horizon = found.ends_on
        changed_since: list[Item] = []
        if found.verdict.answer is AnswerKind.ACCEPTED:
            for exception in self._series.exceptions(copy):
                if exception.answer.kind is AnswerKind.NOT_RESPONDED:
                    self._accept(exception)
                    self._store.save(exception)
                    changed_since += [exception] if exception.revision > copy.revision else []
        self._answer(mailbox, copy, found.verdict, matter)
        for exception in changed_since:
            # It came as a message of its own: that the series is accepted does not answer it.
            self._respond(mailbox, exception, found.verdict, matter)
        taken = [self._series.member(copy, m.original_day) for m in found.taken if m.original_day]
        self._series.remove(member for member in taken if member is not None)
        for member in taken:
            if member is not None:
                member.answer = Answer(AnswerKind.DECLINED, self._stamps.now())
                self._respond(mailbox, member, declined("there are conflicts"), matter)

    def _others(self, copy: Item, start: datetime, end: datetime) -> list[Item]:
        """Return what else is in the calendars of the mailbox then, series expanded."""
        own = versions.series_uid(copy.ical_uid)
        return [
            other
            for other in self._series.instances(copy.mailbox, None, start, end)
            if versions.series_uid(other.ical_uid) != own
        ]

    def _accept(self, copy: Item) -> None:
        copy.answer = Answer(AnswerKind.ACCEPTED, self._stamps.now())
        copy.private = replace(copy.private, show_as=copy.intended_show_as)

    def _answer(self, mailbox: Mailbox, copy: Item, found: Verdict, matter: Consideration) -> None:
        if found.answer is AnswerKind.ACCEPTED:
            self._accept(copy)
            self._series.save(copy)
        else:
            copy.answer = Answer(found.answer, self._stamps.now())
            self.remove(copy)
        self._respond(mailbox, copy, found, matter)

    def _respond(self, mailbox: Mailbox, copy: Item, found: Verdict, matter: Consideration) -> None:
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
