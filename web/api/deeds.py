"""Who did what by hand."""

from datetime import datetime
from typing import Annotated

from pydantic import Field
from starlette.requests import Request

from core.bootstrap import current_app
from core.domain.deed import DeedKind
from web.access import Role
from web.routing import Routes, Shape

routes = Routes()


class DeedsAsked(Shape):
    """How many, at most."""

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
    services = await current_app().services()
    return DeedList(
        deeds=tuple(
            DeedShape(
                at=deed.at, who=deed.who, kind=deed.kind, number=deed.number, details=deed.details
            )
            for deed in await services.deeds.latest(asked.limit)
        )
    )
