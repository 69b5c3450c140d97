"""`make soak MINUTES=n [SEED=k]`: plays on a real stack whose processes are killed; a report.

Reading order: `drawing` (what happens when) -> `world` (the stack over HTTP) -> `processes`,
`wire_faults` -> `resting` -> `judge`, `logs` -> `playing` -> `report`.
"""

import asyncio
import json
import os
import shutil
import sys
import time
from pathlib import Path

from rich.console import Console

from devstack.addresses import Addresses, addresses
from devstack.demo.stage import StageError, stack_for
from devstack.stack.detach import DetachError
from tests.kit.canary_stack import TELLING
from tests.simulation.world import SETTINGS
from tests.soak.drawing import soak_history
from tests.soak.playing import Outcome, play
from tests.soak.report import figures, show, write

REPORT, KEPT = Path("var/soak.json"), Path("var/soak")
MOST_FAILURES = 3
"""After so many histories that went wrong nothing new is to be learnt."""


def main() -> int:
    """Soak; the exit code is 1 if anything is wrong."""
    minutes, seed = float(os.environ.get("MINUTES", "2")), int(os.environ.get("SEED", "1"))
    console, where, began = Console(), addresses(), time.monotonic()
    # The processes of the stack inherit it.
    os.environ.update({f"ROOMSYNC_{name.upper()}": str(value) for name, value in SETTINGS.items()})
    os.environ.update(TELLING)
    console.print("Starting the stack …")
    try:
        with stack_for(where):
            outcomes = asyncio.run(_soak(where, seed, minutes * 60, console))
    except (DetachError, StageError) as error:
        console.print(f"[bold red]{error}")
        return 1
    content = figures(outcomes, minutes=minutes, seed=seed, wall_s=time.monotonic() - began)
    write(content, REPORT)
    show(content, console)
    console.print(f"Report: {REPORT}")
    return 0 if content["ok"] else 1


async def _soak(where: Addresses, first: int, seconds: float, console: Console) -> list[Outcome]:
    until, seed, outcomes = time.monotonic() + seconds, first, list[Outcome]()
    while time.monotonic() < until:
        outcome = await play(seed, soak_history(seed), where, until)
        outcomes.append(outcome)
        console.print(_line(outcome), highlight=False)
        if not outcome.is_good:
            _keep(outcome, where, console)
        if sum(not o.is_good for o in outcomes) == MOST_FAILURES:
            break
        seed += 1
    return outcomes


def _line(outcome: Outcome) -> str:
    verdict = "good" if outcome.is_good else "[bold red]WRONG[/]"
    return (
        f"seed {outcome.seed}: {outcome.deeds} actions, {outcome.kills.total()} kills,"
        f" {outcome.faults.total()} faults, {verdict}"
    )


def _keep(outcome: Outcome, where: Addresses, console: Console) -> None:
    """Keep the story and all logs of a history that went wrong."""
    folder = KEPT / f"seed-{outcome.seed}"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(where.run_dir / "logs", folder)
    lines = [*outcome.story, *(f"! {line}" for line in outcome.verdict.lines())]
    lines += [f"! {outcome.trouble}"] if outcome.trouble else []
    (folder / "story.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, content in outcome.evidence.items():
        (folder / f"{name}.json").write_text(json.dumps(content, indent=1, ensure_ascii=False))
    console.print("  " + "\n  ".join(lines[-30:]), markup=False, highlight=False)
    console.print(f"  the whole story and all logs: {folder}", highlight=False)


if __name__ == "__main__":
    sys.exit(main())
