"""The control API of the ROOMS simulator (contract 5): the common calls and its own."""

import json
from collections.abc import Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, field_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from devstack.kit.control import (
    ControlRefusedError,
    Controls,
    common_routes,
    control,
    done,
    parsed,
)
from devstack.kit.journal import iso
from devstack.kit.world import World
from devstack.rooms.administration import administration_routes
from devstack.rooms.contract.not_served import NOT_SERVED
from devstack.rooms.contract.operations import SERVED
from devstack.rooms.face.booking_views import BookingViews
from devstack.rooms.face.casing import Style, write
from devstack.rooms.model.house import House
from devstack.rooms.webhooks import KIND, Target, WebhookSender

LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "::1")


class WorldRequest(BaseModel):
    """The world that replaces the present one."""

    model_config = ConfigDict(extra="forbid")
    world: World


class WebhookTarget(BaseModel):
    """Where webhooks shall go: somewhere on this machine."""

    model_config = ConfigDict(extra="forbid")
    url: str
    secret: str

    @field_validator("url")
    @classmethod
    def _on_loopback(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname not in LOOPBACK_HOSTS:
            raise ValueError(f"only http and https on {', '.join(LOOPBACK_HOSTS)} are within reach")
        return url


class Loadable(Protocol):
    """What takes a new world."""

    def load(self, world: World) -> None: ...


def control_routes(
    simulator: Loadable,
    controls: Controls,
    house: House,
    views: BookingViews,
    webhooks: WebhookSender,
    *,
    keep: Callable[[], None],
) -> list[Route]:
    """Return all `/_control` routes of this simulator."""

    async def world(request: Request) -> Response:
        try:
            simulator.load((await parsed(request, WorldRequest)).world)
        except ValueError as error:
            raise ControlRefusedError(f"the world does not fit together: {error}") from error
        return done()

    async def webhook(request: Request) -> Response:
        if request.method == "DELETE":
            webhooks.aim_default()
        elif request.method == "POST":
            wanted = await parsed(request, WebhookTarget)
            try:
                webhooks.aim(Target(url=wanted.url, secret=wanted.secret))
            except ValueError as error:
                raise ControlRefusedError(str(error)) from error
        house.shelf.flush()
        return JSONResponse(webhooks.as_json())

    async def drafts(_: Request) -> Response:
        lines = [
            {
                "tempdataContextId": d.id,
                "bookingId": d.booking_id,
                "ownerId": d.owner_id,
                "new": d.is_new,
                "expires": d.expires,
                "dates": 0 if d.series is None else len(d.items) + 1,
            }
            for d in house.store.drafts.values()
        ]
        return _json(lines)

    return [
        *common_routes(
            controls,
            pending=lambda: pending(house, webhooks),
            state=lambda: state(house, views),
            keep=keep,
        ),
        control("world", world, "POST"),
        control("webhook", webhook, "GET", "POST", "DELETE"),
        control("operations", _operations, "GET"),
        control("drafts", drafts, "GET"),
        *administration_routes(house, views),
    ]


def pending(house: House, webhooks: WebhookSender) -> dict[str, int | str | None]:
    """Return what is still to happen by itself, delayed things included.

    `drafts` counts the open drafts: each expires when its time has come. Beyond the contract: `due`
    counts what should have happened by now or is happening, `next_due` is the moment of the next
    thing of any kind, `delivered` the webhooks answered with 2xx so far.
    """
    next_due = house.agenda.next_due()
    return {
        "notifications": house.agenda.pending(KIND),
        "assistant": 0,
        "drafts": len(house.store.drafts),
        "due": house.agenda.pending(before=house.now()),
        "next_due": None if next_due is None else iso(next_due),
        "delivered": webhooks.delivered,
    }


def state(house: House, views: BookingViews) -> dict[str, Any]:
    """Return every stored booking with all its details, whoever may see them in ROOMS.

    Series come with what the API does not show: their zone, and which one they came from.
    """
    bookings = [
        {
            **views.whole(b),
            "cancelled": not b.is_active,
            "systemResource": house.store.resources[b.resource_id].hidden,
        }
        for b in house.store.bookings.values()
    ]
    series = [
        {
            "id": s.id,
            "predecessorId": s.predecessor_id,
            "timeZone": s.zone,
            "lastDay": s.last_day.isoformat(),
            "bookings": [b.id for b in house.store.active_items(s.id)],
        }
        for s in house.store.series.values()
    ]
    everything = {"bookings": bookings, "series": series}
    content: dict[str, Any] = json.loads(write(everything, Style(camel=True)))
    return content


async def _operations(_: Request) -> Response:
    return JSONResponse(
        {
            "served": [{"method": o.method, "path": o.path, "operation": o.id} for o in SERVED],
            "not_served": [{"method": method, "path": path} for method, path in NOT_SERVED],
        }
    )


def _json(content: object) -> Response:
    return Response(write(content, Style(camel=True)), media_type="application/json")
