"""From a booking to its link, and to the session of the mailbox that holds its event."""

from collections.abc import Iterable

from core.app.claims import carried_link, claim, new_mapping
from core.app.services import Services
from core.app.whereabouts import Elsewhere, Found, Nothing, Whereabouts
from core.domain.booking import Booking
from core.domain.ids import MappingId
from core.domain.mapping import BookingLink, Mapping, MappingState
from core.domain.pointers import PointerKey, booking_pointer, series_pointer
from core.domain.work import BookingKey, WorkItem
from core.errors import NotFoundError
from core.sync.eligibility import home_of_booking, why_booking_not_synced


async def locate_booking(key: BookingKey, item: WorkItem, services: Services) -> Whereabouts:
    """Find the link of a changed booking; echoes end here, before ROOMS is asked."""
    pointer = await services.pointers.find(booking_pointer(key.mandator, key.booking_id))
    mapping, named = None, None
    if pointer is not None and pointer.mapping_id is not None:
        mapping = await services.mappings.get(pointer.mapping_id)
        named = pointer.mapping_id
    if mapping is not None and mapping.every_booking:
        link = mapping.link_of(key.booking_id)
        if link is None:
            return Nothing("a booking that its link has left behind")
        if _is_booking_echo(mapping, link, item) and not await _has_moved(mapping, services):
            return Nothing("an echo")
    if mapping is not None:
        directory = await services.roster.directory()
        is_kept = directory.watches(mapping.home) and not is_homeless(mapping)
        return _at_home(mapping, key) if is_kept else Found(mapping=mapping)
    return await _by_new_booking(key, named, services)


def is_homeless(mapping: Mapping) -> bool:
    """Tell whether a link has a booking and no event: it lives where its booking belongs (D11)."""
    is_unmade = mapping.state is MappingState.REJECTED and mapping.event is None
    return is_unmade and bool(mapping.every_booking)


async def _has_moved(mapping: Mapping, services: Services) -> bool:
    """Tell whether the owner of a link's mailbox has another mailbox by now (R-033)."""
    directory = await services.roster.directory()
    if directory.watches(mapping.home):
        return False
    return any(place.mailbox == mapping.home.mailbox for place in directory.synced_places())


def _is_booking_echo(mapping: Mapping, link: BookingLink, item: WorkItem) -> bool:
    if item.thorough or mapping.pending is not None:
        return False
    return set(item.versions) <= set(link.settled)


def _at_home(mapping: Mapping, key: BookingKey, booking: Booking | None = None) -> Whereabouts:
    if key.home != mapping.home:
        return Elsewhere(BookingKey(key.mandator, key.booking_id, mapping.home))
    return Found(mapping=mapping, booking=booking)


async def _by_new_booking(  # noqa: PLR0911 - a ladder of decisions
    key: BookingKey, named: MappingId | None, services: Services
) -> Whereabouts:
    """Find or claim the link of a booking that none knows; `named` is one that is still to come."""
    try:
        booking = await services.rooms.get_booking(key.booking_id)
    except NotFoundError:
        return Nothing("deleted before it was ever ours")
    directory = await services.roster.directory()
    if booking.resource not in directory.resources:
        # ROOMS keeps a hidden copy of what we cancelled, with our link on it.
        return Nothing("its resource is not in the settings (R-114)", freed=booking)
    is_single = booking.series_id is None or named is not None
    own = booking_pointer(key.mandator, key.booking_id)
    if booking.series_id is not None and not is_single:
        own = series_pointer(key.mandator, booking.series_id)
        known_series, named = await _of_series(own, services)
        if known_series is not None:
            return _at_home(known_series, key, booking)
    known = None if named else await carried_link(booking.appointment_oid, services)
    if known is not None and await _may_be_its(known, booking, services):
        return _at_home(known, key, booking)
    why_not = why_booking_not_synced(booking, directory, services.clock.now())
    home = home_of_booking(booking, directory)
    if (why_not is not None and is_single) or home is None:
        return Nothing(why_not or "it has no mailbox", freed=booking)
    if key.home != home:
        return Elsewhere(BookingKey(key.mandator, key.booking_id, home))
    carried = named or (booking.appointment_oid if known is None else None)
    mapping = new_mapping(services, home, carried)
    await claim(own, mapping, services)
    # What a link was named for by the series that it left is not given back.
    given = None if named else own
    return Found(mapping=mapping, booking=booking, claim=given, is_single=is_single)


async def _of_series(
    key: PointerKey, services: Services
) -> tuple[Mapping | None, MappingId | None]:
    """Return the link of a ROOMS series, or the name of one that is still to come."""
    pointer = await services.pointers.find(key)
    if pointer is None or pointer.mapping_id is None:
        return None, None
    return await services.mappings.get(pointer.mapping_id), pointer.mapping_id


async def _may_be_its(known: Mapping, booking: Booking, services: Services) -> bool:
    """Tell whether a booking that carries a link belongs to it; a series may get more of them.

    So does a single meeting that has become one in ROOMS (S02).
    """
    if known.series is not None or not known.bookings:
        return True
    if known.link_of(booking.booking_id) is not None:
        return True
    if booking.series_id is None:
        return False
    try:
        first = await services.rooms.get_booking(known.bookings[0].booking_id)
    except NotFoundError:
        return False
    return first.series_id == booking.series_id


async def is_series_by_now(bookings: Iterable[Booking], mandator: str, services: Services) -> bool:
    """Tell whether a single meeting's booking is an item of a series that no link has (S02)."""
    numbers = {b.series_id for b in bookings if b.series_id is not None}
    for number in numbers:
        if await services.pointers.find(series_pointer(mandator, number)) is None:
            return True
    return False
