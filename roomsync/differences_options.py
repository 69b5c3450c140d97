"""What is meant by the arguments of `roomsync differences`: names, filters, spans of days."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Annotated

import typer

from core.app.drift.listing import DriftFilter, drifts_that_fit
from core.app.drift.scans import window_between
from core.app.drift.search import that_say
from core.app.reference import FORMS, UnknownItemError, place_of
from core.app.services import Services
from core.domain.drift import Cause, Drift, DriftKind, DriftState, Element, NewerSide
from core.domain.ids import BookingId, PersonId, ResourceId
from core.domain.meeting import Aspect
from core.errors import RoomSyncError
from roomsync.options import one_of

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="ID", help="as `list` names them; without any, the filters"),
]
Name = Annotated[str, typer.Argument(metavar="ID", help="as `list` names it, or its beginning")]
Mailbox = Annotated[
    str, typer.Option("--mailbox", metavar="MAIL", help="only this mailbox: address, p11 or r101")
]
Person = Annotated[
    int | None, typer.Option("--person", metavar="ID", help="only this person, by the id in ROOMS")
]
Resource = Annotated[
    int | None,
    typer.Option("--resource", metavar="ID", help="only this resource, by the id in ROOMS"),
]
Booking = Annotated[
    int | None, typer.Option("--booking", metavar="ID", help="only this booking of ROOMS")
]
Series = Annotated[
    int | None, typer.Option("--series", metavar="ID", help="only this series of ROOMS")
]
Kind = Annotated[
    DriftKind | None, typer.Option("--kind", metavar="KIND", help=one_of("only these", DriftKind))
]
State = Annotated[
    DriftState | None,
    typer.Option(
        "--state", metavar="STATE", help=f"{one_of('in which state', DriftState)}; else open"
    ),
]
Newer = Annotated[
    NewerSide | None,
    typer.Option("--newer", metavar="SIDE", help=one_of("changed later", NewerSide)),
]
Why = Annotated[
    Cause | None, typer.Option("--cause", metavar="CAUSE", help=one_of("probable cause", Cause))
]
Field = Annotated[
    Aspect | None,
    typer.Option("--field", metavar="FIELD", help=one_of("what differs, among others", Aspect)),
]
About = Annotated[
    Element | None, typer.Option("--element", metavar="WHAT", help=one_of("what it is of", Element))
]
Text = Annotated[
    str,
    typer.Option(
        "--text", metavar="WORDS", help="names, addresses, places, numbers and ids; not titles"
    ),
]
All = Annotated[bool, typer.Option("--all", help="in any state; for actions: all that are open")]
From = Annotated[
    datetime | None,
    typer.Option("--from", metavar="DAY", formats=["%Y-%m-%d"], help="from this day on (UTC)"),
]
Until = Annotated[
    datetime | None,
    typer.Option(
        "--until", metavar="DAY", formats=["%Y-%m-%d"], help="up to this day, inclusive (UTC)"
    ),
]
Incremental = Annotated[
    bool, typer.Option("--incremental", help="only mailboxes in which something has changed")
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="begin it and come back at once")]
Item = Annotated[
    str, typer.Option("--item", metavar="ITEM", help=f"one meeting or series, at once: {FORMS}")
]
Words = Annotated[bool, typer.Option("--words", help="with titles and people")]
Yes = Annotated[bool, typer.Option("--yes", help="do it; without it, only show the plan")]
AsJson = Annotated[bool, typer.Option("--json", help="as JSON, for programs")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What narrows a list, and what an action is about; all that is said has to fit."""

    mailbox: Mailbox = ""
    person: Person = None
    resource: Resource = None
    booking: Booking = None
    series: Series = None
    kind: Kind = None
    state: State = None
    newer: Newer = None
    cause: Why = None
    field: Field = None
    element: About = None
    text: Text = ""
    start: From = None
    until: Until = None

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is narrowed."""
        return all(getattr(self, field.name) == field.default for field in fields(Filters))


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant(Filters):
    """What an action is about: those named, else those that fit, else all."""

    names: Names = None
    every: All = False


class NothingMeantError(RoomSyncError):
    """An action that names nothing; the text says how to name something."""


async def drifts_meant(meant: Meant, services: Services) -> list[Drift]:
    """Return the drifts that an action is about: those named, or the open ones that fit."""
    if meant.names:
        return await named(meant.names, services)
    if meant.is_empty and not meant.every:
        raise NothingMeantError("name differences, as `list` does, or filters, or say --all")
    return await those_that_fit(meant, services)


async def named(names: Sequence[str], services: Services) -> list[Drift]:
    """Return the drifts of these names, or beginnings of names; UnknownItemError for others."""
    found = await drifts_that_fit(DriftFilter(ids=tuple(names), states=()), services)
    for name in names:
        fitting = [drift for drift in found if drift.id.startswith(name)]
        if len(fitting) != 1:
            problem = "names no difference" if not fitting else f"names {len(fitting)} differences"
            raise UnknownItemError(f"{name} {problem}: see `roomsync differences list --all`")
    return found


async def those_that_fit(
    filters: Filters, services: Services, *, in_any_state: bool = False
) -> list[Drift]:
    """Return the drifts that options mean; open ones unless they say otherwise."""
    directory = await services.roster.directory()
    wanted = DriftFilter(
        states=(filters.state or DriftState.OPEN,),
        place=place_of(filters.mailbox, directory) if filters.mailbox else None,
        person=None if filters.person is None else PersonId(filters.person),
        resource=None if filters.resource is None else ResourceId(filters.resource),
        booking=None if filters.booking is None else BookingId(filters.booking),
        series=filters.series,
        kind=filters.kind,
        newer=filters.newer,
        cause=filters.cause,
        aspect=filters.field,
        element=filters.element,
        window=window_between(filters.start, filters.until, services),
    )
    if in_any_state:
        wanted = replace(wanted, states=())
    found = await drifts_that_fit(wanted, services)
    return that_say(filters.text, found, directory, is_entitled=True)
