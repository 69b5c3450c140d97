"""The way back for a link whose sync has ended after too many refused changes (R-701, R-(p)19)."""

from dataclasses import replace

from core.app.services import Services
from core.domain.history import HistoryEntry
from core.domain.mapping import Mapping, MappingState, SeriesLink
from core.domain.work import MappingKey, Source, WorkItem


async def reset(mapping: Mapping, services: Services) -> bool:
    """Take a link up again and queue a look at it; False when its sync had not ended.

    What was changed in Exchange meanwhile counts as changed now, and is tried as if just made.
    """
    series = None if mapping.series is None else _taken_up(mapping.series)
    is_whole = mapping.state is MappingState.SYNC_DISABLED
    if not is_whole and series == mapping.series:
        return False
    now = services.clock.now()
    entry = HistoryEntry(at=now, source=Source.OPERATOR, outcome="reset")
    taken_up = replace(mapping, series=series)
    if is_whole:
        taken_up = replace(taken_up, state=MappingState.LINKED, conflicts=0, refusals=())
    await services.mappings.save(taken_up, entry)
    key = MappingKey(mapping.id, mapping.home)
    look = WorkItem(key=key, source=Source.OPERATOR, thorough=True, first_seen=now)
    await services.queue.send([look])
    return True


def _taken_up(series: SeriesLink) -> SeriesLink:
    """Return a series with each date that had ended taken up again."""
    ended = MappingState.SYNC_DISABLED
    dates = (
        replace(date, state=MappingState.LINKED, conflicts=0, refusals=())
        if date.state is ended
        else date
        for date in series.dates
    )
    return replace(series, dates=tuple(dates))
