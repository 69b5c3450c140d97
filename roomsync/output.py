"""How results look in a terminal: tables without frames, times in one zone, nothing as markup."""

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

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
    made = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    right = set(numbers)
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(cell) for cell in row))
    return made


def moment(at: datetime, zone: ZoneInfo) -> str:
    """Return a moment in a zone, sortable."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def span(start: datetime, end: datetime, zone: ZoneInfo) -> str:
    """Return a span of time in a zone, with the zone's name."""
    begins, ends = start.astimezone(zone), end.astimezone(zone)
    until = f"{ends:%H:%M}" if ends.date() == begins.date() else f"{ends:%Y-%m-%d %H:%M}"
    return f"{begins:%Y-%m-%d %H:%M}-{until} {zone.key}"
