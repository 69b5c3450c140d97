"""The bench as a whole: a stack of its own, every measure on it, `bench.json`."""

import asyncio
import json
from pathlib import Path
from typing import Any

from rich.console import Console

from devstack.addresses import Addresses
from devstack.bench.company import bench_world
from devstack.bench.costs import measure_costs
from devstack.bench.crew import Crew
from devstack.bench.load import measure_load, measure_ramp
from devstack.bench.machine import machine_facts
from devstack.bench.startup import measure_startup
from devstack.bench.table import show
from devstack.bench.traffic import Traffic
from devstack.demo.day import Book, in_rooms
from devstack.demo.stage import Stage, StageError, stack_for
from devstack.kit.world import World
from devstack.stack.stack_file import read_stack_file

Json = dict[str, Any]
RATE = 5.0
GOAL_P95_MS = 1000
_RAMP, _RAMP_S = (8.0, 12.0, 16.0, 20.0), 20.0
_PATIENCE_S = 20.0


def run_bench(addresses: Addresses, path: Path, *, seconds: float, ramp: bool) -> bool:
    """Measure everything in a fresh stack; print and write it, return whether goals are met."""
    console = Console()
    machine, world = machine_facts(), bench_world()
    addresses.run_dir.mkdir(parents=True, exist_ok=True)
    world_file = addresses.run_dir / "bench-world.json"
    world_file.write_text(world.model_dump_json(exclude_defaults=True), encoding="utf-8")
    console.print("Starting the stack …")
    with stack_for(addresses, world_file):
        figures = asyncio.run(_measure(addresses, world, console, seconds=seconds, ramp=ramp))
    figures = {"machine": machine, **figures, "failures": _failures(figures)} | _package(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    show(figures, console)
    console.print(f"Figures: {path}")
    return not figures["failures"]


def _package(path: Path) -> Json:
    """Return what `make package` has noted there: it is measured by itself."""
    known = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return {name: value for name, value in known.items() if name == "package"}


async def _measure(
    addresses: Addresses, world: World, console: Console, *, seconds: float, ramp: bool
) -> Json:
    secret = (read_stack_file(addresses) or {})["rooms_webhook_secret"]
    async with Stage.open(addresses, world) as stage:
        crew, traffic = Crew(stage), Traffic()
        await _warm_up(crew)
        console.print("Starting fresh processes …")
        figures: Json = {"startup": await measure_startup(stage, crew.standing_event())}
        await stage.rest(_PATIENCE_S)
        console.print("Counting calls …")
        figures["costs"] = await measure_costs(crew, secret)
        console.print(f"{RATE:g} changes a second for {seconds:g} s …")
        figures["load"] = await measure_load(
            crew, traffic, rate=RATE, seconds=seconds, goal_ms=GOAL_P95_MS
        )
        if ramp:
            console.print("Raising the rate …")
            p95 = figures["load"]["mirrored_ms"]["p95"]
            figures["ramp"] = await measure_ramp(
                crew,
                traffic,
                rates=_RAMP,
                seconds=_RAMP_S,
                goal_ms=GOAL_P95_MS,
                sustained=RATE if p95 is not None and p95 < GOAL_P95_MS else None,
            )
    return figures


async def _warm_up(crew: Crew) -> None:
    """Mirror one meeting, so that no connection is opened within a measure."""
    deed = Book(title="Bestand", at="50 09:00-10:00", room="Raum 20", people=("p02",))
    await crew.act(in_rooms("p20", "standing", deed))
    if trouble := await crew.stage.rest(_PATIENCE_S):
        raise StageError(trouble)
    if found := await crew.differences():
        raise StageError("; ".join(map(str, found)))


def _failures(figures: Json) -> list[str]:
    """Return what was aimed at and missed."""
    startup, load = figures["startup"], figures["load"]
    found = []
    if startup["first_notification_accepted_ms"] >= startup["goal_ms"]:
        found.append("a fresh process takes too long to its first accepted notification")
    if startup["typed_models_of_msgraph"]:
        found.append("the typed models of msgraph are loaded on the way to a notification")
    p95 = load["mirrored_ms"]["p95"]
    if p95 is None or p95 >= GOAL_P95_MS:
        found.append(f"95 % of the changes shall be mirrored within {GOAL_P95_MS} ms, not {p95}")
    bad = ("not_mirrored", "could_not_be_done", "differences", "given_up", "trouble")
    found += [f"under load: {name.replace('_', ' ')}: {load[name]}" for name in bad if load[name]]
    return found
