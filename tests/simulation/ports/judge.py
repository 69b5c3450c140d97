"""What stands against a slot, asked of the model; judged as the ROOMS adapter judges it."""

from core.adapters.rooms.payloads import BlockerLine
from core.adapters.rooms.refusals import RefusalJudge, Slot
from devstack.rooms.face.booking_views import PRIVATE_TITLE
from devstack.rooms.model.blocking import Blocker, blockers
from devstack.rooms.model.rights import may_see_details
from tests.simulation.ports.booking_values import Statuses, cancelled_statuses
from tests.simulation.ports.rooms_line import Asking, RoomsLine, Visit


class ModelJudge(RefusalJudge):
    """Finds out what stands against a slot."""

    def __init__(self, line: RoomsLine) -> None:
        self._line, self._statuses = line, Statuses()
        self._cancelled = {int(status) for status in cancelled_statuses()}

    async def _blockers(self, slot: Slot) -> list[BlockerLine]:
        asking = Asking(
            port="blocking",
            operation="Bookings2_FindBlockers",
            path="v2.0/blockers/find",
            doing=f"asking what blocks resource {slot.resource}",
        )
        found = await self._line.ask(asking, lambda visit: _found(visit, slot))
        relevant = [
            b
            for b in found
            if b.status_id not in self._cancelled and b.booking_id != (slot.booking_id or -1)
        ]
        return [b for b in relevant if b.overlaps(slot.time)] or relevant


def _found(visit: Visit, slot: Slot) -> list[BlockerLine]:
    store = visit.house.store
    if slot.resource not in visit.resources():
        return []
    span = (slot.time.start, slot.time.end)
    ignored = slot.booking_id or 0
    resource = store.resources[slot.resource]
    return [_line(visit, b) for b in blockers(store, resource, span, ignore=ignored)]


def _line(visit: Visit, blocker: Blocker) -> BlockerLine:
    booking = blocker.booking
    masked = booking is not None and not may_see_details(visit.actor, booking)
    return BlockerLine.model_construct(
        blocker_type=int(blocker.type),
        booking_id=0 if booking is None else booking.id,
        start=blocker.start,
        end=blocker.end,
        status_id=0 if booking is None else int(booking.status),
        title=PRIVATE_TITLE if masked else blocker.title,
    )
