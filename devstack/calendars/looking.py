"""Looks at a running stack: is it quiet, what do both systems and the service show."""

import asyncio
from datetime import datetime
from typing import Any

import httpx

from devstack.addresses import Addresses
from devstack.calendars.fates import Sides
from devstack.stack.stack_file import APPOINTMENT_OID_PROPERTY, read_stack_file

type Json = dict[str, Any]

_PAUSE_S = 0.2


class NotQuietError(Exception):
    """The stack did not come to rest in time; the text says what is still going on."""


class StackView:
    """Reads the contract's addresses of one stack."""

    def __init__(self, addresses: Addresses, client: httpx.AsyncClient) -> None:
        self._addresses, self._client = addresses, client

    async def now(self) -> datetime:
        return datetime.fromisoformat((await self._status())["now"])

    async def until_quiet(self, patience_s: float) -> None:
        """Wait until nothing moves and no retry is due; NotQuietError after `patience_s`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + patience_s
        status = await self._status()
        while not status["quiet"] or status["retries_pending"]:
            if loop.time() > until:
                busy = [*status.get("busy", ()), f"{status['retries_pending']} retries wait"]
                raise NotQuietError(f"not at rest after {patience_s:.0f} s: {'; '.join(busy)}")
            await asyncio.sleep(_PAUSE_S)
            status = await self._status()

    async def sides(self, mailbox: str) -> Sides:
        """Return what is there now of one mailbox."""
        exchange, rooms, differences = (
            await self._get(f"{self._addresses.exchange}/_control/state"),
            await self._get(f"{self._addresses.rooms}/_control/state"),
            await self._get(f"{self._addresses.host}/api/console/differences.json"),
        )
        file = read_stack_file(self._addresses) or {}
        return Sides(
            events=tuple(exchange["mailboxes"][mailbox]["events"]),
            bookings=tuple(rooms["bookings"]),
            differences=tuple(differences),
            link_property=file.get("appointment_oid_property", APPOINTMENT_OID_PROPERTY),
        )

    async def _status(self) -> Json:
        status: Json = await self._get(f"{self._addresses.stack}/status")
        return status

    async def _get(self, url: str) -> Any:  # noqa: ANN401 - JSON
        return (await self._client.get(url)).raise_for_status().json()
