"""Keeps reads that lag behind from being taken for changes, or for the end of one (12.2)."""

from core.domain.work import BookingKey, WorkItem
from core.errors import TransientError
from core.sync.freshness import is_behind, is_superseded, unseen
from core.sync.observed import Observed

MOST_LATE_TRIES = 2
"""How often an announced version is waited for; delta finds what can be read later still."""

MOST_OUTDATED_TRIES = 4
"""How often a replaced version is not believed; what is still shown after minutes is so."""


class OutdatedReadError(TransientError):
    """A service shows what was replaced already: acting on it would undo a change."""


def require_current(item: WorkItem, seen: Observed) -> None:
    """Raise OutdatedReadError when a side shows a version that is known to be replaced."""
    if item.attempt >= MOST_OUTDATED_TRIES:
        return
    for side, (read, settled) in {"Exchange": _event(seen), "ROOMS": _booking(seen)}.items():
        if is_superseded(read, settled):
            raise OutdatedReadError(f"{side} shows an older version than it has shown before")


def is_awaited(item: WorkItem, seen: Observed) -> bool:
    """Tell whether to look again soon: the triggering side may not show yet what was announced."""
    read, settled = _triggering(item, seen)
    return item.attempt < MOST_LATE_TRIES and is_behind(read, settled, item.versions)


def announced_and_seen(item: WorkItem, seen: Observed) -> tuple[str, ...]:
    """Return the triggers' versions that this look has really dealt with."""
    read, settled = _triggering(item, seen)
    open_ones = unseen(read, settled, item.versions)
    return tuple(version for version in item.versions if version and version not in open_ones)


def _triggering(item: WorkItem, seen: Observed) -> tuple[str, tuple[str, ...]]:
    return _booking(seen) if isinstance(item.key, BookingKey) else _event(seen)


def _event(seen: Observed) -> tuple[str, tuple[str, ...]]:
    """Return the version that was read, and those of the same event that are settled."""
    event, link = seen.event, seen.mapping.event
    if event is None:
        return "", ()
    return event.version, link.settled if link and link.event_id == event.event_id else ()


def _booking(seen: Observed) -> tuple[str, tuple[str, ...]]:
    booking, link = seen.booking, seen.mapping.booking
    if booking is None:
        return "", ()
    is_same = link is not None and link.booking_id == booking.booking_id
    return booking.modified_on, link.settled if link is not None and is_same else ()
