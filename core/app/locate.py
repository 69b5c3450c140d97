"""From a key to the link it belongs to: known, new, somebody else's to work on, or none of ours.

Nothing is written here but pointers. A pointer is only a hint and is verified against its link.
"""

from core.app.claims import linked
from core.app.link_gate import LinksIncompleteError
from core.app.locate_booking import is_homeless, locate_booking
from core.app.locate_event import locate_event, locate_new_event
from core.app.relocate import at_its_bookings_home
from core.app.services import Services
from core.app.whereabouts import Elsewhere, Found, Nothing, Whereabouts
from core.domain.pointers import meeting_pointer
from core.domain.work import BookingKey, EventKey, ICalKey, MappingKey, WorkItem


async def locate(item: WorkItem, services: Services) -> Whereabouts:
    """Find out which link a key means and whether this session is the one to work on it.

    A link whose mailbox is not synced any more is left as it is: it has ended (D12). While links
    are not whole nothing is known of what has none (S05).
    """
    try:
        where = await _locate(item, services)
    except LinksIncompleteError as error:
        return Nothing(str(error))
    if not isinstance(where, Found) or where.mapping.version is None:
        return where
    directory = await services.roster.directory()
    if where.event is not None and directory.watches(where.event.place):
        return where
    if is_homeless(where.mapping) or not directory.watches(where.mapping.home):
        return await at_its_bookings_home(where, item, services)
    return where


async def _locate(item: WorkItem, services: Services) -> Whereabouts:
    match item.key:
        case EventKey():
            return await locate_event(item.key, item, services)
        case ICalKey():
            return await _by_meeting(item.key, item, services)
        case BookingKey():
            return await locate_booking(item.key, item, services)
        case MappingKey():
            return await _by_link(item.key, services)


async def _by_meeting(key: ICalKey, item: WorkItem, services: Services) -> Whereabouts:
    """Follow a witness: a known link needs no look, an unknown one is looked for at its home."""
    known = await linked(meeting_pointer(key.place, key.ical_uid), services)
    if known is not None:
        return Found(mapping=known) if item.thorough else Nothing("its link is known")
    calendar = services.calendars[key.place.environment]
    event = await calendar.find_by_ical_uid(key.place, key.ical_uid)
    if event is None:
        return Nothing("its organizer's calendar has no such event")
    return await locate_new_event(event, services)


async def _by_link(key: MappingKey, services: Services) -> Whereabouts:
    mapping = await services.mappings.get(key.mapping_id)
    if mapping is None:
        return Nothing("the link is no longer known")
    if mapping.home != key.home:
        return Elsewhere(MappingKey(key.mapping_id, mapping.home))
    return Found(mapping=mapping)
