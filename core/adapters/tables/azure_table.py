"""Tables in Azure Table Storage, or in Azurite. Importing this module loads the SDK."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from azure.core import MatchConditions
from azure.core.credentials_async import AsyncTokenCredential
from azure.core.exceptions import AzureError
from azure.data.tables import TableEntity, UpdateMode
from azure.data.tables.aio import TableClient, TableServiceClient

from core.adapters.tables.failures import translated
from core.adapters.tables.table import (
    Delete,
    Insert,
    Operation,
    Put,
    Replace,
    Row,
    check_row,
    check_transaction,
)
from core.errors import AlreadyExistsError, NotFoundError

READ_RETRIES: dict[str, Any] = {
    "retry_total": 2,
    "retry_backoff_factor": 0.1,
    "retry_backoff_max": 2,
}
NO_RETRIES: dict[str, Any] = {"retry_total": 0}
"""A write that the SDK repeats could meet itself (409, 412): repeating is the caller's business."""
PAGE_ROWS = 1000
CONDITIONS = {
    "partition": "PartitionKey eq @partition",
    "from_partition": "PartitionKey ge @from_partition",
    "before_partition": "PartitionKey lt @before_partition",
    "first": "RowKey ge @first",
    "before": "RowKey lt @before",
}
TIMEOUTS_S: dict[str, Any] = {"connection_timeout": 5, "read_timeout": 10}


class AzureTables:
    """One storage account: by connection string (Azurite), or by endpoint and identity.

    All tables share one HTTP session, opened by the first call. `prefix` goes before every table
    name; `calls` counts requests as "<table>.<deed>".
    """

    def __init__(
        self,
        *,
        connection_string: str = "",
        endpoint: str = "",
        credential: AsyncTokenCredential | None = None,
        prefix: str = "",
    ) -> None:
        if connection_string:
            self._service = TableServiceClient.from_connection_string(
                connection_string, **TIMEOUTS_S
            )
        elif endpoint and credential is not None:
            self._service = TableServiceClient(endpoint, credential=credential, **TIMEOUTS_S)
        else:
            raise ValueError("tables: give a connection string, or an endpoint with a credential")
        self._prefix = prefix
        self.calls: Counter[str] = Counter()

    def table(self, name: str) -> "AzureTable":
        """Return a table, which may not exist yet."""
        return AzureTable(self._service.get_table_client(self._prefix + name), name, self.calls)

    async def close(self) -> None:
        """Close the connections; this object is of no use afterwards."""
        await self._service.close()


class AzureTable:
    """One table of the account; see `Table` for what the calls promise."""

    def __init__(self, client: TableClient, name: str, calls: Counter[str]) -> None:
        self._client, self._name, self._calls = client, name, calls

    @contextmanager
    def _call(self, doing: str) -> Iterator[TableClient]:
        self._calls[f"{self._name}.{doing}"] += 1
        try:
            yield self._client
        except AzureError as error:
            raise translated(error, self._name, doing) from error

    async def create_if_missing(self) -> None:
        """Create the table."""
        try:
            with self._call("create") as client:
                await client.create_table(**NO_RETRIES)
        except AlreadyExistsError:
            return

    async def get(self, partition: str, key: str) -> Row | None:
        """Return a row, None when it is not there."""
        try:
            with self._call("get") as client:
                return _row(await client.get_entity(partition, key, **READ_RETRIES))
        except NotFoundError:
            return None

    async def insert(self, row: Row) -> str:
        """Insert a row."""
        check_row(row)
        with self._call("insert") as client:
            return _etag(await client.create_entity(_entity(row), **NO_RETRIES))

    async def put(self, row: Row) -> str:
        """Insert or replace a row; repeating that is harmless, so the SDK may."""
        check_row(row)
        with self._call("put") as client:
            entity = _entity(row)
            return _etag(await client.upsert_entity(entity, UpdateMode.REPLACE, **READ_RETRIES))

    async def replace(self, row: Row) -> str:
        """Replace a row of a known version."""
        check_row(row)
        with self._call("replace") as client:
            condition = _unchanged(row) | NO_RETRIES
            return _etag(await client.update_entity(_entity(row), UpdateMode.REPLACE, **condition))

    async def delete(self, partition: str, key: str) -> None:
        """Delete a row; the SDK keeps quiet when it is gone already."""
        with self._call("delete") as client:
            await client.delete_entity(partition, key, **READ_RETRIES)

    async def query(
        self,
        partition: str | None = None,
        *,
        first: str = "",
        before: str = "",
        partitions: tuple[str, str] = ("", ""),
        limit: int | None = None,
    ) -> AsyncIterator[Row]:
        """Yield rows in the order of their keys."""
        values = {
            "partition": partition,
            "from_partition": partitions[0] or None,
            "before_partition": partitions[1] or None,
            "first": first or None,
            "before": before or None,
        }
        asked = {name: value for name, value in values.items() if value is not None}
        page = None if limit is None else min(limit, PAGE_ROWS)
        options = READ_RETRIES | {"results_per_page": page}
        left = limit
        with self._call("query") as client:
            if asked:
                filters = " and ".join(CONDITIONS[name] for name in asked)
                found = client.query_entities(filters, parameters=asked, **options)
            else:
                found = client.list_entities(**options)
            async for entity in found:
                yield _row(entity)
                left = None if left is None else left - 1
                if left == 0:
                    return

    async def transact(self, operations: Sequence[Operation]) -> Sequence[str]:
        """Do all or nothing."""
        check_transaction(operations)
        with self._call("transact") as client:
            parts = [_part(operation) for operation in operations]
            return [_etag(part) for part in await client.submit_transaction(parts, **NO_RETRIES)]


def _entity(row: Row) -> dict[str, Any]:
    return {"PartitionKey": row.partition, "RowKey": row.key, **row.values}


def _row(entity: TableEntity) -> Row:
    values = dict(entity)
    partition, key = values.pop("PartitionKey"), values.pop("RowKey")
    return Row(partition, key, values, entity.metadata["etag"] or "")


def _etag(metadata: Mapping[str, Any]) -> str:
    return str(metadata.get("etag") or "")


def _unchanged(row: Row) -> dict[str, Any]:
    return {"etag": row.version, "match_condition": MatchConditions.IfNotModified}


def _part(operation: Operation) -> tuple[str, dict[str, Any], dict[str, Any]]:
    match operation:
        case Insert(row):
            return "create", _entity(row), {}
        case Put(row):
            return "upsert", _entity(row), {"mode": UpdateMode.REPLACE}
        case Replace(row):
            return "update", _entity(row), {"mode": UpdateMode.REPLACE, **_unchanged(row)}
        case Delete(partition, key, version):
            condition = _unchanged(Row(partition, key, {}, version)) if version else {}
            return "delete", {"PartitionKey": partition, "RowKey": key}, condition
