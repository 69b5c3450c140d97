"""What goes wrong on the way to Azure, told in our own words, quickly and without content."""

import asyncio
import time

import pytest
from aiohttp import web

from core.adapters.tables.azure_table import AzureTables
from core.adapters.tables.table import Insert, Put, Row
from core.errors import (
    InvalidPayloadError,
    RoomSyncError,
    ServiceUnavailableError,
    ThrottledError,
)
from tests.kit.azurite import ACCOUNT, KEY
from tests.kit.ports import free_port


def account_at(port: int) -> AzureTables:
    return AzureTables(
        connection_string=(
            f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};"
            f"TableEndpoint=http://127.0.0.1:{port}/{ACCOUNT};"
        )
    )


async def test_an_account_that_is_down_is_transient_and_told_within_a_second():
    tables = account_at(free_port())
    began = time.monotonic()
    for call in (
        tables.table("mappings").get("p", "k"),
        tables.table("mappings").insert(Row("p", "k", {"secret": "canary"})),
        tables.table("mappings").transact([Insert(Row("p", "canary"))]),
    ):
        with pytest.raises(ServiceUnavailableError, match="table mappings") as caught:
            await call
        assert "canary" not in str(caught.value)
    assert time.monotonic() - began < 2
    await tables.close()


class Answering:
    """A server that answers every request with one status; None hangs up instead."""

    def __init__(self, status: int | None, code: str = "SomeCode") -> None:
        self.status, self.code, self.requests = status, code, 0

    async def answer(self, request: web.Request) -> web.Response:
        self.requests += 1
        await request.read()
        if self.status is None:
            assert request.transport is not None
            request.transport.abort()
            await asyncio.sleep(0)
        body = {"odata.error": {"code": self.code, "message": {"value": "canary"}}}
        return web.json_response(
            body, status=self.status or 500, headers={"x-ms-error-code": self.code}
        )

    async def __aenter__(self) -> AzureTables:
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self.answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._tables = account_at(self._runner.addresses[0][1])
        return self._tables

    async def __aexit__(self, *_: object) -> None:
        await self._tables.close()
        await self._runner.cleanup()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, ServiceUnavailableError),
        (403, ServiceUnavailableError),
        (400, InvalidPayloadError),
        (408, ServiceUnavailableError),
        (429, ThrottledError),
        (500, ServiceUnavailableError),
        (503, ServiceUnavailableError),
        (None, ServiceUnavailableError),
    ],
)
async def test_every_status_has_its_class(status: int | None, error: type[RoomSyncError]):
    async with Answering(status) as tables:
        with pytest.raises(error, match="table guard: insert failed") as caught:
            await tables.table("guard").insert(Row("p", "k"))
        assert "canary" not in str(caught.value)


@pytest.mark.parametrize("status", [503, None])
async def test_a_write_that_may_have_happened_is_never_repeated(status: int | None):
    server = Answering(status)
    async with server as tables:
        with pytest.raises(ServiceUnavailableError):
            await tables.table("guard").insert(Row("p", "k"))
        with pytest.raises(ServiceUnavailableError):
            await tables.table("guard").transact([Put(Row("p", "k"))])
    assert server.requests == 2


async def test_a_read_is_repeated_a_little():
    server = Answering(503)
    async with server as tables:
        with pytest.raises(ServiceUnavailableError):
            await tables.table("guard").get("p", "k")
    assert server.requests == 3


async def test_a_table_that_is_being_deleted_is_transient():
    async with Answering(409, "TableBeingDeleted") as tables:
        with pytest.raises(ServiceUnavailableError, match="provision"):
            await tables.table("guard").create_if_missing()


@pytest.mark.parametrize("arguments", [{}, {"endpoint": "https://x.example"}])
def test_an_account_needs_a_way_to_log_in(arguments: dict[str, str]):
    with pytest.raises(ValueError, match="connection string"):
        AzureTables(**arguments)
