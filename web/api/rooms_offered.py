"""Rooms that Exchange offers, beside the resources of the settings, and what is proposed."""

from starlette.requests import Request

from core.app.imports.room_offers import Standing
from core.app.imports.rooms_search import RoomsFound, find_rooms, plan_rooms
from core.app.imports.run import ImportPlan
from core.bootstrap import current_app
from core.domain.remark import Remark
from web.access import Role
from web.api.planned import Planned
from web.api.settings_deeds import carry_out, plan_shape, require_meant
from web.api.settings_shapes import PlanShape
from web.problems import Problem
from web.routing import Nothing, Routes, Shape

routes = Routes()


class RoomShape(Shape):
    """A room, what the settings have of it, and the resource that it is or could be."""

    environment: str
    room_list: str
    name: str
    address: str
    standing: Standing
    resource: int | None
    resource_name: str


class RoomList(Shape):
    """All rooms by list and name; `troubles`: who could not be asked."""

    rooms: tuple[RoomShape, ...]
    troubles: tuple[str, ...]


class TakeAsked(Planned):
    """Take over what is proposed."""


@routes.read("/v1/settings/rooms", Role.ADMIN)
async def list_rooms(request: Request, nothing: Nothing) -> RoomList:  # noqa: ARG001 - a route
    """List the rooms that Exchange offers; every environment is asked now."""
    return room_list(await find_rooms(await current_app().services()))


@routes.deed("POST", "/v1/settings/rooms", Role.ADMIN)
async def take_rooms(request: Request, asked: TakeAsked) -> PlanShape:
    """Give resources without an address the rooms that fit, or only show what that comes to."""
    plan = await proposed()
    if not asked.dry_run:
        require_meant(plan, asked.plan, sure=True)
        await carry_out(plan, request.state.principal.name)
    return plan_shape(plan, done=not asked.dry_run and bool(plan.changes))


async def offered() -> tuple[RoomsFound, ImportPlan | None]:
    """Return the rooms, and what taking over the proposals comes to."""
    return await plan_rooms(await current_app().services())


async def proposed() -> ImportPlan:
    """Return what taking over comes to; a Problem if nothing is proposed any more."""
    _, plan = await offered()
    if plan is None:
        raise Problem(409, "changed_meanwhile", Remark("nothing is proposed"))
    return plan


def room_list(found: RoomsFound) -> RoomList:
    """Return the rooms as the API and the page show them."""
    resources = found.settings.resources
    return RoomList(
        rooms=tuple(
            RoomShape(
                environment=each.offer.environment,
                room_list=each.offer.room.room_list,
                name=each.offer.room.name,
                address=each.offer.room.address,
                standing=each.standing,
                resource=each.resource,
                resource_name="" if each.resource is None else resources[each.resource].name,
            )
            for each in found.rooms
        ),
        troubles=found.troubles,
    )
