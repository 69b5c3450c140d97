"""Control calls for what an administrator does in ROOMS itself, beyond the contract's own."""

from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from devstack.kit.control import ControlRefusedError, control, done, json_object, parsed
from devstack.rooms.adjusting import adjust_parameter, adjust_person, adjust_resource
from devstack.rooms.face.booking_views import BookingViews
from devstack.rooms.model.house import House
from devstack.rooms.model.store import Store


class SyncItemId(BaseModel):
    """An Exchange item id that is stored on a booking (R-211)."""

    model_config = ConfigDict(extra="forbid")
    booking_id: int
    sync_item_id: str


class ParameterValue(BaseModel):
    """A new value of a global parameter (R-001: id 110)."""

    model_config = ConfigDict(extra="forbid")
    id: int
    value: str


def administration_routes(house: House, views: BookingViews) -> list[Route]:
    """Return `POST resources`, `persons`, `parameters` and `sync-item-ids`."""

    async def adjusted(
        request: Request, adjust: Callable[[Store, dict[str, Any]], None]
    ) -> Response:
        changes = await json_object(request)
        if not isinstance(changes.get("rooms_id"), int):
            raise ControlRefusedError("rooms_id: the number of the resource or person is needed")
        try:
            adjust(house.store, changes)
        except ValueError as error:
            raise ControlRefusedError(str(error)) from error
        views.forget()
        house.shelf.flush()
        return done()

    async def resources(request: Request) -> Response:
        return await adjusted(request, adjust_resource)

    async def persons(request: Request) -> Response:
        return await adjusted(request, adjust_person)

    async def parameters(request: Request) -> Response:
        wanted = await parsed(request, ParameterValue)
        try:
            adjust_parameter(house.store, wanted.id, wanted.value)
        except ValueError as error:
            raise ControlRefusedError(str(error), 404) from error
        house.shelf.flush()
        return done()

    async def sync_item_ids(request: Request) -> Response:
        wanted = await parsed(request, SyncItemId)
        if wanted.booking_id not in house.store.bookings:
            raise ControlRefusedError(f"there is no booking {wanted.booking_id}", 404)
        house.store.keep_sync_item_id(wanted.sync_item_id, wanted.booking_id)
        house.shelf.flush()
        return done()

    return [
        control("resources", resources, "POST"),
        control("persons", persons, "POST"),
        control("parameters", parameters, "POST"),
        control("sync-item-ids", sync_item_ids, "POST"),
    ]
