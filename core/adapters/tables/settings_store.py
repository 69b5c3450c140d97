"""Synced persons and resources, environments, locations, switches and policies: a row each."""

from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from itertools import batched
from typing import Any

from pydantic import TypeAdapter

from core.adapters.tables.forms import FIRST, FORM, require_known
from core.adapters.tables.keys import safe
from core.adapters.tables.settings_rows import JSON, UnreadableError, columns_of, value_of
from core.adapters.tables.table import (
    TRANSACTION_LIMIT,
    Delete,
    Operation,
    Put,
    Row,
    Tables,
    Value,
    key_of,
    partition_of,
)
from core.domain.directory import (
    Directory,
    Environment,
    Location,
    SyncedPerson,
    SyncedResource,
    directory,
)
from core.domain.policies import Policies
from core.domain.remark import Remark
from core.errors import LaterFormError, PreconditionFailedError, StaleVersionError

_ENVIRONMENT = TypeAdapter(Environment)
_PERSON = TypeAdapter(SyncedPerson)
_RESOURCE = TypeAdapter(SyncedResource)
_LOCATION = TypeAdapter(Location)
_POLICIES = TypeAdapter(Policies)
_KINDS: dict[str, type[Any]] = {
    "environment": Environment,
    "person": SyncedPerson,
    "resource": SyncedResource,
    "location": Location,
}
"""What is listed row by row, by partition."""
_SERVICE = "service"
_SWITCHES, _POLICY, _VERSION = "switches", "policies", "version"
_CHANGED = Remark("settings: changed by somebody else meanwhile, look again")

Place = tuple[str, str]
Rows = dict[Place, dict[str, Value]]

_TYPES: dict[str, type[Any]] = {**_KINDS, f"{_SERVICE}/{_POLICY}": Policies}
_COLUMNS = {
    place: frozenset(f"{field.name}{end}" for field in fields(kind) for end in ("", JSON))
    for place, kind in _TYPES.items()
} | {f"{_SERVICE}/{_SWITCHES}": frozenset({"global_sync_enabled"})}
"""The columns that this version writes, in either form."""


class TableSettingsStore:
    """SettingsStore on the table "settings".

    `issues` lists the rows that the last `load` had to leave out, one sentence each: what, where,
    what to do. A broken row costs its own person or resource, not the sync of all others; without
    readable switches sync is off.
    """

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("settings")
        self.issues: tuple[str, ...] = ()

    async def load(self) -> Directory:
        """Return everything as one value."""
        reading = _Reading([row async for row in self._table.query()])
        loaded = reading.directory()
        self.issues = tuple(reading.issues)
        return loaded

    async def version(self) -> int:
        """Return a number that `replace` raises with every change, 0 before the first."""
        row = await self._table.get(_SERVICE, _VERSION)
        return 0 if row is None else row.number("number")

    async def replace(self, settings: Directory, since: int | None = None) -> None:
        """Make the stored settings equal to `settings`; only what differs is written.

        What a later version has added stays: its columns, its kinds of rows. A row whose form is a
        later version's is neither written nor removed: LaterFormError (docs/upgrade.md).
        The version is raised first, which only one of two can, and again when all is written, so
        that whoever read in between reads again. StaleVersionError: somebody else was writing.
        """
        rows = {(row.partition, row.key): row async for row in self._table.query()}
        mark = rows.pop((_SERVICE, _VERSION), Row(_SERVICE, _VERSION))
        number = mark.number("number")
        if since is not None and since != number:
            raise StaleVersionError(_CHANGED)
        stored = {place: dict(row.values) for place, row in rows.items()}
        operations = _differences(stored, _rows_of(settings))
        for operation in operations:
            if (row := rows.get((partition_of(operation), key_of(operation)))) is not None:
                require_known(row, f"settings {row.partition} {row.key}")
        if not operations:
            return
        try:
            await self._claim(replace(mark, values={"number": number + 1}))
            for part in _transactions(operations):
                await self._table.transact(part)
        except PreconditionFailedError as error:
            raise StaleVersionError(_CHANGED) from error
        await self._table.put(Row(_SERVICE, _VERSION, {"number": number + 2}))

    async def _claim(self, mark: Row) -> None:
        if mark.version:
            await self._table.replace(mark)
        else:
            await self._table.insert(mark)


class _Reading:
    """One pass over all rows: what they say, and which ones say nothing."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = rows
        self.issues: list[str] = []

    def directory(self) -> Directory:
        """Return what the rows say."""
        switches = self._only(_SWITCHES, TypeAdapter(dict[str, bool]))
        return directory(
            global_sync_enabled=bool((switches or {}).get("global_sync_enabled")),
            policies=self._only(_POLICY, _POLICIES) or Policies(),
            environments=self._listed("environment", _ENVIRONMENT),
            persons=self._listed("person", _PERSON),
            resources=self._listed("resource", _RESOURCE),
            locations=self._listed("location", _LOCATION),
        )

    def _listed[T](self, partition: str, kind: TypeAdapter[T]) -> list[T]:
        rows = [row for row in self._rows if row.partition == partition]
        read = [self._value(row, kind) for row in rows]
        return [value for value in read if value is not None]

    def _only[T](self, key: str, kind: TypeAdapter[T]) -> T | None:
        rows = [row for row in self._rows if (row.partition, row.key) == (_SERVICE, key)]
        return self._value(rows[0], kind) if rows else None

    def _value[T](self, row: Row, kind: TypeAdapter[T]) -> T | None:
        try:
            require_known(row, f"settings {row.partition} {row.key}")
            return value_of(kind, row.values)
        except UnreadableError as fault:
            self.issues.append(
                f"settings {row.partition} {row.key} is left out: {fault}. "
                "Correct the row or import the settings again"
            )
            return None
        except LaterFormError as later:
            self.issues.append(f"{later}. Until then it is left out")
            return None


def _rows_of(settings: Directory) -> Rows:
    rows: Rows = {
        (_SERVICE, _SWITCHES): {"global_sync_enabled": settings.global_sync_enabled},
        (_SERVICE, _POLICY): columns_of(_POLICIES, settings.policies),
    }
    for environment in settings.environments.values():
        rows["environment", safe(environment.id)] = columns_of(_ENVIRONMENT, environment)
    for person in settings.persons.values():
        rows["person", str(person.id)] = columns_of(_PERSON, person)
    for resource in settings.resources.values():
        rows["resource", str(resource.id)] = columns_of(_RESOURCE, resource)
    for location in settings.locations.values():
        rows["location", str(location.id)] = columns_of(_LOCATION, location)
    return rows


def _differences(stored: Rows, wanted: Rows) -> list[Operation]:
    gone = [
        Delete(*place)
        for place in stored.keys() - wanted.keys()
        if place[0] in _KINDS and stored[place].get(FORM, FIRST) == FIRST
    ]
    whole = {place: _unknown(place, stored.get(place, {})) | held for place, held in wanted.items()}
    new = [Put(Row(*place, held)) for place, held in whole.items() if stored.get(place) != held]
    return [*gone, *new]


def _unknown(place: Place, stored: dict[str, Value]) -> dict[str, Value]:
    """Return the columns of a row that only a later version knows."""
    known = _COLUMNS.get(place[0], _COLUMNS.get("/".join(place), frozenset()))
    return {name: value for name, value in stored.items() if name not in known}


def _transactions(operations: Sequence[Operation]) -> Iterable[tuple[Operation, ...]]:
    """Yield groups that fit into one transaction each, the service's own rows last."""
    for partition in ("environment", "person", "resource", "location", _SERVICE):
        of_partition = [o for o in operations if partition_of(o) == partition]
        yield from batched(of_partition, TRANSACTION_LIMIT, strict=False)
