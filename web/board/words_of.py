"""Spans of time and names of resources, as all lines of the console say them."""

from datetime import date
from zoneinfo import ZoneInfo

from core.app.console.day import DayView
from core.app.console.reader import Look
from core.app.console.wall import zone_named
from core.domain.directory import Directory
from core.domain.ids import MappingId, ResourceId
from core.domain.interval import Interval
from web.words import Words

TO = "\u2013"
"""Between the ends of a span of time."""


def span(time: Interval, zone: ZoneInfo, day: date, words: Words) -> str:
    """Return a span of time in a zone; another date than `day` is said."""
    ends = [moment.astimezone(zone) for moment in (time.start, time.end)]
    told = [f"{e:%H:%M}" if e.date() == day else words.moment(e) for e in ends]
    return TO.join(told)


def dated_span(time: Interval, zone: ZoneInfo, words: Words) -> str:
    """Return a span of time in a zone with its date."""
    start = time.start.astimezone(zone)
    return f"{words.short_date(start)} {span(time, zone, start.date(), words)}"


def first_upper(text: str) -> str:
    """Return a text as the beginning of a sentence."""
    return text[:1].upper() + text[1:]


def resource_name(resource: ResourceId | None, directory: Directory) -> str:
    """Return the name of a resource, "" where there is none."""
    known = None if resource is None else directory.resources.get(resource)
    return "" if known is None else known.name


def zone_of(resource: ResourceId | None, look: Look) -> ZoneInfo:
    """Return the zone of a resource, that of most where there is none."""
    known = None if resource is None else look.directory.resources.get(resource)
    return look.zone if known is None else zone_named(known.time_zone)


def seen_at(link: MappingId | None, board: DayView) -> ResourceId | None:
    """Return the resource whose lanes show a link on this day."""
    for each in board.resources:
        entries = (entry for lane in each.lanes for entry in lane.entries)
        if link is not None and any(entry.sight.mapping_id == link for entry in entries):
            return each.resource.id
    return None
