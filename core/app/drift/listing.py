"""One list of all differences: what scans have found, what was refused, given up, parked.

A refusal that a scan has found, too, is told once: with its fields.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from core.app.differences import Difference, open_differences
from core.app.services import Services
from core.app.status import parked_looks
from core.domain.drift import Cause, Drift, DriftKind, DriftState, Element, NewerSide
from core.domain.event import EventPlace
from core.domain.ids import BookingId, EventId, MappingId, PersonId, ResourceId
from core.domain.interval import Interval
from core.domain.meeting import Aspect
from core.domain.work import BookingKey, EventKey, ItemKey, MappingKey, home_of

REFUSED, DISABLED, GIVEN_UP, PARKED = "refused", "sync_disabled", "given_up", "parked"


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftFilter:
    """Which drifts; what is None or empty leaves a condition out."""

    ids: Collection[str] = ()
    states: Collection[DriftState] = (DriftState.OPEN,)
    place: EventPlace | None = None
    person: PersonId | None = None
    resource: ResourceId | None = None
    booking: BookingId | None = None
    series: int | None = None
    link: MappingId | None = None
    kind: DriftKind | None = None
    newer: NewerSide | None = None
    cause: Cause | None = None
    aspect: Aspect | None = None
    element: Element | None = None
    window: Interval | None = None

    def fits(self, drift: Drift) -> bool:
        """Tell whether a drift is meant; names may be given by their beginning."""
        is_in = self.window is None or drift.time is None or drift.time.overlaps(self.window)
        wanted = (
            (self.place, drift.place),
            (self.person, drift.organizer),
            (self.resource, drift.resource),
            (self.booking, drift.booking_id),
            (self.series, drift.series_id),
            (self.link, drift.mapping_id),
            (self.kind, drift.kind),
            (self.newer, drift.newer),
            (self.cause, drift.cause),
            (self.element, drift.element),
        )
        return (
            is_in
            and (not self.ids or any(drift.id.startswith(name) for name in self.ids))
            and (not self.states or drift.state in self.states)
            and (self.aspect is None or any(f.aspect is self.aspect for f in drift.fields))
            and all(value is None or value == shown for value, shown in wanted)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One line. `kind` is a DriftKind, or `refused`, `sync_disabled`, `given_up`, `parked`.

    Without a `drift` both sides were not compared: it is known from elsewhere, and goes as soon as
    its reason goes. `since` is when it was first seen.
    """

    kind: str
    place: EventPlace | None
    time: Interval | None = None
    dates: tuple[datetime, ...] = ()
    mapping_id: MappingId | None = None
    event_id: EventId | None = None
    booking_id: BookingId | None = None
    resource: ResourceId | None = None
    code: str = ""
    since: datetime | None = None
    drift: Drift | None = None


async def drifts_that_fit(wanted: DriftFilter, services: Services) -> list[Drift]:
    """Return what scans have found and is meant, by time."""
    found = [drift for drift in await services.drifts.all() if wanted.fits(drift)]
    return sorted(found, key=lambda drift: (drift.time is None, drift.time, drift.id))


async def everything_different(services: Services) -> list[Listed]:
    """Return all that is different now, each thing once, whoever found it."""
    drifts = await drifts_that_fit(DriftFilter(), services)
    told = {(drift.mapping_id, drift.code, drift.original_start) for drift in drifts}
    found = [_of_drift(drift) for drift in drifts]
    for each in (await open_differences(services)).known:
        line = _of_difference(each)
        dates = line.dates or (None,)
        if any((line.mapping_id, line.code, date) not in told for date in dates):
            found.append(line)
    return found + [
        _of_parked(item.key, breaker.kind, item.first_seen)
        for breaker, item in await parked_looks(services)
    ]


def _of_drift(drift: Drift) -> Listed:
    return Listed(
        kind=drift.kind,
        place=drift.place,
        time=drift.time,
        dates=() if drift.original_start is None else (drift.original_start,),
        mapping_id=drift.mapping_id,
        event_id=drift.event_id,
        booking_id=drift.booking_id,
        resource=drift.resource,
        code=drift.code,
        since=drift.found_at,
        drift=drift,
    )


def _of_difference(each: Difference) -> Listed:
    mapping, entry, refusal = each.mapping, each.given_up, each.refusal
    kind, code, since = DISABLED, DISABLED, None if mapping is None else mapping.changed_at
    if entry is not None:
        kind, code, since = GIVEN_UP, entry.reason, entry.first_at
    elif refusal is not None:
        kind, code, since = REFUSED, refusal.code, refusal.since
    place = None if entry is None else entry.place
    return Listed(
        kind=kind,
        place=place if mapping is None else mapping.home,
        time=each.time,
        dates=each.dates,
        mapping_id=None if mapping is None else mapping.id,
        event_id=each.event_id,
        booking_id=each.booking_id,
        resource=each.resource,
        code=code,
        since=since,
    )


def _of_parked(key: ItemKey, code: str, since: datetime) -> Listed:
    return Listed(
        kind=PARKED,
        place=home_of(key),
        mapping_id=key.mapping_id if isinstance(key, MappingKey) else None,
        event_id=key.event_id if isinstance(key, EventKey) else None,
        booking_id=key.booking_id if isinstance(key, BookingKey) else None,
        code=code,
        since=since,
    )
