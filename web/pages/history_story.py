"""What happened to a meeting, in the reader's words and zone: lines for the templates."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from core.app.drift import wording as drift_wording
from core.app.timeline.short import short_version
from core.app.timeline.values import Entry, EntryKind, Latency, Timeline
from web.board.tones import OUTCOMES
from web.render import View
from web.words import Words

BAR = 240
"""Width of the bar that shows of what a way consisted."""

SHORT = 8
"""Characters of a link's id that tell it from the others of one history."""

WORDED = frozenset({EntryKind.DIFFERENCE, EntryKind.ANSWER})
"""Entries whose text is said in the reader's words."""


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
            return OUTCOMES.get(entry.outcome, "calm")
        case _:
            return OUTCOMES.get(entry.outcome, "good")


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
