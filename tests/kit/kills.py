"""At which calls a story is killed: every fifth in `make test`, every one in `make kills`.

Of those in `make test` every other one is in depth `ports`: the same work for the same calls, a
third of the time. What an adapter makes of a call in several requests dies in `protocol`.
"""

import os
import zlib
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest

from tests.kit.closing import assert_closed
from tests.kit.host import WorkerKilledError
from tests.kit.interruptions import Moment
from tests.kit.on_premises import GRAPH, usual_exchange
from tests.kit.world import World, a_world
from tests.simulation.ports.world import PortsWorld

EVERY_KILL = "EVERY_KILL"
STRIDE, MOST_KILLS = 5, 60
EFFECTS = (
    r"^(graph|rooms)\.(POST|PATCH|PUT|DELETE)\..*(events|bookings|reservation|sendMail)"
    r"|^ews\.POST\.(?!.*subscriptions)"
    r"|^(graph|rooms)\.(create_event|update|change_|cancel|delete|decline|remove|open|confirm|abort|send)"
    r"|^tables\..*\.(insert|put|replace|transact|delete)$"
    r"|^bus\.(sync-items|notices)\.send$"
)

type Given = Callable[[World], Awaitable[Any]]
type When = Callable[[World, Any], Awaitable[None]]
type Then = Callable[[World], Awaitable[None]]


def kill_points(story: str, *, share: int = 0, of: int = 1) -> Iterator[int]:
    """Yield after how many calls with an effect the worker dies, up to more than a story has.

    Different stories begin at different calls, so that together they hit every kind; `share` is
    one part `of` several that have no call in common.
    """
    stride = 1 if os.environ.get(EVERY_KILL) else STRIDE
    begin = zlib.crc32(story.encode()) % stride + share * stride
    step = stride * of
    yield from range(begin % step, MOST_KILLS + step, step)


async def dies_after_any_call(
    name: str,
    story: tuple[Given, When, Then],
    company: dict[str, Any],
    *,
    patience_minutes: int,
    over_http: bool = False,
) -> None:
    """Tell a story again and again, the worker killed one call with an effect later each time.

    The effect is there, the process that asked for it is not; the end has to be the same (P12).
    `over_http` is a story that knows of requests: it is told in depth `protocol` alone.
    """
    is_told_once = over_http or os.environ.get(EVERY_KILL) or usual_exchange() != GRAPH
    told_by = (World,) if is_told_once else (World, PortsWorld)
    for share, made_by in enumerate(told_by):
        for calls in kill_points(name, share=share, of=len(told_by)):
            if not await _told(story, {"made_by": made_by, **company}, calls, patience_minutes):
                assert calls > 3, "the story has so few effects that nothing was tried"
                break
        else:
            pytest.fail(f"{name}: still killed after {MOST_KILLS} calls")


async def _told(
    story: tuple[Given, When, Then], company: dict[str, Any], kill_after: int, patience_minutes: int
) -> bool:
    """Tell a story with a kill after that many calls; return whether the kill still hit."""
    given, when, then = story
    world = await a_world(**company)
    try:
        subject = await given(world)
        world.interruptions.strike(EFFECTS, WorkerKilledError, moment=Moment.AFTER, skip=kill_after)
        await when(world, subject)
        await world.settles()
        world.interruptions.clear()
        await world.advances(minutes=patience_minutes, timers=())
        await then(world)
        await assert_closed(world)
    finally:
        await world.ends()
    return world.host.kills > 0
