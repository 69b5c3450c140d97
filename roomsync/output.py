"""How results look in a terminal: tables without frames, times in one zone, nothing as markup."""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

GAP = 2
"""Blanks between the columns of a table."""

WIDE = 200
"""Columns of output that is not a terminal."""


def out() -> Console:
    """Return the terminal; made anew, so that it is the one of the moment.

    What goes into a file or a pipe is not broken at a width that nobody sees.
    """
    is_seen = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(highlight=False, width=None if is_seen else WIDE)


def say(text: str, style: str = "") -> None:
    """Print a line as it is."""
    out().print(Text(text, style=style), soft_wrap=True)


def table(
    columns: Sequence[str], rows: Iterable[Sequence[str | Text]], *, numbers: Iterable[str] = ()
) -> Table:
    """Return a table; columns named in `numbers` are aligned to the right."""
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
    right = set(numbers)
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return made


def show_records(columns: Sequence[str], rows: Sequence[Sequence[str]], *, named_by: int) -> None:
    """Print a table; where it is wider than the terminal, each row as a paragraph of its own.

    A paragraph begins with the first cells, as many as name a row; the others follow with the names
    of their columns.
    """
    terminal = out()
    wide = sum(max(map(cell_len, cells)) + GAP for cells in zip(columns, *rows, strict=True))
    if wide - GAP <= terminal.width:
        terminal.print(table(columns, rows))
        return
    for row in rows:
        say(" ".join(filter(None, row[:named_by])), "bold")
        line = ""
        told = zip(columns[named_by:], row[named_by:], strict=True)
        for part in [f"{column}: {cell}" for column, cell in told if cell]:
            longer = f"{line}; {part}" if line else f"    {part}"
            if line and cell_len(longer) > terminal.width:
                say(f"{line};")
                longer = f"    {part}"
            line = longer
        say(line)


def print_json(content: object) -> None:
    """Print for programs: never broken, never coloured."""
    typer.echo(json.dumps(content, indent=2, ensure_ascii=False))


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment in a zone, sortable."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """Return a span of time in a zone, with the zone's name."""
    begins, ends = start.astimezone(zone), end.astimezone(zone)
    until = f"{ends:%H:%M}" if ends.date() == begins.date() else f"{ends:%Y-%m-%d %H:%M}"
    return f"{begins:%Y-%m-%d %H:%M}-{until} {zone.key}"
