"""The real exchangelib on the simulator, in-process; all it says and hears fits the schema."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import requests
from exchangelib import BASIC, IMPERSONATION, Account, Build, Configuration, Credentials, Version
from exchangelib.ewsdatetime import UTC as EWS_UTC
from exchangelib.protocol import BaseProtocol, close_connections
from requests.adapters import BaseAdapter

from tests.contract.exchange.ews_schema import EwsSchema, ews_schema

PAGE = "http://127.0.0.1:7080/EWS/Exchange.asmx"
BUILD = Version(Build(15, 1, 2507, 6), api_version="Exchange2016")


class InProcessAdapter(BaseAdapter):
    """Carries what a thread sends with `requests` to an ASGI application in the test's loop."""

    client: httpx.AsyncClient
    loop: asyncio.AbstractEventLoop
    schema: EwsSchema | None = None
    checked = 0
    last_answer = b""

    def __init__(self, **_: object) -> None:
        super().__init__()

    def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:
        asked = asyncio.run_coroutine_threadsafe(self._carry(request), self.loop)
        return asked.result(timeout=30)

    def close(self) -> None:
        pass

    async def _carry(self, request: requests.PreparedRequest) -> requests.Response:
        content = request.body.encode() if isinstance(request.body, str) else request.body or b""
        try:
            answer = await self.client.request(
                str(request.method), str(request.url), content=content, headers=request.headers
            )
        except Exception as error:
            raise requests.ConnectionError(str(error)) from error
        self._check(content, answer)
        type(self).last_answer = answer.content
        made = requests.Response()
        made.status_code, made._content = answer.status_code, answer.content
        made.headers.update(answer.headers)
        made.url, made.request = str(request.url), request
        return made

    def _check(self, content: bytes, answer: httpx.Response) -> None:
        is_soap = answer.headers.get("content-type", "").startswith("text/xml")
        if self.schema is None or not is_soap or not answer.content.startswith(b"<?xml"):
            return
        type(self).checked += 1
        self.schema.check(content)
        # Faults cut some off, and one is a bomb, which the parser of the check refuses.
        if answer.content.rstrip().endswith(b"Envelope>") and b"<!DOCTYPE" not in answer.content:
            self.schema.check(answer.content)


@contextmanager
def in_process(client: httpx.AsyncClient) -> Iterator[type[InProcessAdapter]]:
    """Let exchangelib reach an application instead of the network, and forget it afterwards."""

    class Adapter(InProcessAdapter):
        pass

    Adapter.client, Adapter.loop = client, asyncio.get_running_loop()
    Adapter.schema = ews_schema()
    before = BaseProtocol.HTTP_ADAPTER_CLS
    BaseProtocol.HTTP_ADAPTER_CLS = Adapter
    close_connections()
    try:
        yield Adapter
    finally:
        close_connections()
        BaseProtocol.HTTP_ADAPTER_CLS = before


def account(
    mail: str, user: str, password: str, page: str = PAGE, zone: Any = EWS_UTC, **more: Any
) -> Account:
    """Return the mailbox as a service account with the right to impersonate sees it."""
    configuration = Configuration(
        service_endpoint=page, credentials=Credentials(user, password), auth_type=BASIC,
        version=more.pop("version", BUILD),
    )  # fmt: skip
    return Account(
        primary_smtp_address=mail, config=configuration, autodiscover=False,
        access_type=IMPERSONATION, default_timezone=zone, **more,
    )  # fmt: skip


async def run[R](deed: Callable[[], R]) -> R:
    """Do something with exchangelib in a thread, as it blocks."""
    return await asyncio.to_thread(deed)
