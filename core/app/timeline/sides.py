"""What both sides show of a link right now; a side that does not answer is told as such."""

import asyncio
from collections.abc import Awaitable, Sequence
from collections.abc import Mapping as Table
from dataclasses import dataclass, field

from core.app.services import Services
from core.domain.booking import Booking
from core.domain.event import Event
from core.domain.ids import BookingId
from core.domain.mapping import BookingLink, Mapping
from core.domain.remaining import next_booking
from core.errors import NotFoundError, RoomSyncError

PATIENCE_S = 10.0
"""How long a system may take to answer before it is told as unreadable."""

MOST_BOOKINGS = 10
"""Bookings of a series that are read and told one by one: those that come next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One link's items: an event or booking that is missing is gone, or has a trouble."""

    chosen: Sequence[BookingLink] = ()
    event: Event | None = None
    event_trouble: str = ""
    bookings: Table[BookingId, Booking] = field(default_factory=dict)
    booking_troubles: Table[BookingId, str] = field(default_factory=dict)


async def read_sides(link: Mapping, services: Services) -> Shown:
    """Read the event of a link and its bookings, of a series the next ones."""
    chosen = _chosen(link, services)
    (event, event_trouble), answers = await asyncio.gather(
        _answer(_event(link, services)),
        asyncio.gather(*(_answer(services.rooms.get_booking(each.booking_id)) for each in chosen)),
    )
    named = [(each.booking_id, *answer) for each, answer in zip(chosen, answers, strict=True)]
    return Shown(
        chosen=chosen,
        event=event,
        event_trouble=event_trouble,
        bookings={number: booking for number, booking, _ in named if booking is not None},
        booking_troubles={number: trouble for number, _, trouble in named if trouble},
    )


def _chosen(link: Mapping, services: Services) -> Sequence[BookingLink]:
    everything = link.every_booking
    upcoming = next_booking(link, services.clock.now())
    start = 0 if upcoming is None or link.series is None else everything.index(upcoming)
    return everything[start : start + MOST_BOOKINGS]


async def _event(link: Mapping, services: Services) -> Event | None:
    if link.event is None:
        return None
    calendar = services.calendars.get(link.home.environment)
    if calendar is None:
        raise RoomSyncError("its environment is not connected")
    return await calendar.get_event(link.home, link.event.event_id)


async def _answer[T](asked: Awaitable[T]) -> tuple[T | None, str]:
    """Return an answer, or why there is none; nothing at all for what is gone."""
    try:
        async with asyncio.timeout(PATIENCE_S):
            return await asked, ""
    except NotFoundError:
        return None, ""
    except TimeoutError:
        return None, f"no answer within {PATIENCE_S:.0f} s"
    except RoomSyncError as error:
        return None, str(error)
