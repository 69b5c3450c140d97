"""Lines beside the grid: where both sides of a resource differ, and times that would do."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from core.app.free_busy.answer import Answer, SuggestionAnswer
from core.domain.directory import Directory
from core.domain.free_busy.deviations import Deviation, DeviationKind
from core.domain.free_busy.suggestions import Suggestion
from core.domain.ids import ResourceId
from core.domain.interval import Interval
from web.free_busy.asked import PageAsked
from web.free_busy.runs import clock_span
from web.words import Words

MOST = 20
"""Deviations that are listed per resource; the grid has all of them."""

MOST_OTHERS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviationLine:
    """One span that only one side has, with where to go from here."""

    resource: str
    number: ResourceId
    time: str
    text: str
    booking: int | None
    span: Interval


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionLine:
    """One time; `href` shows it in the grid."""

    time: str
    where: str
    others: str
    tentative: str
    href: str
    is_shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionLines:
    """The times, the best first, and of whom nothing is known."""

    lines: tuple[SuggestionLine, ...]
    not_considered: tuple[tuple[str, str], ...]


def deviation_lines(answer: Answer, words: Words) -> tuple[DeviationLine, ...]:
    """Return where the two sides differ, resource by resource."""
    return tuple(
        DeviationLine(
            resource=line.name,
            number=line.id,
            time=day_span(each.time, answer.zone, words),
            text=_told(each, words),
            booking=each.booking,
            span=each.time,
        )
        for line in answer.resources
        for each in line.deviations[:MOST]
    )


def suggestion_lines(
    answer: SuggestionAnswer, asked: PageAsked, directory: Directory, words: Words
) -> SuggestionLines:
    """Return the times that would do, in words."""

    def named(address: str) -> str:
        person = directory.person_at(address)
        return address if person is None else person.name

    def line(each: Suggestion) -> SuggestionLine:
        room = each.resources[0] if each.resources else None
        start = each.time.start.isoformat()
        return SuggestionLine(
            time=day_span(each.time, answer.zone, words),
            where="" if room is None else answer.names[room],
            others=", ".join(answer.names[r] for r in each.resources[1 : 1 + MOST_OTHERS]),
            tentative=", ".join(map(named, each.tentative)),
            href=asked.link(at=start, room=room),
            is_shown=asked.at == each.time.start and asked.room == room,
        )

    return SuggestionLines(
        lines=tuple(map(line, answer.suggestions)),
        not_considered=tuple(
            (named(address), words(f"free_busy.unknown.{why}"))
            for address, why in answer.not_considered.items()
        ),
    )


def day_span(time: Interval, zone: ZoneInfo, words: Words) -> str:
    """Return a time with its day; one over midnight with both."""
    start, end = time.start.astimezone(zone), time.end.astimezone(zone)
    day = words.dated(start.date())
    if end.date() == start.date() or f"{end:%H:%M}" == "00:00":
        return f"{day} {clock_span(time, zone)}"
    return f"{day} {start:%H:%M}\u2013{words.short_date(end.date())} {end:%H:%M}"


def _told(deviation: Deviation, words: Words) -> str:
    if deviation.kind is DeviationKind.ONLY_IN_ROOMS and deviation.booking is not None:
        return words("free_busy.only_in_rooms.booking", number=deviation.booking)
    return words(f"free_busy.{deviation.kind}")
