"""Carries out one step; creates are announced in the link before they are tried (design 4).

Errors of the services pass through; a refusal of ROOMS comes back as a fact.
"""

import uuid
from dataclasses import replace
from datetime import datetime, timedelta

from core.app.buffers import apply_buffer
from core.app.drafts import named_or_dropped
from core.app.guarding import guarded
from core.app.services import Services
from core.app.swaps import is_about_to_be_free
from core.domain.booking import Booking
from core.domain.event import Event
from core.domain.ids import EventVersion
from core.domain.mapping import (
    BookingLink,
    Mapping,
    MappingState,
    Pending,
    PendingKind,
)
from core.domain.notice import Notice
from core.domain.refusal import RefusalCode
from core.errors import (
    BookingRefusedError,
    LockedError,
    NotFoundError,
    StaleVersionError,
)
from core.sync.attempts import answered, attempt_of, noted
from core.sync.context import Context
from core.sync.fold import fold, fold_refusal, with_taken_off
from core.sync.guard import Deed
from core.sync.move import found_at, left_behind
from core.sync.observed import Observed
from core.sync.record import intended
from core.sync.steps import (
    CancelBooking,
    CreateBooking,
    CreateEvent,
    DeclineEvent,
    DeleteEvent,
    PlaceBuffer,
    ReinviteResource,
    RemoveBuffer,
    Step,
    Tell,
    UpdateBooking,
    UpdateEvent,
)

NOTICES = uuid.UUID("0d1f7c3e-6a56-4a53-9f0a-3d8a1c2c7b41")
"""The name space of the ids of mails."""


async def apply_steps(
    seen: Observed,
    steps: tuple[Step, ...],
    context: Context,
    services: Services,
    *,
    is_patient: bool = False,
    is_last_try: bool = False,
) -> Observed:
    """Carry out steps in order and return what is observed then; a refusal ends the round.

    With `is_patient` a slot whose holder has left it in Exchange is a LockedError, no refusal. On
    the last try a lock is a refusal, too: the conflict behaviour decides (R-315).
    """
    for step in steps:
        if isinstance(step, UpdateBooking):
            # Stored: what comes back, a no too, must be folded into that version of the link.
            seen = await _note_attempt(seen, step, context, services)
        try:
            after = await _apply(seen, step, context, services)
        except BookingRefusedError as refused:
            after = fold_refusal(seen, step, refused, context)
        except LockedError as locked:
            if not is_last_try:
                raise
            no = BookingRefusedError(RefusalCode.LOCKED, str(locked))
            after = fold_refusal(seen, step, no, context)
        if after.refused_now <= seen.refused_now:
            seen = after
            continue
        is_occupied = after.refusals[-1].code == RefusalCode.OCCUPIED
        if is_patient and is_occupied and await is_about_to_be_free(seen, step, services):
            raise LockedError("the slot is left in Exchange and not yet in ROOMS")
        return after
    return seen


async def _apply(  # noqa: C901, PLR0911 - one kind of step each
    seen: Observed, step: Step, context: Context, services: Services
) -> Observed:
    match step:
        case CreateBooking():
            async with guarded(seen.mapping.home, {Deed.CREATE}, services):
                return await _create_booking(seen, step, context, services)
        case UpdateBooking(booking_id=number):
            booking = seen.booking_of(number)
            if booking is None:
                raise NotFoundError("the booking to update is gone")
            return fold(seen, step, await services.rooms.update_booking(booking, step.changes))
        case CancelBooking():
            async with guarded(seen.mapping.home, {Deed.CANCEL}, services):
                await _require_unchanged(seen, services)
                return fold(seen, step, await services.rooms.cancel_booking(step.booking_id))
        case CreateEvent():
            async with guarded(step.place, {Deed.CREATE}, services):
                return await _create_event(seen, step, context, services)
        case UpdateEvent():
            seen = await _remember_wish(seen, step, services)
            return fold(seen, step, await _update_event(seen, step, services))
        case ReinviteResource():
            return await _reinvite(seen, step, context, services)
        case DeleteEvent() | DeclineEvent():
            async with guarded(step.place, {Deed.CANCEL}, services):
                await _require_unchanged(seen, services)
                await end_event(step, services)
            return fold(seen, step, None)
        case Tell():
            await services.queue.send_notice(_notice(seen, step, context))
            return fold(seen, step, None)
        case PlaceBuffer() | RemoveBuffer():
            return await apply_buffer(seen, step, context, services)


async def _create_booking(
    seen: Observed, step: CreateBooking, context: Context, services: Services
) -> Observed:
    """Book by a draft: what is announced names the draft, so that a crash can drop it."""
    seen = await _announce(
        seen,
        Pending(kind=PendingKind.CREATE_BOOKING, lease_until=lease(services)),
        context,
        services,
    )
    try:
        opened = await services.rooms.open_draft(step.draft)
        pending = seen.mapping.pending
        if pending is not None:
            marked = replace(seen.mapping, pending=replace(pending, draft_context=opened.context))
            async with named_or_dropped(opened.context, services):
                seen = replace(seen, mapping=await services.mappings.save(marked))
        booking: Booking = await services.rooms.confirm_draft(opened)
    except BookingRefusedError as refused:
        # The link was stored meanwhile: the refusal must be folded into that version of it.
        return fold_refusal(seen, step, refused, context)
    return fold(seen, step, booking)


async def _require_unchanged(seen: Observed, services: Services) -> None:
    """Raise StaleVersionError if another worker has dealt with the link since it was read.

    What ends something cannot be taken back, and neither system takes a condition for it.
    """
    if seen.mapping.version is None:
        return
    present = await services.mappings.get(seen.mapping.id)
    if present is None or present.version != seen.mapping.version:
        raise StaleVersionError("another worker has dealt with the link meanwhile")


async def _note_attempt(
    seen: Observed, step: UpdateBooking, context: Context, services: Services
) -> Observed:
    """Note what is about to be written first: ROOMS has no versions, and may do it late.

    Saved under the version that was read, it is also what stops a worker whose link was changed by
    another meanwhile.
    """
    booking = seen.booking_of(step.booking_id)
    attempt = None if booking is None else attempt_of(step, booking, context)
    if booking is None or attempt is None or seen.mapping.version is None:
        return seen
    marked = await services.mappings.save(noted(seen.mapping, attempt))
    return replace(seen, mapping=answered(marked, attempt))


async def _create_event(
    seen: Observed, step: CreateEvent, context: Context, services: Services
) -> Observed:
    kind = PendingKind.MOVE_EVENT if step.is_move else PendingKind.CREATE_EVENT
    pending = Pending(
        kind=kind,
        lease_until=lease(services),
        transaction_id=step.draft.transaction_id,
        place=step.place,
    )
    seen = await _announce(seen, pending, context, services)
    calendar = services.calendars[step.place.environment]
    return fold(seen, step, await calendar.create_event(step.place, step.draft))


async def end_event(step: DeleteEvent | DeclineEvent, services: Services) -> None:
    """Delete, cancel or decline an event, or a whole series."""
    calendar = services.calendars[step.place.environment]
    match step:
        case DeclineEvent(comment=comment):
            await calendar.decline(step.place, step.event_id, comment)
        case DeleteEvent(comment=""):
            await calendar.delete_event(step.place, step.event_id)
        case DeleteEvent(comment=comment):
            await calendar.cancel_event(step.place, step.event_id, comment)


async def _reinvite(
    seen: Observed, step: ReinviteResource, context: Context, services: Services
) -> Observed:
    event = seen.event
    if event is None:
        raise NotFoundError("the event to update is gone")
    pending = Pending(
        kind=PendingKind.REINVITE, lease_until=lease(services), resource=step.resource
    )
    seen = await _announce(seen, pending, context, services)
    calendar = services.calendars[seen.mapping.home.environment]
    if step.without is not None:
        event = await calendar.update_event(event, step.without)
        seen = replace(seen, made_versions=(*seen.made_versions, event.version))
    return fold(seen, step, await calendar.update_event(event, step.again))


def _notice(seen: Observed, step: Tell, context: Context) -> Notice:
    """Return the mail of a step; a pass that is repeated after a crash makes the same id."""
    mapping, event = seen.mapping, seen.event
    link = mapping.booking
    first = seen.bookings[0].booking_id if seen.bookings else link.booking_id if link else None
    return Notice(
        id=notice_name(mapping, step),
        kind=step.kind,
        mapping_id=mapping.id,
        person=step.person,
        parts=step.parts,
        place=mapping.home if event is None else event.place,
        event_id=None if event is None else event.event_id,
        booking_id=first,
        at=context.now,
        occasion=mapping.occasions,
    )


def notice_name(mapping: Mapping, step: Tell) -> str:
    """Return the id of the mail of a step, the same whenever the same pass tells it."""
    name = f"{mapping.id}/{mapping.occasions}/{step.kind}/{step.about}"
    return str(uuid.uuid5(NOTICES, name))


async def _remember_wish(seen: Observed, step: UpdateEvent, services: Services) -> Observed:
    """Write down which resources are about to leave the event: once off, it does not tell (D2)."""
    if not step.takes_off:
        return seen
    refusals = with_taken_off(seen.refusals, step.takes_off)
    if seen.mapping.version is None:
        return replace(seen, refusals=refusals)
    marked = replace(seen.mapping, refusals=refusals)
    return replace(seen, mapping=await services.mappings.save(marked))


async def _update_event(seen: Observed, step: UpdateEvent, services: Services) -> Event:
    if seen.event is None:
        raise NotFoundError("the event to update is gone")
    calendar = services.calendars[seen.event.place.environment]
    event = seen.event
    if not step.aspects:
        # The link alone overwrites nothing of anybody's, so it need not wait for a quiet version.
        event = replace(event, version=EventVersion(""))
    return await calendar.update_event(event, step.changes)


async def _announce(
    seen: Observed, pending: Pending, context: Context, services: Services
) -> Observed:
    """Write down what is about to be created, with the baseline that is meant to result.

    What the link held before on the side that is created has ended: it must not be taken for the
    new item after a crash.
    """
    mapping = seen.mapping
    if seen.event is not None and pending.kind is not PendingKind.MOVE_EVENT:
        # Once it has moved; while it is about to, the link means the event that is to go.
        mapping = found_at(mapping, seen.event)
    elif seen.event is not None:
        mapping = replace(mapping, event=left_behind(mapping, seen.event))
    is_first = mapping.version is None or mapping.baseline is None
    marked = replace(
        mapping,
        pending=pending,
        baseline=intended(seen, context) if is_first else mapping.baseline,
    )
    if pending.kind is PendingKind.CREATE_BOOKING:
        links = _booking_links(seen)
        marked = replace(marked, state=MappingState.CREATING, bookings=links)
    elif pending.kind is PendingKind.CREATE_EVENT:
        bookings = mapping.bookings or _booking_links(seen)
        marked = replace(marked, state=MappingState.CREATING, event=None, bookings=bookings)
    return replace(seen, mapping=await services.mappings.save(marked))


def _booking_links(seen: Observed) -> tuple[BookingLink, ...]:
    """Return the links of the living bookings, those made in this pass included."""
    return tuple(
        seen.mapping.link_of(booking.booking_id)
        or BookingLink(booking_id=booking.booking_id, resource=booking.resource)
        for booking in seen.active_bookings
    )


def lease(services: Services) -> datetime:
    """Return until when nobody else may try what is announced now."""
    return services.clock.now() + timedelta(seconds=services.limits.lease_s)
