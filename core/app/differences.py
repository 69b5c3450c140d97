"""Where both sides disagree: one entry for each refusal of a meeting, and of a whole series."""

from dataclasses import dataclass, replace
from datetime import datetime

from core.app.services import Services
from core.app.status import is_different
from core.domain.ids import BookingId, ResourceId
from core.domain.interval import Interval
from core.domain.mapping import Mapping, Refusal, SeriesLink
from core.domain.remaining import coming_dates, next_booking, next_time, time_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One disagreement; without a `refusal` the sync of a meeting has ended (R-113).

    `dates` are the original starts that it is about, of a series; `time` is that of the first.
    """

    mapping: Mapping
    refusal: Refusal | None
    resource: ResourceId | None
    booking_id: BookingId | None
    time: Interval | None
    dates: tuple[datetime, ...] = ()


async def open_differences(services: Services) -> list[Difference]:
    """Return what both sides disagree on now."""
    now = services.clock.now()
    return [
        difference
        async for mapping in services.mappings.all()
        for difference in differences_of(mapping, now)
    ]


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
