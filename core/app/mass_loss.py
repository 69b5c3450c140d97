"""Before something that nobody told of counts as deleted: is it the only thing that is gone? (S22)

Only asked when both proofs of a deletion are there and no notification spoke of it, so it costs
nothing on ordinary ways. More than half gone at once: nothing is deleted, a person decides. A
mailbox is stopped for that; ROOMS is believed again as soon as it shows what should be there.
"""

import logging
from datetime import timedelta

from core.app.catch_up import key_of
from core.app.expected import expected_events
from core.app.services import Services
from core.domain.event import EventPlace
from core.domain.history import Activity
from core.domain.ids import BookingId, EnvironmentId, MailboxKey
from core.domain.interval import Interval
from core.domain.mapping import Mapping, MappingState
from core.domain.work import BookingKey, GivenUp, Source, WorkItem
from core.errors import RoomSyncError
from core.ports.rooms import BookingQuery
from core.sync.losses import is_mass_loss
from core.telemetry.metrics import count
from core.telemetry.vocabulary import GUARD_TRIPS

log = logging.getLogger(__name__)

BELIEVED = {True: timedelta(minutes=2), False: timedelta(seconds=20)}
"""How long an answer counts: a sweep of many lost items asks once."""

RELEASED = timedelta(hours=24)
"""How long a person's word counts that what is gone is meant to be gone."""

ROOMS_SPAN = timedelta(days=31)
"""How far ahead ROOMS is asked what it still shows."""

MASS_LOSS = "mass_loss"


class MassLossError(RoomSyncError):
    """Too much is gone at once: nothing is deleted until a person has looked."""


def rooms_place(mandator: str) -> EventPlace:
    """Return the name under which ROOMS as a whole is released."""
    return EventPlace(EnvironmentId("rooms"), MailboxKey(mandator))


async def require_few_events_lost(place: EventPlace, item: WorkItem, services: Services) -> None:
    """Raise MassLossError, and stop the mailbox, if more than this one event is gone from it."""
    if _was_told(item) or not await _is_lost(place, services):
        return
    if (await services.guard.standing(place)).stopped_since is None:
        await services.guard.stop(place, services.clock.now())
        await _alert(place, "it is stopped; if that is meant, `roomsync release` it", services)
    raise MassLossError(_text(place))


async def require_few_bookings_lost(item: WorkItem, services: Services) -> None:
    """Raise MassLossError if ROOMS shows less than half of what should be booked."""
    place = rooms_place(services.rooms.mandator)
    is_known = services.losses.verdicts.get(place, (False,))[0]
    is_told = item.source is Source.PUSH and isinstance(item.key, BookingKey)
    if is_told or _was_told(item) or not await _is_lost(place, services):
        return
    if not is_known:
        await _alert(place, "if that is meant, `roomsync release rooms`", services)
    raise MassLossError(_text(place))


def _was_told(item: WorkItem) -> bool:
    """Tell whether somebody spoke of this one deletion: the service itself, or a person."""
    return item.source is Source.OPERATOR or (item.source is Source.PUSH and item.deleted)


async def _is_lost(place: EventPlace, services: Services) -> bool:
    now, known = services.clock.now(), services.losses.verdicts.get(place)
    if known is not None and timedelta(0) <= now - known[1] < BELIEVED[known[0]]:
        return known[0]
    released = (await services.guard.standing(place)).released_at
    if released is not None and now - released < RELEASED:
        return False
    look = _are_bookings_lost if place == rooms_place(services.rooms.mandator) else _are_events_lost
    verdict = await look(place, services)
    services.losses.verdicts[place] = (verdict, now)
    return verdict


async def _are_events_lost(place: EventPlace, services: Services) -> bool:
    window = services.limits.window(services.clock.now())
    expected = await expected_events(place, window, services)
    if len(expected) < services.guard_limits.missing:
        return False
    calendar = services.calendars[place.environment]
    shown = {key_of(event).event_id async for event in calendar.list_events(place, window)}
    return is_mass_loss(expected, shown, services.guard_limits.missing)


async def _are_bookings_lost(_: EventPlace, services: Services) -> bool:
    now = services.clock.now()
    window = Interval(now, now + ROOMS_SPAN)
    expected: set[BookingId] = set()
    async for mapping in services.mappings.all():
        if mapping.state is MappingState.LINKED:
            expected |= _booked_in(mapping, window)
    if len(expected) < services.guard_limits.missing:
        return False
    listed = await services.rooms.find_bookings(BookingQuery(window=window))
    shown = {booking.booking_id for booking in listed}
    return is_mass_loss(expected, shown, services.guard_limits.missing)


def _booked_in(mapping: Mapping, window: Interval) -> set[BookingId]:
    """Return the bookings of a link that ROOMS should show in a span, of a series by date."""
    spans = [(mapping.time, mapping.bookings)]
    if mapping.series is not None:
        spans = [(date.time, date.bookings) for date in mapping.series.dates]
    return {
        link.booking_id
        for time, links in spans
        if time is not None and time.overlaps(window)
        for link in links
    }


async def _alert(place: EventPlace, what_to_do: str, services: Services) -> None:
    count(GUARD_TRIPS, deed="missing")
    log.error(MASS_LOSS, extra={"mailbox": f"{place.environment}/{place.mailbox}"})
    text = f"{_text(place)}: {what_to_do}"
    await services.queue.give_up(GivenUp(reason=MASS_LOSS, text=text, item=None))
    await services.activity.add(
        Activity(
            at=services.clock.now(),
            mapping_id=None,
            outcome="stopped",
            text=text,
            source=Source.SWEEP,
        )
    )


def _text(place: EventPlace) -> str:
    return (
        f"{place.environment}/{place.mailbox}: more than half of what should be there is gone at"
        " once; nothing is deleted for that (S22)"
    )
