"""Carries out one step of a series; what creates or reschedules is announced before (design 4)."""

from collections.abc import Mapping as Table
from dataclasses import replace
from datetime import datetime

from core.app.apply import ask_guard, lease
from core.app.series.announce import announce, note_baselines, remember_wishes
from core.app.series.release import release
from core.app.series.tell import notice_of
from core.app.services import Services
from core.app.swaps import is_about_to_be_free
from core.domain.booking import Booking
from core.domain.changes import EventChanges
from core.domain.event_series import EventSeries
from core.domain.ids import BookingId, EventVersion
from core.domain.mapping import Pending, PendingKind
from core.domain.refusal import RefusalCode
from core.errors import (
    BookingRefusedError,
    CrossingBoundaryError,
    LockedError,
    NotFoundError,
    SeriesNotTakenError,
)
from core.ports.exchange import DateChange, DeleteDate
from core.sync.context import Context
from core.sync.guard import Deed
from core.sync.series import fold
from core.sync.series.foresee import (
    booked_baselines,
    created_baselines,
    date_baseline,
    overwritten_baselines,
)
from core.sync.series.sight import SeriesSight
from core.sync.series.steps import (
    BookSeries,
    CancelBookings,
    ChangeBookings,
    ChangeDates,
    ChangeRule,
    ChangeSeries,
    CreateSeries,
    DeleteSeries,
    DropBookings,
    LeaveCalendar,
    OnDate,
    Release,
    SeriesStep,
    TellOfDates,
)
from core.sync.steps import (
    CancelBooking,
    CreateBooking,
    DeclineEvent,
    DeleteEvent,
    ReinviteResource,
    UpdateBooking,
    UpdateEvent,
)


async def apply_series_steps(
    sight: SeriesSight,
    steps: tuple[SeriesStep, ...],
    context: Context,
    services: Services,
    *,
    is_patient: bool = False,
    is_last_try: bool = False,
) -> SeriesSight:
    """Carry out one round; refusals are facts, as in `core.app.apply.apply_steps`."""
    await _ask_guard(sight, steps, services)
    for step in steps:
        try:
            sight = await _apply(sight, step, context, services, is_patient=is_patient)
        except LockedError as locked:
            if not is_last_try or not isinstance(step, OnDate):
                raise
            no = BookingRefusedError(RefusalCode.LOCKED, str(locked))
            sight = fold.after_refusal(sight, step, no, context)
    return sight


async def _ask_guard(sight: SeriesSight, steps: tuple[SeriesStep, ...], services: Services) -> None:
    """Count a round as one create and one cancel at most: a series is one thing (design 6)."""
    for deed in sorted({deed for step in steps if (deed := _deed(step)) is not None}):
        await ask_guard(sight.mapping.home, deed, services)


def _deed(step: SeriesStep) -> Deed | None:
    match step:
        case BookSeries() | CreateSeries() | OnDate(step=CreateBooking()):
            return Deed.CREATE
        case CancelBookings() | DeleteSeries() | LeaveCalendar() | OnDate(step=CancelBooking()):
            return Deed.CANCEL
        case ChangeDates(steps=dates) if any(isinstance(s, DeleteEvent) for s in dates.values()):
            return Deed.CANCEL
        case _:
            return None


async def _apply(  # noqa: C901, PLR0911, PLR0912 - one kind of step each
    sight: SeriesSight,
    step: SeriesStep,
    context: Context,
    services: Services,
    *,
    is_patient: bool,
) -> SeriesSight:
    match step:
        case BookSeries():
            return await _book(sight, step, context, services, is_patient=is_patient)
        case OnDate(step=CreateBooking() | UpdateBooking()):
            return await _ask_for_date(sight, step, context, services, is_patient=is_patient)
        case OnDate(step=CancelBooking(booking_id=number)):
            return fold.after_date(sight, step, await services.rooms.cancel_booking(number))
        case OnDate(step=ReinviteResource() as invite):
            return await _reinvite(sight, step, invite, services)
        case ChangeBookings():
            return await _change_bookings(sight, step, context, services)
        case CancelBookings():
            stored = await services.series.cancel_series(_booking(sight, step.first))
            return fold.after_bookings_cancelled(sight, step, stored)
        case TellOfDates():
            await services.queue.send_notice(notice_of(sight, step.tell, context))
            return fold.after_telling(sight, step)
        case CreateSeries():
            return await _create(sight, step, context, services)
        case ChangeSeries():
            sight = await remember_wishes(sight, step.steps, services)
            event = await _change_master(sight, step.changes, services)
            return fold.after_change(sight, event, step)
        case ChangeRule():
            return await _reschedule(sight, step, context, services)
        case ChangeDates():
            return await _change_dates(sight, step, services)
        case DeleteSeries(step=ending):
            await _end(ending, services)
            return fold.after_end(sight)
        case LeaveCalendar():
            await services.calendars[step.place.environment].delete_event(step.place, step.event_id)
            return sight
        case Release():
            await release(sight, step, services)
            return fold.after_release(sight, step.bookings)
        case DropBookings(bookings=bookings):
            for booking in bookings:
                await services.rooms.cancel_booking(booking.booking_id)
            return fold.after_drop(sight, bookings)
        case _:
            raise TypeError(f"{type(step).__name__} is no step of a series")


async def _book(
    sight: SeriesSight,
    step: BookSeries,
    context: Context,
    services: Services,
    *,
    is_patient: bool,
) -> SeriesSight:
    """Book by one draft: what is announced names it, so that a crash can drop it."""
    pending = Pending(kind=PendingKind.CREATE_BOOKING, lease_until=lease(services))
    agreed = booked_baselines(sight, step, context)
    sight = await announce(sight, pending, services, agreed)
    try:
        opened = await services.series.open_series(step.draft, step.replacing)
        if opened.context is not None:
            marked = replace(pending, draft_context=opened.context)
            sight = await announce(sight, marked, services, agreed)
        booked = await services.series.confirm_series(opened)
    except SeriesNotTakenError:
        return replace(sight, singly=sight.singly | set(step.steps))
    sight = fold.after_booking(sight, step, booked, context)
    for answer in booked.answers:
        refused, start = answer.refusal, answer.date.original_start
        if is_patient and refused is not None and refused.code is RefusalCode.OCCUPIED:
            seen = sight.date(start).seen
            if await is_about_to_be_free(seen, step.steps[start], services):
                raise LockedError("a slot is left in Exchange and not yet in ROOMS")
    return sight


async def _ask_for_date(
    sight: SeriesSight, step: OnDate, context: Context, services: Services, *, is_patient: bool
) -> SeriesSight:
    start, asked = step.original_start, step.step
    if isinstance(asked, CreateBooking):
        pending = Pending(kind=PendingKind.CREATE_BOOKING, lease_until=lease(services))
        agreed = date_baseline(sight, start, context)
        sight = await announce(sight, pending, services, agreed)
    try:
        if isinstance(asked, CreateBooking):
            opened = await services.rooms.open_draft(asked.draft)
            marked = replace(pending, draft_context=opened.context)
            sight = await announce(sight, marked, services, agreed)
            booking = await services.rooms.confirm_draft(opened)
        elif isinstance(asked, UpdateBooking):
            known = _booking(sight, asked.booking_id)
            booking = await services.rooms.update_booking(known, asked.changes)
        else:
            raise TypeError(f"{type(asked).__name__} asks ROOMS for nothing")
    except BookingRefusedError as refused:
        seen, is_occupied = sight.date(start).seen, refused.code == RefusalCode.OCCUPIED
        if is_patient and is_occupied and await is_about_to_be_free(seen, asked, services):
            raise LockedError("the slot is left in Exchange and not yet in ROOMS") from None
        # The link was stored meanwhile: the refusal must be folded into that version of it.
        return fold.after_refusal(sight, step, refused, context)
    return fold.after_date(sight, step, booking)


async def _change_bookings(
    sight: SeriesSight, step: ChangeBookings, context: Context, services: Services
) -> SeriesSight:
    """Change a ROOMS series as a whole; refused, it is asked for date by date.

    Dates that get it without asking for it are noted before: a crash must not make it a wish.
    """
    if step.change.others:
        agreed = overwritten_baselines(sight, step, context)
        sight = await note_baselines(sight, services, agreed)
    try:
        stored = await services.series.update_following(_booking(sight, step.first), step.changes)
    except BookingRefusedError:
        return replace(sight, tried=sight.tried | {step.name})
    return fold.after_bookings_changed(sight, step, stored, context)


async def _create(
    sight: SeriesSight, step: CreateSeries, context: Context, services: Services
) -> SeriesSight:
    pending = Pending(
        kind=PendingKind.MOVE_EVENT if step.is_move else PendingKind.CREATE_EVENT,
        lease_until=lease(services),
        transaction_id=step.draft.transaction_id,
        place=step.place,
    )
    agreed = created_baselines(sight, step.agreed, context)
    rule = step.draft.recurrence
    if rule is None:
        raise ValueError("a series without a rule")
    sight = await announce(replace(sight, rule=rule), pending, services, agreed)
    calendar = services.calendars[step.place.environment]
    master = await calendar.create_event(step.place, step.draft)
    event = EventSeries(master=master, recurrence=rule)
    if master.time != step.draft.time:
        # Exchange has put its first date elsewhere than it was meant to be.
        event = await calendar.get_series(master.place, master.event_id)
    return fold.after_create(replace(sight, is_moved=step.is_move), event, step.agreed, context)


async def _change_master(
    sight: SeriesSight, changes: EventChanges, services: Services
) -> EventSeries:
    event = _event(sight)
    master = event.master
    if replace(changes, appointment_oid=None) == EventChanges():
        # The link alone overwrites nothing of anybody's, so it need not wait for a quiet version.
        master = replace(master, version=EventVersion(""))
    calendar = services.calendars[master.place.environment]
    written = await calendar.update_event(master, changes)
    if not event.exceptions or replace(changes, appointment_oid=None) == EventChanges():
        return replace(event, master=written)
    # Exceptions follow in what they have not said themselves: Exchange knows what that is.
    return await calendar.get_series(written.place, written.event_id)


async def _reschedule(
    sight: SeriesSight, step: ChangeRule, context: Context, services: Services
) -> SeriesSight:
    event = _event(sight)
    pending = Pending(kind=PendingKind.RESCHEDULE, lease_until=lease(services))
    lost = {old for old, new in step.starts.items() if new in step.restores}
    sight = await announce(sight, pending, services, dict.fromkeys(lost))
    calendar = services.calendars[event.master.place.environment]
    master = await calendar.update_event(event.master, EventChanges(recurrence=step.rule))
    after = EventSeries(master=master, recurrence=step.rule)
    changes: dict[datetime, DateChange] = {**step.restores}
    changes |= dict.fromkeys(step.deletes, DeleteDate())
    if changes:
        after = await calendar.change_dates(after, changes)
    return fold.after_rule(sight, after, step, context)


async def _change_dates(sight: SeriesSight, step: ChangeDates, services: Services) -> SeriesSight:
    """Write single dates; one that may not pass its neighbours leaves the series instead."""
    event = _event(sight)
    updates = {start: s for start, s in step.steps.items() if isinstance(s, UpdateEvent)}
    sight = await remember_wishes(sight, updates, services)
    calendar = services.calendars[event.master.place.environment]
    try:
        after = await calendar.change_dates(event, _date_changes(step.steps))
    except CrossingBoundaryError as error:
        crossing = sight.date(error.original_start).seen.active_bookings
        reason = "Exchange does not move a date past its neighbours (graph-calendar 3.3)"
        leaving = Release(bookings=crossing, reason=reason)
        await release(sight, leaving, services)
        return fold.after_release(sight, crossing)
    return fold.after_dates_changed(sight, after, step)


def _date_changes(
    steps: Table[datetime, UpdateEvent | DeleteEvent],
) -> dict[datetime, DateChange]:
    return {
        start: DeleteDate() if isinstance(step, DeleteEvent) else step.changes
        for start, step in steps.items()
    }


async def _reinvite(
    sight: SeriesSight,
    step: OnDate,
    invite: ReinviteResource,
    services: Services,
) -> SeriesSight:
    event, start = _event(sight), step.original_start
    pending = Pending(
        kind=PendingKind.REINVITE,
        lease_until=lease(services),
        resource=invite.resource,
        original_start=start,
    )
    sight = await announce(sight, pending, services, {})
    calendar = services.calendars[event.master.place.environment]
    if invite.without is not None:
        event = await calendar.change_dates(event, {start: invite.without})
    event = await calendar.change_dates(event, {start: invite.again})
    return fold.after_reinvitation(sight, event, step)


async def _end(step: DeleteEvent | DeclineEvent, services: Services) -> None:
    calendar = services.calendars[step.place.environment]
    match step:
        case DeclineEvent(comment=comment):
            await calendar.decline(step.place, step.event_id, comment)
        case DeleteEvent(comment=""):
            await calendar.delete_event(step.place, step.event_id)
        case DeleteEvent(comment=comment):
            await calendar.cancel_event(step.place, step.event_id, comment)


def _event(sight: SeriesSight) -> EventSeries:
    if sight.event is None:
        raise NotFoundError("the series to update is gone")
    return sight.event


def _booking(sight: SeriesSight, number: BookingId) -> Booking:
    found = next((b for b in sight.bookings if b.booking_id == number), None)
    if found is None:
        raise NotFoundError("the booking to update is gone")
    return found
