"""What a step for many dates brought about, folded into what is seen of each of them."""

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.booking import Booking, BookingStatus
from core.domain.event import Event
from core.domain.event_series import EventSeries
from core.domain.expansion import occurrences_in
from core.domain.ids import BookingId
from core.domain.interval import Interval
from core.domain.mapping import Baseline, DateLink, SeriesLink
from core.domain.meeting import Aspect
from core.domain.refusal import RefusalCode
from core.domain.series_draft import BookedSeries
from core.errors import BookingRefusedError
from core.sync.context import Context
from core.sync.fingerprint import fingerprint
from core.sync.fold import fold, fold_refusal
from core.sync.observed import Observed
from core.sync.series.build import Read, sight_of
from core.sync.series.foresee import (
    booked_baselines,
    created_baselines,
    deleted_link,
    foreseen,
    overwritten_baselines,
)
from core.sync.series.sight import DateSight, SeriesSight
from core.sync.series.steps import (
    BookSeries,
    CancelBookings,
    ChangeBookings,
    ChangeDates,
    ChangeRule,
    ChangeSeries,
    OnDate,
    TellOfDates,
)
from core.sync.series.views import date_event, seen_as_link
from core.sync.steps import CreateBooking, DeleteEvent, UpdateEvent
from core.sync.translate import meeting_of_event

_MARGIN = timedelta(days=2)
"""More than any zone is away from UTC."""


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

    They keep their invitation; those that are booked already stay.
    """
    dates = tuple(
        date for date in sight.dates if date.original_start < start or date.seen.mapping.bookings
    )
    horizon = start if sight.horizon is None else min(start, sight.horizon)
    return replace(sight, dates=dates, horizon=horizon, is_cut_short=True)


def after_bookings_changed(
    sight: SeriesSight, step: ChangeBookings, stored: Sequence[Booking], context: Context
) -> SeriesSight:
    """Return what is seen after all items of a ROOMS series were changed.

    What came out otherwise than asked for is asked for again, date by date. Dates that did not ask
    for it get their own back: it counts as changed in Exchange.
    """
    by_id = {booking.booking_id: booking for booking in stored}
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
            changed[start] = fold(seen, replace(asked, aspects=granted), booking)
    return replace(sight.with_seen(changed), tried=sight.tried | {step.name})


def after_bookings_cancelled(
    sight: SeriesSight, step: CancelBookings, stored: Sequence[Booking]
) -> SeriesSight:
    """Return what is seen after a ROOMS series was cancelled."""
    by_id = {booking.booking_id: booking for booking in stored}
    changed = {}
    for start, asked in step.steps.items():
        seen = sight.date(start).seen
        known = by_id.get(asked.booking_id) or seen.booking_of(asked.booking_id)
        if known is not None:
            ended = replace(known, status=BookingStatus.CANCELLED)
            changed[start] = fold(seen, asked, ended)
    return sight.with_seen(changed)


def after_date(sight: SeriesSight, step: OnDate, result: Event | Booking | None) -> SeriesSight:
    """Return what is seen after a step of one date."""
    seen = fold(sight.date(step.original_start).seen, step.step, result)
    return sight.with_seen({step.original_start: seen})


def after_refusal(
    sight: SeriesSight, step: OnDate, refused: BookingRefusedError, context: Context
) -> SeriesSight:
    """Return what is seen after ROOMS said no to one date."""
    if refused.code == RefusalCode.TOO_EARLY and isinstance(step.step, CreateBooking):
        return without_dates_from(sight, step.original_start)
    seen = fold_refusal(sight.date(step.original_start).seen, step.step, refused, context)
    return sight.with_seen({step.original_start: seen})


def after_telling(sight: SeriesSight, step: TellOfDates) -> SeriesSight:
    """Return what is seen after the one mail of this pass: nothing more is told in it (P6)."""

    def told(date: DateSight) -> DateSight:
        tell = step.tells.get(date.original_start)
        seen = date.seen if tell is None else fold(date.seen, tell, None)
        return replace(date, seen=replace(seen, told=True))

    return replace(sight.mapped(told), told=True)


def after_dates(
    sight: SeriesSight,
    event: EventSeries,
    steps: Table[datetime, UpdateEvent | DeleteEvent],
) -> SeriesSight:
    """Return what is seen of a series in Exchange after dates, or all by their master, changed."""
    shown = _with_event(sight, event)

    def written(date: DateSight) -> DateSight:
        step, after = steps.get(date.original_start), date.seen.event
        match step:
            case DeleteEvent():
                gone = fold(replace(date.seen, event=None), step, None)
                return replace(date, seen=gone, is_deleted=True)
            case UpdateEvent() if after is not None:
                return replace(date, seen=fold(date.seen, step, after))
            case _:
                return date

    return shown.mapped(written)


def after_change(sight: SeriesSight, event: EventSeries, step: ChangeSeries) -> SeriesSight:
    """Return what is seen after the master was changed."""
    return after_dates(sight, event, step.steps)


def after_reinvitation(sight: SeriesSight, event: EventSeries, step: OnDate) -> SeriesSight:
    """Return what is seen after a resource was invited to one date again."""
    shown = _with_event(sight, event)
    seen = shown.date(step.original_start).seen
    folded = fold(seen, step.step, seen.event)
    return shown.with_seen({step.original_start: folded})


def after_dates_changed(sight: SeriesSight, event: EventSeries, step: ChangeDates) -> SeriesSight:
    """Return what is seen after single dates were changed or deleted."""
    return after_dates(sight, event, step.steps)


def after_rule(
    sight: SeriesSight, event: EventSeries, step: ChangeRule, context: Context
) -> SeriesSight:
    """Return what is seen under another rule: each date has another name, and is the same.

    That its time in Exchange is another one now is our own doing, so it is agreed on.
    """
    times = _times(event, sight, context)
    links: list[DateLink] = []
    past: dict[datetime, Observed] = {}
    for date in sight.dates:
        new = step.starts.get(date.original_start)
        if new is None or new not in times:
            continue
        past[new] = date.seen
        link = replace(seen_as_link(date), original_start=new, is_deleted=False)
        baseline = _with_time(link.baseline, date_event(event, new, times[new]), context)
        links.append(replace(link, baseline=baseline))
    links += [deleted_link(start) for start in step.deletes]
    return _rebuilt(sight, event, links, past, context)


def after_create(
    sight: SeriesSight, event: EventSeries, agreed: frozenset[datetime], context: Context
) -> SeriesSight:
    """Return what is seen after a series was put into a calendar.

    `agreed` dates show what their bookings say; of all others ROOMS is master (R-305).
    """
    links = foreseen(sight, created_baselines(sight, agreed, context))
    past = {date.original_start: date.seen for date in sight.dates}
    return _rebuilt(sight, event, links, past, context)


def after_leaving(sight: SeriesSight) -> SeriesSight:
    """Return what is seen once the series has left the calendar of its former organizer."""
    return sight.mapped(lambda date: replace(date, seen=replace(date.seen, moved=True)))


def after_end(sight: SeriesSight) -> SeriesSight:
    """Return what is seen once the whole series has left Exchange."""

    def ended(date: DateSight) -> DateSight:
        if date.seen.event is None:
            return date
        seen = replace(date.seen, event=None, event_gone=True, finished=True)
        return replace(date, seen=seen, is_deleted=True)

    return replace(sight.mapped(ended), event=None, event_gone=True)


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


def _with_event(sight: SeriesSight, event: EventSeries) -> SeriesSight:
    """Show every date that is there as the series is now; made versions are one for all."""

    def shown(date: DateSight) -> DateSight:
        if date.seen.event is None:
            return date
        after = _shown(event, date.original_start, date)
        is_own = date.original_start in event.exceptions
        return replace(date, seen=replace(date.seen, event=after), is_exception=is_own)

    made = (*sight.made_versions, event.master.version)
    return replace(sight.mapped(shown), event=event, made_versions=made)


def _shown(event: EventSeries, start: datetime, date: DateSight) -> Event | None:
    plain = date.seen.event
    own = event.exceptions.get(start)
    if plain is None or (own is None and start in event.cancelled):
        return None
    return date_event(event, start, plain.time)


def _rebuilt(
    sight: SeriesSight,
    event: EventSeries,
    links: Sequence[DateLink],
    past: Table[datetime, Observed],
    context: Context,
) -> SeriesSight:
    """Put the sight together anew under the rule that Exchange has now, knowing what is known."""
    series = SeriesLink(
        recurrence=event.recurrence, dates=tuple(links), rooms_series=sight.own_series
    )
    head = replace(sight.mapping, series=series)
    seen = [date.seen for date in sight.dates]
    read = Read(
        event=event,
        bookings=(*sight.bookings, *sight.extra, *sight.released),
        gone=frozenset[BookingId]().union(*(each.bookings_gone for each in seen)),
        kept=frozenset[BookingId]().union(*(each.bookings_kept for each in seen)),
        shared=sight.shared,
    )
    built = sight_of(head, read, sight.horizon or context.now, context)

    def knowing(date: DateSight) -> DateSight:
        known, now = past.get(date.original_start), date.seen
        if known is None:
            return replace(date, seen=replace(now, told=sight.told))
        kept = replace(
            known,
            mapping=now.mapping,
            event=now.event,
            event_gone=now.event_gone,
            bookings=now.bookings,
        )
        return replace(date, seen=kept)

    return replace(
        built.mapped(knowing),
        mapping=sight.mapping,
        kept=sight.kept,
        is_bounded=sight.is_bounded,
        is_cut_short=sight.is_cut_short,
        singly=sight.singly,
        tried=sight.tried,
        is_rescheduled=True,
        told=sight.told,
        made_versions=(*sight.made_versions, event.master.version),
    )


def _times(event: EventSeries, sight: SeriesSight, context: Context) -> dict[datetime, Interval]:
    """Return when the rule puts its dates, as far as they are looked at."""
    ends = [date.original_start for date in sight.dates]
    until = max((sight.horizon or context.now, *ends)) + _MARGIN
    window = Interval(context.now - _MARGIN, until)
    return {o.original_start: o.time for o in occurrences_in(event.recurrence, window)}


def _with_time(baseline: Baseline | None, event: Event, context: Context) -> Baseline | None:
    """Let the time that we gave a date in Exchange be what was agreed on there."""
    if baseline is None or baseline.key_version not in context.keys.secrets:
        return baseline
    meeting = meeting_of_event(event, context.directory)
    time = fingerprint(meeting, context.keys, baseline.key_version).aspects[Aspect.TIME]
    aspects = baseline.exchange.aspects | {Aspect.TIME: time}
    return replace(baseline, exchange=replace(baseline.exchange, aspects=aspects))
