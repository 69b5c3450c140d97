"""What is seen of a series that Exchange has under another rule, or has only now."""

from collections.abc import Mapping as Table
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.changes import EventChanges
from core.domain.event import Event
from core.domain.event_series import EventSeries
from core.domain.expansion import occurrences_in
from core.domain.ids import BookingId, is_resource_mailbox
from core.domain.interval import Interval
from core.domain.mapping import Baseline, DateLink, SeriesLink
from core.domain.meeting import Aspect
from core.sync.context import Context
from core.sync.fingerprint import fingerprint
from core.sync.observed import Observed
from core.sync.series.build import sight_of
from core.sync.series.drafts import Read
from core.sync.series.foresee import (
    created_baselines,
    deleted_link,
    foreseen,
)
from core.sync.series.sight import DateSight, SeriesSight
from core.sync.series.steps import (
    ChangeRule,
    CreateSeries,
)
from core.sync.series.views import date_event, seen_as_link
from core.sync.steps import UpdateEvent
from core.sync.translate import meeting_of_event

_MARGIN = timedelta(days=2)
"""More than any zone is away from UTC."""


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
        # Whatever was carried over of its time is void where the rule puts it elsewhere.
        written = frozenset(each for each in date.seen.written if each[1] != Aspect.TIME)
        past[new] = replace(date.seen, written=written)
        link = replace(seen_as_link(date), original_start=new, is_deleted=False)
        baseline = _with_time(link.baseline, date_event(event, new, times[new]), date, context)
        links.append(replace(link, baseline=baseline))
    links += [deleted_link(start) for start in step.deletes]
    return _rebuilt(sight, event, links, past, context)


def after_create(
    sight: SeriesSight, event: EventSeries, step: CreateSeries, context: Context
) -> SeriesSight:
    """Return what is seen after a series was put into a calendar."""
    links = foreseen(sight, created_baselines(sight, step, context))
    past = {date.original_start: date.seen for date in sight.dates}
    after = _rebuilt(sight, event, links, past, context)
    roomless = {
        date.original_start
        for date in sight.dates
        if step.is_move and date.seen.event is not None and not date.seen.active_bookings
    }
    return after.mapped(lambda d: _left_roomless(d, step) if d.original_start in roomless else d)


def _left_roomless(date: DateSight, step: CreateSeries) -> DateSight:
    """Let a date without a booking move along without a room; a hold is for bookings only."""
    if is_resource_mailbox(step.place.mailbox):
        return replace(date, is_deleted=True)
    reason = "it has no room there either (R-103)"
    changes = EventChanges(invitees=step.draft.invitees, clear_venue=True)
    undo = UpdateEvent(changes=changes, aspects=frozenset({Aspect.RESOURCES}), reason=reason)
    return date if date.is_deleted else replace(date, undo=undo)


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


def _with_time(
    baseline: Baseline | None, event: Event, date: DateSight, context: Context
) -> Baseline | None:
    """Let the time that we gave a date in Exchange be what was agreed on there.

    Where its booking is at another time, the new rule has taken the date along against its will:
    then ROOMS counts as changed, and the date goes back.
    """
    if baseline is None or baseline.key_version not in context.keys.secrets:
        return baseline
    meeting = meeting_of_event(event, context.directory)
    time = fingerprint(meeting, context.keys, baseline.key_version).aspects[Aspect.TIME]
    aspects = baseline.exchange.aspects | {Aspect.TIME: time}
    moved = replace(baseline, exchange=replace(baseline.exchange, aspects=aspects))
    if all(booking.time == event.time for booking in date.seen.active_bookings):
        return moved
    unlike = {Aspect.TIME: ""}
    return replace(
        moved,
        rooms=replace(moved.rooms, aspects=moved.rooms.aspects | unlike),
        by_booking={
            number: replace(agreed, aspects=agreed.aspects | unlike)
            for number, agreed in moved.by_booking.items()
        },
    )
