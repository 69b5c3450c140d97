"""A meeting in a resource mailbox that nobody synced has made: by a stranger, or right there.

    organized by                          policy      then
    somebody unsynced or unknown (D5)     report      no booking, both sides differ
                                          decline     the resource mailbox says no
    the resource mailbox itself (D6)      report      as above, with a mail if possible
                                          cancel      it is cancelled, with a mail if possible
    either                                book_as:…   booked for that person; ROOMS only follows

The organizer's copy is out of reach (D3): nothing is ever written to it. Its title is the
organizer's name or nothing at all in most mailboxes; it is taken as it is, masked when private.
"""

from dataclasses import replace

from core.domain.directory import SyncedPerson
from core.domain.event import Answer, Event
from core.domain.ids import ResourceId, is_resource_mailbox, resource_of
from core.domain.mapping import Mapping, Refusal
from core.domain.meeting import Aspect, Meeting
from core.domain.notice import NoticeKind, RefusedPart
from core.domain.policies import deputy_of
from core.domain.refusal import RefusalCode
from core.sync.compose import booking_draft, people_of
from core.sync.context import Context
from core.sync.demand import asking, own_refusal, standing
from core.sync.eligibility import is_older_than_sync
from core.sync.observed import Observed
from core.sync.sides import Pair, pairs_of
from core.sync.steps import (
    CancelBooking,
    CreateBooking,
    DeclineEvent,
    DeleteEvent,
    Outcome,
    Plan,
    Step,
    Tell,
)
from core.sync.targets import targets_of
from core.sync.transfer import to_rooms
from core.sync.translate import meeting_of_event

COMMENTS = {
    "declined": "This resource is booked through ROOMS, and there it cannot be had. / "
    "Diese Ressource wird über ROOMS gebucht und ist dort nicht verfügbar.",
    "cancelled": "Please book this resource from your own calendar or in ROOMS. / "
    "Bitte buchen Sie diese Ressource aus dem eigenen Kalender oder in ROOMS.",
}
"""What the other side reads in the answer; strangers have no language in the settings."""


def is_foreign(event: Event, mapping: Mapping) -> bool:
    """Tell whether an event lies in a resource mailbox and is not our own hold there."""
    if not is_resource_mailbox(event.place.mailbox):
        return False
    return not event.is_organizer or event.appointment_oid != mapping.id


def plan_foreign(  # noqa: PLR0911 - a ladder of decisions
    seen: Observed, event: Event, context: Context
) -> Plan:
    """Plan what becomes of such a meeting."""
    resource = resource_of(event.place.mailbox)
    if seen.active_bookings:
        return _follow(seen, event, resource, context)
    if seen.is_booking_over:
        return _called_off(event, "its booking was cancelled in ROOMS (R-308)")
    if event.own_answer is Answer.DECLINED:
        return Plan(outcome=Outcome.CANCELLED, reason="the resource mailbox has declined it")
    if seen.is_booked_apart:
        return Plan(outcome=Outcome.IGNORED, reason="its organizer has booked it in ROOMS, too")
    if is_older_than_sync(event, resource, context):
        return _report(seen, event, resource, context, is_told=False)
    policy = _policy(event, context)
    person = _deputy(policy, context)
    if person is not None:
        return _book_as(seen, event, resource, person, context)
    if policy in {"decline", "cancel"}:
        return _turn_away(seen, event, resource, context)
    return _report(seen, event, resource, context, is_told=event.is_organizer)


def _policy(event: Event, context: Context) -> str:
    policies = context.directory.policies
    return policies.direct_booking if event.is_organizer else policies.unsynced_organizer


def _deputy(policy: str, context: Context) -> SyncedPerson | None:
    """Return the person in whose name such meetings are booked, None when there is none."""
    address = deputy_of(policy)
    return None if address is None else context.directory.person_at(address)


def _code(event: Event) -> RefusalCode:
    return RefusalCode.DIRECT_ITEM if event.is_organizer else RefusalCode.NOT_SYNCED


def _book_as(
    seen: Observed, event: Event, resource: ResourceId, person: SyncedPerson, context: Context
) -> Plan:
    asks = asking(seen, event, context)
    refusal = standing(asks).get(resource)
    if refusal is None:
        step: Step = CreateBooking(
            draft=booking_draft(
                seen.mapping.id,
                _shown(event, context),
                resource,
                person.id,
                context.directory.policies,
            ),
            reason="booked for the person named in the settings (D5, D6)",
        )
        return Plan(steps=(step,), outcome=Outcome.IN_STEP, reason=step.reason)
    is_master = context.directory.resources[resource].is_sync_master
    if is_master and not event.is_organizer:
        return _decline(event, f"ROOMS does not take it: {refusal.code} (D3, R-402)")
    return Plan(
        outcome=Outcome.REFUSED, reason=f"it was refused: {refusal.code}", refusals=(refusal,)
    )


def _follow(seen: Observed, event: Event, resource: ResourceId, context: Context) -> Plan:
    """Make the booking follow the meeting; what ROOMS changed cannot be carried back (D3)."""
    asks = asking(seen, event, context)
    pair = replace(pairs_of(seen, event, context)[0], exchange=_shown(event, context))
    stands = standing(asks)
    refused = stands.get(pair.held) or stands.get(resource)
    if refused is not None and not _is_own(refused):
        return _left_behind(seen, event, refused, context)
    target = targets_of((pair,), context).rooms[0]
    steps = to_rooms(pair, target, None, context.directory.policies)
    apart = _apart(pair, resource)
    if steps or not apart:
        reason = steps[0].reason if steps else "both sides agree"
        return Plan(steps=steps, outcome=Outcome.IN_STEP, reason=reason)
    made = replace(own_refusal(asks, resource, _code(event)), aspects=apart)
    known = (r for r in seen.refusals if replace(r, since=made.since) == made)
    return Plan(
        outcome=Outcome.REFUSED,
        reason="its organizer's copy is out of reach (D3)",
        refusals=(next(known, made),),
    )


def _left_behind(seen: Observed, event: Event, refused: Refusal, context: Context) -> Plan:
    """Answer a change that ROOMS does not take: Sync-Master says no, else both differ (R-404)."""
    resource = refused.resource
    is_master = resource is not None and context.directory.resources[resource].is_sync_master
    if not is_master or event.is_organizer:
        reason = f"it was refused: {refused.code}"
        return Plan(outcome=Outcome.REFUSED, reason=reason, refusals=(refused,))
    off = _decline(event, f"ROOMS does not take its change: {refused.code} (D3, R-402)")
    ended = tuple(
        CancelBooking(booking_id=booking.booking_id, reason=off.reason)
        for booking in seen.active_bookings
    )
    return replace(off, steps=(*ended, *off.steps))


def _apart(pair: Pair, resource: ResourceId) -> frozenset[Aspect]:
    """Return what both sides show differently of what keeps others from the resource."""
    agreed = {
        Aspect.TIME: pair.booking.time == pair.event.time,
        Aspect.RESOURCES: pair.booking.resource == resource,
    }
    return frozenset(aspect for aspect, is_same in agreed.items() if not is_same)


def _is_own(refusal: Refusal) -> bool:
    """Tell whether a refusal is our own finding, and no answer of ROOMS."""
    return refusal.code in {RefusalCode.NOT_SYNCED, RefusalCode.DIRECT_ITEM}


def _report(
    seen: Observed, event: Event, resource: ResourceId, context: Context, *, is_told: bool
) -> Plan:
    asks = asking(seen, event, context)
    known = {r.fingerprint: r for r in seen.refusals}
    made = own_refusal(asks, resource, _code(event))
    refusal = known.get(made.fingerprint, made)
    told: tuple[Tell, ...] = ()
    if is_told and not refusal.told and not seen.told:
        told = _tell(NoticeKind.DIRECT_ITEM, event, refusal, context)
    return Plan(
        steps=told,
        outcome=Outcome.REFUSED,
        reason=f"not made in the name of somebody synced (R-430): {refusal.code}",
        refusals=(refusal,),
    )


def _turn_away(seen: Observed, event: Event, resource: ResourceId, context: Context) -> Plan:
    if not event.is_organizer:
        return _decline(event, "its organizer is not synced (D5, R-110)")
    refusal = own_refusal(asking(seen, event, context), resource, RefusalCode.DIRECT_ITEM)
    told = () if seen.told else _tell(NoticeKind.ITEM_CANCELLED, event, refusal, context)
    off = _called_off(event, "made in the resource's own calendar (D6, R-430)")
    return replace(off, steps=(*told, *off.steps))


def _tell(kind: NoticeKind, event: Event, refusal: Refusal, context: Context) -> tuple[Tell, ...]:
    """Mail the one person who can have made it: the only one of ours who takes part."""
    known = (context.directory.person_at(a.address) for a in people_of(event, context.directory))
    people = {person.id: person for person in known if person is not None}
    if len(people) != 1 or refusal.resource is None:
        return ()
    part = RefusedPart(resource=refusal.resource, time=event.time, code=refusal.code)
    return (
        Tell(
            kind=kind,
            person=next(iter(people)),
            parts=(part,),
            about=refusal.fingerprint,
            reason="made in the resource's own calendar (D6, R-430)",
            refusals=(refusal,),
        ),
    )


def _called_off(event: Event, reason: str) -> Plan:
    if not event.is_organizer:
        return _decline(event, reason)
    step = DeleteEvent(
        place=event.place,
        event_id=event.event_id,
        reason=reason,
        comment=COMMENTS["cancelled"] if event.invitees else "",
    )
    return Plan(steps=(step,), outcome=Outcome.CANCELLED, reason=reason)


def _decline(event: Event, reason: str) -> Plan:
    step = DeclineEvent(
        place=event.place, event_id=event.event_id, comment=COMMENTS["declined"], reason=reason
    )
    return Plan(steps=(step,), outcome=Outcome.CANCELLED, reason=reason)


def _shown(event: Event, context: Context) -> Meeting:
    """Return the meeting as ROOMS may show it: nothing private, and no stranger's guests."""
    meeting = meeting_of_event(event, context.directory)
    title = context.directory.policies.neutral_title if event.sensitive else meeting.subject
    return replace(meeting, subject=title, attendees=(), private=False)
