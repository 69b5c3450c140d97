"""What exceptions of a series say again once another rule has made Exchange forget them."""

from collections.abc import Mapping as Table
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.domain.changes import EventChanges
from core.domain.event import Event
from core.domain.expansion import occurrences_in
from core.domain.interval import Interval, wall_clock
from core.domain.series import Recurrence
from core.sync.compose import with_resources
from core.sync.context import Context
from core.sync.series.recognise import FARTHEST
from core.sync.series.rules import Proposal
from core.sync.series.sight import SeriesSight
from core.sync.series.views import date_event
from core.sync.translate import invited_resources


@dataclass(frozen=True, slots=True, kw_only=True)
class Unseen:
    """What is restored of dates beyond the horizon, by the starts they have then."""

    restores: Table[datetime, EventChanges] = field(default_factory=dict)
    deletes: frozenset[datetime] = frozenset()

    def __len__(self) -> int:
        """Return how many writes that takes."""
        return len(self.restores) + len(self.deletes)


def unseen(sight: SeriesSight, rule: Recurrence, context: Context) -> Unseen:
    """Return what another rule makes Exchange forget of dates that are too far ahead to be booked.

    They follow the rule on the clock; an exception that was moved keeps its own time of day. What
    the rule has no date for ends with it.
    """
    event, old_rule, horizon = sight.event, sight.rule, sight.horizon
    if event is None or old_rule is None or horizon is None:
        return Unseen()
    seen = {date.original_start for date in sight.dates if not date.is_deleted}
    special = [s for s in event.exceptions.keys() | event.cancelled if s >= horizon]
    special = sorted(s for s in special if s not in seen)
    if not special:
        return Unseen()
    window = Interval(min(special) - FARTHEST, max(special) + FARTHEST)
    usual = {o.original_start: o.time for o in occurrences_in(old_rule, window)}
    times = {o.original_start: o.time for o in occurrences_in(rule, window)}
    by = rule.span.start - old_rule.span.start
    then = {old: new for old in special if (new := _later(old, by, rule.zone)) in times}
    restores: dict[datetime, EventChanges] = {}
    for old, new in then.items():
        if old not in event.cancelled:
            own = date_event(event, old, event.exceptions[old].time)
            is_moved = own.time != usual.get(old)
            time = _on_its_day(own.time, old, new, rule.zone) if is_moved else times[new]
            restores[new] = _said_again(own, event.master, time, times[new], context)
    return Unseen(
        restores=_but_for_nothing(restores),
        deletes=frozenset(new for old, new in then.items() if old in event.cancelled),
    )


def _later(moment: datetime, by: timedelta, zone: str) -> datetime:
    local = ZoneInfo(zone)
    return (wall_clock(moment, local) + by).replace(tzinfo=local).astimezone(UTC)


def _on_its_day(time: Interval, old: datetime, new: datetime, zone: str) -> Interval:
    """Return a time of its own as many days later as its date is."""
    local = ZoneInfo(zone)
    days = wall_clock(new, local).date() - wall_clock(old, local).date()
    return Interval(_later(time.start, days, zone), _later(time.end, days, zone))


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
    return _but_for_nothing(said)


def _but_for_nothing(said: Table[datetime, EventChanges]) -> dict[datetime, EventChanges]:
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
