"""One call of the REST face as its handler gets it, and the register of handlers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from devstack.rooms.face.booking_views import BookingViews
from devstack.rooms.face.casing import Rendered, Style
from devstack.rooms.model.booking import Booking
from devstack.rooms.model.house import House
from devstack.rooms.model.person import Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """Everything a handler may look at: parameters are bound, the caller is known."""

    house: House
    views: BookingViews
    actor: Person
    style: Style
    path: dict[str, Any]
    query: dict[str, Any]
    body: Any
    local_zone: ZoneInfo

    def shown(self, booking: Booking) -> Rendered:
        """Return a booking as this caller may see it."""
        return self.views.text(booking, self.actor, self.style)


type Handler = Callable[[Call], object]


@dataclass(frozen=True, slots=True)
class Service:
    """The handler of one operation and the model of its body."""

    handler: Handler
    body: type[BaseModel] | None
    many: bool


SERVICES: dict[str, Service] = {}


def serves(
    operation_id: str, *, body: type[BaseModel] | None = None, many: bool = False
) -> Callable[[Handler], Handler]:
    """Register a handler for an operation; `many`: its body is a list of `body`."""

    def register(handler: Handler) -> Handler:
        SERVICES[operation_id] = Service(handler, body, many)
        return handler

    return register
