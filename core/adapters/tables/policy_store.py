"""Our copies of room policies, one row per resource mailbox."""

import logging

from pydantic import TypeAdapter, ValidationError

from core.adapters.tables.keys import safe
from core.adapters.tables.table import Row, Tables
from core.domain.event import EventPlace
from core.domain.room_policy import PolicyCopy

log = logging.getLogger(__name__)

_KEY = "policy"
_COPY = TypeAdapter(PolicyCopy)


class TablePolicyStore:
    """PolicyStore on the table "policies"."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("policies")

    async def get(self, place: EventPlace) -> PolicyCopy | None:
        """Return a mailbox's copy; one that cannot be read counts as none and is read anew."""
        row = await self._table.get(_partition(place), _KEY)
        if row is None:
            return None
        try:
            return _COPY.validate_json(row.text("copy"))
        except ValidationError:
            log.warning("policy_unreadable", extra={"mailbox": place.mailbox})
            return None

    async def put(self, place: EventPlace, copy: PolicyCopy) -> None:
        """Insert or replace."""
        stored = _COPY.dump_json(copy).decode()
        await self._table.put(Row(_partition(place), _KEY, {"copy": stored}))


def _partition(place: EventPlace) -> str:
    return safe(f"{place.environment}/{place.mailbox}")
