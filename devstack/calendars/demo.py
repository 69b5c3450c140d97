"""`make demo CALENDAR=… ORGANIZER=… ROOM=…`: a real calendar file through the whole stack."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from rich.console import Console
from rich.markup import escape

from devstack.addresses import Addresses
from devstack.calendars.company import UnknownNameError, read_setting
from devstack.calendars.content_lines import CalendarFileError, read_source
from devstack.calendars.entries import moved_to_next_week, read_entries
from devstack.calendars.fates import all_good, fate
from devstack.calendars.importing import Importer, MailboxUnreachableError, Outcome
from devstack.calendars.looking import NotQuietError, StackView
from devstack.calendars.report import print_entries, print_remarks, summary
from devstack.calendars.structure import CalendarFile, read_calendars
from devstack.stack.detach import DetachError, run_detached, running_pid, stop_running
from devstack.stack.world_file import DEMO_COMPANY

_REQUEST_TIMEOUT_S = 60.0
_PATIENCE_S = 120.0
_PATIENCE_AN_ENTRY_S = 1.0
_FAILURES = (
    CalendarFileError,
    DetachError,
    MailboxUnreachableError,
    NotQuietError,
    UnknownNameError,
)


def run_calendar_demo(
    addresses: Addresses,
    path: Path,
    organizer: str,
    room: str,
    console: Console | None = None,
    *,
    shift_to_next_week: bool = False,
) -> int:
    """Import a file into the running stack, or one that is started for it; return the exit code.

    0 = every entry that needs a booking got one that agrees with it, or a recorded refusal. With
    `shift_to_next_week` all entries move by the same whole weeks, so that the file's busiest week
    becomes next week; the file is not touched.
    """
    console = console or Console()
    try:
        file = read_calendars(read_source(path))
        with _running_stack(addresses, console):
            demo = CalendarDemo(addresses, console, shift_to_next_week=shift_to_next_week)
            return asyncio.run(demo.play(file, organizer, room))
    except _FAILURES as error:
        console.print(f"[red]{escape(str(error))}[/]")
    except httpx.HTTPError as error:
        console.print(f"[red]the stack does not answer as it should: {escape(str(error))}[/]")
    return 1


class CalendarDemo:
    """Imports a file for one organizer and one room, waits, and compares both sides."""

    def __init__(
        self, addresses: Addresses, console: Console, *, shift_to_next_week: bool = False
    ) -> None:
        self._addresses, self._console = addresses, console
        self._shifts = shift_to_next_week

    async def play(self, file: CalendarFile, organizer: str, room: str) -> int:
        """Return the exit code; raises what `run_calendar_demo` prints."""
        async with (
            httpx.AsyncClient(timeout=_REQUEST_TIMEOUT_S, trust_env=False) as client,
            httpx.AsyncClient(
                base_url=self._addresses.exchange, timeout=_REQUEST_TIMEOUT_S, trust_env=False
            ) as exchange,
        ):
            stack = StackView(self._addresses, client)
            setting = await read_setting(exchange, organizer, room)
            now = await stack.now()
            if self._shifts:
                setting = moved_to_next_week(file, setting, now)
                self._console.print(f"all entries are moved by {setting.shift_weeks} weeks")
            read = read_entries(file, setting)
            outcomes = await Importer(exchange, setting.owner_mail).put(read, now)
            await stack.until_quiet(_PATIENCE_S + _PATIENCE_AN_ENTRY_S * _waiting_for(outcomes))
            sides = await stack.sides(setting.owner_mail)
            fates = [fate(outcome, sides, setting) for outcome in outcomes]
        print_remarks(self._console, file.remarks)
        print_entries(self._console, outcomes, fates, setting)
        self._console.print(summary(outcomes, fates))
        return 0 if all_good(fates) else 1


@contextmanager
def _running_stack(addresses: Addresses, console: Console) -> Iterator[None]:
    """Use the stack that runs in RUN_DIR, or start the demo company for as long as this lasts."""
    if running_pid(addresses) is not None:
        yield
        return
    console.print("starting a stack with the demo company …")
    run_detached(addresses, ["--world", str(DEMO_COMPANY)])
    try:
        yield
    finally:
        stop_running(addresses)


def _waiting_for(outcomes: tuple[Outcome, ...]) -> int:
    return sum(outcome.needs_booking for outcome in outcomes)
