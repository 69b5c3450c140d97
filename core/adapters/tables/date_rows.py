"""Where the dates of a series are kept: in their link's head while they are few, else in rows.

The rows "series-<generation>-<n>" sort after the head, so that one query brings both. A generation
is never changed: the head names the one that counts, and what no head names is never read. Its
number grows with each, and the digest says what it holds: so two writers stay out of each other's
rows, and dates that did not change are not written again.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from core.adapters.tables import long_text
from core.adapters.tables.date_forms import dates_in, text_of
from core.adapters.tables.table import Row
from core.domain.mapping import DateLink
from core.errors import InvalidPayloadError

IN_HEAD = 2 * long_text.PIECE
"""Characters of dates that stay in the head: a year of a weekly series, mostly."""
IN_ROW = 12 * long_text.PIECE
FIRST = "series-"
COLUMN = "dates"
REPAIR = "`roomsync rebuild` restores the link from both systems"
_DIGITS = 10
_DIGEST = 16


@dataclass(frozen=True, slots=True)
class Generation:
    """One set of rows; `rows` is 0 where the head holds all dates, or there are none.

    `number` stays when a link has no rows any more, so that none is used twice.
    """

    number: int = 0
    digest: str = ""
    rows: int = 0

    @property
    def prefix(self) -> str:
        """Return how the keys of its rows begin."""
        return f"{_prefix(self.number)}{self.digest}-"

    @property
    def before(self) -> str:
        """Return the key before which all rows are of generations that never count again."""
        return _prefix(self.number if self.rows else self.number + 1)

    def key(self, number: int) -> str:
        """Return the key of its `number`th row."""
        return f"{self.prefix}{number:04d}"

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of all its rows."""
        return tuple(self.key(number) for number in range(self.rows))


NONE = Generation()


@dataclass(frozen=True, slots=True)
class Arranged:
    """What is to be written of the dates of a link: text for its head, or rows of a generation."""

    generation: Generation
    in_head: str = ""
    texts: tuple[str, ...] = ()

    def rows(self, partition: str) -> list[Row]:
        """Return the rows."""
        pairs = zip(self.generation.keys, self.texts, strict=True)
        return [Row(partition, key, long_text.split(COLUMN, text)) for key, text in pairs]


def arranged(dates: Sequence[DateLink], known: Generation) -> Arranged:
    """Divide dates between head and rows; the generation is `known` if they are as they were."""
    texts = _texts(dates) if dates else ("",)
    if len(texts) == 1 and len(texts[0]) <= IN_HEAD:
        return Arranged(Generation(known.number), texts[0])
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:_DIGEST]
    is_known = (digest, len(texts)) == (known.digest, known.rows)
    number = known.number if is_known else known.number + 1
    return Arranged(Generation(number, digest, len(texts)), texts=texts)


def dates_of(head: Row, generation: Generation, rows: Iterable[Row]) -> tuple[DateLink, ...]:
    """Return the dates of a link from its head and what else lies in its partition.

    InvalidPayloadError names the link and the row that is missing or cannot be read.
    """
    if not generation.rows:
        return _read(head, "the head") if long_text.joined(head, COLUMN) else ()
    found = {row.key: row for row in rows}
    return tuple(
        date
        for number, key in enumerate(generation.keys, start=1)
        for date in _read(_there(head, found, key), f"row {number} of {generation.rows}")
    )


def first_fault(error: ValidationError) -> str:
    """Return what is wrong where, without what was there."""
    first = error.errors(include_input=False, include_url=False)[0]
    return f"{'.'.join(str(step) for step in first['loc'])}: {first['msg']}"


def is_complete(generation: Generation, rows: Iterable[Row]) -> bool:
    """Tell whether all rows of a generation are there."""
    return set(generation.keys) <= {row.key for row in rows}


def _texts(dates: Sequence[DateLink]) -> tuple[str, ...]:
    text = text_of(dates)
    if len(text) <= IN_ROW or len(dates) == 1:
        return (text,)
    half = len(dates) // 2
    return (*_texts(dates[:half]), *_texts(dates[half:]))


def _there(head: Row, rows: dict[str, Row], key: str) -> Row:
    if key not in rows:
        raise InvalidPayloadError(
            f"mapping {head.partition}: row {key} with dates of the series is missing; {REPAIR}"
        )
    return rows[key]


def _read(row: Row, what: str) -> tuple[DateLink, ...]:
    try:
        return dates_in(long_text.joined(row, COLUMN))
    except ValueError as error:
        why = first_fault(error) if isinstance(error, ValidationError) else str(error)
        raise InvalidPayloadError(
            f"mapping {row.partition}: the dates of the series in {what}: {why}; {REPAIR}"
        ) from error


def _prefix(number: int) -> str:
    return f"{FIRST}{number:0{_DIGITS}d}-"
