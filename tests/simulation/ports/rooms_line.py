"""A request of the service to the model of ROOMS: who asks, what changed, what a no means."""

from collections.abc import Callable
from dataclasses import dataclass

from core.adapters.rooms.client import SaidNoError
from core.domain.scope import ROOMS
from core.errors import NotFoundError, NotPermittedError, RoomSyncError
from devstack.rooms.face.binding import BadRequestError
from devstack.rooms.face.errors import message_list
from devstack.rooms.model.booking import Booking
from devstack.rooms.model.house import House
from devstack.rooms.model.person import Person
from devstack.rooms.model.refusal import ForbiddenError, MissingError, RefusedError
from devstack.rooms.model.search import visible_resources
from devstack.rooms.simulator import RoomsSimulator
from tests.simulation.ports.line import SERVICE, Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """What is asked of which port, and where it would go."""

    port: str
    operation: str
    path: str
    doing: str
    reads: bool = True


@dataclass(frozen=True, slots=True)
class Visit:
    """A request that has been let in."""

    house: House
    actor: Person

    def visible(self, booking_id: int) -> Booking:
        """Return a booking that the caller may know of."""
        booking = self.house.store.booking(booking_id)
        if booking.resource_id not in self.resources():
            raise MissingError(f"Es gibt keine Buchung mit der Id {booking_id}.")
        return booking

    def resources(self) -> set[int]:
        """Return the resources whose bookings the caller is shown."""
        return visible_resources(self.house.store, self.house.switches, self.actor)


class RoomsLine:
    """Asks the model of one simulator with the key of its API user."""

    def __init__(self, simulator: RoomsSimulator, line: Line) -> None:
        self.simulator, self._line = simulator, line
        self.house = simulator.house

    async def ask[T](self, asking: Asking, deed: Callable[[Visit], T]) -> T:
        """Do something; what ROOMS does not do is the error that the adapter makes of it."""
        try:
            return await self._asked(asking, deed)
        except RoomSyncError as error:
            error.origin = error.origin or ROOMS.name
            raise

    async def _asked[T](self, asking: Asking, deed: Callable[[Visit], T]) -> T:
        await self._line.leaves(asking.port)
        path = f"/Default/api/{asking.path}"
        entry = self._line.arrives(asking.port, asking.operation, path, reads=asking.reads)
        revision = self.house.store.revision
        self.house.cause = {"actor": SERVICE, "request": entry.number}
        try:
            result = deed(self._let_in(asking.doing))
            entry.status = 200
        except MissingError:
            entry.status = 404
            raise NotFoundError(f"ROOMS answered 404 while {asking.doing}") from None
        except ForbiddenError:
            entry.status = 403
            raise _denied(403, asking.doing) from None
        except RefusedError as error:
            entry.status = 200 if self.house.switches["refusal"] == "200" else 400
            text = " ".join(refusal.text for refusal in error.refusals)
            content = {"messageList": message_list(error)}
            raise SaidNoError(asking.doing, text, content) from None
        except BadRequestError as error:
            entry.status = 400
            raise SaidNoError(asking.doing, str(error)) from None
        finally:
            entry.changed = self.house.store.revision != revision
            self._line.note(asking.port, entry, reads=asking.reads)
        await self._line.returns(asking.port)
        return result

    def _let_in(self, doing: str) -> Visit:
        actor = self.house.store.person_by_pin(self.simulator.registration.api_key)
        if actor is None:
            raise _denied(401, doing)
        return Visit(self.house, actor)


def _denied(status: int, doing: str) -> NotPermittedError:
    return NotPermittedError(
        f"ROOMS answered {status} while {doing}: check the API key and the rights of its user"
    )
