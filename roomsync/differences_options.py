"""What is meant by the arguments of `roomsync differences`: names, filters, spans of days."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer

from core.app.drift.listing import DriftFilter, drifts_that_fit
from core.app.reference import FORMS, UnknownItemError, place_of
from core.app.services import Services
from core.domain.drift import Drift, DriftKind, DriftState
from core.domain.ids import BookingId, PersonId, ResourceId
from core.domain.interval import Interval
from core.errors import RoomSyncError

Names = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]...", help="as `list` names them; without any, the filters"),
]
Mailbox = Annotated[
    str, typer.Option("--mailbox", metavar="MAIL", help="only this mailbox: address, p11 or r101")
]
Person = Annotated[int, typer.Option("--person", help="only this person, by the id in ROOMS")]
Resource = Annotated[int, typer.Option("--resource", help="only this resource, by the id in ROOMS")]
Booking = Annotated[int, typer.Option("--booking", help="only this booking")]
Series = Annotated[int, typer.Option("--series", help="only this series of ROOMS")]
Kind = Annotated[DriftKind | None, typer.Option("--kind", help="only what differs like this")]
State = Annotated[DriftState, typer.Option("--state", help="in which state")]
All = Annotated[bool, typer.Option("--all", help="in any state; for actions: all that are open")]
From = Annotated[
    datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="from this day on (UTC)")
]
Until = Annotated[
    datetime | None,
    typer.Option("--until", formats=["%Y-%m-%d"], help="up to this day, inclusive (UTC)"),
]
Incremental = Annotated[
    bool, typer.Option("--incremental", help="only mailboxes in which something has changed")
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="begin it and come back at once")]
Item = Annotated[str, typer.Option("--item", help=f"one meeting or series, at once: {FORMS}")]
Words = Annotated[bool, typer.Option("--words", help="with titles and people")]
Yes = Annotated[bool, typer.Option("--yes", help="do it; without it, only show the plan")]

type Filters = tuple[str, int, int, int, int, DriftKind | None]
"""Mailbox, person, resource, booking, series, kind; "" and 0 leave a condition out."""


class NothingMeantError(RoomSyncError):
    """An action that names nothing; the text says how to name something."""


async def meant(
    names: list[str] | None, filters: Filters, services: Services, *, every: bool
) -> list[Drift]:
    """Return the drifts that an action is about: those named, or the open ones that fit."""
    if names:
        return await named(names, services)
    if not any(filters) and not every:
        raise NothingMeantError("name differences, as `list` does, or filters, or say --all")
    return await drifts_that_fit(await filter_of(filters, services), services)


async def named(names: Sequence[str], services: Services) -> list[Drift]:
    """Return the drifts of these names, or beginnings of names; UnknownItemError for others."""
    found = await drifts_that_fit(DriftFilter(ids=tuple(names), states=()), services)
    for name in names:
        fitting = [drift for drift in found if drift.id.startswith(name)]
        if len(fitting) != 1:
            problem = "names no difference" if not fitting else f"names {len(fitting)} differences"
            raise UnknownItemError(f"{name} {problem}: see `roomsync differences list --all`")
    return found


async def filter_of(
    filters: Filters, services: Services, window: Interval | None = None
) -> DriftFilter:
    """Return the filter that options say."""
    mailbox, person, resource, booking, series, kind = filters
    directory = await services.roster.directory()
    return DriftFilter(
        place=place_of(mailbox, directory) if mailbox else None,
        person=PersonId(person) if person else None,
        resource=ResourceId(resource) if resource else None,
        booking=BookingId(booking) if booking else None,
        series=series or None,
        kind=kind,
        window=window,
    )
