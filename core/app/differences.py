"""Where both sides disagree: one entry for each refusal of a meeting, and of a whole series."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.app.drift.standing import standing_of
from core.app.services import Services
from core.app.status import is_different
from core.domain.drift import Drift
from core.domain.given_up import GivenUpEntry
from core.domain.ids import BookingId, EventId, MappingId, ResourceId
from core.domain.interval import Interval
from core.domain.mapping import Mapping, Refusal, SeriesLink
from core.domain.remaining import coming_dates, next_booking, next_time, time_of
from core.domain.work import BookingKey, EventKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One disagreement; without a `refusal` the sync of a meeting has ended (R-113).

    Of what was `given_up` both sides may differ or not: nobody could look. It may have no link.

    `dates` are the original starts that it is about, of a series; `time` is that of the first.
    """

    mapping: Mapping | None
    refusal: Refusal | None = None
    resource: ResourceId | None = None
    booking_id: BookingId | None = None
    time: Interval | None = None
    given_up: GivenUpEntry | None = None
    dates: tuple[datetime, ...] = ()

    @property
    def event_id(self) -> EventId | None:
        """Return the event that it is about, as far as it is known."""
        if self.mapping is not None and self.mapping.event is not None:
            return self.mapping.event.event_id
        key = None if self.given_up is None else self.given_up.item.key
        return key.event_id if isinstance(key, EventKey) else None


@dataclass(frozen=True, slots=True)
class OpenDifferences:
    """All that both sides disagree on, each thing once: as links know it, and as scans found it."""

    known: tuple[Difference, ...]
    drifts: tuple[Drift, ...]


async def open_differences(services: Services) -> OpenDifferences:
    """Return what both sides disagree on now, and what was given up and is not made good."""
    standing = await standing_of(services)
    now = services.clock.now()
    entries = await services.given_up.all()
    listed = {entry.mapping_id for entry in entries}
    links: dict[MappingId, Mapping] = {}
    found: list[Difference] = []
    async for mapping in services.mappings.all():
        differences = differences_of(mapping, now)
        found += differences
        standing.see(mapping, is_told=bool(differences))
        if mapping.id in listed:
            links[mapping.id] = mapping
    found += [
        _of_entry(entry, links.get(entry.mapping_id) if entry.mapping_id else None, now)
        for entry in entries
    ]
    return OpenDifferences(tuple(found), standing.drifts)


def _of_entry(entry: GivenUpEntry, mapping: Mapping | None, now: datetime) -> Difference:
    booking = None if mapping is None else next_booking(mapping, now)
    booking_id = None if booking is None else booking.booking_id
    if isinstance(entry.item.key, BookingKey):
        booking_id = entry.item.key.booking_id
    return Difference(
        mapping=mapping,
        resource=None if booking is None else booking.resource,
        booking_id=booking_id,
        time=None if mapping is None else next_time(mapping, now),
        given_up=entry,
    )


def differences_of(mapping: Mapping, now: datetime) -> tuple[Difference, ...]:
    """Return the disagreements about one link; those of a series for one reason are one."""
    if not is_different(mapping, now):
        return ()
    booking = next_booking(mapping, now)
    plain = Difference(
        mapping=mapping,
        refusal=None,
        resource=booking.resource if booking else None,
        booking_id=booking.booking_id if booking else None,
        time=next_time(mapping, now),
    )
    found = [_of_refusal(plain, refusal) for refusal in mapping.refusals if refusal.is_open]
    if mapping.series is not None:
        found += _of_dates(plain, mapping.series, now)
    return tuple(found) or (plain,)


def _of_dates(plain: Difference, series: SeriesLink, now: datetime) -> list[Difference]:
    reasons: dict[tuple[str, ResourceId | None], Difference] = {}
    for date in coming_dates(series, now):
        for refusal in date.refusals:
            key = (refusal.code, refusal.resource)
            if refusal.is_open:
                first = replace(_of_refusal(plain, refusal), time=time_of(date, series))
                known = reasons.get(key, first)
                reasons[key] = replace(known, dates=(*known.dates, date.original_start))
    return list(reasons.values())


def _of_refusal(plain: Difference, refusal: Refusal) -> Difference:
    return replace(plain, refusal=refusal, resource=refusal.resource or plain.resource)
