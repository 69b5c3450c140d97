"""Our own table of change notification subscriptions."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from pydantic import TypeAdapter, ValidationError

from core.adapters.tables.forms import require_known
from core.adapters.tables.keys import safe
from core.adapters.tables.table import Row, Tables
from core.domain.subscription import Subscription
from core.errors import InvalidPayloadError

log = logging.getLogger(__name__)

_PARTITION = "subscription"
_SUBSCRIPTION = TypeAdapter(Subscription)


class TableSubscriptionStore:
    """SubscriptionStore on the table "subscriptions": one point read per notification."""

    def __init__(self, tables: Tables) -> None:
        self._table = tables.table("subscriptions")

    async def find(self, subscription_id: str) -> Subscription | None:
        """Return a subscription by the service's id."""
        row = await self._table.get(_PARTITION, safe(subscription_id))
        return None if row is None else _subscription(row)

    async def all(self) -> Sequence[Subscription]:
        """Return all subscriptions; one that cannot be read is logged and left out."""
        found: list[Subscription] = []
        async for row in self._table.query(_PARTITION):
            try:
                found.append(_subscription(row))
            except InvalidPayloadError as error:
                log.warning("subscription_unreadable", extra={"why": str(error)})
        return found

    async def put(self, subscription: Subscription) -> None:
        """Insert or replace."""
        stored = _SUBSCRIPTION.dump_json(subscription, exclude={"version"}).decode()
        key = safe(subscription.subscription_id)
        await self._table.put(Row(_PARTITION, key, {"subscription": stored}))

    async def remove(self, subscription_id: str) -> None:
        """Remove; gone already is fine."""
        await self._table.delete(_PARTITION, safe(subscription_id))


def _subscription(row: Row) -> Subscription:
    require_known(row, f"subscription {row.key}")
    try:
        stored = _SUBSCRIPTION.validate_json(row.text("subscription"))
    except ValidationError as error:
        raise InvalidPayloadError(
            f"subscription {row.key} cannot be read: remove the row, a new one is made"
        ) from error
    return replace(stored, version=row.version)
