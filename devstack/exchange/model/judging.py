"""What a resource's policy makes of a request and of a whole series (graph-calendar 3.4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from devstack.exchange.model import expansion
from devstack.exchange.model.bodies import EMPTY_BODY
from devstack.exchange.model.item import Item
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.processing_policy import ProcessingPolicy
from devstack.exchange.model.values import Address, AnswerKind, Content, Sensitivity, ShowAs


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the assistant answers, and the sentence it writes to the organizer."""

    answer: AnswerKind
    comment: str


ACCEPTED = Verdict(AnswerKind.ACCEPTED, "Your request was accepted.")


@dataclass(frozen=True, slots=True)
class SeriesVerdict:
    """The answer to a series; `taken` are dates to be declined singly, after `ends_on` is none."""

    verdict: Verdict
    taken: tuple[Item, ...] = ()
    ends_on: date | None = None


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
        return declined(f"the duration exceeds the maximum of {hours:g} hours")
    if content.end.instant > end_of_window(policy, now):
        return _too_far_ahead(policy)
    if policy.enforce_capacity and 0 < mailbox.capacity < len(copy.attendees):
        return declined(f"the capacity of {mailbox.capacity} is exceeded")
    if not policy.allow_conflicts and any(_conflicts(copy, other) for other in others):
        return declined("there are conflicts")
    return ACCEPTED


def declined(reason: str) -> Verdict:
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


def judge_series(
    mailbox: Mailbox,
    policy: ProcessingPolicy,
    copy: Item,
    *,
    members: Sequence[Item],
    others: Sequence[Item],
    now: datetime,
) -> SeriesVerdict:
    """Say what the policy makes of a series with these dates within the booking window."""
    if not policy.allow_recurring_meetings:
        return SeriesVerdict(declined("recurring meetings are not allowed"))
    alone = policy.model_copy(update={"allow_conflicts": True, "booking_window_in_days": 1080})
    at_all = judge(mailbox, alone, copy, [], copy.content.start.instant)
    if at_all.answer is not AnswerKind.ACCEPTED:
        return SeriesVerdict(at_all)
    horizon = end_of_window(policy, now)
    within = [member for member in members if member.content.end.instant <= horizon]
    is_cut = _reaches_beyond(copy, horizon)
    if is_cut and (policy.enforce_scheduling_horizon or not within):
        return SeriesVerdict(_too_far_ahead(policy))
    ends_on = max((m.original_day for m in within if m.original_day), default=None)
    ends_on = ends_on if is_cut else None
    if policy.allow_conflicts:
        return SeriesVerdict(ACCEPTED, ends_on=ends_on)
    taken = tuple(m for m in within if any(_conflicts(m, other) for other in others))
    is_too_much = (
        len(taken) > policy.maximum_conflict_instances
        or len(taken) * 100 > len(within) * policy.conflict_percentage_allowed
    )
    if taken and is_too_much:
        return SeriesVerdict(declined("there are conflicts"))
    return SeriesVerdict(ACCEPTED, taken, ends_on)


def end_of_window(policy: ProcessingPolicy, now: datetime) -> datetime:
    """Return the end of the last day that may be booked."""
    return (now + timedelta(days=policy.booking_window_in_days + 1)).replace(
        hour=0, minute=0, second=0, microsecond=0
    )


def _reaches_beyond(copy: Item, horizon: datetime) -> bool:
    rule = copy.content.recurrence
    last = None if rule is None else expansion.last_date(rule)
    return last is None or expansion.times_on(copy.content, last)[1].instant > horizon


def _too_far_ahead(policy: ProcessingPolicy) -> Verdict:
    return declined(f"it is more than {policy.booking_window_in_days} days in advance")
