"""`$batch`: up to twenty requests in one (graph-calendar 7)."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from starlette.types import Message, Receive, Scope, Send

from devstack.exchange.graph.calls import Call, Json, Reply
from devstack.exchange.graph.errors import GraphError, bad_request
from devstack.exchange.graph.routing import Routes
from devstack.kit.desk import ConnectionAbortedByFaultError

MOST = 20
PARALLEL = 4
METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")

Dispatch = Callable[[Scope, Receive, Send], Awaitable[None]]


class Batch:
    """Sends each part through `dispatch`, the desk, so that it is logged and faulted as its own.

    Outlook runs four parts at a time; `dependsOn` waits, and a failed dependency is a 424.
    """

    def __init__(self) -> None:
        self.dispatch: Dispatch | None = None

    def routes(self, table: Routes) -> None:
        table.add("POST", "$batch", self.run)

    async def run(self, call: Call) -> Reply:
        call.did("batch")
        parts = _parts(call.json())
        slots = asyncio.Semaphore(PARALLEL)
        answers: dict[str, asyncio.Task[Json]] = {}

        async def one(part: Json) -> Json:
            before = [await answers[wanted] for wanted in part.get("dependsOn") or []]
            if any(answer["status"] >= 400 for answer in before):
                error = {"code": "FailedDependency", "message": "A dependency failed."}
                return {"id": part["id"], "status": 424, "headers": {}, "body": {"error": error}}
            async with slots:
                return await self._answer(call, part)

        async with asyncio.TaskGroup() as group:
            for part in parts:
                answers[part["id"]] = group.create_task(one(part))
        return Reply(200, {"responses": [task.result() for task in answers.values()]})

    async def _answer(self, call: Call, part: Json) -> Json:
        """Send one part through the desk under the number of its envelope."""
        if self.dispatch is None:
            raise RuntimeError("the batch face was not connected to the desk")
        url = urlsplit(part["url"])
        body = b"" if part.get("body") is None else json.dumps(part["body"]).encode()
        path = f"/v1.0/{url.path.lstrip('/')}"
        headers = {
            "host": call.headers.get("host", ""),
            "authorization": call.headers.get("authorization", ""),
        } | {k.lower(): str(v) for k, v in (part.get("headers") or {}).items()}
        scope: Scope = {
            "type": "http",
            "method": part["method"].upper(),
            "path": path,
            "raw_path": path.encode(),
            "query_string": url.query.encode(),
            "scheme": urlsplit(call.origin).scheme,
            "headers": [(k.encode(), v.encode("latin-1", "replace")) for k, v in headers.items()],
            "journal_batch": call.entry.number,
        }
        messages: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            messages.append(message)

        try:
            await self.dispatch(scope, receive, send)
        except ConnectionAbortedByFaultError:
            error = {"code": "UnknownError", "message": ""}
            return {"id": part["id"], "status": 504, "headers": {}, "body": {"error": error}}
        return _part_answer(part["id"], messages)


def _parts(content: Json) -> list[Json]:
    parts = content.get("requests")
    if not isinstance(parts, list) or not parts:
        raise bad_request("The batch needs a collection 'requests'.")
    if len(parts) > MOST:
        raise GraphError(
            400,
            "MaximumValueExceeded",
            f"Number of batch request steps exceeds the maximum value of {MOST}.",
        )
    known: set[str] = set()
    for part in parts:
        if not isinstance(part, dict) or not isinstance(part.get("id"), str):
            raise bad_request("Every request of a batch needs an 'id', a string.")
        if part["id"] in known:
            raise bad_request(f"Request id {part['id']} is not unique in the batch.")
        if not isinstance(part.get("url"), str) or str(part.get("method")).upper() not in METHODS:
            raise bad_request(f"Request {part['id']} needs a 'method' and a relative 'url'.")
        if part.get("body") is not None and not _has_content_type(part):
            raise bad_request(f"Request {part['id']} has a body but no Content-Type header.")
        for wanted in part.get("dependsOn") or []:
            if wanted not in known:
                raise bad_request(f"Request {part['id']} depends on {wanted}, which is not before.")
        known.add(part["id"])
    return parts


def _has_content_type(part: Json) -> bool:
    return any(name.lower() == "content-type" for name in part.get("headers") or {})


def _part_answer(part_id: str, messages: list[Message]) -> Json:
    start = messages[0]
    raw = b"".join(message.get("body", b"") for message in messages[1:])
    content: Any = None
    if raw:
        try:
            content = json.loads(raw)
        except ValueError:
            content = raw.decode("utf-8", "replace")
    headers = {k.decode().title(): v.decode() for k, v in start["headers"]}
    shown: Json = {"id": part_id, "status": start["status"], "headers": headers}
    if content is not None:
        shown["body"] = content
    return shown
