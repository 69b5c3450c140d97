"""A meeting's history in the reader's words and zone: lines for the templates, no layout."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from core.app.drift import wording as drift_wording
from core.app.timeline.short import short_version
from core.app.timeline.values import Entry, EntryKind, ItemNow, Latency, LinkTold, Sight, Timeline
from core.domain.directory import Directory
from core.domain.ids import ResourceId
from core.domain.mapping import MappingState
from core.domain.stamps import moment_of
from web.render import View
from web.words import Words

BAR = 240
"""Width of the bar that shows of what a way consisted."""

SHORT = 8
"""Characters of a link's id that tell it from the others of one history."""

TONES = {
    "refused": "bad",
    "rejected": "bad",
    "given_up": "bad",
    "parked": "look",
    "waiting": "look",
    "cancelled": "calm",
    "ignored": "calm",
    "nothing": "calm",
}
WORDED = frozenset({EntryKind.DIFFERENCE, EntryKind.ANSWER})
"""Entries whose text is said in the reader's words."""

STATE_TONES = {
    MappingState.LINKED: "good",
    MappingState.CREATING: "busy",
    MappingState.REJECTED: "bad",
    MappingState.SYNC_DISABLED: "look",
    MappingState.CANCELLED: "calm",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepLine:
    """One step: `side` is the system that it wrote to, "" for none."""

    name: str
    reason: str
    side: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartLine:
    """One part of a change's way; `x` and `width` are its place in the bar."""

    name: str
    text: str
    x: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLine:
    """One thing that happened. `notes` are said in the reader's words, `text` in English."""

    clock: str
    moment: str
    tone: str
    title: str
    source: str
    link: str
    notes: tuple[str, ...]
    text: str
    steps: tuple[StepLine, ...]
    versions: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    parts: tuple[PartLine, ...]
    took: str
    rules: tuple[str, ...]
    trace: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NowLine:
    """What one side shows of one item now."""

    side: str
    item: str
    tone: str
    told: str
    changed: str
    version: str
    whole_version: str
    trouble: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusalLine:
    """One no, and whether both sides still differ because of it."""

    why: str
    resource: str
    since: str
    is_open: bool
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLine:
    """One link of the meeting, and what both sides show of it."""

    id: str
    tone: str
    state: str
    when: str
    where: tuple[str, ...]
    event: str
    bookings: tuple[str, ...]
    more_bookings: int
    special_dates: tuple[tuple[str, str], ...]
    refusals: tuple[RefusalLine, ...]
    waits_for: tuple[str, ...]
    is_pending: bool
    now: tuple[NowLine, ...]


def link_lines(timeline: Timeline, directory: Directory, view: View) -> tuple[LinkLine, ...]:
    """Return the links, the one that was asked for first."""
    return tuple(
        _link(link, [each for each in timeline.now if each.link == link.id], directory, view)
        for link in timeline.links
    )


def days(timeline: Timeline, view: View) -> tuple[tuple[str, tuple[EntryLine, ...]], ...]:
    """Return what happened, the newest first, by days of the reader's zone."""
    newest = list(reversed(timeline.entries))
    has_several = len(timeline.links) > 1

    def day_of(entry: Entry) -> datetime:
        local = entry.at.astimezone(view.zone)
        return local.replace(hour=0, minute=0, second=0, microsecond=0)

    return tuple(
        (view.words.long_date(day), tuple(_entry(each, view, has_several) for each in entries))
        for day, entries in groupby(newest, day_of)
    )


def _link(link: LinkTold, now: Iterable[ItemNow], directory: Directory, view: View) -> LinkLine:
    words = view.words
    when = link.series
    if link.time is not None:
        start, end = (m.astimezone(view.zone) for m in (link.time.start, link.time.end))
        is_same_day = start.date() == end.date()
        ends = f"{end:%H:%M}" if is_same_day else words.moment(end)
        when = f"{words.long_date(start)}, {start:%H:%M}\u2013{ends}"
    return LinkLine(
        id=link.id,
        tone=STATE_TONES.get(MappingState(link.state), "calm"),
        state=words.state(link.state),
        when=when,
        where=tuple(
            f"{_resource(number, directory)} \u00d7 {count}"
            if link.dates is not None
            else _resource(number, directory)
            for number, count in link.booked
        ),
        event=f"{link.mailbox}/{link.event_id}" if link.event_id is not None else "",
        bookings=tuple(str(each.booking_id) for each in link.bookings),
        more_bookings=link.more_bookings,
        special_dates=link.special_dates,
        refusals=tuple(
            RefusalLine(
                why=words.refusal(each.code),
                resource="" if each.resource is None else _resource(each.resource, directory),
                since=view.moment(each.since),
                is_open=each.is_open,
                rules=each.rules,
            )
            for each in link.refusals
        ),
        waits_for=tuple(_resource(number, directory) for number in link.waits_for),
        is_pending=bool(link.pending),
        now=tuple(_now(each, link, view) for each in now),
    )


def _resource(number: ResourceId, directory: Directory) -> str:
    known = directory.resources.get(number)
    return f"r{number}" if known is None else known.name


def _now(item: ItemNow, link: LinkTold, view: View) -> NowLine:
    words = view.words
    is_foreign = link.state == MappingState.LINKED and item.is_linked is False
    told, tone = words("meeting.dealt_with"), "good"
    if item.sight is Sight.UNREADABLE:
        told, tone = words("meeting.unreadable"), "look"
    elif item.sight is Sight.GONE:
        told, tone = words("meeting.gone"), "calm"
    elif is_foreign:
        told, tone = words("meeting.other_link"), "look"
    elif not item.is_dealt_with:
        told, tone = words("meeting.not_looked_at"), "look"
    stamp = moment_of(item.changed_at)
    return NowLine(
        side=words.difference("side", item.side),
        item="" if item.side == "exchange" else item.item,
        tone=tone,
        told=", ".join(filter(None, (words.shown_as(item.state) if item.state else "", told))),
        changed="" if stamp is None else f"{view.moment(stamp)}:{stamp.astimezone(view.zone):%S}",
        version=short_version(item.version, view.zone),
        whole_version=item.version,
        trouble=item.trouble,
    )


def _entry(entry: Entry, view: View, has_several: bool) -> EntryLine:
    words, local = view.words, entry.at.astimezone(view.zone)
    versions = (("exchange", entry.exchange), ("rooms", entry.rooms))
    return EntryLine(
        clock=f"{local:%H:%M:%S}",
        moment=entry.at.isoformat(),
        tone=_tone(entry),
        title=_title(entry, words),
        source=words.source(entry.source) if entry.source else "",
        link=(entry.link or "")[:SHORT] if has_several else "",
        notes=tuple(_notes(entry, words)),
        text="" if entry.kind in WORDED else entry.text,
        steps=tuple(
            StepLine(
                name=words.step(step.name),
                reason=_without_rules(words.reason(step.reason), step.rules),
                side="" if step.side is None else words.difference("side", step.side),
                rules=step.rules,
            )
            for step in entry.steps
        ),
        versions=tuple(
            (
                words.difference("side", side),
                tuple((short_version(each, view.zone), each) for each in shown),
            )
            for side, shown in versions
            if shown
        ),
        parts=_parts(entry.latency, words),
        took="" if not entry.latency.total else words.duration(entry.latency.total),
        rules=() if entry.steps else entry.rules,
        trace=entry.trace_id,
    )


def _without_rules(reason: str, rules: tuple[str, ...]) -> str:
    """Return a reason without the rule in brackets: it stands beside it, linked to its words."""
    return reason.replace(f" ({', '.join(rules)})", "") if rules else reason


def _tone(entry: Entry) -> str:
    match entry.kind:
        case EntryKind.MAIL:
            return "look" if entry.state == "skipped" else "busy"
        case EntryKind.DIFFERENCE:
            return "look" if entry.state == "open" else "calm"
        case EntryKind.ANSWER:
            return TONES.get(entry.outcome, "calm")
        case _:
            return TONES.get(entry.outcome, "good")


def _title(entry: Entry, words: Words) -> str:
    match entry.kind:
        case EntryKind.MAIL:
            kind = entry.outcome.replace("_", " ") if words.language == "en" else ""
            told = words.known(f"mail.{entry.outcome}", kind)
            return words("meeting.mail_of", kind=told) if told else words("meeting.mail")
        case EntryKind.DIFFERENCE:
            return words("meeting.difference", kind=words.difference("kind", entry.outcome))
        case _:
            told = words.outcome(entry.outcome)
            return f"{told[:1].upper()}{told[1:]}"


def _notes(entry: Entry, words: Words) -> Iterable[str]:
    """Yield what is to be said beside the title, in the reader's words."""
    if entry.kind is EntryKind.MAIL and entry.state:
        yield words(f"meeting.mail.{entry.state}")
    if entry.kind is EntryKind.DIFFERENCE:
        yield words.difference("state", entry.state)
    if entry.kind is EntryKind.PARKED:
        yield words("meeting.parked")
    if entry.kind is EntryKind.GIVEN_UP and entry.state:
        yield words("meeting.given_up", reason=words.failure(entry.state))
    if entry.kind is EntryKind.ANSWER and entry.text:
        yield _without_rules(words.reason(entry.text), entry.rules)
    if entry.changed:
        told = ", ".join(_changed(each, words) for each in entry.changed)
        yield words("meeting.changed", what=told)
    if entry.attempt:
        key = "meeting.times" if entry.kind is EntryKind.GIVEN_UP else "meeting.tries"
        yield words.many(key, entry.attempt)


def _changed(change: str, words: Words) -> str:
    side, _, aspect = change.partition(":")
    told = words.known(f"meeting.changed.{aspect}", "") or words.aspect(aspect)
    where = words.difference("side", side) if side in drift_wording.SIDES else side
    return words("meeting.changed_in", what=told, where=where)


def _parts(latency: Latency, words: Words) -> tuple[PartLine, ...]:
    """Return of what a change's way consisted; nothing where that was not noted."""
    named = {
        "provider": latency.provider,
        "queue": latency.queue,
        "own": latency.own,
        "write": latency.write,
    }
    known = {name: part for name, part in named.items() if part}
    whole = sum(known.values())
    found: list[PartLine] = []
    x = 0.0
    for name, part in known.items():
        width = round(BAR * part / whole, 1)
        text = f"{words(f'part_of_way.{name}')} {words.duration(part)}"
        found.append(PartLine(name=name, text=text, x=round(x, 1), width=width))
        x += width
    return tuple(found)
