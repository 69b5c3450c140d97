"""Carries out one step of a series: which writer takes it, and what came of it."""

from dataclasses import replace

from core.app.apply import end_event
from core.app.guarding import guarded
from core.app.series.announce import remember_wishes
from core.app.series.apply_exchange import (
    change_dates,
    change_master,
    create_series,
    invite_again,
    leave_calendar,
    reinvite,
    reschedule,
)
from core.app.series.apply_rooms import ask_for_date, book, booking_of, change_bookings
from core.app.series.release import release
from core.app.series.tell import notice_of
from core.app.services import Services
from core.domain.refusal import RefusalCode
from core.errors import (
    BookingRefusedError,
    LockedError,
)
from core.sync.context import Context
from core.sync.guard import Deed
from core.sync.series import fold_exchange, fold_rooms
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
    ReinviteToSeries,
    Release,
    SeriesStep,
    TellOfDates,
)
from core.sync.steps import (
    CancelBooking,
    CreateBooking,
    DeleteEvent,
    ReinviteResource,
    UpdateBooking,
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
    """Carry out one round; refusals are facts, as in `core.app.apply.apply_steps`.

    It ends early when dates turn out to be too far ahead (R-640): what else it meant to do may be
    about these, so it is planned anew.
    """
    before, counted = len(sight.dates), set[Deed]()
    for step in steps:
        if len(sight.dates) < before:
            break
        # A round is one create and one cancel at most: a series is one thing (design 6).
        deeds = _deeds(step) - counted
        try:
            async with guarded(sight.mapping.home, deeds, services):
                sight = await _apply(sight, step, context, services, is_patient=is_patient)
        except LockedError as locked:
            if not is_last_try or not isinstance(step, OnDate):
                raise
            no = BookingRefusedError(RefusalCode.LOCKED, str(locked))
            sight = fold_rooms.after_refusal(sight, step, no, context)
        else:
            counted |= deeds
    return sight


def _deeds(step: SeriesStep) -> set[Deed]:
    """Return what a step counts as, nothing or one thing."""
    match step:
        case BookSeries() | CreateSeries() | OnDate(step=CreateBooking()):
            return {Deed.CREATE}
        case CancelBookings() | DeleteSeries() | LeaveCalendar() | OnDate(step=CancelBooking()):
            return {Deed.CANCEL}
        case ChangeDates(steps=dates) if any(isinstance(s, DeleteEvent) for s in dates.values()):
            return {Deed.CANCEL}
        case _:
            return set()


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
            return await book(sight, step, context, services, is_patient=is_patient)
        case OnDate(step=CreateBooking() | UpdateBooking()):
            return await ask_for_date(sight, step, context, services, is_patient=is_patient)
        case OnDate(step=CancelBooking(booking_id=number)):
            booking = await services.rooms.cancel_booking(number)
            return fold_rooms.after_date(sight, step, booking, context)
        case OnDate(step=ReinviteResource() as invite):
            return await reinvite(sight, step, invite, services)
        case ChangeBookings():
            return await change_bookings(sight, step, context, services)
        case CancelBookings():
            stored = await services.series.cancel_series(booking_of(sight, step.first))
            return fold_rooms.after_bookings_cancelled(sight, step, stored)
        case TellOfDates():
            await services.queue.send_notice(notice_of(sight, step.tell, context))
            return fold_exchange.after_telling(sight, step)
        case CreateSeries():
            return await create_series(sight, step, context, services)
        case ChangeSeries():
            sight = await remember_wishes(sight, step.steps, services)
            event = await change_master(sight, step.changes, services)
            return fold_exchange.after_change(sight, event, step)
        case ChangeRule():
            return await reschedule(sight, step, context, services)
        case ChangeDates():
            return await change_dates(sight, step, services)
        case ReinviteToSeries():
            return await invite_again(sight, step, services)
        case DeleteSeries(step=ending):
            await end_event(ending, services)
            return fold_exchange.after_end(sight)
        case LeaveCalendar():
            await leave_calendar(step, services)
            return fold_exchange.after_leaving(sight)
        case Release():
            named = await release(sight, step, services)
            after = fold_rooms.after_release(sight, step.bookings)
            return replace(after, released_to=(*after.released_to, *named))
        case DropBookings(bookings=bookings):
            for booking in bookings:
                await services.rooms.cancel_booking(booking.booking_id)
            return fold_rooms.after_drop(sight, bookings)
        case _:
            raise TypeError(f"{type(step).__name__} is no step of a series")
