"""The figures of a soak: what goes into `var/soak.json` and onto the console."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from devstack.demo.report import latencies
from tests.soak.playing import Outcome
from tests.soak.steps import PARTS

type Json = dict[str, Any]


def figures(outcomes: Sequence[Outcome], *, minutes: float, seed: int, wall_s: float) -> Json:
    """Return all figures of a run; `ok` only if nothing at all is wrong."""
    kills, holds, faults = Counter[str](), Counter[str](), Counter[str]()
    wrong = Counter[str]()
    for outcome in outcomes:
        kills.update(outcome.kills)
        holds.update(outcome.holds)
        faults.update({str(kind): count for kind, count in outcome.faults.items()})
        wrong.update({kind: len(lines) for kind, lines in outcome.verdict.by_kind().items()})
    troubles = [f"seed {o.seed}: {o.trouble}" for o in outcomes if o.trouble]
    failures = [f"seed {o.seed}: {line}" for o in outcomes for line in o.verdict.lines()]
    fixed = [o.passes > 0 and not o.verdict.moved for o in outcomes]
    return {
        "ok": bool(outcomes) and all(o.is_good for o in outcomes) and all(fixed),
        "minutes": minutes,
        "seed": seed,
        "histories": len(outcomes),
        "user_actions": sum(o.deeds for o in outcomes),
        "refused_to_users": sum(o.refused for o in outcomes),
        "kills": {part: kills[part] for part in PARTS},
        "stood_still": dict(sorted(holds.items())),
        "faults": faults.total(),
        "lost": wrong["lost"],
        "doubled": wrong["doubled"],
        "differences": wrong["differences"],
        "left": wrong["left"],
        "fixed_point": bool(fixed) and all(fixed),
        "rests": sum(o.rests for o in outcomes),
        "given_up_and_settled": sum(o.settled for o in outcomes),
        "latency_ms": latencies([ms for o in outcomes for ms in o.latencies_ms]),
        "restarts_ms": {
            part: latencies([ms for o in outcomes for ms in o.back_ms.get(part, ())])
            for part in PARTS
        },
        "faults_by_kind": dict(sorted(faults.items())),
        "failures": [*troubles, *failures],
        "wall_s": round(wall_s, 1),
    }


def write(content: Json, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def show(content: Json, console: Console) -> None:
    """Print the figures, and the verdict with all that speaks against."""
    processes = Table(title="Killed while people worked", title_justify="left")
    for name in ("Process", "Killed", "Stood still", "Back p50 ms", "Back max ms"):
        processes.add_column(name, justify="left" if name == "Process" else "right")
    for part in PARTS:
        back, still = content["restarts_ms"][part], content["stood_still"].get(part, 0)
        times = ("" if back[name] is None else str(back[name]) for name in ("p50", "max"))
        processes.add_row(part, str(content["kills"][part]), str(still), *times)
    console.print(processes)
    console.print(_summary(content))
    for failure in content["failures"]:
        console.print(f"  {failure}", markup=False, highlight=False)
    if content["ok"]:
        console.print("[bold green]Nothing was lost, nothing is there twice, both sides agree.")
    else:
        console.print("[bold red]Something went wrong.")


def _summary(content: Json) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    times = content["latency_ms"]
    rows = {
        "What people did": f"{content['user_actions']} actions in {content['histories']} histories,"
        f" {content['refused_to_users']} more refused to them",
        "Faults committed": f"{content['faults']} of {len(content['faults_by_kind'])} kinds",
        "Mirrored": f"p50 {times['p50']} ms, p95 {times['p95']} ms, max {times['max']} ms"
        f" ({times['count']} changes, kills and faults included)",
        "Lost": str(content["lost"]),
        "Doubled": str(content["doubled"]),
        "Differences": str(content["differences"]),
        "Given up, left open": str(content["left"]),
        "Fixed point": "reached" if content["fixed_point"] else "not reached",
        "Took": f"{content['wall_s']} s",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    return table
