"""Two environments side by side: what one of them suffers, the other one must not feel.

The same load twice, three times over: once with both well, once with the one on premises throttled
to a standstill. Compared is how long changes of the other one take to be mirrored.
"""

import asyncio
import json
import statistics
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from devstack.addresses import Addresses
from devstack.bench.company import CELLAR, ON_PREMISES, ONLINE, divided_world
from devstack.bench.crew import Crew
from devstack.bench.load import Stretch, delays_since, drive
from devstack.bench.machine import machine_facts
from devstack.bench.traffic import Traffic
from devstack.demo.report import latencies
from devstack.demo.stage import Stage, stack_for
from devstack.kit.world import World

Json = dict[str, Any]
RATE = 3.0
"""Changes a second in each of both."""

GOAL_GROWTH = 1.25
HEALTHY, OTHER = "m", "c"
"""How meetings of the environments are called."""

_PATIENCE_S, _RETRIES_S = 20.0, 5.0


def run_isolation(addresses: Addresses, path: Path, *, seconds: float, runs: int) -> bool:
    """Measure, print and write it; return whether the goal is met."""
    console, world = Console(), divided_world()
    addresses.run_dir.mkdir(parents=True, exist_ok=True)
    world_file = addresses.run_dir / "isolation-world.json"
    world_file.write_text(world.model_dump_json(exclude_defaults=True), encoding="utf-8")
    measured: dict[bool, list[Json]] = {False: [], True: []}
    for number in range(runs):
        for is_throttled in (False, True):
            how = "one at a standstill" if is_throttled else "both well"
            console.print(f"Run {number + 1} of {runs}, {how}, {seconds:g} s …")
            with stack_for(addresses, world_file):
                stretch = _stretch(addresses, world, seconds, number, is_throttled=is_throttled)
                measured[is_throttled].append(asyncio.run(stretch))
    figures = {"machine": machine_facts(), **summary(measured[False], measured[True])}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    _show(figures, console)
    console.print(f"Figures: {path}")
    return not figures["failures"]


async def _stretch(
    addresses: Addresses, world: World, seconds: float, seed: int, *, is_throttled: bool
) -> Json:
    async with Stage.open(addresses, world) as stage:
        crew = Crew(stage)
        if is_throttled:
            order = {"environment": CELLAR, "per_minute": 0}
            await stage.post(f"{addresses.exchange}/_control/ews-limits", order)
        here, there = Stretch(RATE, seconds), Stretch(RATE, seconds)
        await asyncio.gather(
            drive(crew, _traffic(seed, ONLINE, HEALTHY), here, only_updates=False),
            drive(crew, _traffic(seed, ON_PREMISES, OTHER), there, only_updates=False),
        )
        await stage.rest(_PATIENCE_S, _RETRIES_S)
        await crew.look_around()
        delays, missing = await delays_since(crew, (0, 0), HEALTHY)
    return {
        "changes": here.done,
        "changes_in_the_other": there.done,
        "could_not_be_done": [*here.failed, *there.failed],
        "mirrored_ms": latencies([delay.ms for delay in delays]),
        "not_mirrored": missing,
    }


def _traffic(seed: int, numbers: range, prefix: str) -> Traffic:
    """Return changes of one environment; in both each meeting is changed where it was made."""
    return Traffic(seed, numbers=numbers, prefix=prefix, one_sided=True)


def summary(well: list[Json], beside: list[Json]) -> Json:
    """Return the runs, their medians, and what was aimed at and missed."""
    before, after = _median_p95(well), _median_p95(beside)
    growth = None if not before or after is None else round(after / before, 3)
    failures = []
    if growth is None or growth >= GOAL_GROWTH:
        failures.append(
            f"the median p95 grows by a factor of {growth}, not below {GOAL_GROWTH}, while the"
            " other environment stands still"
        )
    failures += [
        f"{name.replace('_', ' ')}: {run[name]}"
        for run in (*well, *beside)
        for name in ("not_mirrored", "could_not_be_done")
        if run[name]
    ]
    return {
        "changes_per_second": RATE,
        "both_well": well,
        "one_at_a_standstill": beside,
        "median_p95_ms": {"both_well": before, "one_at_a_standstill": after},
        "growth": growth,
        "failures": failures,
    }


def _median_p95(runs: list[Json]) -> float | None:
    known = [run["mirrored_ms"]["p95"] for run in runs]
    return None if None in known or not known else round(statistics.median(known), 1)


def _show(figures: Json, console: Console) -> None:
    table = Table(title="Change to mirrored in the healthy environment", title_justify="left")
    for heading in ("", "Changes", "p50 ms", "p95 ms", "max ms", "not mirrored"):
        table.add_column(heading, justify="right" if heading else "left")
    for name in ("both_well", "one_at_a_standstill"):
        for run in figures[name]:
            times = (str(run["mirrored_ms"][part]) for part in ("p50", "p95", "max"))
            changes, missing = str(run["changes"]), str(run["not_mirrored"])
            table.add_row(name.replace("_", " "), changes, *times, missing)
    console.print(table)
    console.print(f"The median p95 grows by a factor of {figures['growth']}")
    for failure in figures["failures"]:
        console.print(f"[bold red]missed:[/] {failure}", highlight=False)
