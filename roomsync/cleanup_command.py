"""`roomsync cleanup`: takes our own copies out of mailboxes whose sync was switched off (D12)."""

from collections.abc import Sequence
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from core.app.cleanup import Leftover, LeftoverKind, find_leftovers, remove_leftover
from core.app.reference import UnknownItemError, mailbox_named
from core.app.series_wording import rule, times
from core.bootstrap import App
from core.domain.directory import Directory
from core.domain.ids import MailboxKey
from core.domain.mapping import Mapping
from core.errors import RoomSyncError
from roomsync.output import out, say, span, table
from roomsync.session import run

WRONG = 1

Person = Annotated[
    str | None, typer.Option("--person", metavar="MAIL", help="only this person's mailbox")
]
Resource = Annotated[
    str | None, typer.Option("--resource", metavar="MAIL", help="only this resource's mailbox")
]
Events = Annotated[
    bool,
    typer.Option(
        "--events",
        help="also events made for bookings of ROOMS; Exchange tells their attendees",
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="remove; without it, only show")]


def cleanup(
    person: Person = None, resource: Resource = None, events: Events = False, yes: Yes = False
) -> None:
    """Show, and with --yes remove, our own copies where the sync is off.

    These are holds and buffers in resource mailboxes. Nothing that a user made is touched, nor the
    past, nor bookings in ROOMS. Exit code 1: something could not be removed.
    """
    if person and resource:
        raise UnknownItemError("name a person or a resource, not both")

    async def work(app: App) -> tuple[Sequence[Leftover], Directory, int]:
        services = await app.services()
        directory = await services.roster.directory()
        mailbox = _mailbox(person or resource, directory, is_person=person is not None)
        found = await find_leftovers(services, mailbox)
        failed = 0
        for leftover in _chosen(found, with_events=events) if yes else ():
            try:
                await remove_leftover(leftover, services)
            except RoomSyncError as error:
                failed += 1
                say(f"{leftover.mapping.id} stays: {error}", "red")
        return found, directory, failed

    found, directory, failed = run(work)
    _show(found, directory, with_events=events)
    _show_sum(found, with_events=events, done=yes, failed=failed)
    if failed or (yes and any(each.trouble for each in found)):
        raise typer.Exit(WRONG)


def _mailbox(named: str | None, directory: Directory, *, is_person: bool) -> MailboxKey | None:
    if named is None:
        return None
    owner = mailbox_named(named, directory)
    if owner.startswith("p") is not is_person:
        kind = "person" if is_person else "resource"
        raise UnknownItemError(f"{named} is the mailbox of no {kind}")
    if any(place.mailbox == owner for place in directory.synced_places()):
        raise UnknownItemError(f"{named} is synced: switch its sync off in the settings first")
    return owner


def _chosen(found: Sequence[Leftover], *, with_events: bool) -> list[Leftover]:
    return [
        each
        for each in found
        if not each.trouble and (with_events or each.kind is not LeftoverKind.EVENT)
    ]


def _show(found: Sequence[Leftover], directory: Directory, *, with_events: bool) -> None:
    if not found:
        return
    rows = []
    for each in sorted(found, key=lambda e: (e.mapping.home.mailbox, e.mapping.id)):
        mapping = each.mapping
        zone = ZoneInfo(directory.zone_of(mapping.home.mailbox))
        time = _time(mapping, zone)
        rows.append(
            (mapping.home.mailbox, each.kind, time, _verdict(each, with_events), mapping.id)
        )
    out().print(table(("Mailbox", "What", "When", "Then", "Link"), rows))


def _time(mapping: Mapping, zone: ZoneInfo) -> str:
    if mapping.series is not None:
        return f"{times(mapping.series.recurrence)}, {rule(mapping.series.recurrence)}"
    return "" if mapping.time is None else span(mapping.time.start, mapping.time.end, zone)


def _verdict(each: Leftover, with_events: bool) -> str:
    if each.trouble:
        return f"stays: {each.trouble}"
    if each.kind is LeftoverKind.EVENT and not with_events:
        return "stays: it is its organizer's meeting now (--events)"
    number = "1 person gets" if each.people == 1 else f"{each.people} people get"
    return f"goes; {number} a cancellation" if each.people else "goes"


def _show_sum(found: Sequence[Leftover], *, with_events: bool, done: bool, failed: int) -> None:
    chosen = len(_chosen(found, with_events=with_events))
    if not chosen:
        say("There is nothing to clean up.", "green")
    elif done:
        say(f"Removed: {chosen - failed}. Bookings in ROOMS stay.", "green")
    else:
        say(f"Would remove: {chosen}. Nothing was changed: say --yes to do it.", "green")
