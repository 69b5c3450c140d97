"""What a mail or a write to Exchange brought about, folded into what is seen of each date."""

from collections.abc import Mapping as Table
from dataclasses import replace
from datetime import datetime

from core.domain.changes import EventChanges
from core.domain.event import AttendeeRole, Event
from core.domain.event_series import EventSeries
from core.domain.meeting import Aspect
from core.sync.fold import fold
from core.sync.series.sight import DateSight, SeriesSight
from core.sync.series.steps import (
    ChangeDates,
    ChangeSeries,
    OnDate,
    ReinviteToSeries,
    TellOfDates,
)
from core.sync.series.views import date_event
from core.sync.steps import DeleteEvent, UpdateEvent


def after_telling(sight: SeriesSight, step: TellOfDates) -> SeriesSight:
    """Return what is seen after the one mail of this pass: nothing more is told in it (P6)."""

    def told(date: DateSight) -> DateSight:
        tell = step.tells.get(date.original_start)
        seen = date.seen if tell is None else fold(date.seen, tell, None)
        return replace(date, seen=replace(seen, told=True))

    return replace(sight.mapped(told), told=True)


def after_change(sight: SeriesSight, event: EventSeries, step: ChangeSeries) -> SeriesSight:
    """Return what is seen after the master was changed."""
    after = after_dates(sight, event, step.steps)
    return after.mapped(
        lambda date: replace(date, undo=step.others.get(date.original_start, date.undo))
    )


def after_dates_changed(sight: SeriesSight, event: EventSeries, step: ChangeDates) -> SeriesSight:
    """Return what is seen after single dates were changed or deleted."""
    return after_dates(sight, event, step.steps)


def after_invited_again(
    sight: SeriesSight, event: EventSeries, step: ReinviteToSeries
) -> SeriesSight:
    """Return what is seen after a resource was invited to the whole series again."""
    shown = _with_event(sight, event)
    seen = {start: shown.date(start).seen for start in step.steps}
    folded = {s: fold(each, step.steps[s], each.event) for s, each in seen.items()}
    before = {date.original_start: date.seen.event for date in sight.dates}

    def without_what_it_has_not(date: DateSight) -> DateSight:
        had, has = before[date.original_start], date.seen.event
        if date.original_start in step.steps or had is None or has is None:
            return date
        return date if _resources(has) <= _resources(had) else replace(date, undo=_as_it_was(had))

    return shown.with_seen(folded).mapped(without_what_it_has_not)


def _resources(event: Event) -> frozenset[str]:
    lines = (line for line in event.invitees if line.role is AttendeeRole.RESOURCE)
    return frozenset(line.address.lower() for line in lines)


def _as_it_was(event: Event) -> UpdateEvent:
    """Return what puts an exception right: having the same people, it got the resource, too."""
    changes = EventChanges(invitees=event.invitees, clear_venue=not _resources(event))
    return UpdateEvent(
        changes=changes,
        aspects=frozenset({Aspect.RESOURCES}),
        reason="that date has not the resource of the others",
    )


def after_reinvitation(sight: SeriesSight, event: EventSeries, step: OnDate) -> SeriesSight:
    """Return what is seen after a resource was invited to one date again."""
    shown = _with_event(sight, event)
    seen = shown.date(step.original_start).seen
    folded = fold(seen, step.step, seen.event)
    return shown.with_seen({step.original_start: folded})


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
                return replace(date, seen=fold(date.seen, step, after), undo=None)
            case _:
                return date

    return shown.mapped(written)


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
