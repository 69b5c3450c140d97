"""Lets an adapter talk to a simulator in the same process, as if over the network."""

import httpx

from devstack.kit.desk import ConnectionAbortedByFaultError


class InProcess(httpx.AsyncBaseTransport):
    """ASGI instead of sockets; a connection that a fault cuts looks as it would on the wire."""

    def __init__(self, app):
        self._inner = httpx.ASGITransport(app=app)

    async def handle_async_request(self, request):
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionAbortedByFaultError as error:
            raise httpx.ReadError("connection reset", request=request) from error
