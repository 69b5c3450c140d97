"""From what an operator names to the link that is known for it, without asking either system."""

from core.app.services import Services
from core.domain.ids import ICalUid, series_uid
from core.domain.mapping import Mapping, MappingState
from core.domain.pointers import (
    Pointer,
    PointerKey,
    booking_pointer,
    event_pointer,
    meeting_pointer,
)
from core.domain.work import BookingKey, EventKey, ICalKey, ItemKey, MappingKey
from core.errors import InvalidPayloadError


async def find_link(key: ItemKey, services: Services) -> Mapping | None:
    """Return the link behind a key, None when there is none; a copy leads to its meeting's."""
    match key:
        case MappingKey(mapping_id):
            return await services.mappings.get(mapping_id)
        case BookingKey(mandator, booking_id):
            pointer = await services.pointers.find(booking_pointer(mandator, booking_id))
        case ICalKey(place, ical_uid):
            pointer = await services.pointers.find(meeting_pointer(place, ical_uid))
        case EventKey(place, event_id):
            pointer = await services.pointers.find(event_pointer(place, event_id))
            if (meeting := _meeting_of(pointer)) is not None:
                pointer = await services.pointers.find(meeting)
    if pointer is None or pointer.mapping_id is None:
        return None
    return await services.mappings.get(pointer.mapping_id)


async def find_readable(key: ItemKey, services: Services) -> Mapping | None:
    """Return the link behind a key, None also when its stored form cannot be read.

    For whoever gives a look up: the damage may be the very reason, and must not strike twice.
    """
    try:
        return await find_link(key, services)
    except InvalidPayloadError:
        return None


async def link_of_meeting(ical_uid: ICalUid, services: Services) -> Mapping | None:
    """Return the link of a meeting, whoever its organizer is; a date leads to its series.

    Look-up rows are filed by mailbox, so all links are read: for people, not for looks. One that
    has ended gives way to a living one.
    """
    wanted = {ical_uid, series_uid(ical_uid)}
    ended = None
    async for mapping in services.mappings.all():
        if mapping.event is not None and mapping.event.ical_uid in wanted:
            if mapping.state is not MappingState.CANCELLED:
                return mapping
            ended = mapping
    return ended


def _meeting_of(pointer: Pointer | None) -> PointerKey | None:
    if pointer is None or pointer.home is None or pointer.ical_uid is None:
        return None
    return meeting_pointer(pointer.home, pointer.ical_uid)
