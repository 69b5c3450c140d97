"""What the stores need of a key-value table: rows with etags and one-partition transactions.

Azure Table Storage is one implementation, the tests' memory another; both keep the same limits.
A table that does not exist raises ServiceUnavailableError from every call: it is never mistaken
for a row that is not there.
"""

import json
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol

from core.errors import InvalidPayloadError

Value = str | int | bool
"""What a column holds; ints are 32 bits, larger numbers are written as text."""

TRANSACTION_LIMIT = 100
TRANSACTION_BYTES = 4 * 1024 * 1024
"""Of one transaction on its way to the service."""
TEXT_LIMIT = 32 * 1024
"""UTF-16 code units of one text column (64 KiB)."""
ROW_LIMIT = 1024 * 1024
"""Bytes of one row, its keys and column names included."""
KEY_LIMIT = 512
_OPERATION_BYTES, _COLUMN_BYTES = 2048, 64
"""What an operation and a column take on the way beside their names and values, generously."""
COLUMN_LIMIT = 252
_FORBIDDEN_IN_KEYS = re.compile(r"[/\\#?\x00-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Row:
    """One row. `version` is the etag it was read with, "" for a row that is about to be written."""

    partition: str
    key: str
    values: Mapping[str, Value] = field(default_factory=dict)
    version: str = ""

    def text(self, column: str) -> str:
        """Return a text column, "" when it is missing or something else."""
        value = self.values.get(column)
        return value if isinstance(value, str) else ""

    def number(self, column: str) -> int:
        """Return a number column, 0 when it is missing or something else."""
        value = self.values.get(column)
        return value if isinstance(value, int) else 0


@dataclass(frozen=True, slots=True)
class Insert:
    """Insert a row; AlreadyExistsError when there is one."""

    row: Row


@dataclass(frozen=True, slots=True)
class Put:
    """Insert or replace a row, whatever is there."""

    row: Row


@dataclass(frozen=True, slots=True)
class Replace:
    """Replace a row that still has `row.version`; StaleVersionError, or NotFoundError."""

    row: Row


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete a row that must be there: in a transaction a missing one is a NotFoundError.

    With a `version` it must still have that one, else StaleVersionError.
    """

    partition: str
    key: str
    version: str = ""


Operation = Insert | Put | Replace | Delete


class Table(Protocol):
    """One table. Reads may be repeated by the implementation, writes never are."""

    async def create_if_missing(self) -> None:
        """Create the table; called when a place is provisioned, not per call."""
        ...

    async def get(self, partition: str, key: str) -> Row | None:
        """Return a row, None when it is not there."""
        ...

    async def insert(self, row: Row) -> str:
        """Insert and return the version; AlreadyExistsError when there is one."""
        ...

    async def put(self, row: Row) -> str:
        """Insert or replace and return the version."""
        ...

    async def replace(self, row: Row) -> str:
        """Replace a row that still has `row.version`; StaleVersionError, or NotFoundError."""
        ...

    async def delete(self, partition: str, key: str) -> None:
        """Delete a row; gone already is fine."""
        ...

    def query(
        self,
        partition: str | None = None,
        *,
        first: str = "",
        before: str = "",
        partitions: tuple[str, str] = ("", ""),
        limit: int | None = None,
    ) -> AsyncIterator[Row]:
        """Yield rows by partition and key, read page by page: `first` <= key < `before`.

        `partitions` are the same bounds of partitions, "" for none. Consume it to its end: `limit`
        is there to end it early.
        """
        ...

    async def transact(self, operations: Sequence[Operation]) -> Sequence[str]:
        """Do all or nothing, in one partition, and return the versions ("" for deletions)."""
        ...


class Tables(Protocol):
    """The tables of one installation."""

    def table(self, name: str) -> Table:
        """Return a table, which may not exist yet."""
        ...


def partition_of(operation: Operation) -> str:
    """Return the partition that an operation works in."""
    return operation.partition if isinstance(operation, Delete) else operation.row.partition


def key_of(operation: Operation) -> str:
    """Return the row key that an operation works on."""
    return operation.key if isinstance(operation, Delete) else operation.row.key


def fits(operations: Sequence[Operation]) -> bool:
    """Tell whether one transaction is enough."""
    return len(operations) <= TRANSACTION_LIMIT and bytes_of(operations) <= TRANSACTION_BYTES


def bytes_of(operations: Sequence[Operation]) -> int:
    """Return how many bytes a transaction has on its way, at most."""
    return sum(_bytes(operation) for operation in operations)


@lru_cache(maxsize=4096)
def check_key(key: str) -> None:
    """Refuse what Table Storage does not take as a key: InvalidPayloadError."""
    if _units(key) > KEY_LIMIT:
        raise InvalidPayloadError(f"table key of {_units(key)} characters: hash it (keys.safe)")
    if _FORBIDDEN_IN_KEYS.search(key):
        raise InvalidPayloadError("table key with / \\ # ? or a control character: hash it")


def check_row(row: Row) -> None:
    """Refuse a row that Table Storage would not take: InvalidPayloadError."""
    check_key(row.partition)
    check_key(row.key)
    if len(row.values) > COLUMN_LIMIT:
        raise InvalidPayloadError(f"row with {len(row.values)} columns; the limit is 252")
    size = 4 + 2 * (_units(row.partition) + _units(row.key))
    for column, value in row.values.items():
        size += 8 + 2 * len(column) + _size(column, value)
    if size > ROW_LIMIT:
        raise InvalidPayloadError(f"row of {size} bytes; the limit is {ROW_LIMIT}")


def check_transaction(operations: Sequence[Operation]) -> None:
    """Refuse a transaction that Table Storage would not take: InvalidPayloadError.

    Checked here because the service's answer to too many operations may be a broken connection.
    """
    if not 1 <= len(operations) <= TRANSACTION_LIMIT:
        raise InvalidPayloadError(f"transaction of {len(operations)} operations; 1 to 100 fit")
    if len({partition_of(operation) for operation in operations}) > 1:
        raise InvalidPayloadError("transaction over several partitions; only one is possible")
    if len({key_of(operation) for operation in operations}) < len(operations):
        raise InvalidPayloadError("transaction with one row twice; each may occur once")
    if (size := bytes_of(operations)) > TRANSACTION_BYTES:
        raise InvalidPayloadError(f"transaction of {size} bytes; {TRANSACTION_BYTES} fit")
    for operation in operations:
        if isinstance(operation, Delete):
            check_key(operation.key)
        else:
            check_row(operation.row)


def _bytes(operation: Operation) -> int:
    if isinstance(operation, Delete):
        return _OPERATION_BYTES
    columns = operation.row.values.items()
    return _OPERATION_BYTES + sum(
        _COLUMN_BYTES + 2 * len(column) + len(json.dumps(value)) for column, value in columns
    )


def _size(column: str, value: Value) -> int:
    if isinstance(value, bool):
        return 1
    if isinstance(value, int):
        if not -(2**31) <= value < 2**31:
            raise InvalidPayloadError(f"column {column}: {value} needs more than 32 bits")
        return 4
    if _units(value) > TEXT_LIMIT:
        raise InvalidPayloadError(f"column {column}: {_units(value)} characters; 32768 fit")
    return 4 + 2 * _units(value)


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
