"""A notification endpoint that behaves: hands validation tokens back, keeps what arrives."""

import json
from typing import Any
from urllib.parse import parse_qs

import httpx
from starlette.types import Receive, Scope, Send

NOTIFY = "http://127.0.0.1:7071/api/webhooks/graph"
LIFECYCLE = "http://127.0.0.1:7071/api/webhooks/graph/lifecycle"


class Endpoint:
    """An ASGI application; tests set how it misbehaves."""

    def __init__(self) -> None:
        self.posts: list[tuple[str, dict[str, Any]]] = []
        self.validations: list[str] = []
        self.status = 202
        self.validation_status = 200
        self.validation_type = "text/plain"
        self.spoil_token = False
        self.refuses_connections = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.refuses_connections:
            raise httpx.ConnectError("connection refused")
        body = (await receive()).get("body", b"")
        query = parse_qs(scope["query_string"].decode())
        if "validationToken" in query:
            token = query["validationToken"][0]
            self.validations.append(scope["path"])
            answer = scope["query_string"] if self.spoil_token else token.encode()
            await _answer(send, self.validation_status, self.validation_type, answer)
            return
        self.posts.append((scope["path"], json.loads(body)))
        await _answer(send, self.status, "text/plain", b"")

    @property
    def notices(self) -> list[dict[str, Any]]:
        """All change notifications that arrived, in order."""
        return [
            entry
            for path, content in self.posts
            if not path.endswith("lifecycle")
            for entry in content["value"]
        ]

    @property
    def lifecycle_events(self) -> list[str]:
        return [
            entry["lifecycleEvent"]
            for path, content in self.posts
            if path.endswith("lifecycle")
            for entry in content["value"]
        ]

    def clear(self) -> None:
        self.posts.clear()


async def _answer(send: Send, status: int, kind: str, body: bytes) -> None:
    headers = [(b"content-type", kind.encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
