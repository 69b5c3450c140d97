"""What was given up: list, show, replay, drop."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field
from starlette.requests import Request

from core.app.dead_letters import Line, Present, Wanted, list_dead_letters
from core.app.operating import drop_letters, replay_letters
from core.app.reference import named_key
from core.bootstrap import current_app
from core.domain.remark import Remark
from web.access import Role
from web.api.planned import PlanAnswered, Planned, named
from web.api.shapes import Limit, Name
from web.problems import Problem
from web.routing import Nothing, Routes, Shape

routes = Routes()

MOST = 200
"""Entries that one call replays or drops."""

Names = Annotated[tuple[Name, ...], Field(min_length=1, max_length=MOST)]


class GivenUpAsked(Shape):
    """Which entries are meant; everything that is set has to fit."""

    reason: Annotated[str, Field(max_length=200, description="The reason or its beginning.")] = ""
    mailbox: Annotated[str, Field(max_length=500, description="environment/mailbox")] = ""
    state: Present | None = None
    limit: Limit = 100


class GivenUpLine(Shape):
    """One entry. `what`: look, mail, job or unreadable; `times`: how often in a row.

    `item` is what its history is asked by, empty where it is about no meeting.
    """

    name: str
    what: str
    reason: str
    text: str
    mailbox: str
    state: Present
    at: datetime
    times: int
    link: str
    link_state: str
    item: str
    can_be_replayed: bool


class GivenUpList(Shape):
    """The entries, oldest first, and how many there are in all."""

    entries: tuple[GivenUpLine, ...]
    total: int


class GivenUpChosen(Planned):
    """Entries by name."""

    names: Names


class GivenUpDone(Shape):
    """What was done, or would be: `missing` are not on the list, `stuck` cannot be replayed."""

    dry_run: bool
    plan: PlanAnswered
    done: tuple[str, ...]
    stuck: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@routes.read("/v1/given-up", Role.VIEWER)
async def list_given_up(request: Request, asked: GivenUpAsked) -> GivenUpList:  # noqa: ARG001 - a route
    """List what was given up and what the bus set aside."""
    wanted = Wanted(reason=asked.reason, mailbox=asked.mailbox, present=asked.state)
    found = await list_dead_letters(wanted, await current_app().services())
    return GivenUpList(entries=tuple(map(as_line, found[: asked.limit])), total=len(found))


@routes.deed("POST", "/v1/given-up/replay", Role.OPERATOR)
async def replay_given_up(request: Request, chosen: GivenUpChosen) -> GivenUpDone:
    """Do again what was given up: fresh looks, mails and jobs are queued."""
    lines, missing = await _chosen(chosen.names)
    can = [line for line in lines if line.can_be_replayed]
    stuck = tuple(line.name for line in lines if not line.can_be_replayed)
    plan = _plan("replay", can)
    if not chosen.dry_run:
        chosen.require(plan)
        services = await current_app().services()
        can = await replay_letters(can, request.state.principal.name, services)
    done = tuple(line.name for line in can)
    return GivenUpDone(dry_run=chosen.dry_run, plan=plan, done=done, stuck=stuck, missing=missing)


@routes.deed("POST", "/v1/given-up/drop", Role.OPERATOR)
async def drop_given_up(request: Request, chosen: GivenUpChosen) -> GivenUpDone:
    """Take entries off the list for good; what is still wrong comes back."""
    lines, missing = await _chosen(chosen.names)
    plan = _plan("drop", lines)
    if not chosen.dry_run:
        chosen.require(plan)
        services = await current_app().services()
        lines = await drop_letters(lines, request.state.principal.name, services)
    done = tuple(line.name for line in lines)
    return GivenUpDone(dry_run=chosen.dry_run, plan=plan, done=done, missing=missing)


@routes.read("/v1/given-up/{name:path}", Role.VIEWER)
async def show_given_up(request: Request, nothing: Nothing) -> GivenUpLine:  # noqa: ARG001 - a route
    """Show one entry."""
    name = request.path_params["name"]
    found, _ = await _chosen((name,))
    if not found:
        raise Problem(404, "not_found", Remark("{name} is not on the list", name=repr(name[:100])))
    return as_line(found[0])


async def _chosen(names: tuple[str, ...]) -> tuple[list[Line], tuple[str, ...]]:
    wanted = Wanted(names=frozenset(names))
    found = await list_dead_letters(wanted, await current_app().services())
    missing = sorted(set(names) - {line.name for line in found})
    return found, tuple(missing)


def _plan(deed: str, lines: Sequence[Line]) -> str:
    return named(deed, sorted((line.name, kind_of(line)) for line in lines))


def kind_of(line: Line) -> str:
    """Return what an entry is: its text in the pages is `given_up.kind.<this>`."""
    given_up = line.given_up
    if given_up.item is not None:
        return "look"
    if given_up.notice is not None:
        return "mail"
    return "job" if given_up.job is not None else "unreadable"


def as_line(line: Line) -> GivenUpLine:
    """Return an entry as the API shows it."""
    return GivenUpLine(
        name=line.name,
        what=kind_of(line),
        reason=line.given_up.reason,
        text=line.given_up.text,
        mailbox=line.mailbox,
        state=line.present,
        at=line.at,
        times=1 if line.entry is None else line.entry.times,
        link="" if line.link is None else line.link.id,
        link_state="" if line.link is None else line.link.state,
        item=_item(line),
        can_be_replayed=line.can_be_replayed,
    )


def _item(line: Line) -> str:
    """Return what the history of an entry's meeting is asked by."""
    if line.link is not None:
        return line.link.id
    item = line.given_up.item
    return "" if item is None else named_key(item.key)
