"""Keeps reads of a series that lag behind from being taken for changes (graph-calendar 12.2)."""

from core.app.lagging import MOST_LATE_TRIES, MOST_OUTDATED_TRIES, OutdatedReadError
from core.domain.ids import EventVersion
from core.domain.work import BookingKey, WorkItem
from core.sync.freshness import is_behind, is_superseded, unseen
from core.sync.record import Versions
from core.sync.series.sight import SeriesSight

type _Side = tuple[str, tuple[str, ...]]


def require_current(item: WorkItem, sight: SeriesSight) -> None:
    """Raise OutdatedReadError when a side shows a version that is known to be replaced."""
    if item.attempt >= MOST_OUTDATED_TRIES:
        return
    read_now = [("Exchange", _event(sight))]
    read_now += [("ROOMS", _booking(sight, b.booking_id)) for b in sight.bookings]
    for side, (read, settled) in read_now:
        if is_superseded(read, settled):
            raise OutdatedReadError(f"{side} shows an older version than it has shown before")


def is_awaited(item: WorkItem, sight: SeriesSight) -> bool:
    """Tell whether to look again soon: the triggering side may not show yet what was announced."""
    read, settled = _triggering(item, sight)
    return item.attempt < MOST_LATE_TRIES and is_behind(read, settled, item.versions)


def versions_of(item: WorkItem, sight: SeriesSight) -> Versions:
    """Return the triggers' versions that this look has dealt with."""
    read, settled = _triggering(item, sight)
    open_ones = unseen(read, settled, item.versions)
    carried = tuple(v for v in item.versions if v and v not in open_ones)
    if isinstance(item.key, BookingKey):
        return Versions(booking=carried)
    return Versions(event=tuple(map(EventVersion, carried)))


def _triggering(item: WorkItem, sight: SeriesSight) -> _Side:
    if isinstance(item.key, BookingKey):
        return _booking(sight, item.key.booking_id)
    return _event(sight)


def _event(sight: SeriesSight) -> _Side:
    event, link = sight.event, sight.mapping.event
    if event is None:
        return "", ()
    is_same = link is not None and link.event_id == event.master.event_id
    return event.master.version, link.settled if link is not None and is_same else ()


def _booking(sight: SeriesSight, number: int) -> _Side:
    link = next((b for b in sight.mapping.every_booking if b.booking_id == number), None)
    read = next((b.modified_on for b in sight.bookings if b.booking_id == number), "")
    return read, () if link is None else link.settled
