"""Looks at single meetings again, at once: both sides are read now, and the list is put right.

It is what "check again" does, what is shown when somebody looks at a difference, and what every
decision is made from: nobody decides on what a scan saw yesterday.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.app.drift.examine import (
    NO_LINK,
    Desk,
    Examined,
    desk_for,
    examine_alone,
    examine_link,
)
from core.app.drift.read import BothSides, context_of, query_for
from core.app.find_link import find_link
from core.app.services import Services
from core.domain.booking import Booking
from core.domain.drift import Drift
from core.domain.event import Event, EventPlace
from core.domain.interval import Interval
from core.domain.mapping import Mapping
from core.domain.remaining import is_over
from core.domain.work import BookingKey, EventKey, ItemKey, MappingKey
from core.drift.dates import dates_shown
from core.drift.life import after_check
from core.drift.pairing import Group
from core.errors import NotASeriesError, NotFoundError, RoomSyncError, TransientError
from core.sync.observed import Observed

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What one meeting, or series, looks like now; `link` None: no link knows it.

    `drifts` are all that are known of it, as they are stored now; `seen` what those that are there
    were told from, by id.
    """

    key: ItemKey
    link: Mapping | None
    drifts: tuple[Drift, ...]
    seen: dict[str, Observed]

    def now(self, drift_id: str) -> Drift | None:
        """Return a drift as it is now, None when nothing is known of it any more."""
        return next((drift for drift in self.drifts if drift.id == drift_id), None)


async def check(drifts: Iterable[Drift], services: Services) -> list[Checked]:
    """Look again at the meetings that drifts are of, each once, and store what is found."""
    return [await _check(key, known, services) for key, known in _by_item(drifts).items()]


async def check_each(
    drifts: Iterable[Drift], services: Services
) -> tuple[list[Checked], list[Drift]]:
    """Look again at each that can be read; return those that cannot apart.

    A mailbox that does not answer is not asked for the next one of it, too.
    """
    checked: list[Checked] = []
    unread: list[Drift] = []
    silent: set[EventPlace] = set()
    for key, known in _by_item(drifts).items():
        place = known[0].place
        try:
            if place not in silent:
                checked.append(await _check(key, known, services))
                continue
        except TransientError:
            silent.add(place)
        except RoomSyncError as error:
            log.warning("check_failed", extra={"error": type(error).__name__})
        unread += known
    return checked, unread


def _by_item(drifts: Iterable[Drift]) -> dict[ItemKey, list[Drift]]:
    items: dict[ItemKey, list[Drift]] = {}
    for drift in drifts:
        items.setdefault(key_of(drift), []).append(drift)
    return items


async def check_key(key: ItemKey, home: EventPlace, services: Services) -> Checked:
    """Look at one meeting or series of which no drift need be known yet (R-844)."""
    return await _check(key, [], services, home=home)


def key_of(drift: Drift) -> ItemKey:
    """Return where to look for what a drift is about."""
    if drift.mapping_id is not None:
        return MappingKey(drift.mapping_id, drift.place)
    if drift.event_id is not None:
        return EventKey(drift.place, drift.event_id)
    if drift.booking_id is None:
        raise ValueError("a drift without a link, an event and a booking")
    return BookingKey(drift.mandator, drift.booking_id)


async def _check(
    key: ItemKey, known: Sequence[Drift], services: Services, home: EventPlace | None = None
) -> Checked:
    context = await context_of(services)
    link = await find_link(key, services)
    place = link.home if link is not None else home or known[0].place
    window = Interval(context.now, services.limits.window(context.now).end)
    desk = desk_for(place, window, BothSides((), ()), context, services)
    if link is None:
        await examine_alone(await _unlinked(key, services), desk)
    elif not is_over(link, context.now):
        await _linked(link, window, desk)
    stored = [d for d in await services.drifts.of(place) if _is_of(d, link, known)]
    return Checked(
        key=key,
        link=link,
        drifts=await _put_right(stored, desk.result, services),
        seen=desk.result.seen,
    )


async def _linked(link: Mapping, window: Interval, desk: Desk) -> None:
    if link.series is None:
        await examine_link(link, (), (), desk)
        return
    shown = await _dates(link, window, desk.services)
    found = await desk.services.rooms.find_bookings(query_for(link.home, window))
    ours = [booking for booking in found if _belongs(booking, link)]
    desk.bookings.update({booking.booking_id: booking for booking in ours})
    await examine_link(link, shown, ours, desk)


async def _dates(link: Mapping, window: Interval, services: Services) -> list[Event]:
    if link.event is None:
        return []
    try:
        calendar = services.calendars[link.home.environment]
        return dates_shown(await calendar.get_series(link.home, link.event.event_id), window)
    except (NotFoundError, NotASeriesError):
        return []


def _belongs(booking: Booking, link: Mapping) -> bool:
    carried = (booking.appointment_oid or "").lower()
    return carried == link.id or link.link_of(booking.booking_id) is not None


async def _unlinked(key: ItemKey, services: Services) -> Group:
    """Read what no link knows; what is not there any more is nothing."""
    try:
        if isinstance(key, EventKey):
            calendar = services.calendars[key.place.environment]
            event = await calendar.get_event(key.place, key.event_id)
            return Group(oid=NO_LINK, events=() if event.is_cancelled else (event,))
        if isinstance(key, BookingKey):
            booking = await services.rooms.get_booking(key.booking_id)
            return Group(oid=NO_LINK, bookings=(booking,))
    except NotFoundError:
        pass
    return Group(oid=NO_LINK)


def _is_of(drift: Drift, link: Mapping | None, known: Sequence[Drift]) -> bool:
    is_linked = link is not None and drift.mapping_id == link.id
    return is_linked or any(drift.id == each.id for each in known)


async def _put_right(
    stored: Sequence[Drift], examined: Examined, services: Services
) -> tuple[Drift, ...]:
    """Store what was found and what is gone, unless the sync is at it just now."""
    if examined.untouched:
        return tuple(stored)
    written = after_check(stored, examined.found, services.clock.now())
    await services.drifts.put(written)
    names = {drift.id for drift in written}
    return (*written, *(drift for drift in stored if drift.id not in names))
