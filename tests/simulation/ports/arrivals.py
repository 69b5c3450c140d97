"""Notifications and webhooks on their way into the app without HTTP, by its own ingest."""

import json
from typing import Any

from core.app.ingest_graph import echoed_token, ingest_lifecycle, ingest_notifications
from core.app.ingest_rooms import ingest_booking_change
from core.bootstrap import App
from devstack.exchange.graph.delivery import Echo, NoEchoError
from tests.kit.host import Host


class GraphArrivals:
    """Takes notifications of Exchange, each at its URL."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def echo(self, url: str, token: str, budget_s: float) -> Echo:  # noqa: ARG002 - as take
        given: list[str] = []

        async def echoed(_: App) -> None:
            given.append(echoed_token(token))

        status = await self._host.takes(echoed)
        if status == 0:
            raise NoEchoError("nobody is there")
        return Echo(200 if given else status, "text/plain", "".join(given))

    async def take(self, url: str, content: dict[str, Any], budget_s: float) -> int:  # noqa: ARG002 - nobody is slow
        body = json.dumps(content).encode()
        ingest = ingest_lifecycle if url.endswith("/lifecycle") else ingest_notifications

        async def taken(app: App) -> None:
            await ingest(body, app.subscription_book, app.queue, app.clock)

        return await self._host.takes(taken)


class RoomsArrivals:
    """Takes signed webhooks of ROOMS."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def take(self, url: str, body: str, headers: dict[str, str]) -> int:  # noqa: ARG002 - there is one
        async def taken(app: App) -> None:
            await ingest_booking_change(
                body.encode(), headers, app.rooms_webhook, app.queue, app.clock
            )

        return await self._host.takes(taken)
