"""Brings a stack to rest: nothing moves, nothing is tried again, every net has looked."""

import asyncio
import time
from datetime import datetime, timedelta
from typing import Any

from tests.simulation.properties import SOON
from tests.soak.world import FarWorld

LONGEST = timedelta(hours=16)
A_MOMENT = timedelta(seconds=1)
PATIENCE_S, PAUSE_S = 90.0, 0.1


class NeverQuietError(AssertionError):
    """The stack does not come to rest; the text says what is still going on."""


async def gets_quiet(world: FarWorld) -> dict[str, Any]:
    """Wait until nothing moves, delayed notifications included; return the last status."""
    until = time.monotonic() + PATIENCE_S
    while True:
        status: dict[str, Any] = await world.shows("stack", "status")
        if status["quiet"]:
            return status
        if time.monotonic() > until:
            what = "; ".join(status["busy"]) or "counters move"
            raise NeverQuietError(f"not at rest after {PATIENCE_S:.0f} s: {what}")
        await asyncio.sleep(PAUSE_S)


async def comes_to_rest(world: FarWorld) -> None:
    """Let pass what is tried again, then let every net look, and again."""
    await _nothing_is_tried_again(world)
    for net in SOON:
        await world.orders("stack", f"run/{net}")
    await world.orders("stack", "full-pass")
    await _nothing_is_tried_again(world)


async def _nothing_is_tried_again(world: FarWorld) -> None:
    """Move the clock to where something is tried again, as long as there is such a moment."""
    began, status = world.clock.now(), await gets_quiet(world)
    while status["retries_pending"]:
        if world.clock.now() - began > LONGEST:
            number = status["retries_pending"]
            raise NeverQuietError(f"{number} looks are still tried again after {LONGEST}")
        due = (await world.shows("bus_control", "next-due"))["next_due"]
        if due is not None:
            moment = max(datetime.fromisoformat(due), world.clock.now()) + A_MOMENT
            await world.orders("stack", "clock", {"set": moment.isoformat()})
        status = await gets_quiet(world)
