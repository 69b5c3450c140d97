"""Which notices were mailed: a row per id, kept long after the same could be told again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.adapters.tables.forms import is_later, require_known
from core.adapters.tables.keys import safe
from core.adapters.tables.table import Row, Tables
from core.domain.ids import MappingId
from core.errors import NotFoundError, StaleVersionError
from core.ports.mail import NoticeMark, NoticeState

_KEY = "notice"


class TableNoticeStore:
    """NoticeStore on the table "notices"; no person and no title is in it."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("notices")

    async def find(self, notice_id: str) -> NoticeMark | None:
        """Return what is known of a notice, None when nothing is."""
        row = await self._table.get(safe(notice_id), _KEY)
        return None if row is None else _mark(row, notice_id)

    async def claim(self, mark: NoticeMark) -> NoticeMark:
        """Insert a mark; AlreadyExistsError when there is one."""
        return _stored(mark, await self._table.insert(_row(mark)))

    async def replace(self, mark: NoticeMark) -> NoticeMark:
        """Write a mark that still has `mark.version`; else StaleVersionError."""
        try:
            return _stored(mark, await self._table.replace(_row(mark)))
        except NotFoundError as error:
            raise StaleVersionError("notice: its row is gone, read it again") from error

    async def of_link(self, mapping_id: MappingId) -> Sequence[NoticeMark]:
        """Return the marks about one link, oldest first.

        There are as many rows as mails in half a year: few enough to read them for an operator,
        and too few to write another row for each.
        """
        rows = [row async for row in self._table.query() if row.text("mapping") == mapping_id]
        known = (_mark(row, row.text("notice_id")) for row in rows if not is_later(row))
        return sorted(known, key=lambda m: m.at)

    async def remove_before(self, moment: datetime, limit: int) -> int:
        """Remove at most `limit` older marks; say how many. Of a mail that is under way none is."""
        removed = 0
        async for row in self._table.query():
            is_over = row.text("state") != NoticeState.SENDING.value and not is_later(row)
            if removed < limit and is_over and _at(row) < moment:
                await self._table.delete(row.partition, row.key)
                removed += 1
        return removed


def _at(row: Row) -> datetime:
    return datetime.fromisoformat(row.text("at"))


def _mark(row: Row, notice_id: str) -> NoticeMark:
    require_known(row, f"notice {row.partition}")
    return NoticeMark(
        notice_id=notice_id,
        state=NoticeState(row.text("state")),
        at=_at(row),
        reason=row.text("reason"),
        kind=row.text("kind"),
        mapping_id=MappingId(row.text("mapping")) if row.text("mapping") else None,
        version=row.version,
    )


def _row(mark: NoticeMark) -> Row:
    values = {
        "notice_id": mark.notice_id[:200],
        "state": mark.state.value,
        "at": mark.at.isoformat(),
        "reason": mark.reason[:200],
        "kind": mark.kind,
        "mapping": mark.mapping_id or "",
    }
    return Row(safe(mark.notice_id), _KEY, values, mark.version)


def _stored(mark: NoticeMark, version: str) -> NoticeMark:
    return replace(mark, version=version)
