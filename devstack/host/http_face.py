"""The HTTP functions of the app as an ASGI application."""

import hmac
from collections.abc import Iterable

from starlette.datastructures import URL, QueryParams
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from devstack.host.invoker import Invoker
from devstack.host.metadata import HttpFunction
from devstack.host.runtime import HttpAnswer, http_answer, http_input


class BodyTooLargeError(Exception):
    """The request's body is larger than the real host takes."""


class HttpFace:
    """Finds the function for a request, checks its key, runs it, sends its answer unchanged."""

    def __init__(
        self,
        functions: Iterable[HttpFunction],
        invoker: Invoker,
        *,
        function_key: str,
        max_body_bytes: int,
    ) -> None:
        self._functions = sorted(functions, key=lambda f: f.route.rank)
        self._invoker, self._key, self._max_body = invoker, function_key, max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path = scope.get("raw_path", scope["path"].encode()).decode("latin-1").split("?", 1)[0]
        matches = [
            (function, parameters)
            for function in self._functions
            if (parameters := function.route.match(path)) is not None
        ]
        if not matches:
            await Response(status_code=404)(scope, receive, send)
            return
        method = scope["method"]
        for function, parameters in matches:
            if not function.methods or method in function.methods:
                await self._serve(function, parameters, scope, receive, send)
                return
        allowed = sorted({m for function, _ in matches for m in function.methods})
        await Response(status_code=405, headers={"allow": ", ".join(allowed)})(scope, receive, send)

    async def _serve(
        self,
        function: HttpFunction,
        parameters: dict[str, str],
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        url = str(URL(scope=scope))
        headers = _joined(scope["headers"])
        if not self._is_allowed(function, headers, scope):
            await Response(status_code=401)(scope, receive, send)
            return
        try:
            body = await self._body(headers, receive)
        except BodyTooLargeError:
            await Response(status_code=413)(scope, receive, send)
            return
        outcome = await self._invoker.run(
            function, http_input(scope["method"], url, headers, parameters, body)
        )
        answer = http_answer(outcome.value) if outcome.failure is None else HttpAnswer(500, [], b"")
        length = (b"content-length", str(len(answer.body)).encode())
        sent = [header for header in answer.headers if header[0] != b"content-length"]
        await send(
            {"type": "http.response.start", "status": answer.status, "headers": [*sent, length]}
        )
        await send({"type": "http.response.body", "body": answer.body})

    async def _body(self, headers: dict[str, str], receive: Receive) -> bytes:
        if int(headers.get("content-length", "0")) > self._max_body:
            raise BodyTooLargeError
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > self._max_body:
                raise BodyTooLargeError
            chunks.append(chunk)
            if not message.get("more_body"):
                return b"".join(chunks)

    def _is_allowed(self, function: HttpFunction, headers: dict[str, str], scope: Scope) -> bool:
        if function.auth == "anonymous":
            return True
        query = QueryParams(scope.get("query_string", b""))
        given = headers.get("x-functions-key") or query.get("code", "")
        return hmac.compare_digest(given.encode(), self._key.encode())


def _joined(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers by lower-case name; repeated ones are joined as HTTP allows."""
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined
