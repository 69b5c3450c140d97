"""Self-tests: one row per mailbox for its last run, one for how the run's entry was seen."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from core.adapters.tables.forms import is_later, require_known
from core.adapters.tables.table import Row, Tables
from core.domain.ids import MailboxKey, MappingId
from core.domain.self_test import SelfTest
from core.ports.self_tests import Sighting

log = logging.getLogger(__name__)

_RUNS, _SIGHTINGS = "runs", "sightings"
_TEST, _SIGHTING = TypeAdapter(SelfTest), TypeAdapter(Sighting)


class TableSelfTestStore:
    """SelfTestStore on the table "selftests"."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("selftests")

    async def get(self, mailbox: MailboxKey) -> SelfTest | None:
        """Return the last run of a mailbox; one that cannot be read is removed: there was none."""
        row = await self._table.get(_RUNS, mailbox)
        return None if row is None else await self._read(row)

    async def put(self, test: SelfTest) -> SelfTest:
        """Insert a new run or replace an unchanged one; else a PreconditionFailedError."""
        stored = _TEST.dump_json(test, exclude={"version"}, exclude_defaults=True).decode()
        row = Row(_RUNS, test.mailbox, {"run": stored}, test.version or "")
        write = self._table.insert if test.version is None else self._table.replace
        return replace(test, version=await write(row))

    async def all(self) -> Sequence[SelfTest]:
        """Return the last run of every mailbox."""
        rows = [row async for row in self._table.query(_RUNS)]
        read = [await self._read(row) for row in rows if not is_later(row)]
        return [test for test in read if test is not None]

    async def note(self, mailbox: MailboxKey, sighting: Sighting) -> None:
        """Keep a sighting; one that was told is not replaced by one that was not."""
        known = await self.sighting(mailbox, sighting.test_id)
        if known is not None and (known.is_told or not sighting.is_told):
            return
        stored = _SIGHTING.dump_json(sighting).decode()
        await self._table.put(Row(_SIGHTINGS, mailbox, {"sighting": stored}))

    async def sighting(self, mailbox: MailboxKey, test_id: MappingId) -> Sighting | None:
        """Return how the entry of this run was seen; of an earlier one nothing is known."""
        row = await self._table.get(_SIGHTINGS, mailbox)
        if row is None:
            return None
        try:
            found = _SIGHTING.validate_json(row.text("sighting"))
        except ValidationError:
            return None
        return found if found.test_id == test_id else None

    async def _read(self, row: Row) -> SelfTest | None:
        require_known(row, f"self-test of {row.key}")
        try:
            test = _TEST.validate_json(row.text("run"))
        except ValidationError:
            log.warning("self_test_unreadable")
            await self._table.delete(_RUNS, row.key)
            return None
        return replace(test, version=row.version)
