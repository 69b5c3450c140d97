"""Looks that follow from what a link has just stored: put into its outbox first, queued then.

    step                                             killed after it
    1  the index says: look after this link in a     it finds an empty outbox and forgets the link
       minute and a half
    2  link, history and outbox, one transaction     the sweeper queues the looks
    3  the looks are queued                          the sweeper queues them once more: a look that
                                                     finds nothing to do changes nothing
    4  the outbox is empty again                     the sweeper finds nothing to do
    5  the index forgets the link, unless another    -
       look at it has noted it anew

A look without anything to send takes none of these steps, and no call for them. Mails go another
way: their queue holds them until what they speak of is stored (`core/app/send_notice.py`).
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from core.app.services import Services
from core.domain.history import HistoryEntry
from core.domain.mapping import Mapping
from core.domain.waiting import Wake
from core.domain.work import MappingKey, Source, WorkItem
from core.errors import InvalidPayloadError, StaleVersionError

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=90)
"""Longer than a look may take: before that it is its own business to send."""


async def save_and_send(
    mapping: Mapping, entries: Sequence[HistoryEntry], wakes: Sequence[Wake], services: Services
) -> Mapping:
    """Store a link with its history, and queue what follows from it, also after a crash.

    StaleVersionError: it was overtaken, and nothing is queued.
    """
    outbox = tuple(dict.fromkeys((*mapping.outbox, *wakes)))
    if not outbox:
        return await services.mappings.save(mapping, *entries)
    noted = await services.outbox.note(mapping.id, services.clock.now() + PATIENCE)
    saved = await services.mappings.save(replace(mapping, outbox=outbox), *entries)
    return await _send(saved, noted, services)


async def send_overdue(services: Services) -> int:
    """Queue what lies in the outboxes of links that a dead worker has left; return how many.

    A link that cannot be read keeps its row, and holds up no other.
    """
    sent = 0
    for mapping_id, noted in (await services.outbox.due(services.clock.now())).items():
        try:
            mapping = await services.mappings.get(mapping_id)
        except InvalidPayloadError as error:
            log.error("outbox_unreadable", extra={"why": str(error)})  # noqa: TRY400 - text says it all
            continue
        if mapping is not None and mapping.outbox:
            await _send(mapping, noted, services)
            sent += 1
        else:
            await services.outbox.remove(mapping_id, noted)
    return sent


async def _send(mapping: Mapping, noted: str, services: Services) -> Mapping:
    now = services.clock.now()
    await services.queue.send(
        [
            WorkItem(
                key=MappingKey(wake.mapping_id, wake.home),
                source=Source.FREED,
                thorough=True,
                first_seen=now,
            )
            for wake in mapping.outbox
        ]
    )
    try:
        emptied = await services.mappings.save(replace(mapping, outbox=()))
    except StaleVersionError:
        # Somebody else was here: what is left in the outbox now is the sweeper's.
        return mapping
    await services.outbox.remove(mapping.id, noted)
    return emptied
