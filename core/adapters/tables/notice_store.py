"""Which notices were mailed: a row per id, kept long after the same could be told again."""

from datetime import datetime

from core.adapters.tables.keys import safe
from core.adapters.tables.table import Row, Tables
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
        if row is None:
            return None
        return NoticeMark(
            notice_id=notice_id,
            state=NoticeState(row.text("state")),
            at=datetime.fromisoformat(row.text("at")),
            reason=row.text("reason"),
            version=row.version,
        )

    async def claim(self, mark: NoticeMark) -> NoticeMark:
        """Insert a mark; AlreadyExistsError when there is one."""
        return _stored(mark, await self._table.insert(_row(mark)))

    async def replace(self, mark: NoticeMark) -> NoticeMark:
        """Write a mark that still has `mark.version`; else StaleVersionError."""
        try:
            return _stored(mark, await self._table.replace(_row(mark)))
        except NotFoundError as error:
            raise StaleVersionError("notice: its row is gone, read it again") from error

    async def remove_before(self, moment: datetime, limit: int) -> int:
        """Remove at most `limit` older marks; say how many. Of a mail that is under way none is."""
        removed = 0
        async for row in self._table.query():
            is_over = row.text("state") != NoticeState.SENDING.value
            if removed < limit and is_over and _at(row) < moment:
                await self._table.delete(row.partition, row.key)
                removed += 1
        return removed


def _at(row: Row) -> datetime:
    return datetime.fromisoformat(row.text("at"))


def _row(mark: NoticeMark) -> Row:
    values = {
        "notice_id": mark.notice_id[:200],
        "state": mark.state.value,
        "at": mark.at.isoformat(),
        "reason": mark.reason[:200],
    }
    return Row(safe(mark.notice_id), _KEY, values, mark.version)


def _stored(mark: NoticeMark, version: str) -> NoticeMark:
    return NoticeMark(
        notice_id=mark.notice_id,
        state=mark.state,
        at=mark.at,
        reason=mark.reason,
        version=version,
    )
