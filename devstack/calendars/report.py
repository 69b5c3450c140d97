"""What an import tells a person: every entry, what became of it, and the sums."""

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from devstack.calendars.events import Setting
from devstack.calendars.fates import Fate
from devstack.calendars.importing import Outcome
from devstack.calendars.writing import Result

_MOST_LINES = 6
_COLOURS = {
    Result.IMPORTED: "green",
    Result.ALREADY_THERE: "cyan",
    Result.REFUSED: "red",
    Result.NOT_IMPORTABLE: "yellow",
}


def print_remarks(console: Console, remarks: Sequence[str]) -> None:
    for remark in remarks:
        console.print(f"[yellow]file:[/] {escape(remark)}")


def print_entries(
    console: Console, outcomes: Sequence[Outcome], fates: Sequence[Fate], setting: Setting
) -> None:
    """Print one row an entry, in the order of the file, and what its import left out."""
    table = Table(title=f"Entries for {setting.owner_mail}, room {setting.room.name}")
    table.add_column("line", justify="right")
    for heading in ("entry", "when", "import", "in ROOMS"):
        table.add_column(heading, overflow="fold")
    for outcome, fate in zip(outcomes, fates, strict=True):
        colour = _COLOURS[outcome.result]
        table.add_row(
            str(outcome.entry.line),
            escape(outcome.entry.title or f"({outcome.entry.kind} without a title)"),
            when(outcome, setting),
            f"[{colour}]{outcome.result}[/]" + _reason(outcome),
            escape(fate.text) if fate.is_good else f"[red]{escape(fate.text)}[/]",
        )
    console.print(table)
    for note, lines in _notes(outcomes).items():
        named = ", ".join(map(str, lines[:_MOST_LINES])) + (" …" if lines[_MOST_LINES:] else "")
        console.print(f"[dim]line {named}: {escape(note)}[/]")


def summary(outcomes: Sequence[Outcome], fates: Sequence[Fate]) -> str:
    """Return the sums in one sentence."""
    results = Counter(outcome.result for outcome in outcomes)
    past = sum(
        outcome.is_past
        for outcome in outcomes
        if outcome.result in (Result.IMPORTED, Result.ALREADY_THERE)
    )
    endings = Counter(
        fate.ending for fate, o in zip(fates, outcomes, strict=True) if o.needs_booking
    )
    read = ", ".join(f"{results[result]} {result}" for result in Result)
    found = ", ".join(f"{number} {ending}" for ending, number in endings.items()) or "none"
    return (
        f"{len(outcomes)} entries: {read}; {past} of those in the calendar are past."
        f" Of {sum(endings.values())} that need a booking: {found}."
    )


def when(outcome: Outcome, setting: Setting) -> str:
    """Return start and end in the organizer's zone; empty when the file does not say."""
    if outcome.importable is None:
        return ""
    span = outcome.importable.translated.span
    if span.is_all_day:
        days = (span.end.wall - span.start.wall).days
        return f"{span.start.wall:%a %d.%m.%Y}, {days} d"
    start, end = (m.instant.astimezone(setting.home.info) for m in (span.start, span.end))
    last = f"{end:%H:%M}" if start.date() == end.date() else f"{end:%d.%m.%Y %H:%M}"
    return f"{start:%a %d.%m.%Y %H:%M}-{last}"


def _reason(outcome: Outcome) -> str:
    return f": {escape(outcome.reason)}" if outcome.reason else ""


def _notes(outcomes: Sequence[Outcome]) -> dict[str, list[int]]:
    """Return what is to be said about entries, each note with the lines of its entries."""
    notes: dict[str, list[int]] = {}
    for outcome in outcomes:
        if outcome.importable is not None:
            for note in outcome.importable.translated.notes:
                notes.setdefault(note, []).append(outcome.entry.line)
    return notes
