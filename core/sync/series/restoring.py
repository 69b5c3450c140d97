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
from core.sync.series.sight import SeriesSight
from core.sync.translate import invited_resources


def restored(
    sight: SeriesSight, found: Proposal, times: Table[datetime, Interval], context: Context
) -> dict[datetime, EventChanges]:
    """Return what is written to exceptions, by the starts they have then; `times` are wanted."""
    said = {
        new: _said_again(date.seen.event, sight.event.master, times[old], found.times[new], context)
        for date in sight.dates
        if date.is_exception and sight.event is not None and date.seen.event is not None
        if (old := date.original_start) in times and (new := found.starts.get(old)) is not None
    }
    return {start: changes for start, changes in said.items() if changes != EventChanges()}


def _said_again(
    event: Event, master: Event, time: Interval, usual_time: Interval, context: Context
) -> EventChanges:
    """Return what an exception says of itself, to be said again."""
    own: dict[str, Any] = {
        "subject": (event.subject, master.subject),
        "private": (event.sensitive, master.sensitive),
        "show_as": (event.show_as, master.show_as),
        "reminder_minutes": (event.reminder_minutes, master.reminder_minutes),
        "time": (time, usual_time),
    }
    changes = EventChanges(**{name: here for name, (here, usual) in own.items() if here != usual})
    if _people(event) != _people(master):
        rooms = frozenset(invited_resources(event, context.directory))
        with_rooms = with_resources(event, rooms, context.directory)
        changes = replace(
            changes,
            invitees=event.invitees,
            venue=with_rooms.venue,
            clear_venue=with_rooms.clear_venue,
        )
    return changes


def _people(event: Event) -> frozenset[tuple[str, str]]:
    return frozenset((line.address.lower(), line.role) for line in event.invitees)
