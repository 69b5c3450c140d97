"""What differs between both sides: a partition per mailbox; the scan and its parts beside it."""

import contextlib
import logging
from collections.abc import Sequence
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from core.adapters.tables import long_text
from core.adapters.tables.forms import is_later, require_known
from core.adapters.tables.keys import safe
from core.adapters.tables.table import TRANSACTION_LIMIT, Delete, Put, Row, Tables
from core.domain.drift import Drift
from core.domain.event import EventPlace
from core.domain.scan import Scan, ScanPart
from core.errors import NotFoundError

log = logging.getLogger(__name__)

_DRIFT, _SCAN, _PART = TypeAdapter(Drift), TypeAdapter(Scan), TypeAdapter(ScanPart)
_SCANS, _CURRENT = "scan", "current"
_PARTS = "parts"


class TableDriftStore:
    """DriftStore on the tables "drifts" and "scans"; no title, no name and no address is in it."""

    def __init__(self, tables: Tables) -> None:
        self._drifts, self._scans = tables.table("drifts"), tables.table("scans")

    async def of(self, place: EventPlace) -> Sequence[Drift]:
        """Return all drifts of a mailbox."""
        return await self._read(_partition(place))

    async def all(self) -> Sequence[Drift]:
        """Return all drifts."""
        return await self._read(None)

    async def put(self, drifts: Sequence[Drift]) -> None:
        """Insert or replace, a hundred of a mailbox at a time.

        What a later version has stored stays: a person may have said there what is to become of it.
        """
        by_place: dict[EventPlace, dict[str, Drift]] = {}
        for drift in drifts:
            by_place.setdefault(drift.place, {})[drift.id] = drift
        for place, found in by_place.items():
            known = self._drifts.query(_partition(place))
            theirs = {row.key async for row in known if is_later(row)}
            rows = [_row(place, drift) for drift in found.values() if drift.id not in theirs]
            for first in range(0, len(rows), TRANSACTION_LIMIT):
                part = rows[first : first + TRANSACTION_LIMIT]
                await self._drifts.transact([Put(row) for row in part])

    async def remove(self, drift: Drift) -> None:
        """Remove; gone already is fine."""
        await self._drifts.delete(_partition(drift.place), drift.id)

    async def scan(self) -> Scan | None:
        """Return the scan that runs or was the last one."""
        row = await self._scans.get(_SCANS, _CURRENT)
        if row is None:
            return None
        require_known(row, "the scan of differences")
        try:
            return replace(_SCAN.validate_json(long_text.joined(row, "scan")), version=row.version)
        except ValidationError:
            log.warning("scan_unreadable")
            await self._scans.delete(_SCANS, _CURRENT)
            return None

    async def begin(self, scan: Scan, before: Scan | None) -> Scan:
        """Put a scan in the place of the one before, if nobody else has."""
        stored = _SCAN.dump_json(scan, exclude={"version"}).decode()
        columns = long_text.split("scan", stored)
        row = Row(_SCANS, _CURRENT, columns, "" if before is None else before.version)
        table = self._scans
        version = await (table.insert(row) if before is None else table.replace(row))
        return replace(scan, version=version)

    async def note(self, scan: Scan, part: ScanPart) -> None:
        """Note that a mailbox of a scan is done."""
        stored = _PART.dump_json(part).decode()
        await self._scans.put(Row(safe(_PARTS, scan.id), _partition(part.place), {"part": stored}))

    async def parts(self, scan: Scan) -> Sequence[ScanPart]:
        """Return the mailboxes of a scan that are done."""
        read = [_part(row) async for row in self._scans.query(safe(_PARTS, scan.id))]
        return [part for part in read if part is not None]

    async def part(self, scan: Scan, place: EventPlace) -> ScanPart | None:
        """Return what became of one mailbox."""
        row = await self._scans.get(safe(_PARTS, scan.id), _partition(place))
        return None if row is None else _part(row)

    async def forget(self, scan: Scan) -> None:
        """Remove the parts of a scan that is over."""
        rows = [row async for row in self._scans.query(safe(_PARTS, scan.id))]
        for first in range(0, len(rows), TRANSACTION_LIMIT):
            part = rows[first : first + TRANSACTION_LIMIT]
            # What is gone already was forgotten by somebody else.
            with contextlib.suppress(NotFoundError):
                await self._scans.transact([Delete(row.partition, row.key) for row in part])

    async def _read(self, partition: str | None) -> list[Drift]:
        found: list[Drift] = []
        async for row in self._drifts.query(partition):
            if is_later(row):
                continue
            try:
                found.append(_DRIFT.validate_json(row.text("drift")))
            except ValidationError:
                log.warning("drift_unreadable", extra={"row": row.key})
        return found


def _partition(place: EventPlace) -> str:
    return safe(place.environment, place.mailbox)


def _part(row: Row) -> ScanPart | None:
    """Read what became of a mailbox; what another version has written is still to come."""
    try:
        return _PART.validate_json(row.text("part"))
    except ValidationError:
        log.warning("scan_part_unreadable", extra={"row": row.key})
        return None


def _row(place: EventPlace, drift: Drift) -> Row:
    stored = _DRIFT.dump_json(drift, exclude_defaults=True).decode()
    return Row(_partition(place), drift.id, {"state": drift.state.value, "drift": stored})
