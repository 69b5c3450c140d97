"""The demo as a whole: a stack of its own, a day on it, the verdict."""

import asyncio
from pathlib import Path

from rich.console import Console

from devstack.addresses import Addresses
from devstack.demo.day import Day
from devstack.demo.playing import PATIENCE_S, Play
from devstack.demo.report import Report, report_on
from devstack.demo.script import THE_DAY
from devstack.demo.stage import Stage, stack_for
from devstack.demo.table import show
from devstack.kit.world import World
from devstack.stack.world_file import DEMO_COMPANY, read_world


def run_demo(addresses: Addresses, report_path: Path) -> bool:
    """Play the day in a fresh stack; print and write the verdict, return whether it is good."""
    console = Console()
    console.print("Starting the stack …")
    with stack_for(addresses):
        people = len({action.who for action in THE_DAY.actions})
        console.print(f"{people} people, {len(list(THE_DAY.actions))} actions …")
        report = asyncio.run(play_day(THE_DAY, addresses, read_world(DEMO_COMPANY)))
    report.write(report_path)
    show(report, console)
    console.print(f"Report: {report_path}")
    return report.ok


async def play_day(
    day: Day, addresses: Addresses, world: World, *, patience_s: float = PATIENCE_S
) -> Report:
    """Play a day in a stack that runs with `world` and is at rest; return the verdict."""
    async with Stage.open(addresses, world) as stage:
        course = await Play(day, stage, patience_s=patience_s).run()
        return report_on(course, await stage.activity())
