"""From an HTTP client straight to an ASGI application, the body in one piece both ways.

As httpx.ASGITransport, which makes events and streams for each of a scenario's hundred calls.
"""

from collections.abc import MutableMapping
from typing import Any

import httpx

NOBODY = ("127.0.0.1", 123)


class Direct(httpx.AsyncBaseTransport):
    """Hands requests to one application; what it raises reaches the caller."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        url, body = request.url, await request.aread()
        raw_path, _, query = url.raw_path.partition(b"?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": request.method,
            "headers": [(name.lower(), value) for name, value in request.headers.raw],
            "scheme": url.scheme,
            "path": url.path,
            "raw_path": raw_path,
            "query_string": query,
            "server": (url.host, url.port),
            "client": NOBODY,
            "root_path": "",
        }
        asked = [
            {"type": "http.request", "body": body, "more_body": False},
            {"type": "http.disconnect"},
        ]
        told: list[MutableMapping[str, Any]] = []

        async def receive() -> MutableMapping[str, Any]:
            return asked.pop(0) if len(asked) > 1 else asked[0]

        async def send(message: MutableMapping[str, Any]) -> None:
            told.append(message)

        await self._app(scope, receive, send)
        start, *rest = told
        parts = [part for message in rest if (part := message.get("body"))]
        assert start["type"] == "http.response.start"
        assert rest, "an answer without an end"
        assert not rest[-1].get("more_body"), "an answer without an end"
        content = _Whole([] if request.method == "HEAD" else parts)
        return httpx.Response(start["status"], headers=start.get("headers", []), stream=content)


class _Whole(httpx.AsyncByteStream):
    """A body that is there."""

    def __init__(self, parts: list[bytes]) -> None:
        self._parts = parts

    async def __aiter__(self) -> Any:
        for part in self._parts:
            yield part
