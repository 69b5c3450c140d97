"""The way back for a link whose sync has ended after too many refused changes (R-701, R-(p)19)."""

from dataclasses import replace

from core.app.services import Services
from core.domain.history import HistoryEntry
from core.domain.mapping import Mapping, MappingState
from core.domain.work import MappingKey, Source, WorkItem


async def reset(mapping: Mapping, services: Services) -> bool:
    """Take a link up again and queue a look at it; False when its sync had not ended.

    What was changed in Exchange meanwhile counts as changed now, and is tried as if just made.
    """
    if mapping.state is not MappingState.SYNC_DISABLED:
        return False
    now = services.clock.now()
    entry = HistoryEntry(at=now, source=Source.OPERATOR, outcome="reset")
    taken_up = replace(mapping, state=MappingState.LINKED, conflicts=0, refusals=())
    await services.mappings.save(taken_up, entry)
    key = MappingKey(mapping.id, mapping.home)
    look = WorkItem(key=key, source=Source.OPERATOR, thorough=True, first_seen=now)
    await services.queue.send([look])
    return True
