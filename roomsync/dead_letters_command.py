"""`roomsync dead-letters`: what was given up, with its present state; done again, or dropped."""

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from core.app import wording
from core.app.dead_letters import Line, Present, Wanted, list_dead_letters
from core.app.operating import COMMAND_LINE, drop_letters, replay_letters
from core.app.reference import UnknownItemError, place_of
from core.app.services import Services
from core.bootstrap import App
from core.domain.work import BookingKey, EventKey, ICalKey, MappingKey, home_of, mailbox_session
from core.errors import RoomSyncError
from roomsync.output import moment, out, say, table
from roomsync.session import run

WRONG = 1
UTC_ZONE = ZoneInfo("UTC")
_AGE = re.compile(r"(\d{1,5})([mhd])")
_KINDS = {EventKey: "event", ICalKey: "meeting", MappingKey: "link"}
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}

commands = typer.Typer(
    no_args_is_help=True, help="What was given up: list, show, replay, drop (docs/retries.md)."
)

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[LETTER]...", help="as `list` names them; without any, the filters"),
]
Reason = Annotated[
    str, typer.Option("--reason", help="only this reason, or those that begin like it")
]
Mailbox = Annotated[
    str, typer.Option("--mailbox", metavar="MAIL", help="only this mailbox: address, p11 or r101")
]
Older = Annotated[str, typer.Option("--older-than", metavar="AGE", help="30m, 12h, 7d")]
Newer = Annotated[str, typer.Option("--newer-than", metavar="AGE", help="30m, 12h, 7d")]
State = Annotated[
    Present | None,
    typer.Option("--state", help="settled: a later look at the same meeting has succeeded"),
]
AsJson = Annotated[bool, typer.Option("--json", help="as JSON, for programs")]
All = Annotated[bool, typer.Option("--all", help="all there are, without naming any")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="only show what would be done")]
Yes = Annotated[bool, typer.Option("--yes", help="do it without asking")]


@commands.command("list")
def show_list(  # noqa: PLR0917 - typer reads them by name
    reason: Reason = "",
    mailbox: Mailbox = "",
    older_than: Older = "",
    newer_than: Newer = "",
    state: State = None,
    as_json: AsJson = False,
) -> None:
    """List what was given up and what the bus set aside, as one list, oldest first."""
    asked = _Asked(
        (),
        reason=reason,
        mailbox=mailbox,
        older_than=older_than,
        newer_than=newer_than,
        state=state,
    )
    lines = run(lambda app: _found(app, asked))
    if as_json:
        _print_json([_as_json(line) for line in lines])
        return
    _show(lines)


@commands.command("show")
def show_one(
    name: Annotated[str, typer.Argument(metavar="LETTER")], as_json: AsJson = False
) -> None:
    """Show one with all that is known, and what a look at its meeting would do now."""

    async def read(app: App) -> tuple[Line, str]:
        line = (await _found(app, _Asked((name,))))[0]
        return line, await _would_do(line, await app.services())

    line, would_do = run(read)
    if as_json:
        _print_json(_as_json(line) | {"would_do": would_do})
        return
    for label, value in _facts(line):
        say(f"{label:<10}{value}")
    say(f"{'Now':<10}{would_do}")


@commands.command("replay")
def replay_some(  # noqa: PLR0917 - typer reads them by name
    names: Names = None,
    reason: Reason = "",
    mailbox: Mailbox = "",
    older_than: Older = "",
    newer_than: Newer = "",
    state: State = None,
    everything: All = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Do again what was given up: show it, ask, then send fresh looks, mails and jobs.

    Exit code 1: some of it cannot be done again, because it cannot be read.
    """
    asked = _Asked(
        tuple(names or ()),
        reason=reason,
        mailbox=mailbox,
        older_than=older_than,
        newer_than=newer_than,
        state=state,
    )
    _require_choice(asked, everything)
    _do("replay", "replayed", replay_letters, asked, dry_run=dry_run, yes=yes, as_json=as_json)


@commands.command("drop")
def drop_some(  # noqa: PLR0917 - typer reads them by name
    names: Names = None,
    reason: Reason = "",
    mailbox: Mailbox = "",
    older_than: Older = "",
    newer_than: Newer = "",
    state: State = None,
    everything: All = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Take off the list for good: show it, ask, then forget it. What is wrong comes back."""
    asked = _Asked(
        tuple(names or ()),
        reason=reason,
        mailbox=mailbox,
        older_than=older_than,
        newer_than=newer_than,
        state=state,
    )
    _require_choice(asked, everything)
    _do("drop", "dropped", drop_letters, asked, dry_run=dry_run, yes=yes, as_json=as_json)


class _Asked:
    """What was typed; times and mailboxes are only known once the app is there."""

    def __init__(
        self,
        names: tuple[str, ...],
        *,
        reason: str = "",
        mailbox: str = "",
        older_than: str = "",
        newer_than: str = "",
        state: Present | None = None,
    ) -> None:
        self.names, self.reason, self.mailbox, self.state = names, reason, mailbox, state
        self.older, self.newer = _age(older_than), _age(newer_than)

    @property
    def is_empty(self) -> bool:
        return not any((self.names, self.reason, self.mailbox, self.state, self.older, self.newer))

    async def wanted(self, services: Services) -> Wanted:
        now = services.clock.now()
        session = ""
        if self.mailbox:
            session = mailbox_session(place_of(self.mailbox, await services.roster.directory()))
        return Wanted(
            names=frozenset(self.names),
            reason=self.reason,
            mailbox=session,
            before=None if self.older is None else now - self.older,
            since=None if self.newer is None else now - self.newer,
            present=self.state,
        )


async def _found(app: App, asked: _Asked) -> list[Line]:
    services = await app.services()
    found = await list_dead_letters(await asked.wanted(services), services)
    missing = set(asked.names) - {line.name for line in found}
    if missing:
        raise UnknownItemError(
            f"not on the list: {', '.join(sorted(missing))}; see `roomsync dead-letters list`"
        )
    return found


def _do(
    verb: str,
    done_word: str,
    deed: Callable[[Sequence[Line], str, Services], Awaitable[list[Line]]],
    asked: _Asked,
    *,
    dry_run: bool,
    yes: bool,
    as_json: bool,
) -> None:
    lines = run(lambda app: _found(app, asked))
    if not as_json:
        _show(lines)
    done: list[Line] = []
    is_asked_for = not dry_run and bool(lines)
    if is_asked_for and not yes:
        is_asked_for = not as_json and typer.confirm(f"{verb} {len(lines)}?")
    if is_asked_for:
        chosen = _Asked(tuple(line.name for line in lines))

        async def work(app: App) -> list[Line]:
            services = await app.services()
            there = await list_dead_letters(await chosen.wanted(services), services)
            return await deed(there, COMMAND_LINE, services)

        done = run(work)
    stuck = [line for line in lines if verb == "replay" and not line.can_be_replayed]
    if as_json:
        _print_json(
            {
                "dry_run": not is_asked_for,
                "found": [_as_json(line) for line in lines],
                done_word: [line.name for line in done],
            }
        )
    else:
        _tell(verb, done_word, lines, done, stuck, was_done=is_asked_for)
    if stuck:
        raise typer.Exit(WRONG)


def _tell(
    verb: str,
    done_word: str,
    lines: Sequence[Line],
    done: Sequence[Line],
    stuck: Sequence[Line],
    *,
    was_done: bool,
) -> None:
    if stuck:
        say(f"{len(stuck)} cannot be replayed: nobody can read them; drop them.", "yellow")
    if not was_done:
        say(f"Would {verb}: {len(lines) - len(stuck)}. Nothing was changed.", "green")
        return
    say(f"{done_word.capitalize()}: {len(done)}.", "green")
    gone = len(lines) - len(stuck) - len(done)
    if gone:
        say(f"{gone} were gone meanwhile.", "yellow")


def _require_choice(asked: _Asked, everything: bool) -> None:
    if asked.is_empty and not everything:
        raise UnknownItemError("name letters, give a filter, or say --all")


async def _would_do(line: Line, services: Services) -> str:
    """Ask both systems what a look would do now: the present state of the meeting."""
    from core.app.sync_item import preview_item  # noqa: PLC0415 - late, as all use cases

    item = line.given_up.item
    if item is None:
        return "not a look: nothing to ask for"
    key = item.key if line.link is None else MappingKey(line.link.id, line.link.home)
    try:
        report = await preview_item(replace(item, key=key, thorough=True), services)
    except RoomSyncError as error:
        return f"it would fail again: {error}"
    if not report.steps:
        return f"nothing to do: {report.reason or report.outcome}"
    return "; ".join(f"{wording.step(name)}: {reason}" for name, reason in report.steps)


def _show(lines: Sequence[Line]) -> None:
    if not lines:
        say("Nothing was given up.", "green")
        return
    rows = [
        (
            line.name,
            moment(line.at, UTC_ZONE),
            line.given_up.reason,
            line.mailbox or "-",
            _what(line),
            line.present,
            "-" if line.link is None else wording.state(line.link.state),
        )
        for line in lines
    ]
    columns = ("Letter", "Since (UTC)", "Reason", "Mailbox", "What", "State", "Link is")
    out().print(table(columns, rows))


def _facts(line: Line) -> list[tuple[str, str]]:
    given_up = line.given_up
    facts = [
        ("Letter", line.name),
        ("Since", moment(line.at, UTC_ZONE)),
        ("Reason", f"{given_up.reason}: {given_up.text}"),
        ("Mailbox", line.mailbox or "-"),
        ("What", _what(line)),
        ("State", line.present),
    ]
    if line.entry is not None:
        facts.append(
            ("Given up", f"{line.entry.times}x, last {moment(line.entry.last_at, UTC_ZONE)}")
        )
    if line.letter is not None and line.letter.deliveries:
        facts.append(("Delivered", f"{line.letter.deliveries} times"))
    if given_up.mapping_id is not None:
        state = "gone" if line.link is None else wording.state(line.link.state)
        facts.append(("Link", f"{given_up.mapping_id}  {state}"))
        facts.append(("History", f"roomsync history {given_up.mapping_id}"))
    if given_up.raw and not line.can_be_replayed:
        facts.append(("Bytes", f"{len(given_up.raw)} characters that nobody can read"))
    return facts


def _what(line: Line) -> str:
    given_up = line.given_up
    if given_up.notice is not None:
        return f"mail {given_up.notice.kind}"
    if given_up.job is not None:
        return f"job {given_up.job.kind}"
    key = None if given_up.item is None else given_up.item.key
    if isinstance(key, BookingKey):
        return f"booking {key.booking_id}"
    return _KINDS.get(type(key), "unreadable")


def _as_json(line: Line) -> dict[str, object]:
    """Return what is known: keys and reasons, no subject and nobody's name."""
    given_up, key = line.given_up, None if line.given_up.item is None else line.given_up.item.key
    place = None if key is None else home_of(key)
    return {
        "letter": line.name,
        "since": line.at.astimezone(UTC).isoformat(),
        "reason": given_up.reason,
        "text": given_up.text,
        "mailbox": line.mailbox,
        "what": _what(line),
        "state": line.present,
        "link": given_up.mapping_id,
        "link_state": None if line.link is None else line.link.state,
        "history": f"roomsync history {given_up.mapping_id}" if given_up.mapping_id else None,
        "event_id": key.event_id if isinstance(key, EventKey) else None,
        "booking_id": key.booking_id if isinstance(key, BookingKey) else None,
        "home": None if place is None else mailbox_session(place),
        "times": None if line.entry is None else line.entry.times,
        "can_be_replayed": line.can_be_replayed,
    }


def _print_json(content: object) -> None:
    typer.echo(json.dumps(content, indent=2, ensure_ascii=False))


def _age(text: str) -> timedelta | None:
    if not text:
        return None
    read = _AGE.fullmatch(text)
    if read is None:
        raise UnknownItemError(f"{text!r} is no age: write 30m, 12h or 7d")
    return timedelta(**{_UNITS[read[2]]: int(read[1])})
