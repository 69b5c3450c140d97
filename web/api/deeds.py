"""Who did what by hand."""

import re
from dataclasses import replace
from datetime import datetime
from typing import Annotated

from pydantic import Field
from starlette.requests import Request

from core.bootstrap import current_app
from core.domain.deed import Deed, DeedKind
from web.access import Role
from web.routing import Routes, Shape

routes = Routes()


SEARCHED = 1000
"""Deeds that are looked through, the newest."""


class DeedsAsked(Shape):
    """How many, at most; `search`: who did it, or the beginning of a word of the details."""

    search: Annotated[str, Field(max_length=200)] = ""
    kind: DeedKind | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class DeedShape(Shape):
    """One deed; `details` name what was concerned, the first hundred of `number`."""

    at: datetime
    who: str
    kind: DeedKind
    number: int
    details: tuple[str, ...]


class DeedList(Shape):
    """Deeds, newest first."""

    deeds: tuple[DeedShape, ...]


@routes.read("/v1/deeds", Role.OPERATOR)
async def list_deeds(request: Request, asked: DeedsAsked) -> DeedList:  # noqa: ARG001 - a route
    """List who changed, released, replayed or dropped what, newest first."""
    return DeedList(
        deeds=tuple(
            DeedShape(
                at=deed.at, who=deed.who, kind=deed.kind, number=deed.number, details=deed.details
            )
            for deed in await deeds_that_fit(asked)
        )
    )


async def deeds_that_fit(asked: DeedsAsked) -> list[Deed]:
    """Return the newest deeds that fit, what was searched for first among their details.

    Without a search no more than these are read.
    """
    deeds = (await current_app().services()).deeds
    word = asked.search.strip()
    if not word and asked.kind is None:
        return list(await deeds.latest(asked.limit))
    end = r"(?!\d)" if word[-1:].isdecimal() else ""  # "person 11" does not begin "person 110"
    sought = re.compile(rf"(?<!\w){re.escape(word)}{end}", re.IGNORECASE)
    found = [
        replace(deed, details=tuple(sorted(deed.details, key=lambda t: not sought.search(t))))
        for deed in await deeds.latest(SEARCHED)
        if asked.kind in {None, deed.kind} and any(map(sought.search, (deed.who, *deed.details)))
    ]
    return found[: asked.limit]
