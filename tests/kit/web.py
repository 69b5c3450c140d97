"""The web of a scenario as anybody sees it: which application answers at which address."""

from collections.abc import Mapping

import httpx


class Web(httpx.AsyncBaseTransport):
    """Leads by scheme, host and port; elsewhere nobody answers."""

    def __init__(self, places: Mapping[str, httpx.AsyncBaseTransport]) -> None:
        self._places = places

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request, whoever lives there."""
        url = request.url
        place = self._places.get(f"{url.scheme}://{url.host}:{url.port}")
        if place is None:
            raise httpx.ConnectError("connection refused", request=request)
        return await place.handle_async_request(request)
