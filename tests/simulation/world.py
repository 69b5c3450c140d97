"""The world of a simulated history: the whole system in one thread, with faults at every call."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from core.adapters.servicebus.bus import MAILBOX_JOBS, SYNC_ITEMS
from core.bootstrap import App
from devstack.exchange.simulator import ExchangeSimulator
from functions.workers import handle_mailbox_jobs, handle_sync_items
from tests.kit.host import Host, WorkerKilledError
from tests.kit.interleaving import Turns, pause
from tests.kit.memory_queue import Batch
from tests.kit.on_premises import MIXED
from tests.kit.quiet import Motor
from tests.kit.world import World, a_world
from tests.series_histories.playing import LENIENT
from tests.simulation.chaos import Chaos
from tests.simulation.fault_kinds import FaultKind

OK = 200
TWICE = (SYNC_ITEMS, MAILBOX_JOBS)
SETTINGS = {"guard_creates": 900, "guard_cancels": 900}
"""In a history everything happens within days; the guard has tests of its own."""


@dataclass
class UnsureMotor(Motor):
    """Turns the world as the platform does on a bad day: messages twice, two workers at once."""

    chaos: Chaos = field(default_factory=lambda: Chaos(over_http=True))
    new_app: Callable[[], App] | None = None
    doubled: int = 0
    again: int = 0

    async def _work(self, batch: Batch) -> None:
        if self.doubled and batch.queue in TWICE:
            self.doubled -= 1
            self.chaos.fired[FaultKind.WORKERS_DOUBLED] += 1
            await self._work_by_two(batch)
        elif self.again and batch.queue in TWICE:
            self.again -= 1
            self.chaos.fired[FaultKind.MESSAGE_DOUBLED] += 1
            await super()._work(batch)
            await self._other_worker(batch, self.host.app)
        else:
            await super()._work(batch)

    async def _work_by_two(self, batch: Batch) -> None:
        """Let another process have the same messages, call by call in an order of the seed's."""
        assert self.new_app is not None
        other = self._other_worker(batch, self.new_app())
        await Turns(self.chaos.chance).play(super()._work(batch), other)

    async def _other_worker(self, batch: Batch, app: App) -> None:
        bodies = [message.body for message in batch.messages]
        handle = handle_sync_items if batch.queue == SYNC_ITEMS else handle_mailbox_jobs
        try:
            await handle(bodies, app)
        except WorkerKilledError:
            return
        except Exception as error:  # noqa: BLE001 - as the host: whatever a function lets through
            self.crashes.append(error)


class Pushes:
    """Takes what installations on premises push: mostly that they are still there."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def push(self, url: str, content: bytes) -> bytes | None:
        """Hand a notification to the app, without the HTTP that would take most of the time."""
        answer = await self._host.posts(url, content)
        return answer.get_body() if answer is not None and answer.status_code == OK else None


class MixedWorld(World):
    """A world in depth `protocol` with installations on premises that push all day long."""

    def _new_exchange(self) -> ExchangeSimulator:
        return ExchangeSimulator(
            self.clock, seed=self.seed, transport=self.host, push_endpoint=Pushes(self.host)
        )


async def a_mixed_world(*, company: dict[str, Any], **facts: Any) -> World:
    """Make a world in which Anna and Eiger are online, Marc, Lea and the others on premises."""
    return await a_world(made_by=MixedWorld, company={**company, "exchange": MIXED}, **facts)


async def make_world(
    seed: int,
    start: str,
    make: Callable[..., Awaitable[World]],
    *,
    over_http: bool,
) -> tuple[World, Chaos]:
    """Make a world whose rooms all have Sync-Master on, so that each refusal ends in agreement."""
    rooms: dict[str, dict[str, Any] | None] = {
        name: {"sync_master": True, "calendar_processing": LENIENT}
        for name in ("Säntis", "Eiger", "Pilatus")
    }
    world = await make(seed=seed, resources=rooms, settings=SETTINGS, company={"start": start})
    world.exchange.switches.set("updates_per_change", 1 + seed % 3)
    chaos = Chaos(over_http=over_http, seed=seed)
    chaos.pause = pause
    world.interruptions = world.tables.interruptions = world.bus.interruptions = chaos
    world.motor = UnsureMotor(
        clock=world.clock,
        agendas=world.motor.agendas,
        bus=world.bus,
        host=world.host,
        chaos=chaos,
        new_app=world._new_app,
    )
    world.host.timers_may_fail = True
    world.restarts()
    return world, chaos
