"""The safety net under the notifications: what changed in a mailbox since we last asked.

Delta tells ids and versions; what is really so is read by the look that each of them queues.
"""

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.app.expected import looks_at_missing
from core.app.failures import where
from core.app.mailbox_identity import is_same_mailbox
from core.app.services import Services
from core.domain.directory import Directory
from core.domain.event import Event, EventPlace
from core.domain.ids import EventId, is_resource_mailbox
from core.domain.interval import Interval
from core.domain.pointers import event_pointer
from core.domain.stagger import share
from core.domain.work import EventKey, ItemKey, Source, WorkItem, mailbox_session
from core.errors import (
    CursorExpiredError,
    InvalidPayloadError,
    PreconditionFailedError,
    ServiceUnavailableError,
)
from core.sync.translate import invited_resources

log = logging.getLogger(__name__)

ROUND = timedelta(days=7)
"""A delta link never moves its window, so a new round begins weekly (graph-calendar 2)."""

SPREAD = timedelta(days=2)
"""New rounds are spread over this time: mailboxes that began together do not begin again so."""

STUCK = timedelta(hours=1)
"""How long a round that is refused is asked for again, before a new one begins in its place."""

IN_STEP = timedelta(minutes=12)
"""Two delta cycles and some; after a longer pause what is found could not have been told."""

MOST_PAGES = 2000
"""Pages of one reading, far more than any calendar has: sessions are shared by all environments."""


@dataclass(frozen=True, slots=True)
class Round:
    """One delta round: its fixed window, where it goes on, and when it was last read to its end."""

    began: datetime
    window: Interval
    cursor: str
    read_at: datetime | None = None

    def as_text(self) -> str:
        """Return the round as it is stored."""
        return json.dumps(
            {
                "began": self.began.isoformat(),
                "start": self.window.start.isoformat(),
                "end": self.window.end.isoformat(),
                "cursor": self.cursor,
                "read_at": None if self.read_at is None else self.read_at.isoformat(),
            }
        )


def read_round(text: str) -> Round:
    """Return a stored round."""
    stored = json.loads(text)
    start, end = (datetime.fromisoformat(stored[name]) for name in ("start", "end"))
    read_at = stored.get("read_at")
    return Round(
        datetime.fromisoformat(stored["began"]),
        Interval(start, end),
        stored["cursor"],
        None if read_at is None else datetime.fromisoformat(read_at),
    )


async def catch_up(place: EventPlace, services: Services, woken: Source | None = None) -> int:
    """Queue a look for everything that delta names and return how many.

    `woken` is what the looks come from if somebody said that there is something.

    The place to go on from is stored only after the last page's looks are safely queued; an old
    round is read to its end first, and kept until the new one has got that far. A new one names
    nothing that is gone: where no old one can, the links are compared with it (graph-calendar 2).
    An old round that is refused for an hour, or when it is due, is given up for it, too.
    A mailbox that was made anew is not read.
    """
    now, name = services.clock.now(), f"delta:{mailbox_session(place)}"
    stored = await services.cursors.get(name)
    known, queued = read_round(stored) if stored else None, 0
    is_due = known is not None and now - known.began >= round_of(place)
    if known is not None:
        try:
            queued = await _read(place, known, known.cursor, services, woken=woken)
        except CursorExpiredError:
            await services.cursors.remove(name)
            known = None
        except (InvalidPayloadError, PreconditionFailedError) as error:
            if not is_due and now - (known.read_at or known.began) < STUCK:
                raise
            log.warning("round_left_unread", extra=where(error))
            known = None
    if known is not None and not is_due:
        return queued
    if not await is_same_mailbox(place, services):
        return queued
    begun = Round(now, services.limits.window(now), "")
    is_first = known is None
    return queued + await _read(place, begun, None, services, woken=woken, is_compared=is_first)


def round_of(place: EventPlace) -> timedelta:
    """Return how long a mailbox's rounds are: a week at most, each mailbox its own."""
    return ROUND - SPREAD * share(mailbox_session(place))


async def _read(
    place: EventPlace,
    delta_round: Round,
    cursor: str | None,
    services: Services,
    *,
    woken: Source | None,
    is_compared: bool = False,
) -> int:
    calendar = services.calendars[place.environment]
    directory = await services.roster.directory()
    queued, now, read_at = 0, services.clock.now(), delta_round.read_at
    is_in_step = read_at is not None and now - read_at <= IN_STEP
    source = woken or (Source.DELTA if is_in_step else Source.CATCH_UP)
    shown: set[EventId] = set()
    for _ in range(MOST_PAGES):
        page = await calendar.changes(place, delta_round.window, cursor)
        if page.cursor == cursor and not page.is_last:
            raise ServiceUnavailableError(f"the changes of {place.mailbox} go round in circles")
        shown |= {key_of(event).event_id for event in page.events}
        found: dict[ItemKey, WorkItem] = {}
        for event in page.events:
            if await is_relevant(event, directory, services):
                look = _look(event, source, now)
                # A series is one look, with the version of its master if that is there.
                found[look.key] = look if look.version else found.get(look.key, look)
        looks = list(found.values())
        for event_id in page.removed:
            if await services.pointers.find(event_pointer(place, event_id)) is not None:
                key = EventKey(place, event_id)
                looks.append(_item(key, "", source, now, deleted=True))
        if page.is_last and is_compared:
            looks += await looks_at_missing(place, delta_round.window, shown, services)
        await services.queue.send(looks)
        queued += len(looks)
        cursor = page.cursor
        if page.is_last:
            ended = Round(delta_round.began, delta_round.window, cursor, now)
            await services.cursors.put(f"delta:{mailbox_session(place)}", ended.as_text())
            return queued
    raise ServiceUnavailableError(f"the changes of {place.mailbox} have no end")


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


def _look(event: Event, source: Source, now: datetime) -> WorkItem:
    version = "" if event.series_master is not None else event.version
    return _item(key_of(event), version, source, now)


def _item(
    key: EventKey, version: str, source: Source, now: datetime, *, deleted: bool = False
) -> WorkItem:
    return WorkItem(key=key, source=source, version=version, deleted=deleted, first_seen=now)
