"""Meetings that change places with each other would wait for each other for ever (design 5).

Each has left its slot in Exchange and wants the one that the next still holds in ROOMS. One of
them, the same whoever looks, is parked on an online resource, so that the next can pass; its own
retry then finds its new slot free.
"""

from dataclasses import replace

from core.app.date_sight import event_now
from core.app.leaving import Leaving, holders_of, who_is_leaving
from core.app.services import Services
from core.domain.booking import Booking
from core.domain.ids import BookingId, MappingId
from core.domain.mapping import BookingLink, Mapping
from core.domain.work import MappingKey, Source, WorkItem
from core.errors import BookingRefusedError
from core.sync.observed import Observed
from core.sync.steps import Step, UpdateBooking
from core.sync.translate import invited_resources

LONGEST_CIRCLE = 5
"""How many meetings may change places in a circle; more have to wait for a person."""


async def is_about_to_be_free(seen: Observed, step: Step, services: Services) -> bool:
    """Tell whether a slot that ROOMS calls occupied is worth waiting for; make way in a circle."""
    leaving = await who_is_leaving(seen, step, services)
    if not leaving:
        return False
    if isinstance(step, UpdateBooking):
        circle = await _circle(step.booking_id, leaving, services)
        if circle and seen.mapping.id < min(circle):
            await _park(step.booking_id, seen.mapping, services)
            await _wake(leaving, services)
    return True


async def _circle(
    own: BookingId, leaving: tuple[Leaving, ...], services: Services
) -> frozenset[MappingId]:
    """Return the links of the others if following who waits for whom leads back to ourselves."""
    passed: set[MappingId] = set()
    ahead = list(leaving)
    while ahead and len(passed) < LONGEST_CIRCLE:
        each = ahead.pop()
        if each.mapping.id in passed or each.event is None:
            continue
        passed.add(each.mapping.id)
        directory = await services.roster.directory()
        wanted = invited_resources(each.event, directory)
        for resource in wanted:
            for booking in await holders_of(resource, each.event.time, services):
                if booking.booking_id == own:
                    return frozenset(passed)
                if each.mapping.link_of(booking.booking_id) is None:
                    ahead += await _next(booking, services)
    return frozenset()


async def _next(booking: Booking, services: Services) -> list[Leaving]:
    oid = booking.appointment_oid
    mapping = await services.mappings.get(MappingId(oid.lower())) if oid else None
    if mapping is None or mapping.event is None:
        return []
    return [Leaving(mapping, await event_now(mapping, booking.booking_id, services))]


async def _park(booking_id: BookingId, mapping: Mapping, services: Services) -> None:
    """Move a booking aside; the link says so first, so that nobody takes it for a user's wish."""
    await services.mappings.save(parked(mapping, booking_id))
    try:
        await services.rooms.remove_room(booking_id)
    except BookingRefusedError:
        # No online resource to park on: the others decide, or a person.
        return


def parked(mapping: Mapping, booking_id: BookingId) -> Mapping:
    """Return a link that says of one booking, also of a date, that we moved it aside."""
    series = mapping.series
    if series is not None:
        dates = (
            replace(date, bookings=_parked(date.bookings, booking_id)) for date in series.dates
        )
        series = replace(series, dates=tuple(dates))
    return replace(mapping, bookings=_parked(mapping.bookings, booking_id), series=series)


def _parked(links: tuple[BookingLink, ...], booking_id: BookingId) -> tuple[BookingLink, ...]:
    return tuple(
        replace(link, parked=True) if link.booking_id == booking_id else link for link in links
    )


async def _wake(leaving: tuple[Leaving, ...], services: Services) -> None:
    now = services.clock.now()
    await services.queue.send(
        [
            WorkItem(
                key=MappingKey(each.mapping.id, each.mapping.home),
                source=Source.FREED,
                thorough=True,
                first_seen=now,
            )
            for each in leaving
        ]
    )
