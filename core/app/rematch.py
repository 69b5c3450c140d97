"""A link whose event is not where it was, and nobody can have deleted it: look for it again.

The mailbox is another one (made anew, migrated, in another environment), or was not watched for a
while. `AppointmentOid`, then `iCalUId`, then the slot are looked for (D11, R-033); what is found is
linked silently, with all that was agreed on. Nothing found is a difference, not a deletion.
"""

from dataclasses import replace

from core.app.counterpart import with_counterpart
from core.app.mailbox_identity import MADE_ANEW, is_same_mailbox
from core.app.services import Services
from core.domain.event import Event, EventPlace
from core.domain.ids import is_resource_mailbox
from core.domain.mapping import EventLink, Mapping, MappingState
from core.errors import RoomSyncError
from core.sync.context import Context
from core.sync.observed import Observed


class MadeAnewError(RoomSyncError):
    """A link's mailbox is another one than before; it waits for a person (S36)."""


def without_event(mapping: Mapping, home: EventPlace | None = None) -> Mapping:
    """Return a link that has lost its event, at `home` if it has another one by now."""
    return replace(
        mapping,
        state=MappingState.REJECTED,
        home=home or mapping.home,
        event=None,
        pending=None,
    )


async def rematched(
    seen: Observed, lost: EventLink, context: Context, services: Services
) -> Observed:
    """Return what is seen with the event that a link without one belongs to, if there is any."""
    if seen.event is not None or not seen.active_bookings:
        return seen
    found = await found_again(seen.mapping, lost, services)
    if found is not None:
        return replace(seen, event=found)
    return await with_counterpart(seen, context, services)


async def found_again(mapping: Mapping, lost: EventLink, services: Services) -> Event | None:
    """Return the event, or master, in a link's home that carries the link or has its iCalUId."""
    place = mapping.home
    calendar = services.calendars[place.environment]
    carried = await calendar.find_by_appointment_oid(place, mapping.id)
    found = next((e for e in carried if e.is_organizer and not e.is_cancelled), None)
    if found is not None or is_resource_mailbox(place.mailbox):
        return found
    same = await calendar.find_by_ical_uid(place, lost.ical_uid)
    return same if same is not None and same.is_organizer and not same.is_cancelled else None


async def require_same_mailbox(place: EventPlace, services: Services) -> None:
    """Raise MadeAnewError if a missing event proves nothing, because its mailbox is another one."""
    if not await is_same_mailbox(place, services):
        raise MadeAnewError(f"{place.mailbox}: {MADE_ANEW}")
