"""One event with each of its bookings, as the planner sees them: translated, and what changed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from core.domain.booking import Booking
from core.domain.event import Event
from core.domain.ids import ResourceId
from core.domain.mapping import Baseline, PendingKind
from core.domain.meeting import Aspect, Meeting
from core.sync.attempts import disowned
from core.sync.before_sync import is_link_put_off
from core.sync.context import Context
from core.sync.fingerprint import fingerprint
from core.sync.merge import Changed, changed_aspects
from core.sync.observed import EXCHANGE_SIDE, Observed, rooms_side
from core.sync.translate import meeting_of_booking, meeting_of_event


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """An event and one of its bookings; `held` is the resource that the link knows it by.

    `is_link_put_off`: the booking is older than the sync and carries no link yet. Storing it would
    be a change, and ROOMS mails changes: it goes along with the next one (D11, S06).
    """

    seen: Observed
    event: Event
    booking: Booking
    exchange: Meeting
    rooms: Meeting
    changed: Changed
    baseline: Baseline | None
    held: ResourceId
    is_link_put_off: bool = False

    @property
    def side(self) -> str:
        """Return the name of this booking among the written sides."""
        return rooms_side(self.booking.booking_id)

    def is_written(self, aspect: str) -> bool:
        """Tell whether this pass carried the aspect over already: what came of it is accepted."""
        return any((side, aspect) in self.seen.written for side in (EXCHANGE_SIDE, self.side))

    def is_linked(self, oid: str | None) -> bool:
        """Tell whether a side carries our link (R-210)."""
        return oid is not None and oid.lower() == self.seen.mapping.id


def pairs_of(seen: Observed, event: Event, context: Context) -> tuple[Pair, ...]:
    """Translate an event and its active bookings and compare them with what was agreed on."""
    exchange = meeting_of_event(event, context.directory)
    return tuple(_pair(seen, event, exchange, b, context) for b in seen.active_bookings)


def _pair(
    seen: Observed, event: Event, exchange: Meeting, booking: Booking, context: Context
) -> Pair:
    link = seen.mapping.link_of(booking.booking_id)
    held = booking.resource if link is None else link.resource
    rooms = meeting_of_booking(booking, context.directory)
    if link is not None and link.parked:
        # Moved aside by ourselves for a moment: it counts as being where it was (design 5).
        parked = replace(booking, resource=link.resource)
        rooms = meeting_of_booking(parked, context.directory)
    baseline = seen.mapping.baseline
    if baseline is not None:
        baseline = replace(baseline, rooms=baseline.of_booking(booking.booking_id))
    ours = (a for a in seen.mapping.attempts if a.booking_id == booking.booking_id)
    changed = changed_aspects(exchange, rooms, baseline, context.keys)
    changed = disowned(changed, rooms, ours, context)
    pending = seen.mapping.pending
    is_new = link is None or (pending is not None and pending.kind is PendingKind.CREATE_BOOKING)
    is_one_of_several = bool(seen.mapping.bookings) or booking.resource in exchange.resources
    if is_new and is_one_of_several and not changed.is_first:
        # One booking of a meeting with several resources: that it has one of them is no change.
        changed = replace(changed, rooms=changed.rooms - {Aspect.RESOURCES})
    if baseline is not None and not is_new and Aspect.RESOURCES in changed.rooms:
        held = _agreed_resource(exchange, held, baseline, context)
    return Pair(
        seen=seen,
        event=event,
        booking=booking,
        exchange=exchange,
        rooms=rooms,
        changed=changed,
        baseline=baseline,
        held=held,
        is_link_put_off=is_link_put_off(booking, context),
    )


def _agreed_resource(
    exchange: Meeting, held: ResourceId, baseline: Baseline, context: Context
) -> ResourceId:
    """Return the resource that a booking agreed on, if the event shows it: else the one it held.

    A date of a series may have agreed on the usual resource while its booking has another (R-662).
    """
    if baseline.key_version not in context.keys.secrets:
        return held

    def is_agreed(resource: ResourceId) -> bool:
        one = replace(exchange, resources=(resource,))
        now = fingerprint(one, context.keys, baseline.key_version)
        return now.aspects[Aspect.RESOURCES] == baseline.rooms.aspects.get(Aspect.RESOURCES)

    return next((r for r in (held, *exchange.resources) if is_agreed(r)), held)


def all_changes(pairs: Iterable[Pair]) -> Changed:
    """Return what changed on either side over all bookings, for history."""
    found = tuple(pair.changed for pair in pairs)
    return Changed(
        exchange=frozenset[Aspect]().union(*(changed.exchange for changed in found)),
        rooms=frozenset[Aspect]().union(*(changed.rooms for changed in found)),
        is_first=all(changed.is_first for changed in found),
    )
