"""`roomsync reset`: takes a meeting up again whose sync has ended (R-701)."""

from typing import Annotated

import typer

from core.app.reference import FORMS, parse_reference, resolve
from core.bootstrap import App
from roomsync.output import say
from roomsync.session import run

Item = Annotated[str, typer.Argument(metavar="EVENT|BOOKING|LINK", help=FORMS)]


def reset(item: Item) -> None:
    """Take a meeting up again after too many of its changes were refused.

    Exit code 1 when it is not linked, or its sync has not ended.
    """
    reference = parse_reference(item)

    async def take_up(app: App) -> str:
        from core.app.find_link import find_link  # noqa: PLC0415 - late, as all use cases
        from core.app.reset import reset as take_up_again  # noqa: PLC0415 - as above

        services = await app.services()
        link = await find_link(await resolve(reference, services), services)
        if link is None:
            return "no link is known for it"
        is_done = await take_up_again(link, services)
        return "" if is_done else "its sync has not ended"

    why_not = run(take_up)
    if why_not:
        say(f"Nothing to do: {why_not}.", "yellow")
        raise typer.Exit(1)
    say("Taken up again: the app looks at it next.", "green")
