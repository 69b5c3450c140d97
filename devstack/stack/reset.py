"""Gives the stack another world: simulators, clock, queues, tables, then the app's import."""

import aiohttp

from devstack.addresses import Addresses
from devstack.kit.world import World
from devstack.stack.advance import ClockMover
from devstack.stack.app_settings import storage_connection_string
from devstack.stack.asking import ask
from devstack.stack.tables import empty_tables
from devstack.stack.watch import Look, Watch

BAD_REQUEST = 400


class ResetFailedError(Exception):
    """A part refused its share of the new world; the text says which and why."""


class WorldRefusedError(Exception):
    """A simulator finds the new world impossible; the text is its reason. The old one stays."""


class WorldLoader:
    """Replaces the world of all parts, in the order that leaves nothing of the old one behind."""

    def __init__(
        self,
        addresses: Addresses,
        mover: ClockMover,
        watch: Watch,
        client: aiohttp.ClientSession,
    ) -> None:
        self._addresses, self._mover, self._watch = addresses, mover, watch
        self._client = client
        self._loaded: World | None = None

    async def load(self, world: World) -> Look:
        """Load `world` everywhere and return when the stack is quiet.

        A world that a simulator refuses leaves the stack with the one it had, freshly loaded:
        WorldRefusedError.
        """
        try:
            return await self._load(world)
        except WorldRefusedError:
            if self._loaded is not None:
                await self._load(self._loaded)
            raise

    async def _load(self, world: World) -> Look:
        a = self._addresses
        content = world.model_dump(mode="json")
        await self._send("POST", f"{a.host}/admin/devstack/pause")
        self._mover.start_at(world.start)
        for simulator in (a.exchange, a.rooms):
            await self._send(
                "POST", f"{simulator}/_control/world", {"world": content}, refusable=True
            )
        await self._send("DELETE", f"{a.bus_control}/faults")
        # The old world's last notifications may still be on their way through the app to a queue.
        await self._watch.until_host_is_idle()
        await self._send("POST", f"{a.bus_control}/purge")
        await empty_tables(storage_connection_string(a))
        await self._send("PUT", f"{a.host}/api/dev/world", content)
        await self._send("POST", f"{a.host}/admin/devstack/resume")
        self._loaded = world
        return await self._watch.quiet()

    async def _send(
        self, method: str, url: str, content: object = None, *, refusable: bool = False
    ) -> None:
        try:
            status, text = await ask(self._client, method, url, content)
        except (OSError, aiohttp.ClientError) as error:
            raise ResetFailedError(f"{method} {url} failed: {error}") from error
        if refusable and status == BAD_REQUEST:
            raise WorldRefusedError(text)
        if status >= BAD_REQUEST:
            raise ResetFailedError(f"{method} {url} answered {status}: {text}")
