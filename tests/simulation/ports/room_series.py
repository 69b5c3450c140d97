"""Series of ROOMS: the product's own `RoomsSeries` over a way that leads straight to the model.

Drawing a series up, booking it and putting things right takes many requests, any of which may fail
or be the last: that order is the product's and has to be tried as it is. Only the way is another:
the handlers of the face are called with values, without HTTP and without JSON.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any

from core.adapters.rooms.requests import PersonAt
from core.adapters.rooms.series import RoomsSeries
from core.domain.booking import Booking
from core.domain.changes import BookingChanges
from core.domain.interval import Interval
from core.domain.series_draft import BookedSeries, SeriesDraft
from core.ports.room_series import OpenSeries
from tests.simulation.ports.bookings import ModelBookings
from tests.simulation.ports.rooms_face import found, served
from tests.simulation.ports.rooms_line import Asking, RoomsLine

type Query = Sequence[tuple[str, str]]


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
        asked = found(method, f"/{path}")
        asking = Asking(
            port=self.port,
            operation=asked[0].id,
            path=path,
            doing=doing,
            reads=method == "GET",
        )
        simulator = self._line.simulator
        return await self._line.ask(
            asking,
            lambda visit: served(simulator, visit.actor, asked, query, body),
        )


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
