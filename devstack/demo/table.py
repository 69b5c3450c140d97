"""The report of a day for people."""

from rich.console import Console
from rich.table import Table

from devstack.demo.report import Json, Report

_MOST_LINES = 20


def show(report: Report, console: Console) -> None:
    """Print what was done, how fast it arrived, and the verdict with all that speaks against."""
    console.print(_by_kind(report))
    console.print(_summary(report.content))
    for title, lines in (
        ("Differences", report.content["difference_list"]),
        ("Echo writes", report.content["echo_write_list"]),
        ("Why it failed", report.content["failures"]),
    ):
        _list(title, lines, console)
    if report.ok:
        console.print("[bold green]Both sides agree, and nothing was written that nobody needs.")
    else:
        console.print("[bold red]The day did not go as it should.")


def _by_kind(report: Report) -> Table:
    table = Table(title="A day in ROOMS and in Outlook", title_justify="left")
    table.add_column("What people did")
    for name in ("Done", "Good", "p50 ms", "p95 ms", "max ms"):
        table.add_column(name, justify="right")
    for kind, figures in report.kinds:
        done, good = figures["actions"], figures["as_expected"]
        if done:
            style = "" if done == good else "red"
            table.add_row(kind, str(done), str(good), *_times(figures["latency_ms"]), style=style)
    content = report.content
    good = sum(figures["as_expected"] for _, figures in report.kinds)
    table.add_section()
    table.add_row("all", str(content["actions"]), str(good), *_times(content["latency_ms"]))
    return table


def _summary(content: Json) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    arrived = ", ".join(f"{number} by {name}" for name, number in content["arrived"].items())
    writes = content["service_writes"]
    rows = {
        "Mirrored": f"{content['created']} created, {content['updated']} updated,"
        f" {content['cancelled']} cancelled",
        "Left as they are": f"{content['left_alone']} not to be synced, {content['kept']} kept on"
        f" their side, {content['overruled']} overruled, {content['refused']} refused",
        "Changes arrived": arrived,
        "Writes of the service": f"{writes['exchange']} to Exchange, {writes['rooms']} to ROOMS",
        "Echo writes": str(content["echo_writes"]),
        "Pairs compared": str(content["linked_pairs"]),
        "Differences": str(content["differences"]),
        "Took": f"{content['seconds']} s",
    }
    for name, value in rows.items():
        table.add_row(name, value)
    return table


def _times(figures: Json) -> tuple[str, ...]:
    return tuple("" if figures[n] is None else str(figures[n]) for n in ("p50", "p95", "max"))


def _list(title: str, lines: list[str], console: Console) -> None:
    if not lines:
        return
    console.print(f"\n[bold]{title}")
    for line in lines[:_MOST_LINES]:
        console.print(f"  {line}", markup=False, highlight=False)
    if len(lines) > _MOST_LINES:
        console.print(f"  … and {len(lines) - _MOST_LINES} more in the report")
