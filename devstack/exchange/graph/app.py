"""The Graph face as an ASGI application: one request in, one answer or error envelope out."""

import json
import logging
from collections.abc import Iterable
from urllib.parse import parse_qsl

from starlette.types import Receive, Scope, Send

from devstack.exchange.graph.access import Access
from devstack.exchange.graph.calls import Call, Reply, parse_query
from devstack.exchange.graph.errors import GraphError, bad_request, envelope, not_built
from devstack.exchange.graph.permissions import Permissions
from devstack.exchange.graph.prefer import NOTHING, parse_prefer
from devstack.exchange.graph.routing import Found, Routes, segments_of
from devstack.exchange.graph.throttle import Throttle
from devstack.exchange.model import versions
from devstack.kit.clock import Clock

log = logging.getLogger(__name__)

VERSION, BETA = "v1.0", "beta"
DIAGNOSTIC = (
    '{"ServerInfo":{"DataCenter":"Simulator","Slice":"E","Ring":"1","ScaleUnit":"000",'
    '"RoleInstance":"EXCHANGE"}}'
)


class GraphFace:
    """Routes, authorises, throttles and answers; expects the desk in front of it."""

    def __init__(
        self, *, clock: Clock, access: Access, throttle: Throttle, permissions: Permissions
    ) -> None:
        self._clock, self._access, self._throttle = clock, access, throttle
        self._permissions = permissions
        self.versioned, self.beta, self.bare = Routes(), Routes(), Routes()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = _joined(scope["headers"])
        request_id = versions.guid("request", scope["journal_entry"].number)
        standard = {
            "request-id": request_id,
            "client-request-id": headers.get("client-request-id", request_id),
            "x-ms-ags-diagnostic": DIAGNOSTIC,
            "Date": f"{self._clock.now():%a, %d %b %Y %H:%M:%S GMT}",
        }
        try:
            reply = await self._reply(scope, headers, (await receive()).get("body", b""))
        except GraphError as error:
            reply = self._refusal(error, standard)
        except Exception:
            log.exception("the Graph face failed")
            failure = GraphError(500, "ErrorInternalServerError", "An internal server error.")
            reply = self._refusal(failure, standard)
        await _send(send, reply, standard)

    async def _reply(self, scope: Scope, headers: dict[str, str], body: bytes) -> Reply:
        raw_path = scope.get("raw_path") or scope["path"].encode()
        path = raw_path.decode("latin-1").split("?", 1)[0]
        segments = segments_of(path)
        host = headers.get("host") or ":".join(map(str, scope.get("server") or ("localhost",)))
        call = Call(
            method=scope["method"],
            path=path,
            origin=f"{scope.get('scheme', 'http')}://{host}",
            query=parse_query(
                parse_qsl(scope.get("query_string", b"").decode(), keep_blank_values=True)
            ),
            headers=headers,
            body=body,
            caller=scope["caller"],
            entry=scope["journal_entry"],
            in_flight=scope["in_flight"],
            prefer=NOTHING,
        )
        version = segments[0].lower()
        if version not in (VERSION, BETA):
            return await self._outside(call, segments)
        self._access.require_known(call)
        self._throttle.admit(call)
        call.prefer = parse_prefer(headers.get("prefer"))
        wanted = self._expanded(call, segments[1:])
        self._permissions.require(call, wanted)
        found = self._handler(version, call.method, wanted)
        call.params, call.argument = found.params, found.argument
        reply = await found.handler(call)
        if call.prefer.applied:
            reply.headers["Preference-Applied"] = call.prefer.applied
        return reply

    def _handler(self, version: str, method: str, segments: list[str]) -> Found:
        if version == VERSION:
            return self.versioned.find(method, segments)
        try:
            return self.beta.find(method, segments)
        except GraphError as error:
            raise not_built("this part of Graph's beta") from error

    async def _outside(self, call: Call, segments: list[str]) -> Reply:
        """Answer what lies outside Graph: the token endpoint."""
        found = self.bare.find(call.method, segments)
        call.params = found.params
        return await found.handler(call)

    def _expanded(self, call: Call, segments: list[str]) -> list[str]:
        """Put the caller's own mailbox in place of `me`."""
        if not segments or segments[0].lower() != "me":
            return segments or [""]
        own = self._access.user(call)
        if own is None:
            raise bad_request("/me request is only valid with delegated authentication flow.")
        return ["users", own.mail, *segments[1:]]

    def _refusal(self, error: GraphError, standard: dict[str, str]) -> Reply:
        content = envelope(
            error, self._clock.now(), standard["request-id"], standard["client-request-id"]
        )
        return Reply(error.status, content, error.headers)


def _joined(pairs: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Return the headers by lower-case name; a repeated one is joined with commas."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in pairs:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


async def _send(send: Send, reply: Reply, standard: dict[str, str]) -> None:
    content = b"" if reply.content is None else json.dumps(reply.content).encode()
    headers = standard | reply.headers
    if content:
        headers["Content-Type"] = (
            "application/json;odata.metadata=minimal;odata.streaming=true;"
            "IEEE754Compatible=false;charset=utf-8"
        )
    if reply.status != 204:
        headers["Content-Length"] = str(len(content))
    await send(
        {
            "type": "http.response.start",
            "status": reply.status,
            "headers": [
                (name.lower().encode("latin-1"), value.encode("latin-1", "replace"))
                for name, value in headers.items()
            ],
        }
    )
    await send({"type": "http.response.body", "body": content, "more_body": False})
