"""Which open drifts still count: not what a look has dealt with since, nor what is told already.

A scan finds, the sync repairs: what it has repaired is open on the list until it is checked again,
but nobody is to be alarmed by it. Told from the links alone, which whoever counts reads anyway.

    its link                                             counts
    has not changed since the check                      yes; a refusal that its link tells does not
    has changed since, has come, or is gone              no: it is checked again in a moment
    none, then as now                                    yes
"""

from collections.abc import Iterable
from datetime import datetime

from core.app.services import Services
from core.domain.drift import Drift, DriftState
from core.domain.ids import BookingId, EventId, MappingId
from core.domain.mapping import Mapping


class Standing:
    """Takes open drifts, is shown every link, then knows which drifts count."""

    def __init__(self, drifts: Iterable[Drift], now: datetime) -> None:
        self._unseen: dict[MappingId, list[Drift]] = {}
        self._unlinked: dict[EventId | BookingId, list[Drift]] = {}
        self._counting: dict[str, Drift] = {}
        for drift in drifts:
            is_over = drift.time is not None and drift.time.end <= now
            if drift.state is not DriftState.OPEN or is_over:
                continue
            if drift.mapping_id is not None:
                self._unseen.setdefault(drift.mapping_id, []).append(drift)
                continue
            self._counting[drift.id] = drift
            for item in (drift.event_id, drift.booking_id):
                if item is not None:
                    self._unlinked.setdefault(item, []).append(drift)

    def see(self, mapping: Mapping, *, is_told: bool) -> None:
        """Look at a link; `is_told`: that something of it was refused is counted already."""
        for drift in self._unseen.pop(mapping.id, ()):
            if not has_moved_on(mapping, drift) and not (is_told and drift.code):
                self._counting[drift.id] = drift
        if not self._unlinked:
            return
        items: list[EventId | BookingId] = [link.booking_id for link in mapping.bookings]
        items += [] if mapping.event is None else [mapping.event.event_id]
        for item in items:
            for drift in self._unlinked.pop(item, ()):
                self._counting.pop(drift.id, None)

    @property
    def drifts(self) -> tuple[Drift, ...]:
        """Return the drifts that count, by time, once every link was seen."""
        return tuple(sorted(self._counting.values(), key=lambda d: (d.time is None, d.time, d.id)))


def has_moved_on(mapping: Mapping, drift: Drift) -> bool:
    """Tell whether a look has written a link since a drift of it was last checked."""
    return mapping.changed_at is not None and mapping.changed_at >= drift.checked_at


async def standing_of(services: Services) -> Standing:
    """Return the open drifts, to be shown every link."""
    return Standing(await services.drifts.all(), services.clock.now())
