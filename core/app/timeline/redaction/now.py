"""What both sides show now, as it may be told: versions and states."""

from core.app.timeline.redaction.words import opaque
from core.app.timeline.values import (
    ItemNow,
    Side,
    Sight,
)
from core.domain.booking import Booking
from core.domain.event import Event
from core.domain.ids import MappingId
from core.domain.mapping import BookingLink, Mapping


def event_now(mapping: Mapping, event: Event | None, trouble: str = "") -> ItemNow:
    """Return what Exchange shows of a link's event: with a `trouble` it could not be read."""
    known = mapping.event
    item = f"{mapping.home.mailbox}/{known.event_id if known is not None else ''}"
    if event is None:
        return _unseen(Side.EXCHANGE, mapping.id, item, trouble)
    changed_at = "" if event.modified_at is None else event.modified_at.isoformat()
    return ItemNow(
        side=Side.EXCHANGE,
        link=mapping.id,
        item=item,
        sight=Sight.PRESENT,
        version=opaque(event.version),
        changed_at=changed_at,
        is_dealt_with=known is not None and event.version in known.settled,
        is_linked=(event.appointment_oid or "").lower() == mapping.id,
        state="cancelled" if event.is_cancelled else "",
    )


def booking_now(
    mapping: Mapping, link: BookingLink, booking: Booking | None, trouble: str = ""
) -> ItemNow:
    """Return what ROOMS shows of one booking of a link."""
    item = str(link.booking_id)
    if booking is None:
        return _unseen(Side.ROOMS, mapping.id, item, trouble)
    return ItemNow(
        side=Side.ROOMS,
        link=mapping.id,
        item=item,
        sight=Sight.PRESENT,
        version=opaque(booking.modified_on),
        changed_at=opaque(booking.modified_on),
        is_dealt_with=booking.modified_on in link.settled,
        is_linked=(booking.appointment_oid or "").lower() == mapping.id,
        state=booking.status.value,
    )


def _unseen(side: Side, link: MappingId, item: str, trouble: str) -> ItemNow:
    sight = Sight.UNREADABLE if trouble else Sight.GONE
    return ItemNow(side=side, link=link, item=item, sight=sight, trouble=opaque(trouble))
