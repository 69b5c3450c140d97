"""Compares one meeting, or a series of ROOMS, at once, known before or not (R-844)."""

from core.app.drift.check import Checked, check_key
from core.app.find_link import find_link
from core.app.reference import UnknownItemError
from core.app.services import Services
from core.domain.pointers import series_pointer
from core.domain.remark import Remark
from core.domain.work import BookingKey, ItemKey, MappingKey, home_of
from core.sync.eligibility import home_of_booking


async def compare_one(key: ItemKey, services: Services) -> Checked:
    """Read both sides of what a key names and keep what differs; UnknownItemError: not synced."""
    link = await find_link(key, services)
    home = link.home if link is not None else home_of(key)
    if home is None and isinstance(key, BookingKey):
        booking = await services.rooms.get_booking(key.booking_id)
        home = home_of_booking(booking, await services.roster.directory())
    if home is None:
        raise UnknownItemError(
            Remark("it is not synced: neither its organizer nor its resource is")
        )
    return await check_key(key, home, services)


async def series_named(number: int, services: Services) -> MappingKey:
    """Return the key of a series, by its number in ROOMS; UnknownItemError without a link."""
    pointer = await services.pointers.find(series_pointer(services.rooms.mandator, number))
    link = None
    if pointer is not None and pointer.mapping_id is not None:
        link = await services.mappings.get(pointer.mapping_id)
    if link is None:
        raise UnknownItemError(
            Remark("no link is known for series {n}: name one of its bookings", n=number)
        )
    return MappingKey(link.id, link.home)
