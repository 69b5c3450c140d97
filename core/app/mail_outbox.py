"""What is on its way to people by mail: the queue, what was decided on lately, what got stuck."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.app.services import Services
from core.app.status import queue_depths
from core.domain.ids import MappingId, ResourceId
from core.errors import RoomSyncError
from core.ports.queues import QueueCounts, QueueDepth

LINES = 1000
MOST = 100
_TOLD = re.compile(r"Tell \((?P<kind>\w+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedMail:
    """A mail that a look has decided on: why and for which link; never to whom (D13)."""

    at: datetime
    kind: str
    reason: str
    link: MappingId | None
    resource: ResourceId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MailOutbox:
    """`depth` None: the queues cannot be counted. `overdue`: links with looks still to queue."""

    depth: QueueDepth | None
    overdue: int
    lately: tuple[DecidedMail, ...]


async def mail_outbox(services: Services, counts: QueueCounts) -> MailOutbox:
    """Read the depth of the queue and the list of what was done; no mailbox is asked."""
    lines = await services.activity.latest(LINES)
    lately = [
        DecidedMail(
            at=line.at, kind=told["kind"], reason=why, link=line.mapping_id, resource=line.resource
        )
        for line in lines
        for name, why in line.steps
        if (told := _TOLD.match(name)) is not None
    ]
    return MailOutbox(
        depth=await _depth(counts),
        overdue=len(await _overdue(services)),
        lately=tuple(lately[:MOST]),
    )


async def _overdue(services: Services) -> Collection[MappingId]:
    return await services.outbox.due(services.clock.now() - timedelta(minutes=5))


async def _depth(counts: QueueCounts) -> QueueDepth | None:
    try:
        return (await queue_depths(counts)).get("notices")
    except RoomSyncError:
        return None
