"""`roomsync doctor`: what is wrong with the settings, in themselves and against both systems."""

from typing import Annotated

import typer

from core.app.doctor.condensed import concerned
from core.app.doctor.examination import Examination, examine
from core.bootstrap import App
from core.domain.directory import Directory
from roomsync.findings import show_findings
from roomsync.output import print_json, say
from roomsync.session import run

WRONG = 1


def doctor(
    offline: Annotated[
        bool, typer.Option("--offline", help="ask neither Exchange nor ROOMS")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="as JSON, for programs")] = False,
) -> None:
    """Check the settings; the console shows the same list without addresses.

    Exit code 0: nothing is wrong; 1: something is; 2: it cannot be told.
    """

    async def look(app: App) -> tuple[Examination, Directory]:
        services = await app.services()
        found = await examine(
            services,
            app.settings.reaches,
            ask=not offline,
            known=app.mail_findings,
            around=await app.surroundings(),
        )
        return found, await services.roster.directory()

    found, directory = run(look)
    if as_json:
        print_json(_as_json(found, directory))
        raise typer.Exit(0 if found.is_well else WRONG)
    show_findings(found.findings, directory)
    if found.is_well:
        asked = "" if found.asked_at else " Exchange and ROOMS were not asked."
        say(f"Nothing is wrong with the settings.{asked}", "green")
        return
    say(
        f"{found.to_correct} to correct: what is wrong is not synced or not as meant, the rest is.",
        "yellow",
    )
    raise typer.Exit(WRONG)


def _as_json(found: Examination, directory: Directory) -> dict[str, object]:
    """Return the findings as the JSON API has them: without addresses and names of people."""
    from web.api.health import finding_shape  # noqa: PLC0415 - the web is for this alone

    return {
        "to_correct": found.to_correct,
        "findings": [
            finding_shape(each, concerned(each, directory)).model_dump(mode="json")
            for each in found.findings
        ],
    }
