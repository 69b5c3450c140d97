"""Keeps reads that lag behind from being taken for changes, or for the end of one (12.2)."""

from core.domain.booking import Booking
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
    read_now = [("Exchange", _event(seen))]
    read_now += [("ROOMS", _booking(seen, booking)) for booking in seen.bookings]
    for side, (read, settled) in read_now:
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
    if not isinstance(item.key, BookingKey):
        return _event(seen)
    booking = seen.booking_of(item.key.booking_id)
    return ("", ()) if booking is None else _booking(seen, booking)


def _event(seen: Observed) -> tuple[str, tuple[str, ...]]:
    """Return the version that was read, and those of the same event that are settled."""
    event, link = seen.event, seen.mapping.event
    if event is None:
        return "", ()
    return event.version, link.settled if link and link.event_id == event.event_id else ()


def _booking(seen: Observed, booking: Booking) -> tuple[str, tuple[str, ...]]:
    link = seen.mapping.link_of(booking.booking_id)
    return booking.modified_on, () if link is None else link.settled
