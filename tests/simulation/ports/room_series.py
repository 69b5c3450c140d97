"""Series of ROOMS: the product's own `RoomsSeries` over a way that leads straight to the model.

Drawing a series up, booking it and putting things right takes many requests, any of which may fail
or be the last: that order is the product's and has to be tried as it is. Only the way is another:
the handlers of the face are called with values, without HTTP and without JSON.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from core.adapters.rooms.requests import PersonAt
from core.adapters.rooms.series import RoomsSeries
from core.domain.booking import Booking
from core.domain.changes import BookingChanges
from core.domain.interval import Interval
from core.domain.series_draft import BookedSeries, SeriesDraft
from core.ports.room_series import OpenSeries
from devstack.rooms.contract.operation import Operation
from devstack.rooms.contract.operations import SERVED
from devstack.rooms.face.binding import bind_body, bind_query
from devstack.rooms.face.call import SERVICES, Call
from devstack.rooms.face.casing import Style, _styled
from devstack.rooms.model.booking import Booking as Stored
from tests.simulation.ports.bookings import ModelBookings
from tests.simulation.ports.rooms_line import Asking, RoomsLine, Visit

CAMEL = Style(camel=True)
type Query = Sequence[tuple[str, str]]


class ValueCall(Call):
    """A call whose answer stays a value."""

    def shown(self, booking: Stored) -> Any:
        return self.views.dto(booking, self.actor)


class ModelWay:
    """What a RoomsSeries takes for its connection; `port` is the method that is at it."""

    def __init__(self, line: RoomsLine, mandator: str) -> None:
        self._line, self.mandator = line, mandator
        self.port = "read_series"

    async def get(self, path: str, doing: str, query: Query = ()) -> Any:
        return await self._asked("GET", path, doing, query, None)

    async def post(self, path: str, doing: str, body: dict[str, Any] | None = None) -> Any:
        return await self._asked("POST", path, doing, (), body)

    async def put(
        self, path: str, doing: str, body: dict[str, Any] | None = None, query: Query = ()
    ) -> Any:
        return await self._asked("PUT", path, doing, query, body)

    async def patch(self, path: str, doing: str, query: Query = ()) -> Any:
        return await self._asked("PATCH", path, doing, query, None)

    async def _asked(
        self, method: str, path: str, doing: str, query: Query, body: dict[str, Any] | None
    ) -> Any:
        operation, parameters = _found(method, f"/{path}")
        service = SERVICES[operation.id]
        asking = Asking(
            port=self.port,
            operation=operation.id,
            path=path,
            doing=doing,
            reads=method == "GET",
        )

        def serve(visit: Visit) -> Any:
            bound = None if service.body is None else bind_body("body", service.body, body)
            call = ValueCall(
                house=visit.house,
                views=self._line.simulator.views,
                actor=visit.actor,
                style=CAMEL,
                path=parameters,
                query=bind_query(operation.query, QueryParams(list(query))),
                body=bound,
                local_zone=ZoneInfo("UTC"),
            )
            return _styled(service.handler(call), CAMEL)

        return await self._line.ask(asking, serve)


class ModelSeries:
    """The RoomSeriesSystem port; each call has its own name for the interruptions."""

    def __init__(
        self,
        line: RoomsLine,
        bookings: ModelBookings,
        *,
        person_at: PersonAt = lambda _: None,
        known_names: Callable[[], Iterable[str]] = tuple,
    ) -> None:
        self._way = ModelWay(line, bookings.mandator)
        way: Any = self._way
        self._series = RoomsSeries(way, bookings, person_at=person_at, known_names=known_names)

    async def read_series(self, sample: Booking, span: Interval | None = None) -> Sequence[Booking]:
        return await self._as("read_series", self._series.read_series(sample, span))

    async def open_series(self, draft: SeriesDraft, replacing: Booking | None = None) -> OpenSeries:
        return await self._as("open_series", self._series.open_series(draft, replacing))

    async def confirm_series(self, opened: OpenSeries) -> BookedSeries:
        return await self._as("confirm_series", self._series.confirm_series(opened))

    async def abort_series(self, opened: OpenSeries) -> None:
        await self._as("abort_series", self._series.abort_series(opened))

    async def update_following(self, item: Booking, changes: BookingChanges) -> Sequence[Booking]:
        return await self._as("update_following", self._series.update_following(item, changes))

    async def cancel_series(self, item: Booking) -> Sequence[Booking]:
        return await self._as("cancel_series", self._series.cancel_series(item))

    async def remove_rooms(self, item: Booking) -> Sequence[Booking]:
        return await self._as("remove_rooms", self._series.remove_rooms(item))

    async def _as[T](self, port: str, deed: Awaitable[T]) -> T:
        self._way.port = port
        return await deed


@cache
def _routes() -> list[tuple[str, re.Pattern[str], Operation]]:
    """Return the operations by method and path, literal paths first."""
    found = []
    for operation in SERVED:
        pattern = re.sub(r"\{(\w+):int\}", r"(?P<\1>\\d+)", operation.path)
        pattern = re.sub(r"\{(\w+)(?::\w+)?\}", r"(?P<\1>[^/]+)", pattern)
        found.append((operation.method, re.compile(pattern), operation))
    return sorted(found, key=lambda route: route[2].path.count("{"))


def _found(method: str, path: str) -> tuple[Operation, Mapping[str, Any]]:
    for wanted, pattern, operation in _routes():
        match = pattern.fullmatch(path) if wanted == method else None
        if match is not None:
            values = {n: int(v) if v.isdigit() else v for n, v in match.groupdict().items()}
            return operation, values
    raise LookupError(f"ROOMS has no {method} {path}")
