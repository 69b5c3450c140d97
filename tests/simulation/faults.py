"""Lets happen what does not hit single calls: notifications, hosts, clocks, whole outages."""

from collections.abc import Collection
from datetime import timedelta

from tests.kit.world import World
from tests.simulation.chaos import Chaos
from tests.simulation.fault_kinds import CALL_FAULTS, FaultKind
from tests.simulation.steps import Fault
from tests.simulation.world import UnsureMotor

PUSH = {
    FaultKind.PUSH_DROPPED: {"drop": 0.5},
    FaultKind.PUSH_DOUBLED: {"duplicate": 1},
    FaultKind.PUSH_LATE: {"delay_s": (0, 40), "reorder": True},
    FaultKind.PUSH_SILENT: {"silent": True},
}
CALL_OUTAGES = {FaultKind.TABLES_DOWN}
OUTAGES = {
    FaultKind.OUTAGE_OF_GRAPH: FaultKind.GRAPH_DOWN,
    FaultKind.OUTAGE_OF_ROOMS: FaultKind.ROOMS_DOWN,
}
AN_HOUR, FOR_EVER = timedelta(hours=1), 10**9
A_FEW, A_WHILE = 2, timedelta(minutes=5)
"""Tables that are away for more calls are so for a while: longer than the bus delivers at once."""
CARE = ("rooms_poll", "subscription_care")


async def commit(fault: Fault, world: World, chaos: Chaos) -> None:
    """Let a fault happen now, or from now on."""
    kind, motor = fault.kind, world.motor
    assert isinstance(motor, UnsureMotor)
    if kind is FaultKind.TABLES_DOWN and fault.times > A_FEW:
        await _outage(kind, world, chaos, for_=A_WHILE, timers=CARE)
    elif kind in CALL_FAULTS:
        chaos.arm(kind, skip=fault.skip, times=fault.times)
    elif kind is FaultKind.WORKERS_DOUBLED:
        motor.doubled += fault.times
    elif kind is FaultKind.MESSAGE_DOUBLED:
        motor.again += fault.times
    else:
        chaos.fired[kind] += 1
        await (world.push(**PUSH[kind]) if kind in PUSH else _happen(kind, world, chaos))


async def _happen(kind: FaultKind, world: World, chaos: Chaos) -> None:
    match kind:
        case FaultKind.HOST_DOWN:
            world.host.is_down = True
        case FaultKind.SUBSCRIPTIONS_GONE:
            world.exchange.subscriptions.clear()
            world.exchange.ews.subscriptions.clear()
        case FaultKind.DELTA_EXPIRED:
            world.exchange.delta.clear()
            world.exchange.ews.states.clear()
        case FaultKind.CLOCK_JUMPS:
            world.clock.advance(timedelta(hours=2))
        case FaultKind.OUTAGE_OF_GRAPH | FaultKind.OUTAGE_OF_ROOMS:
            await _outage(OUTAGES[kind], world, chaos, for_=AN_HOUR, timers=CARE)
        case FaultKind.RESTART:
            world.restarts()
        case _:
            raise KeyError(kind)


async def end_all(world: World, chaos: Chaos) -> None:
    """Let everything work again."""
    chaos.disarm()
    world.host.is_down = False
    assert isinstance(world.motor, UnsureMotor)
    world.motor.doubled = world.motor.again = 0
    await world.push_is_back()


async def _outage(
    kind: FaultKind, world: World, chaos: Chaos, *, for_: timedelta, timers: Collection[str]
) -> None:
    fired = chaos.fired[kind]
    chaos.arm(kind, skip=0, times=FOR_EVER)
    await world.advances(seconds=for_.total_seconds(), timers=timers)
    chaos.disarm_kind(kind)
    # One outage is one fault, however many calls it met; an hour's has its own kind.
    met = chaos.fired[kind] - fired
    chaos.fired[kind] = fired + (kind in CALL_OUTAGES and met > 0)
