"""Look-ups from either side to a link: one point read each, the key made of the item's own ids."""

import json
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from core.adapters.tables.forms import is_later, require_known
from core.adapters.tables.keys import SEPARATOR, safe
from core.adapters.tables.table import Row, Tables
from core.domain.pointers import Pointer, PointerKey
from core.errors import AlreadyExistsError, InvalidPayloadError, NotFoundError, StaleVersionError

log = logging.getLogger(__name__)

_POINTER = TypeAdapter(Pointer)


class TablePointerStore:
    """PointerStore on the table "pointers", partitioned by kind and place, keyed by the item."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("pointers")

    async def find(self, key: PointerKey) -> Pointer | None:
        """Return a pointer, None when there is none."""
        row = await self._table.get(*_place(key))
        return None if row is None else _read(row)

    async def claim(self, key: PointerKey, pointer: Pointer) -> Pointer:
        """Insert a pointer; AlreadyExistsError when there is one."""
        try:
            return replace(pointer, version=await self._table.insert(_row(key, pointer)))
        except AlreadyExistsError as error:
            raise AlreadyExistsError(f"pointer {key.kind}: claimed by another worker") from error

    async def replace(self, key: PointerKey, pointer: Pointer) -> Pointer:
        """Write a pointer; with a version only if unchanged, else StaleVersionError."""
        row = _row(key, pointer)
        if pointer.version is None:
            return replace(pointer, version=await self._table.put(row))
        try:
            return replace(pointer, version=await self._table.replace(row))
        except (NotFoundError, StaleVersionError) as error:
            raise StaleVersionError(f"pointer {key.kind}: changed since it was read") from error

    async def remove(self, key: PointerKey) -> None:
        """Remove a pointer; gone already is fine."""
        await self._table.delete(*_place(key))

    async def all(self) -> AsyncIterator[tuple[PointerKey, Pointer]]:
        """Yield every pointer with its key; one that cannot be read is left out.

        It is removed, too, unless a later version has written it.
        """
        async for row in self._table.query():
            if is_later(row):
                continue
            try:
                parts = tuple(json.loads(row.text("parts")))
                key = PointerKey(row.partition.partition(SEPARATOR)[0], parts)
                pointer = _read(row)
            except (ValueError, TypeError, InvalidPayloadError) as error:
                log.warning("pointer_unreadable", extra={"why": type(error).__name__})
                await self._table.delete(row.partition, row.key)
                continue
            yield key, pointer


def _read(row: Row) -> Pointer:
    require_known(row, f"pointer {row.partition}")
    try:
        pointer = _POINTER.validate_json(row.text("pointer"))
    except ValidationError as error:
        raise InvalidPayloadError(
            f"pointer {row.partition} cannot be read: remove the row, it is rebuilt"
        ) from error
    return replace(pointer, version=row.version)


def _place(key: PointerKey) -> tuple[str, str]:
    return safe(key.kind, *key.parts[:-1]), safe(*key.parts[-1:])


def _row(key: PointerKey, pointer: Pointer) -> Row:
    stored = _POINTER.dump_json(pointer, exclude={"version"}, exclude_defaults=True).decode()
    values = {"pointer": stored, "parts": json.dumps(key.parts)}
    return Row(*_place(key), values, pointer.version or "")
