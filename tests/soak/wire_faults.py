"""How each kind of fault of a simulation is committed on the real stack."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tests.kit.canary import TEXT
from tests.simulation.fault_kinds import REPEATS, FaultKind
from tests.simulation.faults import PUSH
from tests.simulation.steps import Fault
from tests.soak.processes import Processes
from tests.soak.steps import AZURITE, BUS, EXCHANGE, HOST, ROOMS, KillOf
from tests.soak.world import SYSTEMS, FarWorld

type Json = dict[str, Any]

GRAPH_CALLS, ROOMS_CALLS = r"^/(v1\.0|beta)/", r"/api/v"
"""All but the tokens: without one nothing is called at all."""
PAGE = {"headers": {"content-type": "text/html"}, "body": f"<html>Bad gateway: {TEXT}</html>"}
SLOW_MS, STILL_S = 1500, 2.0
LOCKS_LOST = timedelta(minutes=12)
"""Longer than any lock is held or renewed."""


def _error(code: str) -> Json:
    return {"error": {"code": code, "message": REPEATS}}


ON_THE_WIRE: dict[FaultKind, tuple[str, Json]] = {
    FaultKind.GRAPH_DOWN: (EXCHANGE, {"status": 503, "body": _error("serviceNotAvailable")}),
    FaultKind.GRAPH_LOST_ANSWER: (EXCHANGE, {"fail_after_success": 504}),
    FaultKind.GRAPH_RESET: (EXCHANGE, {"drop_connection": True}),
    FaultKind.GRAPH_RESET_AFTER: (EXCHANGE, {"drop_connection": True, "fail_after_success": 504}),
    FaultKind.GRAPH_THROTTLES: (
        EXCHANGE,
        {"status": 429, "headers": {"Retry-After": "20"}, "body": _error("ApplicationThrottled")},
    ),
    FaultKind.GRAPH_THROTTLES_MUTELY: (
        EXCHANGE,
        {"status": 429, "body": _error("TooManyRequests")},
    ),
    FaultKind.GRAPH_HALF_ANSWER: (EXCHANGE, {"half_answer": True}),
    FaultKind.GRAPH_WRONG_TYPE: (EXCHANGE, {"status": 200, **PAGE}),
    FaultKind.GRAPH_REFUSES: (EXCHANGE, {"status": 403, "body": _error("ErrorAccessDenied")}),
    FaultKind.GRAPH_SLOW: (EXCHANGE, {"delay_ms": SLOW_MS}),
    FaultKind.ROOMS_DOWN: (ROOMS, {"status": 500, "body": {"message": REPEATS}}),
    FaultKind.ROOMS_LOST_ANSWER: (ROOMS, {"fail_after_success": 502}),
    FaultKind.ROOMS_RESET: (ROOMS, {"drop_connection": True}),
    FaultKind.ROOMS_RESET_AFTER: (ROOMS, {"drop_connection": True, "fail_after_success": 502}),
    FaultKind.ROOMS_HALF_ANSWER: (ROOMS, {"half_answer": True}),
    FaultKind.ROOMS_WRONG_TYPE: (ROOMS, {"status": 200, **PAGE}),
    FaultKind.ROOMS_SLOW: (ROOMS, {"delay_ms": SLOW_MS}),
}
"""What the simulators answer to the service's next calls instead (devstack.md 5)."""

KILLED: dict[FaultKind, KillOf] = {
    FaultKind.TABLES_DOWN: KillOf(AZURITE, after_s=0.02, down_s=1.0),
    FaultKind.HOST_DOWN: KillOf(HOST, after_s=0, down_s=3.0),
    FaultKind.OUTAGE_OF_GRAPH: KillOf(EXCHANGE, after_s=0.02, down_s=3.0),
    FaultKind.OUTAGE_OF_ROOMS: KillOf(ROOMS, after_s=0.02, down_s=3.0),
}
STILL = {FaultKind.TABLES_LOST_ANSWER: AZURITE, FaultKind.BUS_LOST_ANSWER: BUS}
HAPPEN = {
    FaultKind.BUS_DOWN,
    FaultKind.WORKERS_DOUBLED,
    FaultKind.MESSAGE_DOUBLED,
    FaultKind.CLOCK_JUMPS,
    FaultKind.RESTART,
    FaultKind.DELTA_EXPIRED,
    FaultKind.SUBSCRIPTIONS_GONE,
}
"""What `WireFaults` does by itself."""
LATE_S = (0, 8)
"""Real seconds, in which people wait here."""


@dataclass(slots=True)
class WireFaults:
    """Commits faults, and lets everything work again."""

    world: FarWorld
    processes: Processes

    async def commit(self, fault: Fault) -> None:
        """Let a fault happen now, or from now on."""
        kind = fault.kind
        if kind in ON_THE_WIRE:
            await self._on_the_wire(fault)
        elif kind in PUSH:
            late = {"delay_s": LATE_S} if kind is FaultKind.PUSH_LATE else {}
            await self._push(PUSH[kind] | late)
        elif kind in KILLED:
            await self.processes.kill(KILLED[kind])
        elif kind in STILL:
            self.processes.hold(STILL[kind], STILL_S)
        else:
            await self._happen(kind)

    async def end_all(self) -> None:
        """Let everything work again."""
        await self.processes.all_back()
        for system in SYSTEMS:
            await self.world.takes_back(system, "faults")
            await self.world.takes_back(system, "notifications")
        await self.world.takes_back("stack", "bus/faults")

    async def _on_the_wire(self, fault: Fault) -> None:
        system, deed = ON_THE_WIRE[fault.kind]
        path = GRAPH_CALLS if system == EXCHANGE else ROOMS_CALLS
        match = {"actor": "service", "path": path}
        order = {"match": match, "times": fault.times, "skip": fault.skip, "do": deed}
        await self.world.orders(system, "faults", order)

    async def _push(self, knobs: Json) -> None:
        for system in SYSTEMS:
            await self.world.orders(system, "notifications", knobs)

    async def _happen(self, kind: FaultKind) -> None:
        match kind:
            case FaultKind.BUS_DOWN:
                await self.world.orders("stack", "bus/faults", {"drop_connections": True})
            case FaultKind.WORKERS_DOUBLED | FaultKind.MESSAGE_DOUBLED:
                self.processes.hold(HOST, STILL_S)
                await asyncio.sleep(STILL_S / 2)
                self.world.jumps(LOCKS_LOST)
            case FaultKind.CLOCK_JUMPS:
                self.world.jumps(timedelta(hours=2))
            case FaultKind.RESTART:
                await self.processes.replace(HOST)
            case FaultKind.DELTA_EXPIRED:
                await self.world.orders(EXCHANGE, "delta", {"expire": True})
            case FaultKind.SUBSCRIPTIONS_GONE:
                await self._forget_subscriptions()
            case _:
                raise KeyError(kind)

    async def _forget_subscriptions(self) -> None:
        """Let Exchange forget all subscriptions without a word."""
        await self.world.orders(EXCHANGE, "notifications", {"silent": True})
        for entry in (await self.world.shows(EXCHANGE, "state"))["subscriptions"]:
            order = {"event": "subscriptionRemoved", "mail": entry["mail"]}
            await self.world.orders(EXCHANGE, "lifecycle", order)
        await self.world.takes_back(EXCHANGE, "notifications")
