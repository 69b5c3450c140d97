"""The desk before every simulator face: logs each request and commits the faults asked for."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from devstack.kit.clock import Clock
from devstack.kit.faults import Deed, Faults, RequestFacts
from devstack.kit.journal import Ledger, RequestEntry, iso
from devstack.kit.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks (`service`, `user:<mail>`, `add-in:<mail>`, `anonymous`) and in whose mailbox."""

    actor: str
    mailbox: str | None


Identify = Callable[[Scope, dict[str, str]], Caller]


class ConnectionAbortedByFaultError(Exception):
    """Raised to an in-process client where a real one would see its connection reset."""


class Desk:
    """ASGI middleware: identify, fault, answer, log, make durable; then the answer leaves.

    The face finds its log entry in `scope["journal_entry"]` and sets `operation` and `changed`.
    `scope["in_flight"]` tells a face how many requests of that actor and mailbox are inside right
    now; `scope["journal_batch"]`, if a face dispatches parts of a batch here, joins their entries.
    """

    def __init__(
        self,
        face: ASGIApp,
        *,
        clock: Clock,
        faults: Faults,
        requests: Ledger[RequestEntry],
        shelf: Shelf,
        identify: Identify,
    ) -> None:
        self._face, self._clock, self._faults = face, clock, faults
        self._requests, self._shelf, self._identify = requests, shelf, identify
        self.in_flight: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one HTTP request."""
        if scope["type"] != "http":
            await self._face(scope, receive, send)
            return
        body = await _read(receive)
        headers = {k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]}
        caller = self._identify(scope, headers)
        query = scope.get("query_string", b"").decode("latin-1")
        raw_path = scope.get("raw_path") or scope["path"].encode()
        path = raw_path.decode("latin-1").split("?", 1)[0]
        entry = self._requests.append(
            RequestEntry(
                time=iso(self._clock.now()),
                actor=caller.actor,
                mailbox=caller.mailbox,
                method=scope["method"],
                path=path,
                query=query,
                body=_readable(body),
                batch=scope.get("journal_batch"),
            )
        )
        deed = self._faults.take(
            RequestFacts(
                method=scope["method"],
                path=f"{path}?{query}" if query else path,
                mailbox=caller.mailbox,
                body=body.decode("utf-8", "replace"),
                actor=caller.actor,
            )
        )
        place = f"{caller.actor} {caller.mailbox or ''}".lower()
        self.in_flight[place] = self.in_flight.get(place, 0) + 1
        scope["journal_entry"], scope["caller"] = entry, caller
        scope["in_flight"] = self.in_flight[place]
        try:
            await self._serve(scope, _replay(body), send, entry, deed)
        finally:
            self.in_flight[place] -= 1
            self._requests.save(entry)
            self._shelf.flush()

    async def _serve(
        self, scope: Scope, receive: Receive, send: Send, entry: RequestEntry, deed: Deed | None
    ) -> None:
        if deed is None:
            answer = await self._answer(scope, receive)
        else:
            entry.fault = deed.model_dump(mode="json", exclude_defaults=True)
            if deed.delay_ms:
                await asyncio.sleep(deed.delay_ms / 1000)
            if deed.fail_after_success is not None:
                await self._answer(scope, receive)
                answer = _made_up(deed, deed.fail_after_success)
            elif deed.drop_connection:
                answer = []
            elif deed.status is not None:
                answer = _made_up(deed, deed.status)
            else:
                answer = await self._answer(scope, receive)
            if deed.drop_connection:
                entry.status = 0
                _abort(send)
                return
        entry.status = next((m["status"] for m in answer if "status" in m), 500)
        entry.answered = iso(self._clock.now())
        self._requests.save(entry)
        self._shelf.flush()
        if deed is not None and deed.half_answer:
            await _send_half(answer, send)
            return
        for message in answer:
            await send(message)

    async def _answer(self, scope: Scope, receive: Receive) -> list[Message]:
        """Let the face answer, held back until its changes are durable."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._face(scope, receive, keep)
        return messages


async def _read(receive: Receive) -> bytes:
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body


def _replay(body: bytes) -> Receive:
    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


def _readable(body: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    if not body:
        return None
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def _made_up(deed: Deed, status: int) -> list[Message]:
    content = b"" if deed.body is None else json.dumps(deed.body).encode()
    if isinstance(deed.body, str):
        content = deed.body.encode()
    headers = {"content-type": "application/json"} | {k.lower(): v for k, v in deed.headers.items()}
    return [
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(k.encode(), v.encode()) for k, v in headers.items()],
        },
        {"type": "http.response.body", "body": content, "more_body": False},
    ]


def _abort(send: Send) -> None:
    """Reset the connection: uvicorn's transport in a process of its own, an exception in a test."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionAbortedByFaultError
    transport.abort()


async def _send_half(answer: list[Message], send: Send) -> None:
    start, *rest = answer
    content = b"".join(m.get("body", b"") for m in rest)
    await send(start)
    await send(
        {"type": "http.response.body", "body": content[: len(content) // 2], "more_body": True}
    )
    _abort(send)
