"""`roomsync history`: what was decided and done for one meeting, newest last."""

from collections import Counter
from zoneinfo import ZoneInfo

from core.app import wording
from core.app.console.wall import zone_named
from core.app.find_link import find_link
from core.app.series_wording import special_dates, summary, times
from core.bootstrap import App
from core.domain.directory import Directory
from core.domain.history import HistoryEntry
from core.domain.ids import ResourceId
from core.domain.mapping import Mapping, SeriesLink
from roomsync.output import moment, out, say, span, table
from roomsync.plan_command import Item
from roomsync.reference import UnknownItemError, parse_reference, resolve
from roomsync.session import run

MOST_DATES = 20
"""Special dates of a series that are shown one by one."""


def history(item: Item) -> None:
    """Show the history of one event or booking; without titles and people (D13)."""
    reference = parse_reference(item)

    async def read(app: App) -> tuple[Mapping, list[HistoryEntry], Directory]:
        services = await app.services()
        link = await find_link(await resolve(reference, services), services)
        if link is None:
            raise UnknownItemError(f"{item} has no link: `roomsync plan {item}` tells why")
        entries = await services.mappings.history(link.id)
        return link, list(reversed(entries)), await services.roster.directory()

    link, entries, directory = run(read)
    zone = _zone(link, directory)
    _show_link(link, directory, zone)
    _show_entries(entries, zone)


def _zone(link: Mapping, directory: Directory) -> ZoneInfo:
    resource = directory.resources.get(link.booking.resource) if link.booking else None
    return zone_named("UTC" if resource is None else resource.time_zone)


def _show_link(link: Mapping, directory: Directory, zone: ZoneInfo) -> None:
    say(f"Link     {link.id}  {wording.state(link.state)}")
    for booking in link.bookings:
        say(f"Booking  {booking.booking_id}  {_name(booking.resource, directory)}")
    if link.event is not None:
        say(f"Event    {link.home.mailbox}/{link.event.event_id}")
    if link.series is not None:
        _show_series(link.series, directory)
    elif link.time is not None:
        say(f"Time     {span(link.time.start, link.time.end, zone)}")
    for refusal in link.refusals:
        told = wording.without_people(refusal.text, directory)
        why = wording.refusal(refusal.code)
        say(f"Refused  {why}: {told}" if told else f"Refused  {why}", "yellow")
    if link.pending is not None:
        say("Pending  a create that was begun and not ended; the next look carries on", "yellow")


def _show_series(series: SeriesLink, directory: Directory) -> None:
    """Show a series in one line, then what is special about single dates."""
    say(f"Series   {times(series.recurrence)}, {summary(series)}")
    booked = Counter(link.resource for date in series.dates for link in date.bookings)
    for resource, number in booked.most_common():
        say(f"Bookings {number} on {_name(resource, directory)}")
    special = special_dates(series)
    for when, what in special[:MOST_DATES]:
        say(f"Date     {when}  {what}")
    if len(special) > MOST_DATES:
        say(f"         and {len(special) - MOST_DATES} more")


def _name(resource: ResourceId, directory: Directory) -> str:
    known = directory.resources.get(resource)
    return f"resource {resource}" if known is None else known.name


def _show_entries(entries: list[HistoryEntry], zone: ZoneInfo) -> None:
    if not entries:
        say("Nothing was done yet.")
        return
    out().print()
    rows = [
        (
            moment(entry.at, zone),
            wording.source(entry.source),
            wording.outcome(entry.outcome),
            _told(entry),
            "" if entry.latency_ms is None else wording.duration(entry.latency_ms),
        )
        for entry in entries
    ]
    columns = (f"When ({zone.key})", "By", "Outcome", "What and why", "Took")
    out().print(table(columns, rows, numbers=("Took",)))


def _told(entry: HistoryEntry) -> str:
    lines = [f"{wording.step(name)}: {reason}" for name, reason in entry.steps]
    if entry.found:
        lines.insert(0, f"changed: {', '.join(map(wording.change, entry.found))}")
    if entry.attempt:
        lines.append(f"after {entry.attempt} failed tries")
    return "\n".join(lines) or "-"
