"""Exchange on premises in a scenario: how the app reaches it, and what its ids stand for.

`ROOMSYNC_TEST_EXCHANGE=ews` (or `mixed`) in the environment puts the usual company
of every scenario there, wholly or in part; `a_world(company={"exchange": "mixed"})` puts one.
"""

import asyncio
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import requests
from requests.adapters import BaseAdapter

from core.domain.mapping import Mapping as Link
from devstack.exchange.ews import ids
from devstack.exchange.ews.errors import EwsError
from devstack.exchange.graph.tokens import Credentials
from devstack.exchange.simulator import ExchangeSimulator
from devstack.kit.journal import RequestEntry
from tests.kit.wire import Wire

GRAPH, EWS, MIXED = "graph", "ews", "mixed"
READS = frozenset(
    {
        "ExpandDL", "FindFolder", "FindItem", "GetFolder", "GetItem", "GetRoomLists", "GetRooms",
        "GetServerTimeZones", "GetUserAvailability", "GetUserConfiguration", "ResolveNames",
        "SyncFolderItems",
    }
)  # fmt: skip
_ITEM = re.compile(r'<\w+:ItemId Id="([^"]+)"')
_OPERATION = re.compile(rb"Body>\s*<(?:\w+:)?(\w+)")


def usual_exchange() -> str:
    """Return where the company of scenarios lives unless they say otherwise."""
    return os.environ.get("ROOMSYNC_TEST_EXCHANGE") or GRAPH


def by_application(**changes: Any) -> dict[str, Any]:
    """Return the settings of a mixed company whose cellar is reached by an application."""
    login = Credentials()
    application = {
        "url": "http://127.0.0.1:7080/cellar/EWS/Exchange.asmx",
        "networks": ["127.0.0.0/8"],
        "server": "Exchange2016",
        "auth": "oauth",
        "tenant_id": login.tenant,
        "client_id": login.client_id,
        "client_secret": login.client_secret,
        "mailbox": "marc.weber@cellar.example",
    }
    return {"ews_environments": {"cellar": application | changes}}


class EwsWire(Wire):
    """The wire to EWS; in the log it looks as that to Graph: GET for a read, the mailbox, what."""

    def named(self, request: httpx.Request) -> tuple[str, str]:
        """Return the method and path by which a call is known."""
        content = request.content
        found = _OPERATION.search(content)
        operation = found[1].decode() if found else "?"
        if operation == "CreateItem" and b"<t:Message" in content:
            operation = "sendMail"
        if operation == "Subscribe":
            operation = "subscriptions/Subscribe"
        mailbox = request.headers.get("X-AnchorMailbox", "")
        return ("GET" if operation in READS else "POST"), f"/EWS/{mailbox}/{operation}"


def adapter_to(app: Any, **wire: Any) -> type[BaseAdapter]:
    """Return what carries the threads of exchangelib into this loop, to an application in it."""
    loop, there = asyncio.get_running_loop(), EwsWire("ews", app, **wire)

    class InThisLoop(BaseAdapter):
        def __init__(self, **_: object) -> None:
            super().__init__()

        def send(self, request: requests.PreparedRequest, **_: object) -> requests.Response:
            asked = asyncio.run_coroutine_threadsafe(_carried(there, request), loop)
            return asked.result(timeout=60)

        def close(self) -> None:
            pass

    return InThisLoop


class _Whole(requests.Response):
    """An answer that is read: it is handed on as the adapter of the app does it, not in bytes."""

    def iter_content(self, *_: object, **__: object) -> Iterator[bytes]:
        yield self.content


async def _carried(there: Wire, request: requests.PreparedRequest) -> requests.Response:
    body = request.body or b""
    sent = httpx.Request(
        str(request.method),
        str(request.url),
        headers=dict(request.headers),
        content=body.encode() if isinstance(body, str) else body,
    )
    try:
        answer = await there.handle_async_request(sent)
    except httpx.HTTPError as error:
        raise requests.ConnectionError(str(error)) from error
    made = _Whole()
    made.status_code, made._content = answer.status_code, await answer.aread()
    made.headers.update(answer.headers)
    made.url, made.request = str(request.url), request
    return made


def item_written(request: RequestEntry, exchange: ExchangeSimulator) -> str:
    """Return Graph's id of the item that a request of EWS changes, "" for any other request."""
    if request.operation not in {"ews.UpdateItem", "ews.DeleteItem"}:
        return ""
    named = _ITEM.search(str(request.body))
    mailbox = exchange.model.directory.find(request.mailbox or "")
    if named is None or mailbox is None:
        return ""
    try:
        return ids.rest_id(mailbox, named[1]) or ""
    except EwsError:
        return ""


def stored_id(exchange: ExchangeSimulator, event_id: str) -> str:
    """Return the id that state and Outlook have for one of EWS; any other stays what it is."""
    if not event_id.startswith(ids.ITEM):
        return event_id
    model = exchange.model
    for mailbox in model.directory:
        try:
            rest_id = ids.rest_id(mailbox, event_id)
        except EwsError:
            return event_id
        found = None if rest_id is None else model.store.find(mailbox.guid, rest_id)
        if found is not None:
            return found.immutable_id
    return event_id


def as_stored(exchange: ExchangeSimulator, link: Link) -> Link:
    """Return a link that names its event as state does."""
    if link.event is None:
        return link
    known = stored_id(exchange, link.event.event_id)
    return replace(link, event=replace(link.event, event_id=known))


def id_here(exchange: ExchangeSimulator, event_id: str) -> str:
    """Return the id that the service has for one that state and Outlook have."""
    for mailbox in exchange.model.directory:
        if mailbox.is_on_premises:
            for item in exchange.model.store.items(mailbox.guid):
                if item.immutable_id == event_id:
                    return ids.item_id(mailbox, item.rest_id)
    return event_id
