"""Whether anything has changed since the last scan of a mailbox: an incremental one asks first.

Exchange says it by a delta round of its own, ROOMS by the stamps of the mailbox's bookings. If
either has moved, or was never asked, the mailbox is compared as a whole; if not, one call to each
is all. The first incremental scan reads the delta round to its end, too; a full one never does.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from core.app.drift.read import query_for
from core.app.services import Services
from core.domain.event import EventPlace
from core.domain.interval import Interval
from core.domain.work import mailbox_session
from core.errors import CursorExpiredError, ServiceUnavailableError
from core.sync.context import Context

LONGEST = timedelta(days=7)
"""After so long a mailbox is compared as a whole: windows move, and settings change."""

MOST_PAGES = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where both sides of a mailbox stand: to be stored once they have been compared.

    `is_moved`: something has changed since the mark before, or there was none.
    """

    place: EventPlace
    began: datetime
    window: Interval
    cursor: str
    stamps: str
    is_moved: bool

    async def store(self, services: Services) -> None:
        """Make this the mark that the next incremental scan goes on from."""
        text = json.dumps(
            {
                "began": self.began.isoformat(),
                "start": self.window.start.isoformat(),
                "end": self.window.end.isoformat(),
                "cursor": self.cursor,
                "stamps": self.stamps,
            }
        )
        await services.cursors.put(_name(self.place), text)


async def mark_read(
    place: EventPlace, window: Interval, context: Context, services: Services
) -> Mark | None:
    """Ask both sides where they stand now; None where Exchange has no delta.

    Read before anything is compared, so that what changes meanwhile counts as changed next time.
    """
    calendar = services.calendars[place.environment]
    if not calendar.capabilities.delta:
        return None
    stored = await services.cursors.get(_name(place))
    known = json.loads(stored) if stored else None
    if known is not None and context.now - datetime.fromisoformat(known["began"]) >= LONGEST:
        known = None
    stamps = await _stamps(place, window, services)
    if known is not None:
        span = Interval(
            datetime.fromisoformat(known["start"]), datetime.fromisoformat(known["end"])
        )
        try:
            cursor, is_moved = await _read_round(place, span, known["cursor"], services)
        except CursorExpiredError:
            known = None
        else:
            return Mark(
                place=place,
                began=datetime.fromisoformat(known["began"]),
                window=span,
                cursor=cursor,
                stamps=stamps,
                is_moved=is_moved or stamps != known["stamps"] or window.start < span.start,
            )
    cursor, _ = await _read_round(place, window, None, services)
    return Mark(
        place=place, began=context.now, window=window, cursor=cursor, stamps=stamps, is_moved=True
    )


async def _read_round(
    place: EventPlace, window: Interval, cursor: str | None, services: Services
) -> tuple[str, bool]:
    calendar, is_moved = services.calendars[place.environment], False
    for _ in range(MOST_PAGES):
        page = await calendar.changes(place, window, cursor)
        is_moved = is_moved or bool(page.events or page.removed)
        cursor = page.cursor
        if page.is_last:
            return cursor, is_moved
    raise ServiceUnavailableError(f"the changes of {place.mailbox} have no end")


async def _stamps(place: EventPlace, window: Interval, services: Services) -> str:
    """Hash the stamps of a mailbox's bookings; one that comes or goes is a change, too."""
    found = await services.rooms.find_bookings(query_for(place, window))
    stamps = sorted((b.booking_id, b.modified_on) for b in found)
    return sha256(json.dumps(stamps).encode()).hexdigest()


def _name(place: EventPlace) -> str:
    return f"drift:{mailbox_session(place)}"
