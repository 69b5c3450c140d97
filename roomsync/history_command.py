"""`roomsync history`: everything that is remembered of one meeting, shown or written as JSON."""

import json
from pathlib import Path
from typing import Annotated

import typer

from core.app import wording
from core.app.reference import FORMS, UnknownItemError, named_key, parse_reference, resolve
from core.app.services import Services
from core.app.slot_reference import WHEN, resource_named, slot_at
from core.app.slots import SlotSeen, who_holds
from core.app.timeline.export import exported
from core.app.timeline.read import read_timeline
from core.app.timeline.values import Timeline
from core.bootstrap import App
from core.domain.directory import Directory
from core.domain.work import ItemKey
from roomsync.history_words import show_history
from roomsync.output import say
from roomsync.session import run
from roomsync.sync_command import Resource

Item = Annotated[
    str, typer.Argument(metavar="EVENT|BOOKING|LINK", help=f"{FORMS}; else --resource and --at")
]
At = Annotated[str, typer.Option("--at", metavar="TIME", help=f"a moment of the meeting: {WHEN}")]
Json = Annotated[
    Path | None,
    typer.Option("--json", metavar="FILE", help="write it as JSON (docs/history.md), - to print"),
]


def history(item: Item = "", resource: Resource = "", at: At = "", as_json: Json = None) -> None:
    """Show the history of one meeting; without titles and people (D13)."""
    if bool(item) == bool(resource or at) or bool(resource) != bool(at):
        raise UnknownItemError(f"name one meeting: {FORMS}, or --resource and --at")
    reference = parse_reference(item) if item else None

    async def read(app: App) -> tuple[Timeline, Directory]:
        services = await app.services()
        if reference is None:
            key = await _in_slot(resource, at, services)
        else:
            key = await resolve(reference, services)
        timeline = await read_timeline(key, services)
        if timeline is None:
            name = item or named_key(key)
            raise UnknownItemError(f"{name} has no link: `roomsync plan {name}` tells why")
        return timeline, await services.roster.directory()

    timeline, directory = run(read)
    if as_json is not None:
        _write(timeline, as_json)
        return
    show_history(timeline, directory)


async def _in_slot(resource: str, at: str, services: Services) -> ItemKey:
    """Return what is there at that moment; UnknownItemError if that is nothing, or several."""
    known = resource_named(resource, await services.roster.directory())
    seen = await who_holds(known, slot_at(at, known), services)
    for witness, trouble in seen.troubles.items():
        say(f"{wording.witness(witness)} could not be asked: {trouble}", "yellow")
    if not seen.holders:
        raise UnknownItemError(f"nothing is known of {known.name} at {at}")
    if len(seen.holders) > 1:
        raise UnknownItemError(
            f"several meetings are known of {known.name} at {at}: {_listed(seen)}"
        )
    return seen.holders[0].key


def _listed(seen: SlotSeen) -> str:
    return ", ".join(
        f"{named_key(each.key)} ({wording.state(each.link.state) if each.link else 'no link'})"
        for each in seen.holders
    )


def _write(timeline: Timeline, path: Path) -> None:
    text = json.dumps(exported(timeline), indent=2, ensure_ascii=False)
    if str(path) == "-":
        typer.echo(text)
        return
    try:
        path.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise UnknownItemError(f"{path} cannot be written: {error.strerror}") from None
    say(f"{len(timeline.entries)} entries written to {path}", "green")
