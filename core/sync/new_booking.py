"""The booking that an event gets for one resource, on either side of the first agreement."""

from core.domain.ids import PersonId, ResourceId
from core.sync.compose import booking_draft
from core.sync.demand import Asking
from core.sync.groups import as_booked
from core.sync.steps import CreateBooking


def new_booking(
    asks: Asking, resource: ResourceId, organizer: PersonId, reason: str
) -> CreateBooking:
    """Return the step that books one resource as the event says, for its organizer (R-400)."""
    return CreateBooking(
        draft=booking_draft(
            asks.seen.mapping.id,
            as_booked(asks.meeting, asks.seen.groups),
            resource,
            organizer,
            asks.context.directory.policies,
        ),
        reason=reason,
    )
