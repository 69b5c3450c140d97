"""A date of a series as a single meeting: its link, its event; and back again."""

from dataclasses import replace
from datetime import datetime

from core.domain.event import Event, EventKind
from core.domain.event_series import EventSeries
from core.domain.interval import Interval
from core.domain.mapping import (
    BookingLink,
    DateLink,
    Mapping,
    MappingState,
    PendingKind,
    taken_off,
)
from core.sync.series.sight import DateSight


def link_as_mapping(head: Mapping, link: DateLink) -> Mapping:
    """Return the link of one date as the planner of single meetings knows links.

    What was announced for the whole series concerns the dates that are not dealt with yet, a move
    those that are booked, a reinvitation the one date that it names, or all.
    """
    pending = head.pending
    if pending is not None:
        is_about_it = {
            PendingKind.CREATE_BOOKING: link.state is MappingState.CREATING or _waits(link),
            PendingKind.REINVITE: pending.original_start in {None, link.original_start},
            PendingKind.MOVE_EVENT: bool(link.bookings) and not link.is_deleted,
        }
        pending = pending if is_about_it.get(pending.kind, False) else None
    return replace(
        head,
        series=None,
        state=link.state,
        bookings=link.bookings,
        time=link.time,
        baseline=link.baseline,
        pending=pending,
        refusals=link.refusals,
        conflicts=link.conflicts,
        reinvited=link.reinvited,
        buffers=(),
    )


def _waits(link: DateLink) -> bool:
    """Tell whether a date has lost its resource and is to be booked once that can be had (D2)."""
    return not link.bookings and bool(taken_off(link.refusals))


def mapping_as_link(mapping: Mapping, original_start: datetime, *, is_deleted: bool) -> DateLink:
    """Return what a series remembers of one date, from the link that a pass has settled."""
    return DateLink(
        original_start=original_start,
        state=mapping.state,
        bookings=mapping.bookings,
        time=mapping.time,
        baseline=mapping.baseline,
        refusals=mapping.refusals,
        conflicts=mapping.conflicts,
        reinvited=mapping.reinvited,
        is_deleted=is_deleted,
    )


def seen_as_link(date: DateSight) -> DateLink:
    """Return the link of a date with all bookings that it is seen to have, known before or not."""
    seen = date.seen
    link = mapping_as_link(seen.mapping, date.original_start, is_deleted=date.is_deleted)
    known = {each.booking_id for each in link.bookings}
    new = tuple(
        BookingLink(booking_id=booking.booking_id, resource=booking.resource)
        for booking in seen.active_bookings
        if booking.booking_id not in known
    )
    return replace(link, bookings=(*link.bookings, *new))


def date_event(series: EventSeries, original_start: datetime, time: Interval) -> Event:
    """Return one date as an event of its own; `time` is what the rule gives it.

    It has the identity of the master: ids and versions of dates are not kept (S01).
    """
    master = series.master
    own = series.exceptions.get(original_start)
    if own is None:
        shown = replace(master, time=time)
    else:
        shown = replace(
            own,
            event_id=master.event_id,
            ical_uid=master.ical_uid,
            version=master.version,
            appointment_oid=master.appointment_oid,
            organizer_address=own.organizer_address or master.organizer_address,
            created_at=master.created_at,
        )
    return replace(
        shown,
        kind=EventKind.SINGLE_INSTANCE,
        original_start=original_start,
        series_master=master.event_id,
    )
