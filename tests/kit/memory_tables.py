"""Tables in memory that keep Table Storage's rules: etags, limits, all-or-nothing, key order."""

import itertools
from collections import Counter
from collections.abc import AsyncIterator, Sequence

from core.adapters.tables.table import (
    Delete,
    Insert,
    Operation,
    Put,
    Replace,
    Row,
    check_row,
    check_transaction,
    key_of,
    partition_of,
)
from core.errors import (
    AlreadyExistsError,
    NotFoundError,
    RoomSyncError,
    ServiceUnavailableError,
    StaleVersionError,
)
from tests.kit.canary import WATCH
from tests.kit.interruptions import Interruptions

Place = tuple[str, str]


class MemoryTables:
    """The tables of one installation, in this process. `calls` counts as the real one does.

    `interruptions` may fail any call before it happens or after it happened (see there).
    """

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.interruptions = Interruptions()
        self._tables: dict[str, MemoryTable] = {}
        self._numbers = itertools.count(1)

    def table(self, name: str) -> "MemoryTable":
        """Return a table, which may not exist yet."""
        return self._tables.setdefault(name, MemoryTable(self, name))

    def next_version(self) -> str:
        """Return an etag that no row has had before."""
        return f'W/"{next(self._numbers)}"'

    def wipe(self, *names: str) -> None:
        """Lose all rows of these tables, as after a mistake or a restored backup."""
        for name in names:
            self._tables[name].stored.clear()

    def rows(self) -> list[tuple[str, Row]]:
        """Return everything that is stored, with the table's name: for canary searches."""
        return [(name, row) for name, t in self._tables.items() for row in t.stored.values()]


class MemoryTable:
    """One table; see `core.adapters.tables.table.Table` for what the calls promise."""

    def __init__(self, tables: MemoryTables, name: str) -> None:
        self._tables, self._name = tables, name
        self._exists = False
        self.stored: dict[Place, Row] = {}

    async def create_if_missing(self) -> None:
        await self._enter("create", provisioned=False)
        self._exists = True
        await self._leave("create")

    async def get(self, partition: str, key: str) -> Row | None:
        await self._enter("get")
        found = self.stored.get((partition, key))
        await self._leave("get")
        return found

    async def insert(self, row: Row) -> str:
        check_row(row)
        return (await self._write("insert", [Insert(row)]))[0]

    async def put(self, row: Row) -> str:
        check_row(row)
        return (await self._write("put", [Put(row)]))[0]

    async def replace(self, row: Row) -> str:
        check_row(row)
        return (await self._write("replace", [Replace(row)]))[0]

    async def delete(self, partition: str, key: str) -> None:
        await self._enter("delete")
        self.stored.pop((partition, key), None)
        await self._leave("delete")

    async def query(
        self,
        partition: str | None = None,
        *,
        first: str = "",
        before: str = "",
        partitions: tuple[str, str] = ("", ""),
        limit: int | None = None,
    ) -> AsyncIterator[Row]:
        await self._enter("query")
        for place in self._places(partition, first, before, partitions)[:limit]:
            if (row := self.stored.get(place)) is not None:
                yield row
        await self._leave("query")

    async def transact(self, operations: Sequence[Operation]) -> Sequence[str]:
        check_transaction(operations)
        return await self._write("transact", operations)

    def _places(
        self, partition: str | None, first: str, before: str, partitions: tuple[str, str]
    ) -> list[Place]:
        least, most = partitions
        return [
            place
            for place in sorted(self.stored)
            if partition in (None, place[0]) and first <= place[1]
            if not before or place[1] < before
            if least <= place[0] and (not most or place[0] < most)
        ]

    async def _write(self, doing: str, operations: Sequence[Operation]) -> list[str]:
        await self._enter(doing)
        for operation in operations:
            if (refusal := self._refusal(operation)) is not None:
                raise refusal
        versions = [self._do(operation) for operation in operations]
        await self._leave(doing)
        return versions

    def _refusal(self, operation: Operation) -> RoomSyncError | None:
        found = self.stored.get((partition_of(operation), key_of(operation)))
        match operation:
            case Insert() if found is not None:
                return AlreadyExistsError(f"table {self._name}: the row is there already")
            case Replace() | Delete() if found is None:
                return NotFoundError(f"table {self._name}: the row is not there")
            case Replace(row) if found is not None and found.version != row.version:
                return StaleVersionError(f"table {self._name}: the row was changed")
            case Delete(_, _, version) if version and found and found.version != version:
                return StaleVersionError(f"table {self._name}: the row was changed")
            case _:
                return None

    def _do(self, operation: Operation) -> str:
        place = (partition_of(operation), key_of(operation))
        if isinstance(operation, Delete):
            del self.stored[place]
            return ""
        version = self._tables.next_version()
        self.stored[place] = Row(*place, dict(operation.row.values), version)
        WATCH.saw(f"table {self._name}", f"{place} {operation.row.values}")
        return version

    async def _enter(self, doing: str, *, provisioned: bool = True) -> None:
        self._tables.calls[f"{self._name}.{doing}"] += 1
        if provisioned and not self._exists:
            raise ServiceUnavailableError(f"table {self._name} does not exist: provision it first")
        await self._tables.interruptions.before(f"tables.{self._name}.{doing}")

    async def _leave(self, doing: str) -> None:
        await self._tables.interruptions.after(f"tables.{self._name}.{doing}")
