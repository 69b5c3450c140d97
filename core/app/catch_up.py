"""The safety net under the notifications: what changed in a mailbox since we last asked.

Delta tells ids and versions; what is really so is read by the look that each of them queues.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.app.mailbox_identity import is_same_mailbox
from core.app.services import Services
from core.domain.directory import Directory
from core.domain.event import Event, EventPlace
from core.domain.ids import is_resource_mailbox
from core.domain.interval import Interval
from core.domain.pointers import event_pointer
from core.domain.work import EventKey, ItemKey, Source, WorkItem, mailbox_session
from core.errors import CursorExpiredError
from core.sync.translate import invited_resources

ROUND = timedelta(days=7)
"""A delta link never moves its window, so a new round begins weekly (graph-calendar 2)."""


@dataclass(frozen=True, slots=True)
class Round:
    """One delta round: its fixed window and where it goes on."""

    began: datetime
    window: Interval
    cursor: str

    def as_text(self) -> str:
        """Return the round as it is stored."""
        return json.dumps(
            {
                "began": self.began.isoformat(),
                "start": self.window.start.isoformat(),
                "end": self.window.end.isoformat(),
                "cursor": self.cursor,
            }
        )


def read_round(text: str) -> Round:
    """Return a stored round."""
    stored = json.loads(text)
    start, end = (datetime.fromisoformat(stored[name]) for name in ("start", "end"))
    return Round(datetime.fromisoformat(stored["began"]), Interval(start, end), stored["cursor"])


async def catch_up(place: EventPlace, services: Services) -> int:
    """Queue a look for everything that delta names and return how many.

    The place to go on from is stored only after the last page's looks are safely queued; an old
    round is kept until the new one has got that far. A mailbox that was made anew is not read.
    """
    now, name = services.clock.now(), f"delta:{mailbox_session(place)}"
    stored = await services.cursors.get(name)
    known = read_round(stored) if stored else None
    if known is not None and now - known.began < ROUND:
        try:
            return await _read(place, known, known.cursor, services)
        except CursorExpiredError:
            await services.cursors.remove(name)
    if not await is_same_mailbox(place, services):
        return 0
    return await _read(place, Round(now, services.limits.window(now), ""), None, services)


async def _read(
    place: EventPlace, delta_round: Round, cursor: str | None, services: Services
) -> int:
    calendar = services.calendars[place.environment]
    directory = await services.roster.directory()
    queued = 0
    while True:
        page = await calendar.changes(place, delta_round.window, cursor)
        found: dict[ItemKey, WorkItem] = {}
        for event in page.events:
            if await is_relevant(event, directory, services):
                look = _look(event, services)
                # A series is one look, with the version of its master if that is there.
                found[look.key] = look if look.version else found.get(look.key, look)
        looks = list(found.values())
        for event_id in page.removed:
            if await services.pointers.find(event_pointer(place, event_id)) is not None:
                key = EventKey(place, event_id)
                looks.append(_item(key, "", services, deleted=True))
        await services.queue.send(looks)
        queued += len(looks)
        cursor = page.cursor
        if page.is_last:
            ended = Round(delta_round.began, delta_round.window, cursor)
            await services.cursors.put(f"delta:{mailbox_session(place)}", ended.as_text())
            return queued


async def is_relevant(event: Event, directory: Directory, services: Services) -> bool:
    """Tell whether an event could have a booking, or has one.

    That is an event of its organizer, or a date of a series, which invites a resource or is linked.
    In a resource mailbox every item counts: it may be our hold, or one that should not be there.
    """
    if is_resource_mailbox(event.place.mailbox):
        return True
    if not event.is_organizer:
        return False
    if invited_resources(event, directory):
        return True
    key = key_of(event)
    return await services.pointers.find(event_pointer(key.place, key.event_id)) is not None


def key_of(event: Event) -> EventKey:
    """Return where to look for an event; a date of a series is looked at with all of it."""
    return EventKey(event.place, event.series_master or event.event_id)


def _look(event: Event, services: Services) -> WorkItem:
    version = "" if event.series_master is not None else event.version
    return _item(key_of(event), version, services)


def _item(key: EventKey, version: str, services: Services, *, deleted: bool = False) -> WorkItem:
    return WorkItem(
        key=key,
        source=Source.DELTA,
        version=version,
        deleted=deleted,
        first_seen=services.clock.now(),
    )
