"""The safety net under ROOMS' webhook: which bookings changed since we last asked (design 8).

What ROOMS' `modifiedOn` filter really does is undocumented, so its answer is filtered again here,
and the full sweep finds what it leaves out.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.app.services import Services
from core.domain.booking import Booking
from core.domain.interval import Interval
from core.domain.stamps import change_stamp, moment_of
from core.domain.work import BookingKey, Source, WorkItem
from core.ports.rooms import BookingQuery

WATERMARK = "rooms:watermark"
"""The cursor's name."""

OVERLAP = timedelta(minutes=2)
"""Stamps are given before the change is visible, and several changes share one."""

BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
"""ROOMS stamps what was never changed with the first day of its calendar."""


async def poll_rooms(services: Services, *, is_in_step: bool = True) -> int:
    """Queue a look for every booking changed since the last poll and return how many.

    Not in step is a poll after a time in which nothing could be told: what it finds is no sign of a
    silent webhook.

    The watermark is ROOMS' own largest stamp, never our clock; stamps seen within the overlap are
    remembered, so that they are not queued twice.
    """
    stored = await services.cursors.get(WATERMARK)
    known = Watermark.read(stored)
    since = _earlier(known.stamp)
    found = await services.rooms.find_bookings(
        BookingQuery(window=_window(services), modified_since=since or None)
    )
    changed = [
        booking
        for booking in found
        if booking.modified_on >= since and known.seen.get(_name(booking)) != booking.modified_on
    ]
    source = Source.POLL if is_in_step and stored is not None else Source.CATCH_UP
    await services.queue.send([booking_look(b, source, services) for b in changed])
    if changed or stored is None:
        stamp = max([known.stamp, *(booking.modified_on for booking in found)])
        recent = _earlier(stamp)
        seen = {_name(b): b.modified_on for b in found if b.modified_on >= recent}
        await services.cursors.put(WATERMARK, Watermark(stamp, seen).as_text())
    return len(changed)


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far ROOMS was read: its largest stamp, and what was seen within the overlap."""

    stamp: str
    seen: dict[str, str]

    @classmethod
    def read(cls, text: str | None) -> "Watermark":
        """Return a stored watermark, or the one before anything was read."""
        if not text:
            return cls("", {})
        stored = json.loads(text)
        return cls(stored["stamp"], stored["seen"])

    def as_text(self) -> str:
        """Return the watermark as it is stored."""
        return json.dumps({"stamp": self.stamp, "seen": self.seen})


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


def _name(booking: Booking) -> str:
    return str(booking.booking_id)


def _earlier(stamp: str) -> str:
    """Return the stamp from which to ask again, "" when there is none yet that says a time."""
    moment = moment_of(stamp)
    if moment is None or moment < BEGINNING:
        return ""
    return change_stamp((moment - OVERLAP).isoformat())
