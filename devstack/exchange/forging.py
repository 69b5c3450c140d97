"""Change notifications on demand: as Graph would send them, or forged (contract of the stack 5)."""

import asyncio
import time
from collections import Counter
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from devstack.exchange.graph.delivery import Deliveries
from devstack.exchange.graph.notifications import Notifications
from devstack.exchange.graph.subscriptions import Subscriptions
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.mailbox import Mailbox
from devstack.exchange.model.store import Change, ChangeKind
from devstack.kit.control import ControlRefusedError


class Forgery(BaseModel):
    """What to send: `times` notifications over `connections` at once.

    A foreign `client_state` makes them forged, an unknown `event_id` is sent as it is.
    """

    model_config = ConfigDict(extra="forbid")
    mail: str
    event_id: str
    change: Literal["created", "updated", "deleted"] = "updated"
    times: Annotated[int, Field(ge=1, le=100_000)] = 1
    connections: Annotated[int, Field(ge=1, le=100)] = 1
    client_state: str | None = None


class Forging:
    """Sends them at once and tells how they were answered; nothing is repeated afterwards."""

    def __init__(
        self, model: Exchange, subscriptions: Subscriptions, notifications: Notifications,
        deliveries: Deliveries,
    ) -> None:  # fmt: skip
        self._model, self._subscriptions = model, subscriptions
        self._notifications, self._deliveries = notifications, deliveries

    async def send(self, mailbox: Mailbox, order: Forgery) -> dict[str, Any]:
        """Send to every subscription of the mailbox; return counts by status and the slowest."""
        subscriptions = self._subscriptions.of_mailbox(mailbox.guid)
        if not subscriptions:
            raise ControlRefusedError(f"nobody has subscribed to {mailbox.mail}", 409)
        change = self._change(mailbox, order)
        waiting = []
        for subscription in subscriptions:
            notice = self._notifications.notice(subscription, change, order.change)
            content = notice.content
            if order.client_state is not None:
                content = content | {"clientState": order.client_state}
            waiting += [(notice.url, {"value": [content]})] * order.times
        answers, slowest = Counter[str](), 0.0

        async def work() -> None:
            nonlocal slowest
            while waiting:
                url, content = waiting.pop()
                started = time.perf_counter()
                answers[str(await self._deliveries.post(url, content))] += 1
                slowest = max(slowest, time.perf_counter() - started)

        await asyncio.gather(*(work() for _ in range(order.connections)))
        return {
            "sent": answers.total(),
            "answers": dict(answers),
            "slowest_ms": round(slowest * 1000, 1),
        }

    def _change(self, mailbox: Mailbox, order: Forgery) -> Change:
        item = self._model.store.find(mailbox.guid, order.event_id)
        return Change(
            kind=ChangeKind(order.change),
            mailbox=mailbox.guid,
            folder="calendar",
            rest_id=item.rest_id if item else order.event_id,
            immutable_id=item.immutable_id if item else order.event_id,
            change_key=item.change_key if item else "unknown",
        )
