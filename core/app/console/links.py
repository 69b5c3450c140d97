"""The links that matter to one day, found by booking and by event."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.domain.booking import Booking
from core.domain.event import Event
from core.domain.ids import BookingId, ICalUid, MappingId, series_uid
from core.domain.mapping import Mapping, MappingState


@dataclass(frozen=True, slots=True)
class Links:
    """Links by what they connect; a closed one gives way to a living one."""

    by_booking: dict[BookingId, Mapping] = field(default_factory=dict)
    by_uid: dict[ICalUid, Mapping] = field(default_factory=dict)
    by_id: dict[MappingId, Mapping] = field(default_factory=dict)

    def of_booking(self, booking: Booking) -> Mapping | None:
        """Return the link of a booking."""
        return self.by_booking.get(booking.booking_id)

    def of_event(self, event: Event) -> Mapping | None:
        """Return the link of a copy, whose link property may be the organizer's own."""
        found = self.by_uid.get(event.ical_uid) or self.by_uid.get(series_uid(event.ical_uid))
        if found is None and event.appointment_oid:
            found = self.by_id.get(MappingId(event.appointment_oid.lower()))
        return found


def links(mappings: Iterable[Mapping]) -> Links:
    """Index links."""
    found = Links()
    for mapping in sorted(mappings, key=lambda m: m.state is not MappingState.CANCELLED):
        found.by_id[mapping.id] = mapping
        if mapping.event is not None:
            found.by_uid[mapping.event.ical_uid] = mapping
        for booking in mapping.every_booking:
            found.by_booking[booking.booking_id] = mapping
    return found
