"""Writes that ROOMS may refuse: bookings of a series, and changes of them."""

from dataclasses import replace

from core.app.apply import lease
from core.app.drafts import named_or_dropped
from core.app.series.announce import announce, note_baselines
from core.app.services import Services
from core.app.swaps import is_about_to_be_free
from core.domain.booking import Booking
from core.domain.ids import BookingId
from core.domain.mapping import Pending, PendingKind
from core.domain.refusal import RefusalCode
from core.errors import (
    BookingRefusedError,
    LockedError,
    NotFoundError,
    SeriesNotTakenError,
)
from core.sync.context import Context
from core.sync.series import fold_rooms
from core.sync.series.foresee import (
    booked_baselines,
    date_baseline,
    overwritten_baselines,
)
from core.sync.series.sight import SeriesSight
from core.sync.series.steps import (
    BookSeries,
    ChangeBookings,
    OnDate,
)
from core.sync.steps import (
    CreateBooking,
    UpdateBooking,
)


async def book(
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
        opened = await services.series.open_series(step.draft)
        if opened.context is not None:
            marked = replace(pending, draft_context=opened.context)
            async with named_or_dropped(opened.context, services):
                sight = await announce(sight, marked, services, agreed)
        booked = await services.series.confirm_series(opened)
    except SeriesNotTakenError:
        return replace(sight, singly=sight.singly | set(step.steps))
    sight = fold_rooms.after_booking(sight, step, booked, context)
    for answer in booked.answers:
        refused, start = answer.refusal, answer.date.original_start
        if is_patient and refused is not None and refused.code is RefusalCode.OCCUPIED:
            seen = sight.date(start).seen
            if await is_about_to_be_free(seen, step.steps[start], services):
                raise LockedError("a slot is left in Exchange and not yet in ROOMS")
    return sight


async def ask_for_date(
    sight: SeriesSight, step: OnDate, context: Context, services: Services, *, is_patient: bool
) -> SeriesSight:
    """Book or change one date; a refusal is a fact, a slot about to be free a LockedError."""
    start, asked = step.original_start, step.step
    if isinstance(asked, CreateBooking):
        pending = Pending(kind=PendingKind.CREATE_BOOKING, lease_until=lease(services))
        agreed = date_baseline(sight, start, context)
        sight = await announce(sight, pending, services, agreed)
    try:
        if isinstance(asked, CreateBooking):
            opened = await services.rooms.open_draft(asked.draft)
            marked = replace(pending, draft_context=opened.context)
            async with named_or_dropped(opened.context, services):
                sight = await announce(sight, marked, services, agreed)
            booking = await services.rooms.confirm_draft(opened)
        elif isinstance(asked, UpdateBooking):
            known = booking_of(sight, asked.booking_id)
            booking = await services.rooms.update_booking(known, asked.changes)
        else:
            raise TypeError(f"{type(asked).__name__} asks ROOMS for nothing")
    except BookingRefusedError as refused:
        seen, is_occupied = sight.date(start).seen, refused.code == RefusalCode.OCCUPIED
        if is_patient and is_occupied and await is_about_to_be_free(seen, asked, services):
            raise LockedError("the slot is left in Exchange and not yet in ROOMS") from None
        # The link was stored meanwhile: the refusal must be folded into that version of it.
        return fold_rooms.after_refusal(sight, step, refused, context)
    return fold_rooms.after_date(sight, step, booking, context)


async def change_bookings(
    sight: SeriesSight, step: ChangeBookings, context: Context, services: Services
) -> SeriesSight:
    """Change a ROOMS series as a whole; refused, it is asked for date by date.

    Dates that get it without asking for it are noted before: a crash must not make it a wish.
    """
    if step.change.others:
        agreed = overwritten_baselines(sight, step, context)
        sight = await note_baselines(sight, services, agreed)
    try:
        stored = await services.series.update_following(booking_of(sight, step.first), step.changes)
    except BookingRefusedError:
        return replace(sight, tried=sight.tried | {step.name})
    return fold_rooms.after_bookings_changed(sight, step, stored, context)


def booking_of(sight: SeriesSight, number: BookingId) -> Booking:
    """Return a booking that was seen; NotFoundError when it was not."""
    found = next((b for b in sight.bookings if b.booking_id == number), None)
    if found is None:
        raise NotFoundError("the booking to update is gone")
    return found
