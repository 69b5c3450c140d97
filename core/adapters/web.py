"""The Web port over HTTP: one short request without credentials, and only a piece of its answer."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from core.adapters.bounded_http import BoundedClient
from core.errors import ServiceUnavailableError
from core.ports.web import WebAnswer

LONGEST_S = 10.0
LARGEST = 64 * 1024


class HttpWeb:
    """Opens a connection per question: what is asked here is asked seldom."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._transport = transport

    async def ask(self, method: str, url: str) -> WebAnswer:
        """Return what answers there; ServiceUnavailableError if nothing does, with the reason."""
        try:
            async with BoundedClient(
                transport=self._transport,
                longest_s=LONGEST_S,
                largest=LARGEST,
                timeout=LONGEST_S,
                trust_env=False,
            ) as client:
                answer = await client.request(method, url)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            # Texts of the library name addresses and ports only.
            why = str(error) or type(error).__name__
            raise ServiceUnavailableError(f"no answer ({why})") from None
        body = answer.content.decode("utf-8", "replace")
        return WebAnswer(
            status=answer.status_code, body=body, date=_moment(answer.headers.get("date", ""))
        )


def _moment(text: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(text)
    except ValueError:
        return None
    return read.astimezone(UTC) if read.tzinfo is not None else read.replace(tzinfo=UTC)
