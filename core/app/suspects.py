"""A batch over which the worker died again and again: one of its messages is to blame, which?

    deliveries of a message       then
    up to 3                       it is worked on, with whatever came along
    4 and more, others with it    put off by a copy of its own, so that it comes alone
    4 and more, alone             it is worked on; after 10 the bus sets it aside
    10 deaths over all copies     given up: the worker dies over this one

Copies come one after the other, the last one first: what waited behind the one to blame is before
it the next time. So the others of a mailbox lose minutes, not their place (design 6).
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from core.app.services import Services
from core.domain.work import WorkItem

log = logging.getLogger(__name__)

MOST_TOGETHER = 3
"""Deaths that a message may share with others: kills of a host that is replaced are fewer."""

MOST_DEATHS = 10

APART = timedelta(seconds=30)
"""Time between two copies: a worker that died is back by then."""

WORKER_DIED = "worker_died"


def is_deadly(item: WorkItem, deliveries: int) -> bool:
    """Tell whether the worker has died over this look too often to try once more."""
    return item.deaths + deliveries - 1 >= MOST_DEATHS


async def without_suspects(
    looks: Sequence[tuple[WorkItem, int]], services: Services
) -> list[WorkItem]:
    """Return the looks to take now, given how often each was delivered; put off the others."""
    suspects = [look for look in looks if look[1] > MOST_TOGETHER]
    if len(looks) == 1 or not suspects:
        return [item for item, _ in looks]
    log.warning("batch_taken_apart", extra={"messages": len(suspects)})
    due = services.clock.now()
    for item, deliveries in reversed(suspects):
        due += APART
        await services.queue.schedule(replace(item, deaths=item.deaths + deliveries - 1), due)
    return [item for item, deliveries in looks if deliveries <= MOST_TOGETHER]
