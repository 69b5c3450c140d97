"""One mandator's connection to ROOMS: address, casing, credentials, what an answer means.

Failures come as 4xx and as 200 with an error-level `messageList` (rooms-api 1): both leave here
as the same SaidNoError. Texts of errors hold no title, no name and no URL query.
"""

import json
from collections.abc import Sequence
from typing import Any

import httpx

from core.adapters.bounded_http import BoundedClient, trouble
from core.adapters.retry_after import retry_after_s
from core.adapters.rooms.login import Authenticator, RoomsLogin
from core.adapters.rooms.payloads import Message
from core.adapters.rooms.reasons import named_reason
from core.domain.scope import ROOMS
from core.errors import (
    InvalidPayloadError,
    NotFoundError,
    NotPermittedError,
    RoomSyncError,
    ServiceUnavailableError,
    ThrottledError,
)
from core.ports.clock import Clock
from core.telemetry.calls import note_throttled, rooms_call
from core.telemetry.tracing import Noted

Query = Sequence[tuple[str, str]]

ERROR_LEVEL = 2
"""`messageLevel` of an error; the order of the three levels is inferred (rooms-api 1)."""

_DENIED = frozenset({401, 403})
_MISSING = frozenset({404, 410})
_MALFORMED = frozenset({405, 406, 413, 414, 415})
_PASSING = frozenset({408, 425})
_CLIENT_ERRORS = range(400, 500)


class SaidNoError(InvalidPayloadError):
    """ROOMS understood and did not do it; `text` is what it said, for people in the know only.

    `content` is the whole answer: what ROOMS opened in spite of its no has to be closed. `reason`
    is what its codes name, None when they name nothing known.
    """

    is_answer = True

    def __init__(self, doing: str, text: str, content: object = None) -> None:
        super().__init__(f"ROOMS said no while {doing}")
        self.text, self.content = text, content
        data = [
            m.message_data for m in _messages(content) if m.message_level in {None, ERROR_LEVEL}
        ]
        self.reason = named_reason(value for each in data for value in each.values())


class RoomsConnection:
    """Sends calls for one mandator; make one per process. `transport` replaces the network."""

    def __init__(
        self,
        *,
        base_url: str,
        mandator: str,
        login: RoomsLogin,
        clock: Clock,
        transport: httpx.AsyncBaseTransport | None = None,
        timeout_s: float = 30.0,
    ) -> None:
        self.mandator = mandator
        self._root = f"{base_url.rstrip('/')}/{mandator}/api"
        self._http = BoundedClient(
            transport=transport,
            timeout=timeout_s,
            headers={"X-JsonPropertyFormat": "camel", "Accept": "application/json"},
        )
        self._authenticator = Authenticator(login, clock, self._http)

    async def get(self, path: str, doing: str, query: Query = ()) -> Any:  # noqa: ANN401 - JSON
        """Read; `path` begins with the version, as in `v1.0/status`."""
        return await self._call("GET", path, doing, query, None)

    async def post(self, path: str, doing: str, body: dict[str, Any] | None = None) -> Any:  # noqa: ANN401 - JSON
        """Write by POST; without a body none is sent."""
        return await self._call("POST", path, doing, (), body)

    async def put(
        self, path: str, doing: str, body: dict[str, Any] | None = None, query: Query = ()
    ) -> Any:  # noqa: ANN401 - JSON
        """Write by PUT."""
        return await self._call("PUT", path, doing, query, body)

    async def patch(self, path: str, doing: str, query: Query = ()) -> Any:  # noqa: ANN401 - JSON
        """Write by PATCH, without a body."""
        return await self._call("PATCH", path, doing, query, None)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def _call(
        self, method: str, path: str, doing: str, query: Query, body: dict[str, Any] | None
    ) -> Any:  # noqa: ANN401 - JSON
        with rooms_call(doing) as noted:
            return await self._asked(method, path, doing, query, body=body, noted=noted)

    async def _asked(
        self,
        method: str,
        path: str,
        doing: str,
        query: Query,
        *,
        body: dict[str, Any] | None,
        noted: Noted,
    ) -> Any:  # noqa: ANN401 - JSON
        try:
            answer = await self._send(method, path, doing, query, body)
            if answer.status_code == httpx.codes.UNAUTHORIZED and self._authenticator.can_renew:
                self._authenticator.forget(answer.request.headers)
                answer = await self._send(method, path, doing, query, body)
            noted.put("roomsync.status", answer.status_code)
            content = _content(answer, doing)
            if not answer.is_success:
                raise _failure(answer, content, doing)
        except RoomSyncError as error:
            error.origin = ROOMS.name
            note_throttled(error, "rooms")
            raise
        if (text := _error_text(content)) is not None:
            raise SaidNoError(doing, text, content)
        return content

    async def _send(
        self, method: str, path: str, doing: str, query: Query, body: dict[str, Any] | None
    ) -> httpx.Response:
        headers = await self._authenticator.headers()
        try:
            return await self._http.request(
                method,
                f"{self._root}/{path}",
                params=list(query),
                json=body,
                headers=headers,
            )
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
            raise ServiceUnavailableError(
                f"ROOMS did not answer while {doing}: {trouble(error)}"
            ) from None


def _content(answer: httpx.Response, doing: str) -> Any:  # noqa: ANN401 - JSON
    """Return the body, None when it is empty; what is not JSON comes from something in between.

    Statuses that mean the same with any body are left to `_failure`.
    """
    if not answer.content.strip():
        return None
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        if answer.status_code in _DENIED or answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            return None
        raise ServiceUnavailableError(
            f"ROOMS' answer cannot be read while {doing}: status {answer.status_code}, no JSON",
            retry_after_s=retry_after_s(answer.headers),
        ) from None


def _failure(answer: httpx.Response, content: object, doing: str) -> RoomSyncError:
    status = answer.status_code
    text = f"ROOMS answered {status} while {doing}"
    if status in _DENIED:
        return NotPermittedError(f"{text}: check the API key and the rights of its user")
    if status in _MISSING:
        return NotFoundError(text)
    if status == httpx.codes.TOO_MANY_REQUESTS:
        return ThrottledError(text, retry_after_s=retry_after_s(answer.headers))
    if status in _MALFORMED:
        return InvalidPayloadError(text)
    if status in _CLIENT_ERRORS and status not in _PASSING:
        return SaidNoError(doing, _refusal_text(content), content)
    return ServiceUnavailableError(text, retry_after_s=retry_after_s(answer.headers))


def _error_text(content: object) -> str | None:
    """Return the texts of the error-level messages of a successful answer, None without any."""
    texts = [m.message for m in _messages(content) if m.message_level == ERROR_LEVEL]
    return " ".join(texts) if texts else None


def _refusal_text(content: object) -> str:
    """Return what an answer says about why, as Web API writes it."""
    if (text := _error_text(content)) is not None:
        return text
    message = _member(content, "message")
    return message if isinstance(message, str) else ""


def _messages(content: object) -> list[Message]:
    """Return the messages of an answer and of the booking inside it."""
    found: list[Message] = []
    for holder in (content, _member(content, "booking")):
        entries = _member(holder, "messagelist")
        if isinstance(entries, list):
            found += [Message.read(e, "message") for e in entries if isinstance(e, dict | str)]
    return found


def _member(content: object, folded_name: str) -> object:
    if not isinstance(content, dict):
        return None
    return next((v for k, v in content.items() if str(k).lower() == folded_name), None)
