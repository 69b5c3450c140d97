"""A linked pair as the planner looks at it: both sides translated, and what has changed on them."""

from dataclasses import dataclass, replace

from core.domain.booking import Booking
from core.domain.event import Event
from core.domain.meeting import Aspect, Meeting
from core.sync.begin import Context
from core.sync.fingerprint import demand_fingerprint
from core.sync.merge import Changed, changed_aspects
from core.sync.observed import Observed
from core.sync.translate import meeting_of_booking, meeting_of_event


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Both sides of a link. `blocked` are aspects that Exchange changed and ROOMS has refused."""

    seen: Observed
    event: Event
    booking: Booking
    exchange: Meeting
    rooms: Meeting
    changed: Changed
    blocked: frozenset[Aspect]

    def is_written(self, side: str, aspect: str) -> bool:
        """Tell whether this pass wrote the aspect already: what came of it is accepted."""
        return (side, aspect) in self.seen.written

    def is_linked(self, oid: str | None) -> bool:
        """Tell whether a side carries our link (R-210)."""
        return oid is not None and oid.lower() == self.seen.mapping.id


def look_at(seen: Observed, event: Event, booking: Booking, context: Context) -> Pair:
    """Translate both sides and compare them with what was agreed on."""
    exchange = meeting_of_event(event, context.directory)
    rooms = meeting_of_booking(booking, context.directory)
    changed = changed_aspects(exchange, rooms, seen.mapping.baseline, context.keys)
    blocked = frozenset[Aspect]()
    refusal = seen.standing_refusal
    if refusal is not None:
        asked = demand_fingerprint(exchange, refusal.aspects, context.keys)
        if refusal.fingerprint == asked:
            blocked = refusal.aspects & changed.exchange
    return Pair(
        seen=seen,
        event=event,
        booking=booking,
        exchange=exchange,
        rooms=rooms,
        changed=replace(changed, exchange=changed.exchange - blocked),
        blocked=blocked,
    )
