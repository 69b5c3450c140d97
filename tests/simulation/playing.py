"""Plays a simulated history and tells what is wrong at its rests and at its end."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from core.app.subscription_care import COMPARED_AT_HOUR
from core.telemetry.recorder import record, recording
from tests.kit import canary
from tests.kit.canary import WATCH
from tests.kit.mails import error_mails
from tests.kit.outlook import RefusedByOutlookError
from tests.kit.quiet import NeverQuietError
from tests.kit.rooms_user import RefusedByRoomsError
from tests.kit.world import World, a_world
from tests.series_histories.edits import OUTLOOK
from tests.series_histories.in_outlook import InOutlook
from tests.series_histories.in_rooms import InRooms
from tests.simulation.chaos import Chaos
from tests.simulation.drawing import start_of
from tests.simulation.fault_kinds import FaultKind
from tests.simulation.faults import commit, end_all
from tests.simulation.people import People
from tests.simulation.ports.world import a_ports_world
from tests.simulation.properties import (
    PROBES,
    at_end,
    at_rest,
    by_push_alone,
    comes_to_rest,
    few_writes,
)
from tests.simulation.steps import Calm, Deed, Fault, Kill, Pause, Rest, Series, Step
from tests.simulation.wishes import Ledger
from tests.simulation.world import a_mixed_world, make_world

PORTS, PROTOCOL, ACROSS = "ports", "protocol", "mixed"
DEPTHS = {PORTS: a_ports_world, PROTOCOL: a_world, ACROSS: a_mixed_world}
"""`mixed` is `protocol` in a company that lives half online and half on premises."""

A_MOMENT = timedelta(minutes=2)
LONG, A_STRETCH = timedelta(hours=1), timedelta(hours=12)
"""In long pauses, in which nobody acts, timers run once in a while: that makes days fast."""
CARE, POLLS = ("subscription_care",), ("rooms_poll", "delta_catch_up")
MOST_POLLS = 4
CLOSELY_EVERY = 4
"""Of so many histories one tells telemetry and shows the console's pages, all for the watch (P9):
both together cost two fifths of a history in depth `ports`.
"""


@dataclass(slots=True)
class Outcome:
    """What became of a history: its story, what is wrong, and what was done and fired."""

    seed: int
    depth: str
    story: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    deeds: int = 0
    kills: int = 0
    fired: Counter[FaultKind] = field(default_factory=Counter)
    days: float = 0.0


async def play(seed: int, steps: Sequence[Step], depth: str = PROTOCOL) -> Outcome:
    """Play the steps one after another, then let everything come to rest, and look."""
    outcome = Outcome(seed, depth)
    closely, before = seed % CLOSELY_EVERY == 0, recording.recorder
    if closely:
        canary.note_telemetry()
    world, chaos = await make_world(seed, start_of(seed), DEPTHS[depth], over_http=depth != PORTS)
    began = world.clock.now()
    try:
        await _Play(world, chaos, outcome, closely=closely).through(steps)
    except NeverQuietError as error:
        outcome.wrong.append(f"P11: {error}")
    finally:
        outcome.kills, outcome.fired = chaos.kills, chaos.fired
        outcome.days = (world.clock.now() - began) / timedelta(days=1)
        await world.ends()
        outcome.wrong += [f"P9: {leak}" for leak in WATCH.forgets()]
        if closely:
            record(before)
    return outcome


class _Play:
    """One run through a history."""

    def __init__(
        self, world: World, chaos: Chaos, outcome: Outcome, *, closely: bool = False
    ) -> None:
        self._closely = closely
        self._world, self._chaos, self._outcome = world, chaos, outcome
        self._ledger = Ledger()
        self._people = People(world, self._ledger)
        self._series = {True: InOutlook(world), False: InRooms(world)}
        self._told = 0
        self._calm_since, self._calm_deeds = 0, list[Deed]()

    async def through(self, steps: Sequence[Step]) -> None:
        for step in steps:
            await self._take(step)
            if self._outcome.wrong:
                return
        await self._rest()
        if not self._outcome.wrong:
            self._outcome.wrong = await at_end(self._world, closely=self._closely)

    async def _take(self, step: Step) -> None:
        note = str(step)
        match step:
            case Deed() | Series():
                try:
                    await self._do(step)
                    self._outcome.deeds += 1
                    self._calm_deeds += [step] if isinstance(step, Deed) else []
                except (RefusedByOutlookError, RefusedByRoomsError):
                    note = f"({note} Refused.)"
            case Fault():
                await commit(step, self._world, self._chaos)
            case Kill():
                self._chaos.arm_kill(step)
            case Pause():
                await self._wait(step.by)
            case Rest():
                await self._rest()
            case Calm(is_over=False):
                await self._clears_up()
                self._calm_since, self._calm_deeds = len(self._world.calls), []
            case Calm():
                await self._world.advances(seconds=A_MOMENT.total_seconds(), timers=())
                self._outcome.wrong += await by_push_alone(self._world)
                self._outcome.wrong += few_writes(self._world, self._calm_since, self._calm_deeds)
        self._outcome.story.append(note)

    async def _do(self, step: Deed | Series) -> None:
        if isinstance(step, Deed):
            await self._people.do(step)
            return
        self._ledger.of_series(step.edit)
        if not await self._series[step.edit.side == OUTLOOK].does(step.edit):
            raise RefusedByOutlookError

    async def _wait(self, by: timedelta) -> None:
        if by < LONG:
            if by:
                await self._world.advances(seconds=by.total_seconds(), timers=())
            return
        await self._world.advances(seconds=A_MOMENT.total_seconds(), timers=())
        await self._polls()
        while by:
            part = min(by, A_STRETCH)
            by -= part
            await self._world.advances(seconds=part.total_seconds(), timers=())
            for timer in (*PROBES, *CARE):
                await self._world.runs(timer)
        await self._polls()

    async def _polls(self) -> None:
        """Ask both systems what changed; what meets a fault is asked again in a moment."""
        for _ in range(MOST_POLLS):
            before = self._chaos.struck
            for timer in POLLS:
                await self._world.runs(timer)
            if self._chaos.struck == before:
                return
            await self._world.advances(seconds=A_MOMENT.total_seconds(), timers=())

    async def _clears_up(self) -> None:
        """Let drafts that somebody left open end, and subscriptions be made anew.

        One that Graph has forgotten without a word is missed by the daily comparison.
        """
        await self._rest()
        compared = self._world.clock.now().replace(hour=COMPARED_AT_HOUR, minute=5)
        until = compared - self._world.clock.now()
        until += timedelta(days=1) if until < LONG else timedelta(0)
        await self._world.advances(seconds=until.total_seconds(), timers=())
        for timer in CARE:
            await self._world.runs(timer)

    async def _rest(self) -> None:
        await end_all(self._world, self._chaos)
        self._outcome.wrong += await comes_to_rest(self._world)
        self._outcome.wrong += await at_rest(self._world, self._ledger, self._told)
        mails = self._world.exchange.controls.mails.since(0)
        self._told = len(error_mails(mails, self._world.company, ""))
