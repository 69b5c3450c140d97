"""`roomsync plan`: what a look would do, in words; neither system is written to."""

from typing import Annotated

import typer

from core.app import wording
from core.app.by_hand import look_by_hand
from core.app.reference import FORMS, UnknownItemError, parse_reference, resolve
from core.app.report import Report
from core.app.sync_item import preview_item
from core.app.whereabouts import NotYetThereError
from core.bootstrap import App
from roomsync.output import say
from roomsync.session import run

Item = Annotated[str, typer.Argument(metavar="EVENT|BOOKING|LINK", help=FORMS)]


def plan(item: Item) -> None:
    """Show what would be done for one event or booking. Nothing is written."""
    reference = parse_reference(item)

    async def preview(app: App) -> Report:
        services = await app.services()
        look = look_by_hand(await resolve(reference, services), services)
        try:
            return await preview_item(look, services)
        except NotYetThereError:
            raise UnknownItemError(
                f"{item}: that mailbox shows no such event, or not yet; check the id"
            ) from None

    _show(run(preview))


def _show(report: Report) -> None:
    if report.mapping_id is not None:
        say(f"Link     {report.mapping_id}", "dim")
    say(f"Outcome  {wording.outcome(report.outcome)}: {report.reason}")
    if report.found:
        say(f"Changed  {', '.join(map(wording.change, report.found))}")
    for number, (name, reason) in enumerate(report.steps, 1):
        say(f"{number:>3}. {wording.step(name)}: {reason}")
    if not report.steps:
        say("No step would be taken.")
    say("Nothing was written: this is a dry run.", "green")
