"""How the history of one meeting reads in a terminal, on the clock of its resource."""

from zoneinfo import ZoneInfo

from core.app import wording
from core.app.console.wall import zone_named
from core.app.rule_words import rule
from core.app.timeline.export import rules_of
from core.app.timeline.short import short_version
from core.app.timeline.values import (
    Entry,
    EntryKind,
    ItemNow,
    LinkTold,
    Side,
    Sight,
    StepTold,
    Timeline,
)
from core.domain.directory import Directory
from core.domain.ids import ResourceId
from core.domain.mapping import MappingState
from core.domain.stamps import moment_of
from roomsync.output import moment, out, say, span, table

LINKED = MappingState.LINKED.value
SHORT = 8
"""Characters of a link's id that tell it from the others of one history."""
MOST_DATES = 20
"""Special dates of a series that are shown one by one."""


def show_history(timeline: Timeline, directory: Directory) -> None:
    """Print links with how both sides are now, then what happened, newest last."""
    zone = _zone(timeline, directory)
    for number, link in enumerate(timeline.links):
        if number:
            say(f"\nAlso {'the' if link.state != 'cancelled' else 'an earlier'} link", "dim")
        show_link(link, directory, zone)
        _show_now([each for each in timeline.now if each.link == link.id], link, zone)
    if timeline.is_private:
        say("Private  of it only ids and states are told", "dim")
    _show_entries(timeline, zone)
    _show_rules(timeline)


def _zone(timeline: Timeline, directory: Directory) -> ZoneInfo:
    """Return the zone of the booked or refused resource, else that of the home mailbox."""
    named = [number for link in timeline.links for number, _ in link.booked]
    named += [no.resource for link in timeline.links for no in link.refusals if no.resource]
    known = next((directory.resources[n] for n in named if n in directory.resources), None)
    if known is not None:
        return zone_named(known.time_zone)
    return zone_named(directory.zone_of(timeline.links[0].mailbox) if timeline.links else "UTC")


def show_link(link: LinkTold, directory: Directory, zone: ZoneInfo) -> None:
    """Print what a link is of: its items, time or dates, refusals and what it waits for."""
    say(f"Link     {link.id}  {wording.state(link.state)}")
    if link.dates is None:
        for booking in link.bookings:
            say(f"Booking  {booking.booking_id}  {_name(booking.resource, directory)}".rstrip())
    if link.event_id is not None:
        say(f"Event    {link.mailbox}/{link.event_id}")
    if link.dates is not None:
        _show_series(link, directory)
    elif link.time is not None:
        say(f"Time     {span(link.time.start, link.time.end, zone)}")
    for refusal in link.refusals:
        where = f" ({_name(refusal.resource, directory)})" if refusal.resource else ""
        since = moment(refusal.since, zone)
        say(f"Refused  {wording.refusal(refusal.code)}{where}, since {since}", "yellow")
    for resource in link.waits_for:
        say(f"Waits    until {_name(resource, directory)} is free", "yellow")
    if link.pending:
        say("Pending  a create that was begun and not ended; the next look carries on", "yellow")
    if link.to_queue:
        say(f"Outbox   {link.to_queue} looks at others are still to be queued", "yellow")


def _show_series(link: LinkTold, directory: Directory) -> None:
    """Show a series in one line, then what is special about single dates."""
    say(f"Series   {link.series or f'{link.dates} dates'}")
    for resource, number in link.booked:
        say(f"Bookings {number} on {_name(resource, directory)}")
    for when, what in link.special_dates[:MOST_DATES]:
        say(f"Date     {when}  {what}")
    if len(link.special_dates) > MOST_DATES:
        say(f"         and {len(link.special_dates) - MOST_DATES} more")


def _name(resource: ResourceId | None, directory: Directory) -> str:
    if resource is None:
        return ""
    known = directory.resources.get(resource)
    return f"resource {resource}" if known is None else known.name


def _show_now(items: list[ItemNow], link: LinkTold, zone: ZoneInfo) -> None:
    for number, item in enumerate(items):
        side = "Exchange" if item.side is Side.EXCHANGE else f"ROOMS {item.item}"
        is_odd = item.sight is not Sight.PRESENT or item.is_dealt_with is False
        told = _seen(item, link, zone)
        say(f"{'' if number else 'Now':<9}{side}: {told}", "yellow" if is_odd else "")


def _seen(item: ItemNow, link: LinkTold, zone: ZoneInfo) -> str:
    if item.sight is Sight.UNREADABLE:
        return f"cannot be read: {item.trouble}"
    if item.sight is Sight.GONE:
        return "not there any more"
    stamp = moment_of(item.changed_at)
    changed = "" if stamp is None else moment(stamp, zone)
    told = [
        item.state,
        f"changed {changed}" if changed else "",
        "carries another link or none" if link.state == LINKED and not item.is_linked else "",
        "dealt with" if item.is_dealt_with else "not looked at since",
    ]
    return ", ".join(filter(None, told))


def _show_entries(timeline: Timeline, zone: ZoneInfo) -> None:
    if not timeline.entries:
        say("Nothing was done yet.")
        return
    out().print()
    if not timeline.is_complete:
        say("Older entries were dropped.", "dim")
    has_several = len(timeline.links) > 1
    rows = [
        (
            moment(each.at, zone),
            *([(each.link or "")[:SHORT]] if has_several else []),
            wording.source(each.source),
            *_told(each, zone),
            _took(each),
        )
        for each in timeline.entries
    ]
    which = ("Link",) if has_several else ()
    columns = (f"When ({zone.key})", *which, "By", "Outcome", "What and why", "Took")
    out().print(table(columns, rows, numbers=("Took",)))


def _told(entry: Entry, zone: ZoneInfo) -> tuple[str, str]:
    if entry.kind is EntryKind.MAIL:
        told = wording.mail(entry.outcome, entry.state)
        return "mail", f"{told}, {entry.text}" if entry.text else told
    if entry.kind is EntryKind.DIFFERENCE:
        fields = ", ".join(part.partition(":")[2].replace("_", " ") for part in entry.changed)
        told = f"{entry.outcome.replace('_', ' ')}{f': {fields}' if fields else ''}"
        return f"difference, {entry.state}", f"{told}\n{entry.text}"
    lines = [_step(step) for step in entry.steps]
    if entry.changed:
        lines.insert(0, f"changed: {', '.join(map(wording.change, entry.changed))}")
    if entry.text or entry.state:
        lines.append(": ".join(filter(None, (entry.state.replace("_", " "), entry.text))))
    if entry.attempt:
        lines.append(f"after {entry.attempt} failed {'try' if entry.attempt == 1 else 'tries'}")
    if entry.exchange or entry.rooms:
        lines.append(f"versions: {_versions(entry, zone)}")
    if told := wording.parts(entry.latency):
        lines.append(told)
    return wording.outcome(entry.outcome), "\n".join(lines) or "-"


def _versions(entry: Entry, zone: ZoneInfo) -> str:
    """Return the versions that were met and made; of long ones the end, which tells them apart."""
    sides = (("Exchange", entry.exchange), ("ROOMS", entry.rooms))
    return "; ".join(
        f"{side} {', '.join(short_version(version, zone) for version in versions)}"
        for side, versions in sides
        if versions
    )


def _step(step: StepTold) -> str:
    return f"{wording.step(step.name)}: {step.reason}" if step.reason else wording.step(step.name)


def _took(entry: Entry) -> str:
    total = entry.latency.total
    return "" if total is None else wording.duration(total)


def _show_rules(timeline: Timeline) -> None:
    """Say what each rule that was named means, once."""
    named = [(name, rule(name)) for name in rules_of(timeline) if rule(name)]
    if named:
        out().print()
        out().print(table(("Rule", "says"), named))
