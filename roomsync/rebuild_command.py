"""`roomsync rebuild`: restores lost links from both systems; no create, no mail (S05)."""

from typing import Annotated

import typer

from core.app.link_gate import why_incomplete
from core.app.rebuild.restore import Outlook, Verdict
from core.app.rebuild.run import Rebuilt, finish, foresee_rebuild, rebuild
from core.bootstrap import App
from roomsync.output import out, say, table
from roomsync.session import run

WRONG = 1
MOST_SHOWN = 20

WORDS = {
    Verdict.LINKED: "found on both sides",
    Verdict.DIFFERS: "found on both sides, which differ: the next look makes them agree",
    Verdict.ALONE_IN_EXCHANGE: "an event whose booking was not found: listed, not booked anew",
    Verdict.ALONE_IN_ROOMS: "a booking whose event was not found: listed, not made anew",
    Verdict.REFUSED: "refused before: listed as then, nobody is told again",
}

Yes = Annotated[bool, typer.Option("--yes", help="restore; without it, only show")]
GiveUp = Annotated[
    bool,
    typer.Option("--give-up", help="make links again without restoring those that are missing"),
]


def rebuild_links(yes: Yes = False, give_up: GiveUp = False) -> None:
    """Show, and with --yes restore, links that are missing, from what both systems show.

    Nothing is created, changed, cancelled or mailed. While it runs no look makes a new link;
    afterwards everything is looked at. Interrupted, run it again. Exit code 1: something is
    ambiguous or could not be read.
    """
    if give_up:
        run(_give_up)
        say("Links are made again. Everything is looked at now.", "yellow")
        return
    outlook, done = run(_rebuild if yes else _foresee)
    _show(outlook, done)
    if outlook.ambiguous or outlook.unread:
        raise typer.Exit(WRONG)


async def _foresee(app: App) -> tuple[Outlook, Rebuilt | None]:
    services = await app.services()
    why = await why_incomplete(services)
    outlook = await foresee_rebuild(services)
    if why:
        say(why, "yellow")
    return outlook, None


async def _rebuild(app: App) -> tuple[Outlook, Rebuilt | None]:
    done = await rebuild(await app.services())
    return done.outlook, done


async def _give_up(app: App) -> None:
    await finish(await app.services())


def _show(outlook: Outlook, done: Rebuilt | None) -> None:
    numbers = dict.fromkeys(Verdict, 0)
    for each in outlook.restored:
        numbers[each.verdict] += 1
    rows = [("link there already", str(outlook.kept))]
    rows += [(WORDS[verdict], str(number)) for verdict, number in numbers.items()]
    rows += [("ambiguous: not linked", str(len(outlook.ambiguous)))]
    rows += [("without any link: new, looks deal with it", str(outlook.new))]
    out().print(table(("What", "Number"), rows, numbers=("Number",)))
    for text in outlook.ambiguous[:MOST_SHOWN]:
        say(f"ambiguous: {text}", "yellow")
    for place, why in outlook.unread.items():
        say(f"not read: {place.environment}/{place.mailbox}: {why}", "red")
    if done is None:
        say(
            f"Would restore: {len(outlook.restored)}. Nothing was changed: say --yes to do it.",
            "green",
        )
        return
    if done.overtaken:
        say(f"Linked by looks meanwhile: {done.overtaken}.")
    say(
        f"Restored: {sum(done.written.values())}. Look-up rows made: {done.lookups.made}, swept:"
        f" {done.lookups.removed}. Everything is looked at now.",
        "green",
    )
