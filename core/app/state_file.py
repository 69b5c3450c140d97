"""All that is stored as a file of JSON lines, and back.

The first line says what it is, the last
how many rows there are and what they hash to, so that half a file is none.

What is in it is what lies in the tables: settings with people's addresses, links without subjects
and people, hashes of subscriptions' secrets. Credentials lie in no table.
"""

import hashlib
import json
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.errors import InvalidPayloadError, RoomSyncError
from core.ports.state import StateStore, StoredRow

FORMAT = "roomsync-state"
VERSION = 1
COUNTED = ("mappings", "settings", "pointers", "subscriptions", "notices", "waiting")
"""What an installation has that is in use; the other tables fill by themselves."""

AT_ONCE = 100


class NotEmptyError(RoomSyncError):
    """The installation that is imported into is in use already."""


@dataclass(slots=True)
class Difference:
    """What an import changes in one table."""

    new: int = 0
    same: int = 0
    changed: int = 0
    only_here: int = 0


@dataclass(frozen=True, slots=True)
class Import:
    """What a file would change: by table, and the rows themselves.

    `condition`: what the table of links says of itself in the file.
    """

    counts: dict[str, Difference] = field(default_factory=dict)
    puts: tuple[StoredRow, ...] = ()
    removes: tuple[StoredRow, ...] = ()
    condition: StoredRow | None = None

    @property
    def is_into_use(self) -> bool:
        """Tell whether something is there that an import without replacing would mix with."""
        return any(
            counts.only_here or counts.changed or counts.same
            for name, counts in self.counts.items()
            if name in COUNTED
        )


async def exported(store: StateStore, now: datetime) -> AsyncIterator[str]:
    """Yield the lines of a file with everything that is stored."""
    digest, number = hashlib.sha256(), 0
    head = {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": now.isoformat(),
        "tables": list(store.tables),
    }
    yield _line(head, digest)
    for table in store.tables:
        async for row in store.rows(table):
            told = {"table": table, "partition": row.partition, "key": row.key}
            yield _line({**told, "values": dict(row.values)}, digest)
            number += 1
    yield json.dumps({"rows": number, "sha256": digest.hexdigest()}) + "\n"


def read_file(lines: Iterable[str], store: StateStore) -> tuple[StoredRow, ...]:
    """Return the rows of a whole file; InvalidPayloadError says where it is wrong."""
    numbered = ((number, line.strip()) for number, line in enumerate(lines, start=1))
    filled = [(number, line) for number, line in numbered if line]
    if not filled:
        raise InvalidPayloadError("the file is empty: it is no export")
    first, *rest = filled
    _check_head(_object(*first))
    if not rest or "sha256" not in (end := _object(*rest[-1])):
        raise InvalidPayloadError("the file ends in the middle: export it again")
    digest = hashlib.sha256("".join(f"{line}\n" for _, line in filled[:-1]).encode())
    rows = tuple(_rows(rest[:-1], store))
    if end.get("rows") != len(rows) or end["sha256"] != digest.hexdigest():
        raise InvalidPayloadError(
            f"the file was changed or is not whole: it has {len(rows)} rows and was exported with"
            f" {end.get('rows')}"
        )
    places = {row.place for row in rows}
    if len(places) < len(rows):
        raise InvalidPayloadError("the file has a row twice")
    return rows


async def compared(rows: tuple[StoredRow, ...], store: StateStore) -> Import:
    """Return what an import would change; nothing is written."""
    wanted = {row.place: row for row in rows}
    counts = {table: Difference() for table in store.tables}
    puts, removes, seen = list[StoredRow](), list[StoredRow](), set[tuple[str, str, str]]()
    for table in store.tables:
        async for row in store.rows(table):
            other = wanted.get(row.place)
            seen.add(row.place)
            if other is None:
                counts[table].only_here += 1
                removes.append(row)
            elif dict(other.values) == dict(row.values):
                counts[table].same += 1
            else:
                counts[table].changed += 1
                puts.append(other)
    for row in rows:
        if row.place not in seen:
            counts[row.table].new += 1
            puts.append(row)
    return Import(
        counts,
        tuple(sorted(puts, key=lambda row: row.place)),
        tuple(removes),
        next((row for row in rows if _is_condition(row)), None),
    )


async def take_over(found: Import, store: StateStore, *, replaces: bool) -> None:
    """Write what a file changes; NotEmptyError: something is in use here, and `replaces` is off.

    What the table of links says of itself comes last: until then no look makes a link. Interrupted,
    the same import again does the rest.
    """
    if found.is_into_use and not replaces:
        raise NotEmptyError(
            "this installation is in use: say --replace to make it equal to the file, whatever it"
            " has now is lost then"
        )
    rows = [row for row in found.puts if not _is_condition(row)]
    await store.put([_being_rebuilt()])
    for row in found.removes if replaces else ():
        if not _is_condition(row):
            await store.remove(row)
    for first in range(0, len(rows), AT_ONCE):
        await store.put(rows[first : first + AT_ONCE])
    if found.condition is None:
        await store.remove(_being_rebuilt())
    else:
        await store.put([found.condition])


def _is_condition(row: StoredRow) -> bool:
    return row.place == ("mappings", "table", "condition")


def _being_rebuilt() -> StoredRow:
    never = "1970-01-01T00:00:00Z"
    told = json.dumps({"since": never, "rebuilding_since": never})
    return StoredRow("mappings", "table", "condition", {"condition": told})


def _check_head(head: dict[str, Any]) -> None:
    if head.get("format") != FORMAT:
        raise InvalidPayloadError("line 1: this is no export of roomsync")
    if head.get("version") != VERSION:
        raise InvalidPayloadError(
            f"line 1: an export of version {head.get('version')}, this app reads {VERSION}"
        )


def _rows(lines: Iterable[tuple[int, str]], store: StateStore) -> Iterator[StoredRow]:
    for number, line in lines:
        told = _object(number, line)
        values = told.get("values")
        names = (told.get("table"), told.get("partition"), told.get("key"))
        if not isinstance(values, dict) or not all(isinstance(name, str) for name in names):
            raise InvalidPayloadError(f"line {number}: not a row of a table")
        table, partition, key = (str(name) for name in names)
        if table not in store.tables:
            raise InvalidPayloadError(f"line {number}: table {table!r} is not one of this app's")
        if not all(isinstance(value, str | int) for value in values.values()):
            raise InvalidPayloadError(f"line {number}: a value that no table takes")
        row = StoredRow(table, partition, key, values)
        try:
            store.check(row)
        except InvalidPayloadError as error:
            raise InvalidPayloadError(f"line {number}: {error}") from error
        yield row


def _object(number: int, line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise InvalidPayloadError(f"line {number}: not JSON; the file is not whole") from None
    if not isinstance(found, dict):
        raise InvalidPayloadError(f"line {number}: not an object")
    return found


def _line(told: dict[str, Any], digest: "hashlib._Hash") -> str:
    line = json.dumps(told, ensure_ascii=True, separators=(",", ":")) + "\n"
    digest.update(line.encode())
    return line
