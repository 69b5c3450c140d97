"""Whether a meeting is to be told like a private one: nobody can tell counts as private."""

from collections.abc import Iterable, Sequence

from core.domain.booking import Booking
from core.domain.event import Event
from core.domain.mapping import Baseline, Fingerprint, Mapping
from core.domain.meeting import Aspect
from core.sync.fingerprint import HashKeys


def is_private(
    mapping: Mapping | None, event: Event | None, bookings: Iterable[Booking], keys: HashKeys
) -> bool:
    """Tell whether a meeting is to be told like a private one.

    It is if either side shows it so, if it was when both last agreed, and if nobody can tell.
    """
    shown = tuple(booking.is_private for booking in bookings)
    agreed = () if mapping is None else _baselines(mapping)
    if event is not None and event.sensitive:
        return True
    if any(shown) or any(_was_private(baseline, keys) for baseline in agreed):
        return True
    return event is None and not shown and not agreed


def _baselines(mapping: Mapping) -> tuple[Baseline, ...]:
    dates = () if mapping.series is None else mapping.series.dates
    found = (mapping.baseline, *(date.baseline for date in dates))
    return tuple(baseline for baseline in found if baseline is not None)


def _was_private(baseline: Baseline, keys: HashKeys) -> bool:
    if baseline.masked or baseline.key_version not in keys.secrets:
        return True
    private = keys.digest(baseline.key_version, Aspect.PRIVATE.value, str(True))
    sides: Sequence[Fingerprint] = (
        baseline.exchange,
        baseline.rooms,
        *baseline.by_booking.values(),
    )
    return any(side.aspects.get(Aspect.PRIVATE) == private for side in sides)
