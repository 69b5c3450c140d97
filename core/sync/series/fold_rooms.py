"""What a step in ROOMS brought about, folded into what is seen of each date."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.domain.booking import Booking
from core.domain.event import Event
from core.domain.mapping import Baseline
from core.domain.meeting import Aspect
from core.domain.refusal import RefusalCode
from core.domain.series_draft import BookedSeries
from core.errors import BookingRefusedError
from core.sync.context import Context
from core.sync.fingerprint import fingerprint
from core.sync.fold import fold, fold_refusal
from core.sync.groups import as_booked, remembered
from core.sync.observed import Observed
from core.sync.series.foresee import (
    booked_baselines,
    overwritten_baselines,
)
from core.sync.series.sight import DateSight, SeriesSight
from core.sync.series.steps import (
    BookSeries,
    CancelBookings,
    ChangeBookings,
    OnDate,
)
from core.sync.steps import CreateBooking, UpdateBooking
from core.sync.translate import meeting_of_event


def after_booking(
    sight: SeriesSight, step: BookSeries, booked: BookedSeries, context: Context
) -> SeriesSight:
    """Return what is seen after a draft was confirmed: booked, refused or left over per date.

    What ROOMS stored is what the date agrees on: whatever an exception says beyond that counts as
    changed in Exchange and follows. A date too far ahead waits for its time (R-640).
    """
    changed: dict[datetime, Observed] = {}
    beyond: list[datetime] = []
    agreed = booked_baselines(sight, step, context)
    singly = set(sight.singly)
    for answer in booked.answers:
        start = answer.date.original_start
        asked, seen = step.steps[start], sight.date(start).seen
        if answer.booking is not None and answer.refusal is None:
            made = fold(seen, asked, answer.booking)
            mapping = replace(made.mapping, baseline=agreed.get(start))
            changed[start] = replace(made, mapping=mapping)
        elif answer.refusal is None:
            singly.add(start)
        elif answer.refusal.code is RefusalCode.TOO_EARLY:
            beyond.append(start)
        else:
            refused = BookingRefusedError(answer.refusal.code, answer.refusal.text)
            changed[start] = fold_refusal(seen, asked, refused, context)
    own = sight.own_series
    own = own if booked.series_id is None else tuple(sorted({*own, booked.series_id}))
    after = replace(sight.with_seen(changed), singly=frozenset(singly), own_series=own)
    return without_dates_from(after, min(beyond)) if beyond else after


def without_dates_from(sight: SeriesSight, start: datetime) -> SeriesSight:
    """Leave the dates from `start` on for later: ROOMS does not take them yet (R-640).

    They keep their invitation; those that are booked already or deleted stay so.
    """
    dates = tuple(
        date
        for date in sight.dates
        if date.original_start < start or date.seen.mapping.bookings or date.is_deleted
    )
    horizon = start if sight.horizon is None else min(start, sight.horizon)
    return replace(sight, dates=dates, horizon=horizon, is_cut_short=True)


def after_bookings_changed(
    sight: SeriesSight, step: ChangeBookings, stored: Sequence[Booking], context: Context
) -> SeriesSight:
    """Return what is seen after all items of a ROOMS series were changed.

    What came out otherwise than asked for is asked for again, date by date. Dates that did not ask
    for it get their own back: it counts as changed in Exchange. Items that no date holds yet have
    it, too.
    """
    by_id = {booking.booking_id: booking for booking in stored}
    extra = tuple(by_id.get(booking.booking_id, booking) for booking in sight.extra)
    overwritten = overwritten_baselines(sight, step, context)
    changed: dict[datetime, Observed] = {}
    for date in sight.dates:
        start = date.original_start
        for number in [b.booking_id for b in date.seen.active_bookings]:
            booking = by_id.get(number)
            if booking is None:
                continue
            seen = changed.get(start, date.seen)
            if start in overwritten:
                seen = replace(seen, mapping=replace(seen.mapping, baseline=overwritten[start]))
            asked = step.steps.get(start)
            if asked is None or asked.booking_id != number:
                changed[start] = seen.with_booking(booking)
                continue
            granted = step.change.asked[start] & asked.aspects
            if asked.changes.time != booking.time:
                granted -= {Aspect.TIME}
            folded = fold(seen, replace(asked, aspects=granted), booking)
            changed[start] = _united(folded, context)
    return replace(sight.with_seen(changed), extra=extra, tried=sight.tried | {step.name})


def after_bookings_cancelled(
    sight: SeriesSight, step: CancelBookings, stored: Sequence[Booking]
) -> SeriesSight:
    """Return what is seen after a ROOMS series was cancelled."""
    by_id = {booking.booking_id: booking for booking in stored}
    known = {booking.booking_id: booking for booking in sight.bookings} | by_id
    changed = {
        start: fold(sight.date(start).seen, asked, known[asked.booking_id])
        for start, asked in step.steps.items()
    }
    extra = (by_id.get(booking.booking_id, booking) for booking in sight.extra)
    return replace(sight.with_seen(changed), extra=tuple(b for b in extra if b.status.occupies))


def after_date(
    sight: SeriesSight, step: OnDate, result: Event | Booking | None, context: Context
) -> SeriesSight:
    """Return what is seen after a step of one date."""
    seen = fold(sight.date(step.original_start).seen, step.step, result)
    if isinstance(step.step, UpdateBooking):
        seen = _united(seen, context)
    return sight.with_seen({step.original_start: seen})


def _united(seen: Observed, context: Context) -> Observed:
    """Let a date that has just been linked owe Exchange what ROOMS says beyond it.

    People of both sides are united at first; here ROOMS is written before Exchange is planned.
    """
    if seen.mapping.baseline is not None or seen.event is None:
        return seen
    meeting = meeting_of_event(seen.event, context.directory)
    booked = as_booked(meeting, seen.groups)
    agreed = Baseline(
        key_version=context.keys.current,
        exchange=fingerprint(meeting, context.keys),
        rooms=fingerprint(booked, context.keys),
        groups=remembered(meeting, booked.attendees, seen.groups, None, context.keys),
    )
    written = {(side, what) for side, what in seen.written if what != Aspect.ATTENDEES}
    mapping = replace(seen.mapping, baseline=agreed)
    return replace(seen, mapping=mapping, written=frozenset(written))


def after_refusal(
    sight: SeriesSight, step: OnDate, refused: BookingRefusedError, context: Context
) -> SeriesSight:
    """Return what is seen after ROOMS said no to one date."""
    if refused.code == RefusalCode.TOO_EARLY and isinstance(step.step, CreateBooking):
        return without_dates_from(sight, step.original_start)
    seen = fold_refusal(sight.date(step.original_start).seen, step.step, refused, context)
    return sight.with_seen({step.original_start: seen})


def after_release(sight: SeriesSight, bookings: Sequence[Booking]) -> SeriesSight:
    """Return what is seen without bookings that go their own way: their dates are to go, too."""
    leaving = {booking.booking_id for booking in bookings}

    def left(date: DateSight) -> DateSight:
        if not any(b.booking_id in leaving for b in date.seen.bookings):
            return date
        seen, staying = date.seen, date.seen.mapping
        links = tuple(link for link in staying.bookings if link.booking_id not in leaving)
        kept = tuple(b for b in seen.bookings if b.booking_id not in leaving)
        seen = replace(seen, mapping=replace(staying, bookings=links), bookings=kept)
        return replace(date, seen=seen, is_deleted=not kept)

    numbers = frozenset(b.series_id for b in bookings if b.series_id in sight.own_series)
    return replace(
        sight.mapped(left),
        extra=tuple(b for b in sight.extra if b.booking_id not in leaving),
        released=tuple(b for b in sight.released if b.booking_id not in leaving),
        shared=sight.shared | {number for number in numbers if number is not None},
    )


def after_drop(sight: SeriesSight, bookings: Sequence[Booking]) -> SeriesSight:
    """Return what is seen without items that were left aside."""
    gone = {booking.booking_id for booking in bookings}
    rest = tuple(b for b in sight.extra if b.booking_id not in gone)
    return replace(sight, extra=rest)
