"""Tables whose every call is a span: put around the real ones where telemetry is on."""

from collections.abc import AsyncIterator, Sequence

from core.adapters.tables.table import Operation, Row, Table, Tables
from core.telemetry.calls import table_call


class TracedTables:
    """Tables."""

    def __init__(self, inner: Tables) -> None:
        self.inner = inner

    def table(self, name: str) -> "TracedTable":
        """Return a table, which may not exist yet."""
        return TracedTable(self.inner.table(name), name)

    async def close(self) -> None:
        """Close the connections."""
        close = getattr(self.inner, "close", None)
        if close is not None:
            await close()


class TracedTable:
    """Table."""

    def __init__(self, inner: Table, name: str) -> None:
        self._inner, self._name = inner, name

    async def create_if_missing(self) -> None:
        """Create the table."""
        await self._inner.create_if_missing()

    async def get(self, partition: str, key: str) -> Row | None:
        """Return a row, None when it is not there."""
        with table_call(self._name, "get"):
            return await self._inner.get(partition, key)

    async def insert(self, row: Row) -> str:
        """Insert a row."""
        with table_call(self._name, "insert"):
            return await self._inner.insert(row)

    async def put(self, row: Row) -> str:
        """Insert or replace a row."""
        with table_call(self._name, "put"):
            return await self._inner.put(row)

    async def replace(self, row: Row) -> str:
        """Replace a row of a known version."""
        with table_call(self._name, "replace"):
            return await self._inner.replace(row)

    async def delete(self, partition: str, key: str) -> None:
        """Delete a row."""
        with table_call(self._name, "delete"):
            await self._inner.delete(partition, key)

    async def query(
        self,
        partition: str | None = None,
        *,
        first: str = "",
        before: str = "",
        partitions: tuple[str, str] = ("", ""),
        limit: int | None = None,
    ) -> AsyncIterator[Row]:
        """Yield rows; the span is open while they are used, so it has no children."""
        with table_call(self._name, "query", is_current=False):
            async for row in self._inner.query(
                partition, first=first, before=before, partitions=partitions, limit=limit
            ):
                yield row

    async def transact(self, operations: Sequence[Operation]) -> Sequence[str]:
        """Do all or nothing."""
        with table_call(self._name, "transact"):
            return await self._inner.transact(operations)
