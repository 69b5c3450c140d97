"""What is done about a no: the resource goes, or stays, or the change is undone (R-402, R-700).

    refused                               then (each told once by mail)
    a new resource, Sync-Master on        it is taken off the event; booked once it is free (D2)
    a new resource, Sync-Master off       the event stays as it is; both sides differ (D4)
    another resource, Sync-Master on      it is taken off, the one booked is invited again
    another resource, Sync-Master off     the booking stays, and so does the event
    a change, of every booking            Rollback: undone in Exchange, ended after five in a row;
                                          Cancel: tried twice, then the booking is cancelled
    a change, of one booking of several   that booking ends; its resource as a new one (D7 `many`)
    older than the sync of its owners     nothing: both sides differ (D11)

All that is refused of one event in one pass is answered together, with one write and one mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from core.domain.ids import BookingId, ResourceId
from core.domain.mapping import Refusal
from core.domain.meeting import Aspect
from core.domain.notice import NoticeKind, RefusedPart
from core.domain.refusal import DECLINES, RefusalCode
from core.sync.demand import SECOND_TRY, Asking
from core.sync.eligibility import is_older_than_sync
from core.sync.sides import Pair
from core.sync.steps import Tell

RANK = (
    NoticeKind.BOOKING_CANCELLED,
    NoticeKind.SYNC_DISABLED,
    NoticeKind.ROLLED_BACK,
    NoticeKind.DECLINED,
    NoticeKind.ROOM_KEPT,
    NoticeKind.ROOM_REMOVED,
    NoticeKind.NOT_BOOKED,
)
"""One pass sends one mail: the first of these that applies names it, all reasons are in it."""

KEPT_AS_A_SET = frozenset({Aspect.ATTENDEES})
"""People whom ROOMS refuses are not uninvited: that would mail those who did nothing."""

REASONS = {
    NoticeKind.BOOKING_CANCELLED: "ROOMS refused the change twice (R-702)",
    NoticeKind.SYNC_DISABLED: "ROOMS refused too many changes in a row (R-701)",
    NoticeKind.ROLLED_BACK: "ROOMS refused the change (R-701)",
    NoticeKind.DECLINED: "the resource mailbox declined (D9, R-900)",
    NoticeKind.ROOM_KEPT: "ROOMS refused the other resource (R-504)",
    NoticeKind.ROOM_REMOVED: "ROOMS refused it and is Sync-Master (R-402)",
    NoticeKind.NOT_BOOKED: "ROOMS refused it (R-401, R-403)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What follows from all refusals of one event together.

    `off` are taken off the event, `back` invited again; `undoes` are aspects that Exchange is to
    show as ROOMS has them; `cancels` are bookings to be freed; `blocked` aspects stay different;
    `keeps` is what the link remembers.
    """

    off: frozenset[ResourceId] = frozenset()
    back: frozenset[ResourceId] = frozenset()
    undoes: frozenset[Aspect] = frozenset()
    cancels: tuple[BookingId, ...] = ()
    blocked: frozenset[Aspect] = frozenset()
    keeps: tuple[Refusal, ...] = ()
    kinds: frozenset[NoticeKind] = frozenset()
    to_tell: tuple[Refusal, ...] = ()
    again_s: float | None = None

    @property
    def kind(self) -> NoticeKind | None:
        """Return what the one mail is about, None when nobody is to be told anything."""
        return next((kind for kind in RANK if kind in self.kinds), None)

    def __or__(self, other: "Answers") -> "Answers":
        return Answers(
            off=self.off | other.off,
            back=self.back | other.back,
            undoes=self.undoes | other.undoes,
            cancels=(*self.cancels, *other.cancels),
            blocked=self.blocked | other.blocked,
            keeps=(*self.keeps, *other.keeps),
            kinds=self.kinds | other.kinds,
            to_tell=(*self.to_tell, *other.to_tell),
            again_s=self.again_s or other.again_s,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """All that is refused of one event, and what it was wanted for.

    `by_resource` are the refusals that stand; `instead_of` says which booked resource a refused one
    was to replace; the booking `lead` speaks for all.
    """

    by_resource: dict[ResourceId, Refusal] = field(default_factory=dict)
    pairs: Sequence[Pair] = ()
    instead_of: dict[ResourceId, ResourceId] = field(default_factory=dict)
    lead: Pair | None = None

    def change(self, pair: Pair) -> frozenset[Aspect]:
        """Return what a booking was to follow and cannot: the event, or the booking that leads."""
        lead = self.lead
        spoken = frozenset[Aspect]()
        if lead is not None and lead is not pair and not lead.changed.is_first:
            spoken = lead.changed.rooms - {Aspect.RESOURCES}
        refusal = self.by_resource.get(pair.held)
        if refusal is None or Aspect.RESOURCES in refusal.aspects:
            return frozenset()
        # Where ROOMS has changed its own time meanwhile, that wins: nothing is asked of it (D10).
        lost = pair.changed.rooms & {Aspect.TIME}
        return refusal.aspects & ((pair.changed.exchange - lost) | spoken)


def answer(asks: Asking, refused: Refused) -> Answers:
    """Return what is to be done about everything that is refused."""
    late = [pair for pair in refused.pairs if refused.change(pair)]
    answers = Answers()
    if late and len(late) == len(refused.pairs):
        answers |= _conflict(asks, late, refused)
    else:
        for pair in late:
            answers |= _fallen_behind(asks, pair, refused)
    booked = {pair.held for pair in refused.pairs}
    for resource, refusal in refused.by_resource.items():
        if resource not in booked or refusal.code in DECLINES:
            answers |= _of_resource(asks, resource, refusal, refused)
    return answers


def tell(asks: Asking, answers: Answers) -> tuple[Tell, ...]:
    """Return the step that mails the organizer, none if there is nothing new to tell."""
    kind = answers.kind
    if kind is None or asks.seen.told:
        return ()
    directory, event = asks.context.directory, asks.event
    organizer = directory.person_at(event.organizer_address)
    parts = tuple(
        RefusedPart(resource=r.resource, time=event.time, code=r.code, text=r.text)
        for r in answers.to_tell
        if r.resource is not None
    )
    return (
        Tell(
            kind=kind,
            person=None if organizer is None else organizer.id,
            parts=parts,
            about="/".join(refusal.fingerprint for refusal in answers.to_tell),
            reason=REASONS[kind],
            refusals=answers.to_tell,
        ),
    )


def _conflict(asks: Asking, late: Sequence[Pair], refused: Refused) -> Answers:
    """Answer a change that no booking can follow (R-701, R-702)."""
    refusals = tuple(refused.by_resource[pair.held] for pair in late)
    blocked = frozenset[Aspect]().union(*(refused.change(pair) for pair in late))
    if _is_old(asks, *(pair.held for pair in late)):
        return Answers(blocked=blocked, keeps=refusals)
    policies, mapping = asks.context.directory.policies, asks.seen.mapping
    is_new = any(refusal.resource in asks.seen.refused_now for refusal in refusals)
    count = mapping.conflicts + is_new
    if asks.cancels:
        most = policies.cancel_after_failed_attempts
        # Whatever was refused before it, this change gets a second try of its own.
        was_tried_again = is_new and any(r.since < asks.context.now for r in refusals)
        if count < most or (most > 1 and not was_tried_again):
            return Answers(blocked=blocked, keeps=refusals, again_s=SECOND_TRY.total_seconds())
        return Answers(
            cancels=tuple(pair.booking.booking_id for pair in late),
            kinds=frozenset({NoticeKind.BOOKING_CANCELLED}),
            to_tell=refusals,
        )
    ends = count >= policies.stop_after_failed_attempts
    kind = NoticeKind.SYNC_DISABLED if ends else NoticeKind.ROLLED_BACK
    return Answers(
        undoes=blocked - KEPT_AS_A_SET,
        blocked=blocked & KEPT_AS_A_SET,
        keeps=refusals if blocked & KEPT_AS_A_SET else (),
        kinds=frozenset() if all(r.told for r in refusals) else frozenset({kind}),
        to_tell=refusals,
    )


def _fallen_behind(asks: Asking, pair: Pair, refused: Refused) -> Answers:
    """Answer a new time that others have followed and this booking cannot (D7 `many`)."""
    found = _new_resource(asks, pair.held, refused.by_resource[pair.held])
    return found | Answers(cancels=(pair.booking.booking_id,))


def _of_resource(asks: Asking, resource: ResourceId, refusal: Refusal, refused: Refused) -> Answers:
    if refusal.code in DECLINES:
        kinds = frozenset() if refusal.told else frozenset({NoticeKind.DECLINED})
        return Answers(keeps=(refusal,), kinds=kinds, to_tell=() if refusal.told else (refusal,))
    if resource not in asks.invited:
        return _waiting(asks, resource, refusal, refused)
    if resource in refused.instead_of or refusal.code == RefusalCode.SECOND_RESOURCE:
        return _other_resource(asks, resource, refusal, refused)
    return _new_resource(asks, resource, refusal)


def _waiting(asks: Asking, resource: ResourceId, refusal: Refusal, refused: Refused) -> Answers:
    """Remember what was taken off: it is booked as soon as it can be had, unless replaced."""
    was_taken_off = refusal.removed or resource in asks.seen.taken_off
    is_news = resource in asks.seen.refused_now and not refusal.told
    policies = asks.context.directory.policies
    is_replaced = bool(refused.pairs) and not policies.books_each_resource
    if not was_taken_off or is_replaced:
        return Answers()
    return Answers(
        keeps=(replace(refusal, removed=True),),
        kinds=frozenset({NoticeKind.NOT_BOOKED}) if is_news else frozenset(),
        to_tell=(refusal,) if is_news else (),
    )


def _new_resource(asks: Asking, resource: ResourceId, refusal: Refusal) -> Answers:
    if refusal.code == RefusalCode.UNPAIRED or _is_old(asks, resource):
        return Answers(keeps=(refusal,))
    is_master = asks.context.directory.resources[resource].is_sync_master
    kind = NoticeKind.ROOM_REMOVED if is_master else NoticeKind.NOT_BOOKED
    return Answers(
        off=frozenset({resource}) if is_master else frozenset(),
        keeps=() if is_master else (refusal,),
        kinds=frozenset() if refusal.told else frozenset({kind}),
        to_tell=() if refusal.told else (refusal,),
    )


def _other_resource(
    asks: Asking, resource: ResourceId, refusal: Refusal, refused: Refused
) -> Answers:
    """Answer a resource that was to replace a booked one, or to come beside it (R-504, D7)."""
    found = _new_resource(asks, resource, refusal)
    old = refused.instead_of.get(resource)
    kinds = frozenset({NoticeKind.ROOM_KEPT}) if found.kinds and old is not None else found.kinds
    if found.off:
        return replace(found, kinds=kinds, back=frozenset() if old is None else frozenset({old}))
    blocked = frozenset({Aspect.RESOURCES}) | refusal.aspects & {Aspect.TIME}
    return replace(found, kinds=kinds, blocked=blocked if refused.pairs else frozenset())


def _is_old(asks: Asking, *resources: ResourceId) -> bool:
    context = asks.context
    return any(is_older_than_sync(asks.event, resource, context) for resource in resources)
