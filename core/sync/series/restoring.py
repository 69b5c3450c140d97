"""What exceptions of a series say again once another rule has made Exchange forget them."""

from collections.abc import Mapping as Table
from dataclasses import replace
from datetime import datetime
from typing import Any

from core.domain.changes import EventChanges
from core.domain.event import Event
from core.domain.interval import Interval
from core.sync.compose import with_resources
from core.sync.context import Context
from core.sync.series.rules import Proposal
from core.sync.series.sight import DateSight, SeriesSight
from core.sync.translate import invited_resources


def restored(
    sight: SeriesSight, found: Proposal, times: Table[datetime, Interval], context: Context
) -> dict[datetime, EventChanges]:
    """Return what is written to exceptions, by the starts they have then; `times` are wanted."""
    if sight.event is None:
        return {}
    master = sight.event.master
    return {
        found.starts[date.original_start]: changes
        for date in sight.dates
        if date.is_exception and date.original_start in found.starts
        if date.original_start in times
        if (changes := _said_again(date, found, times[date.original_start], master, context))
        is not None
    }


def _said_again(
    date: DateSight, found: Proposal, time: Interval, master: Event, context: Context
) -> EventChanges | None:
    """Return what an exception says of itself, to be said again; None if nothing is left of it."""
    event = date.seen.event
    if event is None:
        return None
    directory = context.directory
    own: dict[str, Any] = {
        "subject": (event.subject, master.subject),
        "private": (event.sensitive, master.sensitive),
        "show_as": (event.show_as, master.show_as),
        "reminder_minutes": (event.reminder_minutes, master.reminder_minutes),
        "time": (time, found.times[found.starts[date.original_start]]),
    }
    changes = EventChanges(**{name: here for name, (here, usual) in own.items() if here != usual})
    if _people(event) != _people(master):
        rooms = frozenset(invited_resources(event, directory))
        with_rooms = with_resources(event, rooms, directory)
        changes = replace(
            changes,
            invitees=event.invitees,
            venue=with_rooms.venue,
            clear_venue=with_rooms.clear_venue,
        )
    return None if changes == EventChanges() else changes


def _people(event: Event) -> frozenset[tuple[str, str]]:
    return frozenset((line.address.lower(), line.role) for line in event.invitees)
