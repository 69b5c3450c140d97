"""What `roomsync settings import` prints: changes, wrong rows, notices and consequences."""

import typer
from rich.text import Text

from core.app.imports.run import ImportPlan
from core.app.imports.switching import Turn
from core.app.settings_changes import Change, SettingsChange
from roomsync.findings import show_findings
from roomsync.output import out, say, table

STYLES = {Change.ADDED: "green", Change.CHANGED: "yellow", Change.REMOVED: "red"}
TURNS = {Turn.ON: "green", Turn.OFF: "red", Turn.MOVED: "yellow"}
WRONG = 1


def show_import(plan: ImportPlan, *, dry_run: bool) -> None:
    """Print everything; rows that were wrong end in exit code 1."""
    _show_changes(plan.changes)
    for consequence in plan.consequences:
        who = consequence.switched
        line = Text(f"{who.part} {who.who} {who.name}: ", style=TURNS[who.turn])
        out().print(line.append(consequence.text, style="not bold default"), soft_wrap=True)
    for notice in plan.notices:
        say(f"Note: {notice}", "dim")
    show_findings(plan.findings, plan.settings)
    for fault in plan.faults:
        say(f"Wrong: {fault.place}: {fault.why}", "red")
    _show_sum(plan, dry_run=dry_run)
    if plan.faults:
        raise typer.Exit(WRONG)


def _show_changes(changes: tuple[SettingsChange, ...]) -> None:
    if not changes:
        return
    rows = [
        (
            Text(change.change, style=STYLES[change.change]),
            change.part,
            change.name,
            "\n".join(f"{name}: {before} -> {after}" for name, before, after in change.fields),
        )
        for change in changes
    ]
    out().print(table(("", "Part", "Which", "What"), rows))


def _show_sum(plan: ImportPlan, *, dry_run: bool) -> None:
    if plan.faults:
        rows = "1 row is" if len(plan.faults) == 1 else f"{len(plan.faults)} rows are"
        say(f"{rows} wrong and changed nothing; what is stored of them stays.", "red")
    if not plan.changes:
        say("The stored settings are the same already: nothing to change.", "green")
        return
    numbers = [(kind, sum(change.change is kind for change in plan.changes)) for kind in Change]
    told = ", ".join(f"{number} {kind}" for kind, number in numbers if number)
    if dry_run:
        say(f"Would change: {told}. Nothing was written: this is a dry run.", "green")
        return
    say(f"Done: {told}.", "green")
    say("The app takes them over within a minute; new mailboxes are watched within 15.", "dim")
