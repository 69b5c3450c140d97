"""`roomsync release`: lets go on what was stopped by too many creates or cancels, or is parked."""

from typing import Annotated

import typer

from core.app.operating import COMMAND_LINE, release_mailbox, release_scope
from core.app.reference import place_of
from core.app.services import Services
from core.bootstrap import App
from core.domain.scope import ROOMS, Scope, scope_named, scope_of
from roomsync.output import say
from roomsync.session import run

What = Annotated[
    str,
    typer.Argument(
        metavar="MAILBOX",
        help="address, p<person>, r<resource>; or what `roomsync status` lists as parked:"
        " rooms, exchange/<environment>, exchange/<environment>/<mailbox>",
    ),
]


def release(mailbox: What) -> None:
    """Release a mailbox that the guard has stopped, or what is parked because it did not answer.

    Look first at what created, cancelled or lost so much; its counts begin at zero again, and for a
    day what is gone there counts as gone (of ROOMS, too). What is parked is asked by itself again
    and again: by hand it is only faster.
    """

    async def let_go(app: App) -> tuple[Scope, bool]:
        services = await app.services()
        scope = await _meant(mailbox, services)
        was_parked = await release_scope(scope, COMMAND_LINE, services)
        if scope.place is not None:
            await release_mailbox(scope.place, COMMAND_LINE, services, anyway=True)
        return scope, was_parked

    scope, was_parked = run(let_go)
    shown = scope.name if scope.place is None else f"{scope.environment}/{scope.mailbox}"
    if was_parked:
        say(f"Released: {shown} goes on; what was parked is queued.", "green")
    elif scope == ROOMS:
        say("rooms is not parked. What it does not show any more counts as gone for a day.", "dim")
    elif scope.place is None:
        say(f"{shown} is not parked.", "dim")
    else:
        say(f"Released: {shown} goes on.", "green")
        say("What was given up meanwhile is found by the next full sweep, within the hour.", "dim")


async def _meant(text: str, services: Services) -> Scope:
    """Return what an operator names: as `roomsync status` shows it, or a mailbox."""
    directory = await services.roster.directory()
    named = scope_named(text)
    is_known = named is not None and (named == ROOMS or named.environment in directory.environments)
    return named if named is not None and is_known else scope_of(place_of(text, directory))
