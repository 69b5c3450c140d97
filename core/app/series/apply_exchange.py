"""Writes to a series in Exchange; what creates or reschedules is announced before (design 4)."""

from collections.abc import Mapping as Table
from dataclasses import replace
from datetime import datetime

from core.app.apply import lease
from core.app.series.announce import announce, remember_wishes
from core.app.series.release import release
from core.app.services import Services
from core.domain.changes import EventChanges
from core.domain.event_series import EventSeries
from core.domain.ids import EventVersion
from core.domain.mapping import Pending, PendingKind
from core.domain.pointers import event_pointer, meeting_pointer
from core.errors import (
    CrossingBoundaryError,
    NotFoundError,
)
from core.ports.exchange import DateChange, DeleteDate
from core.sync.context import Context
from core.sync.series import fold_exchange, fold_rooms, fold_rule
from core.sync.series.foresee import (
    created_baselines,
)
from core.sync.series.sight import SeriesSight
from core.sync.series.steps import (
    ChangeDates,
    ChangeRule,
    CreateSeries,
    LeaveCalendar,
    OnDate,
    ReinviteToSeries,
    Release,
)
from core.sync.steps import (
    DeleteEvent,
    ReinviteResource,
    UpdateEvent,
)


async def create_series(
    sight: SeriesSight, step: CreateSeries, context: Context, services: Services
) -> SeriesSight:
    """Put a series into a calendar; it is announced before, with what its dates will agree on."""
    pending = Pending(
        kind=PendingKind.MOVE_EVENT if step.is_move else PendingKind.CREATE_EVENT,
        lease_until=lease(services),
        transaction_id=step.draft.transaction_id,
        place=step.place,
    )
    agreed = created_baselines(sight, step, context)
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
    return fold_rule.after_create(sight, event, step, context)


async def change_master(
    sight: SeriesSight, changes: EventChanges, services: Services
) -> EventSeries:
    """Write into the master, and return the series as it is then."""
    event = event_of(sight)
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


async def reschedule(
    sight: SeriesSight, step: ChangeRule, context: Context, services: Services
) -> SeriesSight:
    """Write another rule, and what Exchange forgets by it."""
    event = event_of(sight)
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
    return fold_rule.after_rule(sight, after, step, context)


async def change_dates(sight: SeriesSight, step: ChangeDates, services: Services) -> SeriesSight:
    """Write single dates; one that may not pass its neighbours leaves the series instead."""
    event = event_of(sight)
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
        return fold_rooms.after_release(sight, crossing)
    return fold_exchange.after_dates_changed(sight, after, step)


def _date_changes(
    steps: Table[datetime, UpdateEvent | DeleteEvent],
) -> dict[datetime, DateChange]:
    return {
        start: DeleteDate() if isinstance(step, DeleteEvent) else step.changes
        for start, step in steps.items()
    }


async def reinvite(
    sight: SeriesSight,
    step: OnDate,
    invite: ReinviteResource,
    services: Services,
) -> SeriesSight:
    """Take a resource off one date and invite it again; between the two a crash leaves a trace."""
    event, start = event_of(sight), step.original_start
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
    return fold_exchange.after_reinvitation(sight, event, step)


async def invite_again(
    sight: SeriesSight, step: ReinviteToSeries, services: Services
) -> SeriesSight:
    """Take a resource off the whole series and invite it again."""
    event, invite = event_of(sight), step.step
    pending = Pending(
        kind=PendingKind.REINVITE, lease_until=lease(services), resource=invite.resource
    )
    sight = await announce(sight, pending, services, {})
    calendar = services.calendars[event.master.place.environment]
    master = event.master
    if invite.without is not None:
        master = await calendar.update_event(master, invite.without)
    await calendar.update_event(master, invite.again)
    after = await calendar.get_series(master.place, master.event_id)
    return fold_exchange.after_invited_again(sight, after, step)


async def leave_calendar(step: LeaveCalendar, services: Services) -> None:
    """Take a series out of a calendar; what was held stays, as a series of its organizer's own.

    It gets another link, and nothing leads from it to the one that has moved: should it be extended
    again, it is booked as any other.
    """
    calendar = services.calendars[step.place.environment]
    if step.remainder is None:
        await calendar.delete_event(step.place, step.event_id)
        return
    try:
        old = await calendar.get_event(step.place, step.event_id)
    except NotFoundError:
        return
    changes = EventChanges(recurrence=step.remainder, appointment_oid=services.new_id())
    await calendar.update_event(old, changes)
    for key in (event_pointer(old.place, old.event_id), meeting_pointer(old.place, old.ical_uid)):
        await services.pointers.remove(key)


def event_of(sight: SeriesSight) -> EventSeries:
    """Return the series as it is seen; NotFoundError when it has gone."""
    if sight.event is None:
        raise NotFoundError("the series to update is gone")
    return sight.event
