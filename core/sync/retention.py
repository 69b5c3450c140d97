"""What of a link is over for good, so that it need not be kept any more.

the link                                           then
has something to come, or under way                stays
was changed within the time that is kept           stays: late notifications, items restored
ended, its meeting is still to come                stays: restored, it must not be booked again
is over for that time                              goes, with its history and look-up rows
is of a series that goes on                        stays, without dates that are over for so long
"""

from dataclasses import replace
from datetime import datetime

from core.domain.mapping import Mapping, MappingState
from core.domain.remaining import is_over, time_of

WORTH_A_WRITE = 20
"""Dates that have to be over before a series is written without them."""


def is_to_go(mapping: Mapping, before: datetime) -> bool:
    """Tell whether a link has been over since `before`, and nobody has touched it since."""
    if mapping.pending is not None or mapping.outbox:
        return False
    if mapping.changed_at is None or mapping.changed_at > before:
        return False
    if mapping.state is MappingState.CANCELLED:
        return _last_known_is_over(mapping, before)
    return is_over(mapping, before)


def without_old_dates(mapping: Mapping, before: datetime) -> Mapping | None:
    """Return a series without the dates that have been over since `before`; None: too few are."""
    series = mapping.series
    if series is None or mapping.pending is not None or mapping.outbox:
        return None
    kept = tuple(date for date in series.dates if time_of(date, series).end > before)
    if not kept or len(series.dates) - len(kept) < WORTH_A_WRITE:
        return None
    return replace(mapping, series=replace(series, dates=kept))


def _last_known_is_over(mapping: Mapping, before: datetime) -> bool:
    """Tell it of a link that has ended: its rule may go on for ever, its dates do not."""
    times = [] if mapping.time is None else [mapping.time]
    if mapping.series is not None:
        times += [time_of(date, mapping.series) for date in mapping.series.dates]
    return all(time.end <= before for time in times)
