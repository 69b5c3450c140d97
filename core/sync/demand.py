"""What was asked for a resource and refused: does that no still stand, or is it to be tried again?

A refusal stands as long as the same is asked. It ends when the demand changes, when the slot has
become free again, and when the organizer invites a resource again that was taken off (R-401).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from core.domain.directory import ConflictBehaviour
from core.domain.event import Answer, Event
from core.domain.ids import ResourceId
from core.domain.mapping import Refusal
from core.domain.meeting import Aspect, Meeting
from core.domain.refusal import DECLINES, RefusalCode
from core.sync.context import Context
from core.sync.fingerprint import demand_fingerprint
from core.sync.observed import Observed
from core.sync.translate import answer_of, invited_resources, meeting_of_event

SLOT_CODES = frozenset(
    {RefusalCode.OCCUPIED, RefusalCode.BLOCKING_TIME, RefusalCode.CLOSED, RefusalCode.HOLIDAY}
)
"""Reasons that pass by themselves: the slot becomes free again."""

SECOND_TRY = timedelta(seconds=30)
"""How long a refused change rests before it is tried once more where `Cancel` is set (R-702)."""

CANCELLATION = "cancellation"
"""The fingerprint of a cancellation that ROOMS refused: there is only one way to ask for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """An event as the one who asks: what it says, whom it invites, how its organizer has it."""

    seen: Observed
    event: Event
    meeting: Meeting
    context: Context

    @property
    def invited(self) -> frozenset[ResourceId]:
        """Return the known resources that the event invites."""
        return frozenset(invited_resources(self.event, self.context.directory))

    @property
    def cancels(self) -> bool:
        """Tell whether a refused change cancels the booking (R-034, R-702)."""
        organizer = self.context.directory.person_at(self.event.organizer_address)
        return organizer is not None and organizer.conflict_behaviour is ConflictBehaviour.CANCEL

    def fingerprint(self, resource: ResourceId, aspects: frozenset[Aspect]) -> str:
        """Return the fingerprint of what is asked for one resource."""
        return demand_fingerprint(self.meeting, resource, aspects, self.context.keys)

    def differs_in_privacy_only(self, refusal: Refusal, resource: ResourceId) -> bool:
        """Tell whether the same was refused before, just more or less private."""
        other = replace(self.meeting, private=not self.meeting.private)
        asked = demand_fingerprint(other, resource, refusal.aspects, self.context.keys)
        return refusal.fingerprint == asked


def asking(seen: Observed, event: Event, context: Context) -> Asking:
    """Return the event as the one who asks."""
    meeting = meeting_of_event(event, context.directory)
    return Asking(seen=seen, event=event, meeting=meeting, context=context)


def standing(asks: Asking) -> dict[ResourceId, Refusal]:
    """Return the refusals that still hold for an event, by resource."""
    return {
        refusal.resource: refusal
        for refusal in asks.seen.refusals
        if refusal.resource is not None and _stands(refusal, refusal.resource, asks)
    }


def waited_for(asks: Asking, stands: Mapping[ResourceId, Refusal]) -> tuple[ResourceId, ...]:
    """Return what was taken off the event and may be had now: the wish still stands (D2)."""
    directory = asks.context.directory
    if not directory.policies.rebook_when_free:
        return ()
    return tuple(
        refusal.resource
        for refusal in asks.seen.refusals
        if refusal.resource is not None
        and refusal.removed
        and refusal.resource not in stands
        and directory.is_resource_synced(refusal.resource)
    )


def second_resource(asks: Asking, resource: ResourceId) -> Refusal:
    """Return the refusal of one resource too many (D7 `one`): told once, not at each new time."""
    made = own_refusal(asks, resource, RefusalCode.SECOND_RESOURCE)
    for known in asks.seen.refusals:
        is_same = (known.resource, known.code) == (resource, made.code) and not known.removed
        if is_same and known.fingerprint == made.fingerprint:
            return known
        if is_same:
            return replace(made, told=known.told)
    return made


def is_of_booked(refusal: Refusal) -> bool:
    """Tell whether a refusal can stand for a resource that is booked: a change, or a decline."""
    return refusal.code in DECLINES or Aspect.RESOURCES not in refusal.aspects


def without_second(
    stands: Mapping[ResourceId, Refusal], firsts: Iterable[ResourceId]
) -> dict[ResourceId, Refusal]:
    """Return the refusals without those of resources that are not one too many any more."""
    now_first = set(firsts)
    return {
        resource: refusal
        for resource, refusal in stands.items()
        if refusal.code != RefusalCode.SECOND_RESOURCE or resource not in now_first
    }


def own_refusal(asks: Asking, resource: ResourceId, code: RefusalCode, text: str = "") -> Refusal:
    """Return a refusal that we make ourselves, by a rule or by what Exchange has answered."""
    aspects = frozenset({Aspect.RESOURCES})
    return Refusal(
        fingerprint=asks.fingerprint(resource, aspects),
        aspects=aspects,
        code=code,
        text=text,
        since=asks.context.now,
        resource=resource,
    )


def _stands(refusal: Refusal, resource: ResourceId, asks: Asking) -> bool:
    if refusal.code in DECLINES:
        answer = answer_of(asks.event, resource, asks.context.directory)
        is_worth_a_try = resource in asks.seen.free_again and not _gave_up_now(resource, asks)
        return answer is Answer.DECLINED and not is_worth_a_try
    if refusal.fingerprint != asks.fingerprint(resource, refusal.aspects):
        return False
    if resource in asks.seen.refused_now:
        return True
    is_invited_again = refusal.removed and resource in asks.invited
    is_free_again = resource in asks.seen.free_again
    return not (is_invited_again or is_free_again or is_due_again(refusal, asks))


def _gave_up_now(resource: ResourceId, asks: Asking) -> bool:
    """Tell whether we have freed the resource in this very pass: it is not booked once more."""
    seen = asks.seen
    return any(b.resource == resource and b.booking_id in seen.freed for b in seen.bookings)


def is_due_again(refusal: Refusal, asks: Asking) -> bool:
    """Tell whether a change refused once is to be tried a second time before it cancels (R-702)."""
    return (
        asks.cancels
        and Aspect.RESOURCES not in refusal.aspects
        and bool(asks.seen.active_bookings)
        and asks.context.now - refusal.since >= SECOND_TRY
    )
