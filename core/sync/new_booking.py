"""The bookings that an event gets for its resources, on either side of the first agreement."""

from collections.abc import Iterable

from core.domain.ids import ResourceId
from core.sync.compose import booking_draft
from core.sync.demand import Asking
from core.sync.groups import as_booked
from core.sync.steps import CreateBooking


def new_bookings(
    asks: Asking, resources: Iterable[ResourceId], reason: str
) -> tuple[CreateBooking, ...]:
    """Return the steps that book resources as the event says, for its organizer (R-400).

    For somebody who is not in the settings nothing is booked.
    """
    directory = asks.context.directory
    organizer = directory.person_at(asks.event.organizer_address)
    if organizer is None:
        return ()
    link, meeting = asks.seen.mapping.id, as_booked(asks.meeting, asks.seen.groups)
    return tuple(
        CreateBooking(
            draft=booking_draft(link, meeting, resource, organizer.id, directory.policies),
            reason=reason,
        )
        for resource in resources
    )
