"""The one reminder that Exchange keeps, out of the alarms of an entry (RFC 5545, 3.6.6)."""

from dataclasses import dataclass
from datetime import timedelta

from devstack.calendars import values
from devstack.calendars.spans import Span
from devstack.calendars.structure import Component

_LONGEST = timedelta(days=366)
_SHOWN = ("DISPLAY", "AUDIO", "")


@dataclass(frozen=True, slots=True)
class Reminder:
    """How many minutes before the start; None = no reminder."""

    minutes: int | None = None
    notes: tuple[str, ...] = ()


def read_reminder(entry: Component, span: Span) -> Reminder:
    """Return the alarm that rings last before the start; others are named as left out."""
    usable: list[int] = []
    notes: list[str] = []
    for alarm in entry.parts:
        if alarm.name != "VALARM" or alarm.word("ACTION") == "NONE":
            continue
        lead = _lead(alarm, span) if alarm.word("ACTION") in _SHOWN else None
        if lead is None:
            notes.append(f"the alarm in line {alarm.line} has no counterpart in Exchange: left out")
        else:
            usable.append(lead)
    if len(usable) > 1:
        notes.append(f"Exchange keeps one reminder: {min(usable)} minutes, of {len(usable)}")
    return Reminder(min(usable, default=None), tuple(notes))


def _lead(alarm: Component, span: Span) -> int | None:
    """Return minutes before the start; None when the alarm rings at another time or never."""
    trigger = alarm.first("TRIGGER")
    if trigger is None:
        return None
    try:
        before = _before_start(trigger.value.strip(), trigger.params.get("RELATED", ""), span)
    except ValueError:
        return None
    if not timedelta(0) <= before <= _LONGEST:
        # Apple marks "no alarm" by one in 1976.
        return None
    return int(before.total_seconds()) // 60


def _before_start(text: str, related: str, span: Span) -> timedelta:
    if "P" in text.upper():
        offset = values.duration(text)
        base = span.end if related.upper() == "END" else span.start
        return span.start.instant - (base.instant + offset)
    at = values.date_time(text)
    if at.tzinfo is None:
        return span.start.wall - at
    return span.start.instant - at
