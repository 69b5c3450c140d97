"""Plays the histories of a soak on a running stack, one after another, until its time is over."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from core.app.dead_letters import Present
from devstack.addresses import Addresses
from tests.series_histories.edits import OUTLOOK
from tests.series_histories.in_outlook import InOutlook
from tests.series_histories.in_rooms import InRooms
from tests.simulation.drawing import start_of
from tests.simulation.fault_kinds import FaultKind
from tests.simulation.people import People
from tests.simulation.steps import Deed, Fault, Rest, Series
from tests.simulation.wishes import Ledger
from tests.soak.judge import Picture, Verdict, judge
from tests.soak.logs import Logs
from tests.soak.processes import Processes
from tests.soak.resting import NeverQuietError, comes_to_rest, gets_quiet
from tests.soak.steps import Breath, KillOf, Step
from tests.soak.wire_faults import WireFaults
from tests.soak.world import FarWorld, soak_company


@dataclass(slots=True)
class Outcome:
    """What became of a history."""

    seed: int
    story: list[str] = field(default_factory=list)
    verdict: Verdict = field(default_factory=Verdict)
    trouble: str = ""
    """Why it could not be played to its end."""
    deeds: int = 0
    refused: int = 0
    rests: int = 0
    passes: int = 0
    faults: Counter[FaultKind] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    holds: Counter[str] = field(default_factory=Counter)
    back_ms: dict[str, list[float]] = field(default_factory=dict)
    latencies_ms: list[float] = field(default_factory=list)
    evidence: dict[str, Any] = field(default_factory=dict)
    """Of a history that went wrong: requests, what the service says it did, links."""
    settled: int = 0
    """What was given up on the way and has succeeded since."""

    @property
    def is_good(self) -> bool:
        return not self.verdict and not self.trouble


async def play(
    seed: int, steps: Sequence[Step], addresses: Addresses, until: float = float("inf")
) -> Outcome:
    """Play the steps, the last of them before `until` (monotonic), then rest and look."""
    world = FarWorld(addresses, soak_company(start_of(seed)))
    outcome = Outcome(seed)
    course = _Course(world, outcome)
    try:
        await world.begins()
        await course.through(steps, until)
    except (NeverQuietError, AssertionError) as error:
        outcome.trouble = f"{error}"
    finally:
        await course.ends()
    try:
        if not outcome.is_good:
            outcome.evidence = await world.evidence()
    finally:
        await world.ends()
    return outcome


class _Course:
    """One run through a history."""

    def __init__(self, world: FarWorld, outcome: Outcome) -> None:
        self._world, self._outcome = world, outcome
        self._began = time.monotonic()
        self._ledger, self._logs = Ledger(), Logs(world)
        self._people = People(world, self._ledger)
        self._series = {True: InOutlook(world), False: InRooms(world)}
        self._processes = Processes(world)
        self._faults = WireFaults(world, self._processes)

    async def through(self, steps: Sequence[Step], until: float) -> None:
        await self._logs.begin()
        for step in (*steps, Rest()):
            if time.monotonic() < until or isinstance(step, Rest):
                await self._take(step)
            if self._outcome.verdict:
                return
        if not self._outcome.verdict:
            await self._end()

    async def ends(self) -> None:
        """Note what was done to the processes."""
        outcome, processes = self._outcome, self._processes
        outcome.kills, outcome.holds = processes.kills, processes.holds
        outcome.back_ms = dict(processes.back_ms)
        outcome.latencies_ms = self._logs.latencies_ms

    async def _take(self, step: Step) -> None:
        note = str(step)
        match step:
            case Deed() | Series():
                note = await self._let_do(step)
            case Fault():
                self._outcome.faults[step.kind] += 1
                await self._faults.commit(step)
            case KillOf():
                await self._processes.kill(step)
            case Breath():
                await asyncio.sleep(step.seconds)
                return
            case Rest():
                await self._rest()
        self._tell(note)

    def _tell(self, note: str) -> None:
        """Add a line to the story: seconds since its beginning, the time of the stack, what was."""
        since, now = time.monotonic() - self._began, self._world.clock.now()
        self._outcome.story.append(f"{since:7.2f} {now:%m-%d %H:%M:%S.%f} {note}")

    async def _let_do(self, step: Deed | Series) -> str:
        """Let somebody do something; what is not there any more or is refused is not done."""
        try:
            is_done = await self._do(step)
        except AssertionError as refused:
            self._outcome.refused += 1
            return f"({step} Refused: {str(refused)[:120]})"
        self._outcome.deeds += is_done
        return str(step) if is_done else f"({step} Nothing to do it to.)"

    async def _do(self, step: Deed | Series) -> bool:
        if isinstance(step, Deed):
            await self._people.do(step)
            return True
        self._ledger.of_series(step.edit)
        return await self._series[step.edit.side == OUTLOOK].does(step.edit)

    async def _rest(self) -> None:
        await self._faults.end_all()
        self._tell("    everything works again")
        await gets_quiet(self._world)
        self._tell("    it is quiet")
        await self._logs.measure()
        await comes_to_rest(self._world)
        self._tell("    it has come to rest")
        picture = await self._picture()
        self._outcome.verdict = judge(picture, self._ledger)
        self._ledger.rest(picture.events, picture.bookings)
        self._outcome.rests += 1

    async def _picture(self) -> Picture:
        world = self._world
        sides = await world.sides()
        lines = await world.given_up()
        self._outcome.settled = sum(line.present is not Present.OPEN for line in lines)
        left = [
            f"given up: {line.given_up.reason}: {line.given_up.text} ({line.mailbox})"
            for line in lines
            if line.present is Present.OPEN
        ]
        shown = await world.client.get(f"{world.addresses.host}/api/console/differences.json")
        left += [f"the console lists {line}" for line in shown.json()]
        return Picture(
            sides=sides,
            dates=world.all_dates(),
            table=await world.links(),
            told=await self._logs.told(),
            left=tuple(left),
        )

    async def _end(self) -> None:
        """Look twice more at everything: that writes nothing; and at where no title may be."""
        verdict = self._outcome.verdict
        await self._logs.skip()
        for _ in range(2):
            await self._world.orders("stack", "full-pass")
            status = await gets_quiet(self._world)
            self._outcome.passes += 1
        verdict.moved = await self._logs.writes()
        if status["retries_pending"]:
            verdict.moved.append("a further pass left something to be tried again")
        verdict.left += await self._logs.leaks()
