"""An HTTP client that no answer keeps waiting or fills: so many seconds in all, so many bytes.

httpx limits each read, not their sum: a byte now and then would go on for ever, and a body is read
to its end however long it is. Redirects are answers here, never followed.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import httpx

LONGEST_S = 45.0
"""Seconds of a whole request, well under what a look may take."""
LARGEST = 64 * 1024 * 1024
"""Bytes of a body once it is unpacked; the largest honest one, a page of calendars, has a tenth."""
_SLICE = 4096
"""Bytes that are unpacked at a time: what is packed may be a thousand times larger unpacked."""
_UNPACKED = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class AnswerTooLargeError(httpx.TransportError):
    """The body is larger than anything that is really asked for."""


class AnswerTooSlowError(httpx.TimeoutException):
    """The answer began and does not come to its end."""


class BoundedClient(httpx.AsyncClient):
    """httpx.AsyncClient with both limits; every failure is an httpx.HTTPError, as ever."""

    def __init__(
        self,
        *,
        longest_s: float = LONGEST_S,
        largest: int = LARGEST,
        **options: Any,  # noqa: ANN401 - httpx's own
    ) -> None:
        super().__init__(**options)
        self._longest_s, self._largest = longest_s, largest

    async def send(
        self,
        request: httpx.Request,
        *,
        stream: bool = False,  # noqa: ARG002 - every body is read, within the limits
        **options: Any,  # noqa: ANN401 - httpx's own
    ) -> httpx.Response:
        """Send and return the answer with its whole body."""
        try:
            async with asyncio.timeout(self._longest_s):
                answer = await super().send(request, stream=True, **options)
                try:
                    body = await self._body(answer)
                finally:
                    await answer.aclose()
        except TimeoutError:
            raise AnswerTooSlowError("no end of the answer in time", request=request) from None
        return httpx.Response(
            answer.status_code,
            headers=[
                (name, value)
                for name, value in answer.headers.multi_items()
                if name.lower() not in _UNPACKED
            ],
            content=body,
            request=request,
            extensions=_extensions(answer.extensions),
        )

    async def _body(self, answer: httpx.Response) -> bytes:
        if "," in answer.headers.get("content-encoding", ""):
            raise httpx.DecodingError("packed more than once", request=answer.request)
        if isinstance(answer.stream, httpx.AsyncByteStream):
            answer.stream = _Sliced(answer.stream)
        parts, size = [], 0
        async for part in answer.aiter_bytes():
            size += len(part)
            if size > self._largest:
                raise AnswerTooLargeError("the body is too large", request=answer.request)
            parts.append(part)
        return b"".join(parts)


class _Sliced(httpx.AsyncByteStream):
    """The same stream in small parts, so that unpacking one of them cannot fill the memory."""

    def __init__(self, inner: httpx.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for part in self._inner:
            for start in range(0, len(part), _SLICE):
                yield part[start : start + _SLICE]

    async def aclose(self) -> None:
        await self._inner.aclose()


def trouble(error: Exception) -> str:
    """Return in words what broke on the way; never a URL, as the texts of httpx have."""
    words: tuple[tuple[type[Exception], str], ...] = (
        (AnswerTooLargeError, "the answer is larger than anything we ask for"),
        (AnswerTooSlowError, "the answer does not come to its end"),
        (httpx.ConnectTimeout, "no connection in time"),
        (httpx.TimeoutException, "no answer in time"),
        (httpx.ConnectError, "no connection: check the address, DNS and firewalls"),
        (httpx.DecodingError, "the answer cannot be unpacked"),
        (httpx.RemoteProtocolError, "the answer was cut off or is not HTTP"),
        (httpx.InvalidURL, "the address cannot be used"),
    )
    said = next((text for kind, text in words if isinstance(error, kind)), "the connection broke")
    return f"{said} ({type(error).__name__})"


def _extensions(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what may outlive the connection."""
    return {
        name: value for name, value in found.items() if name in {"http_version", "reason_phrase"}
    }
