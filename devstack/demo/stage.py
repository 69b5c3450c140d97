"""A running stack as the demo sees it: addresses, when it is at rest, logs and state."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from devstack.addresses import Addresses
from devstack.demo.company import Company
from devstack.demo.people import Office
from devstack.demo.picture import Picture, read_picture
from devstack.kit.world import World
from devstack.stack.detach import run_detached, running_pid, stop_running
from devstack.stack.stack_file import read_stack_file

Json = dict[str, Any]
_PAUSE_S = 0.05
_CLEAR_BEFORE_S, _CLEAR_AFTER_S = 4.0, 1.5
_IDLE_S = 2.0
"""Shorter than any server of the stack keeps an idle connection."""
RETRIES_S, ALL_RETRIES_S = 3.0, 45.0
"""The service tries again after 2 seconds, then after 10 and after 30."""


class StageError(Exception):
    """The stack cannot be used; the text says why and what to do."""


@contextmanager
def stack_for(addresses: Addresses, world: Path | None = None) -> Iterator[None]:
    """Run a stack in the background for a while; a DetachError says why it does not start."""
    if (pid := running_pid(addresses)) is not None:
        raise StageError(
            f"a stack runs already in {addresses.run_dir} (process {pid}): end it with `make stop`,"
            " or set RUN_DIR and the ports for a second one"
        )
    run_detached(addresses, [] if world is None else ["--world", str(world)])
    try:
        yield
    finally:
        stop_running(addresses)


class Stage:
    """One stack with its world."""

    def __init__(self, addresses: Addresses, world: World, client: httpx.AsyncClient) -> None:
        self.addresses, self.client = addresses, client
        self.company = Company(world)
        content = read_stack_file(addresses)
        if content is None:
            raise StageError(f"no stack runs in {addresses.run_dir}: start one with `make run`")
        self.link_property: str = content["appointment_oid_property"]
        self.office = Office(client, addresses.exchange, addresses.rooms, content["mandator"])

    @classmethod
    @asynccontextmanager
    async def open(cls, addresses: Addresses, world: World) -> AsyncIterator["Stage"]:
        """Yield the stage with a client of its own."""
        limits = httpx.Limits(
            max_connections=50, max_keepalive_connections=50, keepalive_expiry=_IDLE_S
        )
        async with httpx.AsyncClient(timeout=60, limits=limits, trust_env=False) as client:
            yield cls(addresses, world, client)

    async def rest(self, patience_s: float, retries_s: float = RETRIES_S) -> str | None:
        """Wait until nothing moves; return what still does after that time.

        Retries are waited for no longer than `retries_s` of quiet: on a slow machine, too, each has
        that time. One that is due later keeps nobody waiting, as with people: what it leaves undone
        shows as a difference.
        """
        loop = asyncio.get_running_loop()
        started = last_moved = loop.time()
        while True:
            status = await self.get(f"{self.addresses.stack}/status")
            now = loop.time()
            if not status["quiet"]:
                last_moved = now
                if now - started > patience_s:
                    return f"not at rest after {patience_s:.0f} s: {', '.join(status['busy'])}"
            elif not status["retries_pending"] or now - last_moved > retries_s:
                return None
            await asyncio.sleep(_PAUSE_S)

    async def keep_clear_of_timers(self) -> None:
        """Wait if one of the service's timers is about to fire.

        Poll and delta would find a change in the very moment of its notification, and nobody could
        tell whether the notification works: that is what a day is to show. Counts of calls must not
        hold a timer's either.
        """
        due = await self.get(f"{self.addresses.host}/admin/devstack/next-due")
        now = datetime.now(UTC)
        waits = [(datetime.fromisoformat(text) - now).total_seconds() for text in due.values()]
        soon = [wait for wait in waits if wait < _CLEAR_BEFORE_S]
        if soon:
            await asyncio.sleep(max(0.0, *soon) + _CLEAR_AFTER_S)

    async def retries_pending(self) -> int:
        """Return how many looks the service will take once more."""
        return int((await self.get(f"{self.addresses.stack}/status"))["retries_pending"])

    async def picture(self) -> Picture:
        """Return what both systems show now."""
        exchange, rooms = await asyncio.gather(
            self.get(f"{self.addresses.exchange}/_control/state"),
            self.get(f"{self.addresses.rooms}/_control/state"),
        )
        return read_picture(exchange, rooms, self.company, self.link_property)

    async def requests(self, since: tuple[int, int] = (0, 0)) -> tuple[list[Json], list[Json]]:
        """Return the request logs of Exchange and of ROOMS after these numbers."""
        exchange, rooms = await asyncio.gather(
            self.get(f"{self.addresses.exchange}/_control/requests?since={since[0]}"),
            self.get(f"{self.addresses.rooms}/_control/requests?since={since[1]}"),
        )
        return exchange, rooms

    async def activity(self) -> list[Json]:
        """Return what the service says it did, newest first."""
        url = f"{self.addresses.host}/api/console/activity.json?limit=5000"
        found: list[Json] = await self.get(url)
        return found

    async def full_pass(self) -> None:
        """Have the service look at everything again."""
        await self.post(f"{self.addresses.stack}/full-pass")

    async def notifications_take(self, seconds: float | None) -> None:
        """Let notifications of both systems travel that long; None: at once again."""
        for simulator in (self.addresses.exchange, self.addresses.rooms):
            url = f"{simulator}/_control/notifications"
            if seconds is None:
                await self._call("DELETE", url)
            else:
                await self.post(url, {"delay_s": [seconds, seconds]})

    async def get(self, url: str) -> Any:  # noqa: ANN401 - JSON
        return (await self._call("GET", url)).json()

    async def post(self, url: str, content: Json | None = None) -> None:
        await self._call("POST", url, content)

    async def _call(self, method: str, url: str, content: Json | None = None) -> httpx.Response:
        try:
            answer = await self.client.request(method, url, json=content)
        except httpx.TransportError as error:
            raise StageError(f"{method} {url} failed: {error!r}; see the stack's logs") from error
        if not answer.is_success:
            raise StageError(f"{method} {url} answered {answer.status_code}: {answer.text[:300]}")
        return answer
