"""Is the stack quiet? Looks at all parts at once and says what is still going on.

Two looks with equal counters and nothing going on make `quiet` (contract section 2): whatever moves
from one part to another in between changes a counter of the host or the broker.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp

from devstack.addresses import Addresses
from devstack.kit.clock import Clock

Answer = Mapping[str, Any]
_NOTHING: Answer = {}
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.004, 0.03
_KINDS = ("notifications", "assistant")
# A draft that somebody leaves open ends by itself only when its time is up: like a timer that is
# not yet due, it does not keep the stack from being quiet (ADR 0006).


class NotQuietError(Exception):
    """The stack did not come to rest in time; the text says what is still going on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the parts said at one moment; None = the part does not answer."""

    now: datetime
    host: Answer | None
    bus: Answer | None
    exchange: Answer | None
    rooms: Answer | None

    @property
    def queues(self) -> dict[str, dict[str, int]]:
        """Messages per queue: active (locked ones included), scheduled, dead.

        What lies in a queue that no function receives from was given up: it counts as dead.
        """
        received = None if self.host is None else self.host["queues"]
        return {
            name: _as_dead(counts) if received is not None and name not in received else counts
            for name, counts in (self.bus or _NOTHING).get("queues", {}).items()
        }

    @property
    def retries_pending(self) -> int:
        return sum(queue["scheduled"] for queue in self.queues.values())

    @property
    def counters(self) -> dict[str, int]:
        """The contract's counters, each ever growing."""
        return {
            "enqueued": int((self.bus or _NOTHING).get("enqueued", 0)),
            "processed": int((self.host or _NOTHING).get("messages_settled", 0)),
            "notifications": int((self.exchange or _NOTHING).get("delivered", 0)),
            "webhooks": int((self.rooms or _NOTHING).get("delivered", 0)),
        }

    @property
    def stamp(self) -> tuple[object, ...]:
        """Everything that must not change between two looks for the stack to be quiet."""
        host = self.host or _NOTHING
        return (
            *self.counters.values(),
            *(host.get(name) for name in ("started", "finished", "messages_received")),
            *(str(self.queues[name]) for name in sorted(self.queues)),
        )

    @property
    def next_due(self) -> datetime | None:
        """The next moment at which something happens by itself."""
        due = [_moment(part.get("next_due")) for part in self._simple_parts()]
        if self.host is not None and not self.host["paused"]:
            due += [_moment(text) for text in self.host["next_due"].values()]
        return min((moment for moment in due if moment is not None), default=None)

    @property
    def going_on(self) -> tuple[str, ...]:
        """What is queued, running or overdue; what is planned for later does not count.

        Without a host nothing is worked on: what is queued then waits for its return.
        """
        if self.host is None:
            return tuple(self._overdue())
        running = [f"{name} runs ({n})" for name, n in self.host["in_flight"].items()]
        if self.host["paused"]:
            running.append("the host is paused: a reset is under way or has failed")
        queued = [f"queue {n} holds {q['active']}" for n, q in self.queues.items() if q["active"]]
        return (*running, *queued, *self._overdue())

    @property
    def silent(self) -> tuple[str, ...]:
        """The parts that do not answer."""
        names = ("host", "bus", "exchange", "rooms")
        return tuple(name for name in names if getattr(self, name) is None)

    @property
    def planned(self) -> tuple[str, ...]:
        """What the simulators will still do by themselves, delayed things included."""
        return tuple(
            f"{name}: {part[kind]} {kind} pending"
            for name, part in (("exchange", self.exchange), ("rooms", self.rooms))
            if part is not None
            for kind in _KINDS
            if part.get(kind)
        )

    def _overdue(self) -> list[str]:
        overdue = [
            f"{name}: {part['due']} due"
            for name, part in (("exchange", self.exchange), ("rooms", self.rooms))
            if part is not None and part.get("due")
        ]
        due = self.next_due
        if due is not None and due <= self.now:
            overdue.append(f"something is due since {due.isoformat()}")
        return overdue

    def _simple_parts(self) -> list[Answer]:
        return [part for part in (self.bus, self.exchange, self.rooms) if part is not None]


class Watch:
    """Looks at the parts over HTTP until they are at rest."""

    def __init__(
        self,
        addresses: Addresses,
        clock: Clock,
        client: aiohttp.ClientSession,
        is_running: Callable[[str], bool],
    ) -> None:
        self._addresses, self._clock, self._client = addresses, clock, client
        self._is_running = is_running

    async def look(self) -> Look:
        """Ask all parts at once."""
        a = self._addresses
        host, bus, exchange, rooms = await asyncio.gather(
            self._ask(f"{a.host}/admin/devstack/activity"),
            self._ask(f"{a.bus_control}/status"),
            self._ask(f"{a.exchange}/_control/pending"),
            self._ask(f"{a.rooms}/_control/pending"),
        )
        return Look(now=self._clock.now(), host=host, bus=bus, exchange=exchange, rooms=rooms)

    async def look_twice(self) -> tuple[Look, bool]:
        """Look two times; return the second look and whether the stack is quiet."""
        first = await self.look()
        await asyncio.sleep(_FIRST_PAUSE_S)
        second = await self.look()
        still = first.stamp == second.stamp
        busy = any((*look.going_on, *look.planned, *look.silent) for look in (first, second))
        return second, still and not busy

    async def until_host_is_idle(self, patience_s: float = 10.0) -> None:
        """Wait until no function runs; give up silently after `patience_s`."""
        loop = asyncio.get_running_loop()
        until = loop.time() + patience_s
        while loop.time() < until:
            look = await self.look()
            if look.host is None or not look.host["in_flight"]:
                return
            await asyncio.sleep(_LONGEST_PAUSE_S)

    async def settled(self, patience_s: float = 120.0) -> Look:
        """Wait until nothing is going on; what is planned for later may stay.

        A part that was ended on purpose is not waited for, one that is just starting is. Raises
        NotQuietError after `patience_s` of real time.
        """
        loop = asyncio.get_running_loop()
        until, pause = loop.time() + patience_s, _FIRST_PAUSE_S
        before = await self.look()
        while True:
            await asyncio.sleep(pause)
            look = await self.look()
            busy = [*self._busy(before), *self._busy(look)]
            if not busy and before.stamp == look.stamp:
                return look
            if loop.time() > until:
                what = "; ".join(dict.fromkeys(busy)) or "counters move"
                raise NotQuietError(f"not at rest after {patience_s:.0f} s: {what}")
            pause = min(pause * 1.5, _LONGEST_PAUSE_S)
            before = look

    def _busy(self, look: Look) -> list[str]:
        starting = [f"{n} does not answer" for n in look.silent if self._is_running(n)]
        return [*look.going_on, *starting]

    async def quiet(self, patience_s: float = 120.0, worth_waiting_s: float = 60.0) -> Look:
        """Wait until the stack is quiet, or only things are left that are due much later."""
        loop = asyncio.get_running_loop()
        until = loop.time() + patience_s
        while True:
            look = await self.settled(patience_s)
            due = look.next_due
            too_far = due is None or (due - look.now).total_seconds() > worth_waiting_s
            if not look.planned or too_far or loop.time() > until:
                return look
            await asyncio.sleep(_LONGEST_PAUSE_S)

    async def _ask(self, url: str) -> Answer | None:
        try:
            async with self._client.get(url) as answer:
                if answer.status != 200:
                    return None
                content: Answer = await answer.json()
                return content
        except (OSError, aiohttp.ClientError, TimeoutError):
            return None


def _as_dead(counts: dict[str, int]) -> dict[str, int]:
    return {
        "active": 0,
        "scheduled": counts["scheduled"],
        "dead": counts["dead"] + counts["active"],
    }


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
