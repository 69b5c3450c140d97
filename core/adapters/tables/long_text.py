"""Text that is longer than one column may be, split over several columns of one row."""

from core.adapters.tables.table import TEXT_LIMIT, Row
from core.errors import InvalidPayloadError

PIECE = TEXT_LIMIT // 2
"""Characters per column: half the limit, as a character may take two UTF-16 units."""
PIECES = 30
LONGEST = PIECE * PIECES
"""Characters of the longest text: what one row holds, with room for other columns."""


def split(column: str, text: str) -> dict[str, str]:
    """Return the columns `column`, `column_1`, ... that hold `text`; InvalidPayloadError if not."""
    if len(text) > LONGEST:
        raise InvalidPayloadError(f"{column}: {len(text)} characters; {LONGEST} fit into one row")
    starts = range(0, max(len(text), 1), PIECE)
    return {_name(column, n): text[at : at + PIECE] for n, at in enumerate(starts)}


def joined(row: Row, column: str) -> str:
    """Return the text that `split` wrote, "" when there is none."""
    if column not in row.values:
        return ""
    pieces: list[str] = []
    while (name := _name(column, len(pieces))) in row.values:
        pieces.append(row.text(name))
    return "".join(pieces)


def _name(column: str, number: int) -> str:
    return column if number == 0 else f"{column}_{number}"
