"""Free/busy as bars: a line per person, two per resource, one mark where its sides differ."""

from collections.abc import Iterator, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from rich.text import Text

from core.app.free_busy import wording
from core.app.free_busy.answer import Answer, ResourceLine, SuggestionAnswer
from core.domain.free_busy.deviations import Deviation, DeviationKind
from core.domain.free_busy.occupation import Occupation
from core.domain.ids import ResourceId
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from roomsync.output import out, say, table

FREE = "\u00b7"
EXCHANGE = {
    ShowAs.FREE: (FREE, "dim"),
    ShowAs.WORKING_ELSEWHERE: ("\u2591", "cyan"),
    ShowAs.TENTATIVE: ("\u2592", "yellow"),
    ShowAs.BUSY: ("\u2588", "blue"),
    ShowAs.OUT_OF_OFFICE: ("\u2593", "magenta"),
    ShowAs.UNKNOWN: (FREE, "dim"),
}
ROOMS = {
    None: (FREE, "dim"),
    Occupation.BOOKING: ("\u2588", "blue"),
    Occupation.PENDING: ("+", "yellow"),
    Occupation.BUFFER: ("\u2261", "cyan"),
    Occupation.BLOCKING_TIME: ("x", "magenta"),
    Occupation.HOLIDAY: ("h", "magenta"),
    Occupation.CLOSED: ("-", "dim"),
    Occupation.OTHER: ("!", "yellow"),
}
DIFFERS = "^"
WIDEST_NAME = 24
MOST_DEVIATIONS = 30
LABEL_HOURS = (1, 2, 3, 4, 6, 12)

type Bar = Sequence[tuple[str, str]]


def show_answer(answer: Answer) -> None:
    """Show a block per day, what the signs mean, then the deviations in words."""
    width = min(max((len(name) for name, _ in _lines(answer)), default=0), WIDEST_NAME)
    for day, numbers in _days(answer):
        say(f"{day:%A, %-d %B %Y} ({answer.zone.key})", "bold")
        say(f"{'':{width}}  {_ruler(answer, numbers)}", "dim")
        for name, bar in _lines(answer):
            text = Text(f"{name[:width]:{width}}  ")
            if isinstance(bar, str):
                text.append(bar, "dim")
            else:
                for sign, style in bar[numbers.start : numbers.stop]:
                    text.append(sign, style)
            # A line that marks nothing on this day says nothing.
            if name.strip() or text.plain.strip():
                out().print(text, soft_wrap=True)
        out().print()
    _show_legend(answer)
    _show_deviations(answer)
    _show_troubles(answer.troubles)


def show_suggestions(answer: SuggestionAnswer) -> None:
    """Show the times, the best first, and of whom nothing is known."""
    rows = [
        (
            _span(each.time, answer.zone),
            answer.names[each.resources[0]] if each.resources else "",
            ", ".join(answer.names[other] for other in each.resources[1:4]),
            ", ".join(each.tentative),
        )
        for each in answer.suggestions
    ]
    if rows:
        columns = (f"When ({answer.zone.key})", "Where", "or", "tentative")
        out().print(table(columns, rows))
    else:
        say("No time was found: ask for more days, another resource, or with --anytime.", "yellow")
    for address, why in answer.not_considered.items():
        say(f"{address} is not considered: {wording.unknown(why)}.", "yellow")
    _show_troubles(answer.troubles)


def _lines(answer: Answer) -> Iterator[tuple[str, Bar | str]]:
    """Yield names and what stands beside them: signs, or why there are none."""
    for person in answer.people:
        name = person.name or person.address
        if person.cells is None:
            yield name, wording.unknown(person.unknown)
        else:
            yield name, [EXCHANGE[cell] for cell in person.cells]
    for resource in answer.resources:
        yield from _resource_lines(resource)


def _resource_lines(line: ResourceLine) -> Iterator[tuple[str, Bar | str]]:
    if line.rooms is None:
        yield f"{line.name} ROOMS", wording.ROOMS_SILENT
    else:
        yield f"{line.name} ROOMS", [ROOMS[cell] for cell in line.rooms]
    if line.exchange is None:
        yield f"{line.name} Exchange", wording.not_shown(line.not_shown, line.unknown)
    else:
        yield f"{line.name} Exchange", [EXCHANGE[cell] for cell in line.exchange]
    if any(line.differs):
        yield "", [(DIFFERS if kinds else " ", "bold red") for kinds in line.differs]


def _days(answer: Answer) -> Iterator[tuple[date, range]]:
    """Yield each day of the reader and its cells; on a change of the clocks it has more or less."""
    days = [cell.start.astimezone(answer.zone).date() for cell in answer.cells]
    first = 0
    for number in range(1, len(days) + 1):
        if number == len(days) or days[number] != days[first]:
            yield days[first], range(first, number)
            first = number


def _ruler(answer: Answer, numbers: range) -> str:
    """Return the hours over their cells, as many as there is room for."""
    per_hour = 60 / answer.interval_minutes
    step = next((h for h in LABEL_HOURS if h * per_hour >= len("00 ")), LABEL_HOURS[-1])
    ruler = ""
    for place, number in enumerate(numbers):
        local = answer.cells[number].start.astimezone(answer.zone)
        is_label = local.minute < answer.interval_minutes and local.hour % step == 0
        if is_label and len(ruler) <= place and not local.minute:
            ruler = f"{ruler:{place}}{local:%H}"
    return ruler


def _show_legend(answer: Answer) -> None:
    """Say what the signs mean that are there."""
    seen = {cell for person in answer.people for cell in person.cells or ()}
    seen |= {cell for line in answer.resources for cell in line.exchange or ()}
    kinds = {cell for line in answer.resources for cell in line.rooms or () if cell is not None}
    signs = [(EXCHANGE[s][0], wording.SHOWN[s]) for s in EXCHANGE if s in seen]
    signs += [(ROOMS[k][0], wording.KINDS[k]) for k in Occupation if k in kinds]
    if any(any(line.differs) for line in answer.resources):
        signs.append((DIFFERS, "the two sides differ"))
    say("   ".join(f"{sign} {words}" for sign, words in dict.fromkeys(signs)), "dim")


def _show_deviations(answer: Answer) -> None:
    for line in answer.resources:
        for each in line.deviations[:MOST_DEVIATIONS]:
            say(f"{line.name}  {_span(each.time, answer.zone)}  {_told(each, line.id)}", "red")
        if len(line.deviations) > MOST_DEVIATIONS:
            say(f"{line.name}  and {len(line.deviations) - MOST_DEVIATIONS} more", "red")


def _told(deviation: Deviation, resource: ResourceId) -> str:
    if deviation.kind is DeviationKind.ONLY_IN_EXCHANGE:
        return f"only in Exchange, in the mailbox of resource {resource}"
    if deviation.booking is None:
        return "only in ROOMS"
    return f"only in ROOMS: `roomsync sync {deviation.booking}` looks at it"


def _show_troubles(troubles: dict[str, str]) -> None:
    for whose, why in sorted(troubles.items()):
        say(f"{whose}: {why}", "yellow")


def _span(time: Interval, zone: ZoneInfo) -> str:
    start, end = time.start.astimezone(zone), time.end.astimezone(zone)
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%a %-d %b %H:%M}"
    return f"{start:%a %-d %b %H:%M}-{until}"
