"""When notifications count as silent, and when again as heard (S16). Pure; docs/triggers.md.

A change that delta or a poll had to find may only be told late: Graph takes up to three minutes.
So the first one raises a doubt; a notification ends it, and without one it becomes a certainty.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId
from core.domain.push import PushRecord

GRACE = timedelta(minutes=4)
"""Graph needs three minutes at most (graph-calendar 1.5); the next delta comes after five."""

BACKLOG = timedelta(minutes=10)
"""A notification that was taken so long before the change was found still tells of that change."""

FORGOTTEN = timedelta(hours=24)
"""A silence in which nothing more had to be found proves nothing any more."""

HEALING = timedelta(minutes=30)
HEALED_AGAIN = timedelta(hours=6)
"""After how long a silent subscription is made anew, and after how long once more."""

MOST_SILENT = 3
"""Silent mailboxes that make their whole environment silent: it is the way that is blocked."""


def untold(record: PushRecord | None, place: EventPlace | None, at: datetime) -> PushRecord:
    """Return the record after one more change had to be found."""
    known = record or PushRecord(place=place)
    return replace(known, untold_since=known.untold_since or at, untold_at=at)


def is_doubted(record: PushRecord | None) -> bool:
    """Tell whether a change had to be found and nobody has told of any since."""
    return record is not None and record.untold_since is not None


def ends_doubt(record: PushRecord, taken_at: datetime) -> bool:
    """Tell whether a notification that was taken then shows that changes are told."""
    return record.untold_since is not None and taken_at >= record.untold_since - BACKLOG


def judged(record: PushRecord, now: datetime) -> PushRecord | None:
    """Return the record as it is to be judged now, None when there is nothing to keep."""
    if record.untold_since is None or record.untold_at is None:
        return record
    if now - record.untold_at >= FORGOTTEN:
        cleared = calmed(record)
        return cleared if cleared.heard_at is not None else None
    if record.silent_since is None and now - record.untold_since >= GRACE:
        return replace(record, silent_since=record.untold_since)
    return record


def calmed(record: PushRecord) -> PushRecord:
    """Return a record without any doubt."""
    return PushRecord(place=record.place, heard_at=record.heard_at, version=record.version)


def is_to_be_made_anew(record: PushRecord, now: datetime) -> bool:
    """Tell whether a silent subscription is to be replaced: it may be dead without saying so."""
    if record.place is None or record.silent_since is None:
        return False
    if now - record.silent_since < HEALING:
        return False
    return record.made_anew_at is None or now - record.made_anew_at >= HEALED_AGAIN


def silent_places(records: Iterable[PushRecord]) -> tuple[EventPlace, ...]:
    """Return the mailboxes that nobody tells of."""
    return tuple(r.place for r in records if r.place is not None and r.silent_since is not None)


def silent_with(heard: PushRecord, records: Iterable[PushRecord]) -> tuple[PushRecord, ...]:
    """Return the other silent mailboxes of an environment whose way was blocked and is not now."""
    if heard.place is None or heard.silent_since is None:
        return ()
    others = tuple(
        r
        for r in records
        if r.place is not None
        and r.silent_since is not None
        and r.place != heard.place
        and r.place.environment == heard.place.environment
    )
    return others if len(others) + 1 >= MOST_SILENT else ()


def silent_environments(
    silent: Iterable[EventPlace], watched: Iterable[EventPlace]
) -> tuple[EnvironmentId, ...]:
    """Return the environments of which several mailboxes are silent, or half of the few."""
    counted = Counter(place.environment for place in silent)
    all_of = Counter(place.environment for place in watched)
    return tuple(
        sorted(e for e, n in counted.items() if n >= MOST_SILENT or n * 2 >= all_of[e] > 0)
    )
