"""The figures of a bench for people."""

from rich.console import Console
from rich.table import Table

from devstack.bench.gauges import NAMES, Json

HEADINGS = ("Graph", "ROOMS", "tables", "queues")


def show(figures: Json, console: Console) -> None:
    """Print all figures."""
    console.print(_startup(figures["startup"]))
    console.print(_costs(figures["costs"], figures["load"]))
    console.print(_load(figures["load"], figures.get("ramp")))
    if ramp := figures.get("ramp"):
        console.print(f"Kept up: {ramp['sustained_changes_per_second']} changes a second")
    for failure in figures["failures"]:
        console.print(f"[bold red]missed:[/] {failure}", highlight=False)


def _startup(startup: Json) -> Table:
    table = Table(title="A fresh process", title_justify="left", show_header=False)
    total, goal = startup["first_notification_accepted_ms"], startup["goal_ms"]
    table.add_row("first notification accepted", f"{total:.0f} ms (goal: below {goal})")
    table.add_row("of this: importing", f"{startup['import_ms']:.0f} ms")
    table.add_row("of this: first call, queue connection included",
                  f"{startup['first_call_ms']:.0f} ms")  # fmt: skip
    table.add_row("processor time", f"{startup['processor_ms']:.0f} ms")
    table.add_row("largest resident size", f"{startup['peak_mb']:.0f} MB")
    table.add_row("modules, typed models of msgraph",
                  f"{startup['modules']}, {startup['typed_models_of_msgraph']}")  # fmt: skip
    return table


def _costs(costs: Json, load: Json) -> Table:
    table = Table(title="Calls, echoes of the change included", title_justify="left")
    table.add_column("")
    for heading in HEADINGS:
        table.add_column(heading, justify="right")
    for name, calls in costs["per_change"].items():
        table.add_row(name, *_numbers(calls))
    table.add_section()
    for name, calls in costs["per_echo"].items():
        table.add_row(f"an echo: {name}", *_numbers(calls))
    table.add_section()
    table.add_row("a change under load, timers included", *_numbers(load["calls_per_change"]))
    return table


def _load(load: Json, ramp: Json | None) -> Table:
    table = Table(title="Change to mirrored", title_justify="left")
    for heading in ("Changes a second", "Changes", "p50 ms", "p95 ms", "max ms", "not mirrored"):
        table.add_column(heading, justify="right")
    rows = [load, *(ramp["steps"] if ramp else ())]
    for row in rows:
        times = row["mirrored_ms"]
        number = str(row.get("changes", times["count"]))
        shown = (str(times[name]) for name in ("p50", "p95", "max"))
        table.add_row(str(row["changes_per_second"]), number, *shown, str(row["not_mirrored"]))
    return table


def _numbers(calls: Json) -> tuple[str, ...]:
    return tuple("" if calls[name] is None else f"{calls[name]:g}" for name in NAMES)
