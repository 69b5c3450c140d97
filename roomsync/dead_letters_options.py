"""Which letters are meant by the arguments of `roomsync dead-letters`: names and filters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import typer

from core.app.dead_letters import Line, Present, Wanted, list_dead_letters
from core.app.reference import UnknownItemError, place_of
from core.app.services import Services
from core.bootstrap import App
from core.domain.work import mailbox_session
from roomsync.options import one_of

_AGE = re.compile(r"(\d{1,5})([mhd])")
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="LETTER", help="as `list` names them; without any, the filters"),
]
Reason = Annotated[
    str,
    typer.Option(
        "--reason", metavar="REASON", help="only this reason, or those that begin like it"
    ),
]
Mailbox = Annotated[
    str, typer.Option("--mailbox", metavar="MAIL", help="only this mailbox: address, p11 or r101")
]
Older = Annotated[str, typer.Option("--older-than", metavar="AGE", help="30m, 12h, 7d")]
Newer = Annotated[str, typer.Option("--newer-than", metavar="AGE", help="30m, 12h, 7d")]
State = Annotated[
    Present | None,
    typer.Option(
        "--state",
        metavar="STATE",
        help=f"{one_of('only these', Present)} (a later look at the meeting has succeeded)",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="as JSON, for programs")]
All = Annotated[bool, typer.Option("--all", help="all there are, without naming any")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="only show what would be done")]
Yes = Annotated[bool, typer.Option("--yes", help="do it without asking")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What narrows a list, and what an action is about; all that is said has to fit."""

    reason: Reason = ""
    mailbox: Mailbox = ""
    older_than: Older = ""
    newer_than: Newer = ""
    state: State = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant(Filters):
    """What an action is about, and how it is carried out."""

    names: Names = None
    everything: All = False
    dry_run: DryRun = False
    yes: Yes = False
    json: AsJson = False

    def require_choice(self) -> None:
        """Refuse an action that names nothing."""
        filters = (self.reason, self.mailbox, self.older_than, self.newer_than, self.state)
        if not any((self.names, *filters, self.everything)):
            raise UnknownItemError("name letters, give a filter, or say --all")


async def found(app: App, filters: Filters, names: Sequence[str] = ()) -> list[Line]:
    """Return the letters that are named and fit; UnknownItemError for a name that is none."""
    before, since = _age(filters.older_than), _age(filters.newer_than)
    services = await app.services()
    now = services.clock.now()
    wanted = Wanted(
        names=frozenset(names),
        reason=filters.reason,
        mailbox=await _session(filters.mailbox, services),
        before=None if before is None else now - before,
        since=None if since is None else now - since,
        present=filters.state,
    )
    letters = await list_dead_letters(wanted, services)
    missing = set(names) - {line.name for line in letters}
    if missing:
        raise UnknownItemError(
            f"not on the list: {', '.join(sorted(missing))}; see `roomsync dead-letters list`"
        )
    return letters


async def _session(mailbox: str, services: Services) -> str:
    if not mailbox:
        return ""
    return mailbox_session(place_of(mailbox, await services.roster.directory()))


def _age(text: str) -> timedelta | None:
    if not text:
        return None
    read = _AGE.fullmatch(text)
    if read is None:
        raise UnknownItemError(f"{text!r} is no age: write 30m, 12h or 7d")
    return timedelta(**{_UNITS[read[2]]: int(read[1])})
