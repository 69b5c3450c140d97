"""`make bench DRIFT=1`: how fast both sides of many mailboxes are compared, in how many calls.

A stack with people and rooms, then both simulators get a world in which every event has its booking
and link already, but for a few; the service's timers rest meanwhile. What is timed is the command
that an operator types, from its start to its end.
"""

import asyncio
import json
import math
import re
import sys
import time
from pathlib import Path
from typing import Any

import psutil
from rich.console import Console
from rich.table import Table

from devstack.addresses import Addresses
from devstack.bench.drift_world import DIFFERENT, EVENTS, drift_company, drift_world
from devstack.bench.gauges import count_graph, count_rooms, read_gauge
from devstack.bench.machine import machine_facts
from devstack.demo.stage import Stage, StageError, stack_for
from devstack.kit.world import World
from devstack.stack.stack_file import read_stack_file

Json = dict[str, Any]
SIZES = (10, 30, 100)
PAGE = 100
GOAL_S, GOAL_MAILBOXES = 60.0, 100
GOAL_GROWTH = 1.3
"""By how much a mailbox may get dearer between the fewest and the most."""

_PATIENCE_S, _FRESH_S = 600.0, 125.0
_FOUND = re.compile(r"(\d+) items compared, (\d+) differences")


def run_drift(addresses: Addresses, path: Path, *, sizes: tuple[int, ...]) -> bool:
    """Measure each size in a stack of its own; print and write it, return if goals are met."""
    console, runs = Console(), []
    for number in sizes:
        console.print(f"{number} mailboxes with {EVENTS} items each …")
        company, world = drift_company(number), drift_world(number)
        addresses.run_dir.mkdir(parents=True, exist_ok=True)
        world_file = addresses.run_dir / "drift-world.json"
        world_file.write_text(company.model_dump_json(exclude_defaults=True), encoding="utf-8")
        with stack_for(addresses, world_file):
            runs.append(asyncio.run(_measure(addresses, company, world, number)))
        console.print(f"  {runs[-1]['seconds']} s")
    figures = {"machine": machine_facts(), **summary(runs)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(figures, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    _show(figures, console)
    console.print(f"Figures: {path}")
    return not figures["failures"]


async def _measure(addresses: Addresses, company: World, world: World, number: int) -> Json:
    async with Stage.open(addresses, company) as stage:
        await stage.rest(60.0)
        await stage.post(f"{addresses.host}/admin/devstack/pause?only=timers")
        content = {"world": world.model_dump(mode="json")}
        for simulator in (addresses.exchange, addresses.rooms):
            answer = await stage.client.post(
                f"{simulator}/_control/world", json=content, timeout=600
            )
            answer.raise_for_status()
        # What was made a moment ago is left to the sync.
        await asyncio.sleep(_FRESH_S)
        logs = await stage.requests()
        last = tuple(int(log[-1]["number"]) if log else 0 for log in logs)
        before = await read_gauge(stage, (last[0], last[1]))
        processors = _processor_seconds(addresses)
        seconds, said = await _scan()
        spent = {n: s - processors[n] for n, s in _processor_seconds(addresses).items()}
        exchange, rooms = await stage.requests((last[0], last[1]))
        after = await read_gauge(stage, (last[0], last[1]))
    found = _FOUND.search(said)
    if found is None:
        raise StageError(f"the scan said: {said[-500:]}")
    return {
        "mailboxes": number,
        "seconds": round(seconds, 1),
        "compared": int(found[1]),
        "differences": int(found[2]),
        "graph_calls": count_graph(exchange),
        "graph_calls_allowed": number * math.ceil(EVENTS / PAGE) + int(found[2]),
        "rooms_calls": count_rooms(rooms),
        "table_calls": after.tables - before.tables,
        "processor_s": {name: round(value, 1) for name, value in spent.items()},
    }


def _processor_seconds(addresses: Addresses) -> dict[str, float]:
    """Return the processor time of each part so far: what a busy machine does not stretch."""
    pids = (read_stack_file(addresses) or {})["pids"]
    times = {name: psutil.Process(pid).cpu_times() for name, pid in pids.items()}
    return {name: spent.user + spent.system for name, spent in times.items()}


async def _scan() -> tuple[float, str]:
    """Scan everything as an operator does; exit code 1 says that something differs."""
    began = time.monotonic()
    command = (sys.executable, "-m", "roomsync", "differences", "scan")
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    try:
        said, _ = await asyncio.wait_for(process.communicate(), _PATIENCE_S)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise StageError(f"the scan is not done after {_PATIENCE_S:g} s") from None
    return time.monotonic() - began, said.decode("utf-8", "replace")


def summary(runs: list[Json]) -> Json:
    """Return the runs, how much a mailbox costs in each, and what was aimed at and missed.

    Whether it grows in a line is told from processor time, which others on the machine do not
    stretch, of all parts together.
    """
    per_mailbox = [sum(run["processor_s"].values()) / run["mailboxes"] for run in runs]
    growth = round(per_mailbox[-1] / per_mailbox[0], 2)
    failures = [
        f"{run['mailboxes']} mailboxes take {run['seconds']} s, not below {GOAL_S:g}"
        for run in runs
        if run["mailboxes"] <= GOAL_MAILBOXES and run["seconds"] >= GOAL_S
    ]
    failures += [
        f"{run['mailboxes']} mailboxes take {run['graph_calls']} calls to Graph, not"
        f" {run['graph_calls_allowed']}"
        for run in runs
        if run["graph_calls"] > run["graph_calls_allowed"]
    ]
    failures += [
        f"of {run['mailboxes']} mailboxes {run['differences']} differences are found, not"
        f" {DIFFERENT * run['mailboxes'] // 2}"
        for run in runs
        if run["differences"] != DIFFERENT * run["mailboxes"] // 2
    ]
    if growth >= GOAL_GROWTH:
        failures.append(f"a mailbox gets {growth} times dearer: not linear")
    return {"events_per_mailbox": EVENTS, "runs": runs, "growth": growth, "failures": failures}


def _show(figures: Json, console: Console) -> None:
    table = Table(title="Both sides compared", title_justify="left")
    names = ("mailboxes", "seconds", "compared", "differences", "graph_calls", "rooms_calls")
    for name in (*names, "table_calls", "processor_s"):
        table.add_column(name.replace("_", " "), justify="right")
    for run in figures["runs"]:
        spent = f"{sum(run['processor_s'].values()):.1f}"
        table.add_row(*(str(run[name]) for name in (*names, "table_calls")), spent)
    console.print(table)
    console.print(
        f"A mailbox costs {figures['growth']} times as much processor time among the most as the"
        " fewest"
    )
    for failure in figures["failures"]:
        console.print(f"[bold red]missed:[/] {failure}", highlight=False)
