"""Where incremental reads go on. A cursor is one row, however long: it is written at once."""

from core.adapters.tables import long_text
from core.adapters.tables.keys import safe
from core.adapters.tables.table import Row, Tables
from core.errors import InvalidPayloadError

_KEY = "cursor"


class TableCursorStore:
    """CursorStore on the table "cursors"; up to 491 520 characters, else InvalidPayloadError."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("cursors")

    async def get(self, name: str) -> str | None:
        """Return a cursor, None when there is none."""
        row = await self._table.get(safe(name), _KEY)
        return None if row is None else long_text.joined(row, "value")

    async def put(self, name: str, value: str) -> None:
        """Insert or replace."""
        try:
            columns = long_text.split("value", value)
        except InvalidPayloadError as error:
            raise InvalidPayloadError(
                f"cursor {name}: {len(value)} characters, {long_text.LONGEST} fit; "
                "begin a new round with a smaller window"
            ) from error
        await self._table.put(Row(safe(name), _KEY, {"name": name[:200], **columns}))

    async def remove(self, name: str) -> None:
        """Remove; gone already is fine."""
        await self._table.delete(safe(name), _KEY)
