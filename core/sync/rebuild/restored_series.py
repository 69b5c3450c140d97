"""The link of a series as it is restored: each date as a single meeting is.

the date shows                        then
event and booking                     linked, what each side shows agreed on
event with a resource, no booking     before the last booked date: listed, as a refused one
                                      after it: not dealt with yet, the horizon moves on
                                      none is booked: every date is listed
booking, deleted in Exchange          the booking stays known: the next look cancels it
neither                               deleted: it is not to come back (S10)
"""

from dataclasses import replace
from datetime import datetime

from core.domain.booking import Booking
from core.domain.expansion import occurrences_in
from core.domain.ids import EventVersion
from core.domain.interval import Interval
from core.domain.mapping import BookingLink, DateLink, Mapping, MappingState
from core.sync.before_sync import unpaired
from core.sync.context import Context
from core.sync.observed import Observed
from core.sync.rebuild.agreed import as_restored
from core.sync.rebuild.restored import NONE_MET, unpaired_event
from core.sync.record import Versions
from core.sync.series.record import settled_series
from core.sync.series.sight import DateSight, SeriesSight
from core.sync.series.steps import SeriesPlan
from core.sync.steps import Outcome, Plan

IN_STEP = Plan(outcome=Outcome.IN_STEP, reason="its link was restored (S05)")
NOT_YET = Plan(outcome=Outcome.IGNORED, reason="not dealt with yet")
ENDED = Plan(outcome=Outcome.CANCELLED, reason="the date was deleted")


def restored_series(sight: SeriesSight, context: Context) -> Mapping:
    """Return the link of a series from what is seen of it."""
    last = max((b.time.start for b in sight.active), default=None)
    dates = {d.original_start: _with_refusals(d, last, context) for d in sight.dates}
    sight = sight.with_seen({start: seen for start, (seen, _) in dates.items()})
    plan = SeriesPlan(
        outcome=Outcome.IN_STEP,
        reason=IN_STEP.reason,
        plans={start: plan for start, (_, plan) in dates.items()},
    )
    link = settled_series(sight, plan, context, _versions(sight))
    if link.series is None:
        return link
    seen = {start: found for start, (found, _) in dates.items()}
    known = tuple(
        _restored(date, seen.get(date.original_start), context) for date in link.series.dates
    )
    numbered = {date.original_start: date for date in known} | _kept_of_deleted(sight, context)
    ordered = tuple(numbered[start] for start in sorted(numbered))
    state = link.state
    if state is MappingState.CANCELLED and any(d.bookings for d in ordered):
        state = MappingState.LINKED
    return replace(link, state=state, series=replace(link.series, dates=ordered))


def _with_refusals(
    date: DateSight, last: datetime | None, context: Context
) -> tuple[Observed, Plan]:
    """Return what is seen of a date with what it is to be listed for, and what was decided."""
    seen, event = date.seen, date.seen.event
    if seen.active_bookings and event is None and not seen.event_gone:
        lost = tuple(unpaired(booking, context) for booking in seen.active_bookings)
        plan = Plan(outcome=Outcome.REFUSED, reason="its event was not found", refusals=lost)
        return replace(seen, refusals=lost), plan
    if seen.active_bookings:
        return seen, IN_STEP
    if event is None:
        return seen, ENDED
    if last is not None and event.time.start > last:
        return seen, NOT_YET
    lost = unpaired_event(seen, event, context)
    if not lost:
        return seen, NOT_YET
    plan = Plan(outcome=Outcome.REFUSED, reason="its booking was not found", refusals=lost)
    return replace(seen, refusals=lost), plan


def _restored(date: DateLink, seen: Observed | None, context: Context) -> DateLink:
    if seen is None or date.baseline is None or not date.bookings:
        return date
    return replace(date, baseline=as_restored(date.baseline, seen, context))


def _kept_of_deleted(sight: SeriesSight, context: Context) -> dict[datetime, DateLink]:
    """Return the dates that were deleted in Exchange and still have bookings.

    A look would take such a booking for one that no date can hold, and show it anew.
    """
    if sight.event is None or sight.rule is None or not sight.extra:
        return {}
    end = max(booking.time.end for booking in sight.extra)
    times = {
        each.time: each.original_start
        for each in occurrences_in(sight.rule, Interval(context.now, end))
        if each.original_start in sight.event.cancelled
    }
    found: dict[datetime, list[Booking]] = {}
    for booking in sight.extra:
        start = times.get(booking.time)
        if start is not None and (booking.appointment_oid or "").lower() == sight.mapping.id:
            found.setdefault(start, []).append(booking)
    return {
        start: DateLink(
            original_start=start,
            state=MappingState.LINKED,
            bookings=tuple(
                BookingLink(booking_id=b.booking_id, resource=b.resource) for b in bookings
            ),
            time=bookings[0].time,
        )
        for start, bookings in found.items()
    }


def _versions(sight: SeriesSight) -> Versions:
    version = () if sight.event is None else (EventVersion(sight.event.master.version),)
    return Versions(event=version, booking=NONE_MET.booking)
