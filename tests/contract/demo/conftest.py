"""The stack of the other tests, with the demo company: each test gets it afresh."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from devstack.addresses import Addresses, addresses
from devstack.demo.day import Day
from devstack.demo.playing import Play
from devstack.demo.report import Report, report_on
from devstack.demo.run import play_day
from devstack.demo.stage import RETRIES_S, Stage
from devstack.kit.world import World
from devstack.stack.world_file import DEMO_COMPANY, read_world
from tests.kit.stacks import RunningStack


@dataclass(frozen=True, slots=True)
class Theatre:
    """A running stack, as somebody who spoils the play sees it."""

    environment: dict[str, str]
    world: World

    @property
    def addresses(self) -> Addresses:
        return addresses(self.environment)

    async def play(self, day: Day, patience_s: float = 20.0) -> Report:
        return await play_day(day, self.addresses, self.world, patience_s=patience_s)

    async def post(self, url: str, content: Any = None) -> None:
        async with httpx.AsyncClient(timeout=150, trust_env=False) as client:
            (await client.post(url, json=content)).raise_for_status()

    async def play_with_delta_only(self, day: Day) -> Report:
        """Play while Exchange says nothing, and only delta queries find what changed."""
        await self.post(f"{self.addresses.exchange}/_control/notifications", {"silent": True})
        async with StageWithDelta.open(self.addresses, self.world) as stage:
            course = await Play(day, stage).run()
            return report_on(course, await stage.activity())


class StageWithDelta(Stage):
    """Whoever waits for rest here has the delta timer run first."""

    async def rest(self, patience_s: float, retries_s: float = RETRIES_S) -> str | None:
        await self.post(f"{self.addresses.stack}/run/delta_catch_up")
        return await super().rest(patience_s, retries_s)


@pytest.fixture
async def theatre(product_stack: RunningStack) -> AsyncIterator[Theatre]:
    running = Theatre(product_stack.environment, read_world(DEMO_COMPANY))
    where = running.addresses
    product_stack.reset(running.world.model_dump(mode="json", exclude_unset=True))
    yield running
    async with httpx.AsyncClient(trust_env=False) as client:
        for simulator in (where.exchange, where.rooms):
            await client.delete(f"{simulator}/_control/faults")
            await client.delete(f"{simulator}/_control/notifications")
        await client.post(f"{where.host}/admin/devstack/resume")
