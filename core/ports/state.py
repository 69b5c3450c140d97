"""All that is stored, as rows: for taking it elsewhere and back, whatever it means."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredRow:
    """One row of a table; its version is the installation's own and does not travel."""

    table: str
    partition: str
    key: str
    values: Mapping[str, str | int | bool]

    @property
    def place(self) -> tuple[str, str, str]:
        """Return where it is."""
        return (self.table, self.partition, self.key)


class StateStore(Protocol):
    """Every table of an installation. `tables` are their names."""

    tables: Sequence[str]

    def rows(self, table: str) -> AsyncIterator[StoredRow]:
        """Yield all rows of a table by their keys."""
        ...

    def check(self, row: StoredRow) -> None:
        """Raise InvalidPayloadError if a row could not be stored."""
        ...

    async def put(self, rows: Sequence[StoredRow]) -> None:
        """Insert or replace rows, those of one partition all or nothing as far as they fit."""
        ...

    async def remove(self, row: StoredRow) -> None:
        """Remove a row; gone already is fine."""
        ...
