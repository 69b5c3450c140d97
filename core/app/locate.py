"""From a key to the link it belongs to: known, new, somebody else's to work on, or none of ours.

Nothing is written here but pointers. A pointer is only a hint and is verified against its link.
"""

from dataclasses import replace

from core.app.claims import linked
from core.app.locate_booking import locate_booking
from core.app.locate_event import locate_event, locate_new_event
from core.app.services import Services
from core.app.whereabouts import Elsewhere, Found, Nothing, Whereabouts
from core.domain.mapping import MappingState
from core.domain.pointers import meeting_pointer
from core.domain.work import BookingKey, EventKey, ICalKey, MappingKey, WorkItem
from core.errors import NotFoundError
from core.sync.eligibility import home_of_booking


async def locate(item: WorkItem, services: Services) -> Whereabouts:
    """Find out which link a key means and whether this session is the one to work on it.

    A link whose mailbox is not synced any more is left as it is: it has ended (D12).
    """
    where = await _locate(item, services)
    if isinstance(where, Found):
        directory = await services.roster.directory()
        if not directory.watches(where.mapping.home):
            return await _leaving_its_home(where, item, services)
    return where


async def _leaving_its_home(found: Found, item: WorkItem, services: Services) -> Whereabouts:
    """End a link whose mailbox is not synced any more, unless ROOMS names another (R-511)."""
    ended = Nothing("its mailbox is not synced any more (D12)")
    if not isinstance(item.key, BookingKey):
        return ended
    try:
        booking = await services.rooms.get_booking(item.key.booking_id)
    except NotFoundError:
        return ended
    directory = await services.roster.directory()
    home = home_of_booking(booking, directory)
    if home is None or home == found.mapping.home or not directory.watches(home):
        return ended
    if item.key.home != home:
        return Elsewhere(BookingKey(item.key.mandator, item.key.booking_id, home))
    fresh = replace(
        found.mapping,
        state=MappingState.CREATING,
        home=home,
        event=None,
        baseline=None,
        pending=None,
    )
    return Found(mapping=fresh, booking=booking)


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
