"""Changes at a steady rate over twenty mailboxes, each timed from the person to the other side."""

import asyncio
import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psutil

from devstack.bench.crew import Crew
from devstack.bench.gauges import Gauge, calls_since, last_number, per_change, read_gauge
from devstack.bench.traffic import Traffic
from devstack.demo.day import Action
from devstack.demo.people import RefusedToPersonError
from devstack.demo.performing import NothingThereError
from devstack.demo.report import latencies
from devstack.demo.stage import ALL_RETRIES_S, Stage
from devstack.demo.writes import Write, owner, read_writes
from devstack.stack.stack_file import read_stack_file

Json = dict[str, Any]
_PATIENCE_S = 60.0
_RAMP_REST_S = 4.0
_SLOWEST = 20


@dataclass(slots=True)
class Stretch:
    """Some seconds of traffic at one rate: what was done and what could not be."""

    rate: float
    seconds: float
    done: int = 0
    failed: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, order=True)
class Delay:
    """How long the other side took to show a person's change."""

    ms: float
    at: datetime
    what: str

    @classmethod
    def between(cls, done: Write, shown: Write) -> "Delay":
        ms = (shown.at - done.at).total_seconds() * 1000
        return cls(ms, done.at, f"{done.operation} in {done.side}, then {shown.operation}")

    def __str__(self) -> str:
        return f"{self.ms:.0f} ms from {self.at:%H:%M:%S.%f}: {self.what}"


async def measure_load(
    crew: Crew, traffic: Traffic, *, rate: float, seconds: float, goal_ms: float
) -> Json:
    """Make `rate` changes a second; return how fast they were mirrored and what that cost."""
    stage = crew.stage
    _, before = await calls_since(stage, Gauge(crew.read, 0, 0))
    before = await read_gauge(stage, before.requests)
    processors = Processors(stage)
    stretch = await drive(crew, traffic, Stretch(rate, seconds), only_updates=False)
    late = await stage.rest(_PATIENCE_S, ALL_RETRIES_S)
    calls, now = await calls_since(stage, before)
    differences = await crew.differences()
    delays, missing = await delays_since(crew, before.requests)
    times = [delay.ms for delay in delays]
    crew.read = now.requests
    activity = [a for a in await stage.activity() if a["outcome"] == "given_up"]
    return {
        "changes_per_second": rate,
        "seconds": seconds,
        "changes": stretch.done,
        "mailboxes": len(stage.company.world.persons),
        "mirrored_ms": latencies(times),
        "within_goal": round(sum(ms < goal_ms for ms in times) / max(len(times), 1), 4),
        "slowest": [str(delay) for delay in sorted(delays, reverse=True)[:_SLOWEST]],
        "not_mirrored": missing,
        "could_not_be_done": stretch.failed,
        "differences": [str(difference) for difference in differences],
        "given_up": len(activity),
        "trouble": late,
        "calls_per_change": per_change(calls, stretch.done),
        "processor_ms_per_change": processors.ms_per_change(stretch.done),
    }


async def measure_ramp(
    crew: Crew,
    traffic: Traffic,
    *,
    rates: Sequence[float],
    seconds: float,
    goal_ms: float,
    sustained: float | None,
) -> Json:
    """Raise the rate (changes of existing meetings) until one is too much; return all steps.

    `sustained` is the highest rate that is known to be kept up already.
    """
    steps: list[Json] = []
    for rate in rates:
        before = crew.read
        stretch = await drive(crew, traffic, Stretch(rate, seconds), only_updates=True)
        late = await crew.stage.rest(_PATIENCE_S)
        await crew.look_around()
        delays, missing = await delays_since(crew, before)
        exchange, rooms = await crew.stage.requests(before)
        crew.read = last_number(exchange, before[0]), last_number(rooms, before[1])
        figures = latencies([delay.ms for delay in delays])
        keeps_up = late is None and not missing and (figures["p95"] or 0) < goal_ms
        steps.append(
            {
                "changes_per_second": round(stretch.done / seconds, 1),
                "mirrored_ms": figures,
                "not_mirrored": missing,
                "keeps_up": keeps_up,
            }
        )
        if not keeps_up:
            break
        sustained = steps[-1]["changes_per_second"]
    return {"sustained_changes_per_second": sustained, "steps": steps}


class Processors:
    """How much processor time each part of the stack takes."""

    def __init__(self, stage: Stage) -> None:
        content = read_stack_file(stage.addresses) or {}
        self._processes = {name: psutil.Process(pid) for name, pid in content["pids"].items()}
        self._before = self._seconds()

    def ms_per_change(self, changes: int) -> Json:
        """Return the milliseconds since this object was made, by part and change."""
        now = self._seconds()
        spent = {name: now[name] - before for name, before in self._before.items()}
        return {name: round(1000 * value / max(changes, 1), 1) for name, value in spent.items()}

    def _seconds(self) -> dict[str, float]:
        times = {name: process.cpu_times() for name, process in self._processes.items()}
        return {name: spent.user + spent.system for name, spent in times.items()}


async def drive(crew: Crew, traffic: Traffic, stretch: Stretch, *, only_updates: bool) -> Stretch:
    """Start changes on time, whether or not earlier ones are done."""
    loop = asyncio.get_running_loop()
    started, tasks = loop.time(), set[asyncio.Task[None]]()
    rest = {"rest_s": _RAMP_REST_S} if only_updates else {}
    for number in itertools.count():
        due = started + number / stretch.rate
        if due >= started + stretch.seconds:
            break
        await asyncio.sleep(max(0.0, due - loop.time()))
        try:
            action = traffic.next(loop.time(), only_updates=only_updates, **rest)
        except LookupError:
            continue
        tasks.add(asyncio.create_task(_act(crew, action, stretch)))
    await asyncio.gather(*tasks)
    return stretch


async def _act(crew: Crew, action: Action, stretch: Stretch) -> None:
    try:
        await crew.act(action)
        stretch.done += 1
    except (RefusedToPersonError, NothingThereError) as error:
        stretch.failed.append(f"{datetime.now(UTC):%H:%M:%S} {action}: {error}")


async def delays_since(
    crew: Crew, since: tuple[int, int], prefix: str = ""
) -> tuple[list[Delay], int]:
    """Return how long each person's change took to the other side, and how many never came.

    Of meetings whose name begins with `prefix`.
    """
    exchange, rooms = await crew.stage.requests(since)
    writes = read_writes(exchange, rooms, crew.stage.link_property)
    by_meeting = defaultdict[str, list[Write]](list)
    for write in sorted(writes, key=lambda w: w.at):
        meeting = owner(write, crew.roll.owners)
        if write.changed and meeting is not None and meeting.startswith(prefix):
            by_meeting[meeting].append(write)
    found = [delay for of_meeting in by_meeting.values() for delay in delays_of(of_meeting)]
    delays = [delay for delay in found if delay is not None]
    return delays, len(found) - len(delays)


def delays_of(writes: Sequence[Write]) -> Iterable[Delay | None]:
    """Yield for each person's write how long the other side took, None if it never followed."""
    people = [write for write in writes if not write.by_service]
    for done, following in itertools.zip_longest(people, people[1:]):
        shown = next(
            (
                write
                for write in writes
                if write.by_service
                and write.side != done.side
                and write.at >= done.at
                and (following is None or write.at <= following.at)
            ),
            None,
        )
        yield None if shown is None else Delay.between(done, shown)
