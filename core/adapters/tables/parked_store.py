"""Dirty rows: one partition per parked scope, one row per key, as the queue would carry it."""

import logging
from collections.abc import Sequence
from contextlib import suppress

from core.adapters.servicebus.messages import decode_item, decode_job, encode_item, encode_job
from core.adapters.tables.breaker_store import row_key
from core.adapters.tables.keys import safe
from core.adapters.tables.table import Delete, Row, Tables
from core.domain.parked import Parked, joined
from core.domain.scope import Scope
from core.domain.work import MailboxJob, WorkItem, mailbox_session
from core.errors import InvalidPayloadError, PreconditionFailedError, ServiceUnavailableError

log = logging.getLogger(__name__)

TRIES = 12
ITEM, JOB = "item", "job"


class TableParkedStore:
    """ParkedStore on the table "parked"."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("parked")

    async def put(self, scope: Scope, work: WorkItem | MailboxJob) -> None:
        """Keep a look or a job; what is kept under its key already is joined with it.

        The row is written even if it says the same: its version tells that it is kept anew.
        """
        partition, key = row_key(scope), _key(work)
        for _ in range(TRIES):
            row = await self._table.get(partition, key)
            known = None if row is None else _read(row)
            wanted = work if known is None else joined(known, work)
            try:
                if row is None:
                    await self._table.insert(Row(partition, key, _columns(wanted)))
                else:
                    await self._table.replace(Row(partition, key, _columns(wanted), row.version))
            except PreconditionFailedError:
                continue
            return
        raise ServiceUnavailableError(f"what is parked for {scope.name}: too many writers")

    async def of(self, scope: Scope) -> Sequence[Parked]:
        """Return all that waits for a scope, oldest first; what cannot be read is logged."""
        found: list[Parked] = []
        async for row in self._table.query(row_key(scope)):
            work = _read(row)
            if work is not None:
                found.append(Parked(scope=scope, work=work, row=row.key, version=row.version))
        return sorted(found, key=lambda parked: (parked.since, parked.row))

    async def remove(self, parked: Parked) -> None:
        """Remove what was read; gone already, or kept anew since, is fine: that stays."""
        gone = Delete(row_key(parked.scope), parked.row, parked.version)
        with suppress(PreconditionFailedError):
            await self._table.transact([gone])


def _key(work: WorkItem | MailboxJob) -> str:
    match work:
        case WorkItem(key=key):
            return safe(ITEM, repr(key))
        case MailboxJob(kind=kind, place=place):
            return safe(JOB, kind, "" if place is None else mailbox_session(place))


def _columns(work: WorkItem | MailboxJob) -> dict[str, str]:
    if isinstance(work, WorkItem):
        return {ITEM: encode_item(work).decode()}
    return {JOB: encode_job(work).decode()}


def _read(row: Row) -> WorkItem | MailboxJob | None:
    try:
        item = row.text(ITEM)
        return decode_item(item) if item else decode_job(row.text(JOB))
    except InvalidPayloadError as error:
        log.warning("parked_unreadable", extra={"row": row.key, "why": str(error)})
        return None
