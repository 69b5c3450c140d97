"""`roomsync release`: lets a mailbox go on that was stopped by too many creates or cancels."""

from typing import Annotated

import typer

from core.bootstrap import App
from core.domain.event import EventPlace
from roomsync.output import say
from roomsync.reference import place_of
from roomsync.session import run

Mailbox = Annotated[str, typer.Argument(metavar="MAILBOX", help="address, p<person>, r<resource>")]


def release(mailbox: Mailbox) -> None:
    """Release a mailbox that the guard has stopped (too many creates or cancels at once).

    Look first at what created or cancelled so much; its counts begin at zero again.
    """

    async def let_go(app: App) -> EventPlace:
        services = await app.services()
        place = place_of(mailbox, await services.roster.directory())
        await services.guard.release(place)
        return place

    place = run(let_go)
    say(f"Released: {place.environment}/{place.mailbox} goes on.", "green")
    say("What was given up meanwhile is found by the next full sweep, within the hour.", "dim")
