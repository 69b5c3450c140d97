"""The safety net under ROOMS' webhook: which bookings changed since we last asked (design 8).

What ROOMS' `modifiedOn` filter really does is undocumented, so its answer is filtered again here,
and the full sweep finds what it leaves out.
"""

import json
from datetime import timedelta

from core.app.services import Services
from core.domain.booking import Booking
from core.domain.interval import Interval
from core.domain.work import BookingKey, Source, WorkItem
from core.ports.rooms import BookingQuery
from core.sync.watermark import Watermark

WATERMARK = "rooms:watermark"
"""The cursor's name."""

FAR_MINUTES = 10
"""Each so many minutes it is asked from far back."""


async def poll_rooms(services: Services, *, is_in_step: bool = True) -> int:
    """Queue a look for every booking changed since the last poll and return how many.

    Not in step is a poll after a time in which nothing could be told: what it finds is no sign of a
    silent webhook.

    The watermark is ROOMS' own stamp, never our clock (core/sync/watermark.py). Each ten minutes it
    is asked from far back: ROOMS' clock may have been set back.
    """
    now, stored = services.clock.now(), await services.cursors.get(WATERMARK)
    known = _read(stored)
    since = known.since(now, is_far=now.minute % FAR_MINUTES == 0)
    found = {
        str(booking.booking_id): booking
        for booking in await services.rooms.find_bookings(
            BookingQuery(window=_window(services), modified_since=since or None)
        )
    }
    stamps = {name: booking.modified_on for name, booking in found.items()}
    changed = known.unseen(stamps, since)
    source = Source.POLL if is_in_step and stored is not None else Source.CATCH_UP
    await services.queue.send([booking_look(found[name], source, services) for name in changed])
    if changed or stored is None:
        await services.cursors.put(WATERMARK, _text(known.moved(stamps, changed, now)))
    return len(changed)


def _read(stored: str | None) -> Watermark:
    if not stored:
        return Watermark()
    known = json.loads(stored)
    return Watermark(known["stamp"], known["seen"])


def _text(watermark: Watermark) -> str:
    return json.dumps({"stamp": watermark.stamp, "seen": dict(watermark.seen)})


def booking_look(
    booking: Booking, source: Source, services: Services, *, thorough: bool = False
) -> WorkItem:
    """Return the look at a booking that was listed."""
    return WorkItem(
        key=BookingKey(booking.mandator, booking.booking_id),
        source=source,
        version=booking.modified_on,
        thorough=thorough,
        first_seen=services.clock.now(),
    )


def _window(services: Services) -> Interval:
    now = services.clock.now()
    return Interval(
        now - timedelta(days=1), now + timedelta(days=services.limits.window_ahead_days)
    )
