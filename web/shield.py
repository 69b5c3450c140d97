"""Around everything: security headers on every answer; what nobody foresaw is logged safely."""

import logging

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.app.failures import where

log = logging.getLogger(__name__)

SAFE = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}


class Unseen(bytes):
    """The body of an answer. `AsgiMiddleware` logs every message it passes on, whole, at DEBUG."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} bytes>"


class Shield:
    """An ASGI application with every answer of another one made safe.

    An error that reaches it was answered by the application's own handler: it is logged by its
    kind only, as its text may hold what no log should (P9).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        has_begun = False

        async def safely(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                headers = MutableHeaders(raw=message["headers"])
                headers.setdefault("Cache-Control", "no-store")
                for name, value in SAFE.items():
                    headers.setdefault(name, value)
                message = {**message, "headers": headers.raw}
            elif message["type"] == "http.response.body":
                message = {**message, "body": Unseen(message.get("body", b""))}
            await send(message)

        try:
            await self._app(scope, receive, safely)
        except Exception as error:
            log.error("console_failed", extra=where(error))  # noqa: TRY400 - no text, no trace
            if not has_begun:
                raise
