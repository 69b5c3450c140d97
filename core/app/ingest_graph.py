"""From Graph's notifications to looks: checked item by item, queued, and nothing else.

This is the path on which Graph waits: no call to Graph, no table but our subscriptions'.
"""

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

from core.app.subscription_book import SubscriptionBook
from core.domain.event import EventPlace
from core.domain.ids import EventId
from core.domain.job_kind import JobKind
from core.domain.subscription import Subscription
from core.domain.work import EventKey, MailboxJob, Source, WorkItem
from core.errors import MessageRejectedError
from core.ports.clock import Clock
from core.ports.queues import WorkQueue
from core.telemetry.metrics import count
from core.telemetry.tracing import annotate
from core.telemetry.vocabulary import NOTIFICATIONS

MOST_BYTES = 4 * 1024 * 1024
MOST_ITEMS = 2000
LONGEST_TOKEN = 4096

UNPROVEN = frozenset({"exchange"})
"""Pages whose subscriptions are not believed here: their secret stands in an address, so whoever
reads a proxy's log has it, and would have deletions count as told (S22)."""

LIFECYCLE_JOBS = {
    "reauthorizationRequired": JobKind.REAUTHORIZE,
    "subscriptionRemoved": JobKind.RESTORE,
    "missed": JobKind.CATCH_UP,
}
"""What each lifecycle event asks for (graph-calendar 1.7)."""


def secret_hash(secret: str) -> str:
    """Return how a subscription's secret is kept: it is random, so a plain hash is enough."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def echoed_token(token: str) -> str:
    """Return the validation token to answer with; MessageRejectedError if it is none (B2)."""
    if not token or len(token) > LONGEST_TOKEN or not token.isprintable():
        raise MessageRejectedError("validationToken must be printable and not too long", 400)
    return token


async def ingest_notifications(
    body: bytes, book: SubscriptionBook, queue: WorkQueue, clock: Clock
) -> int:
    """Queue a look for every genuine item and return how many; the others are dropped, counted."""
    now = clock.now()
    looks = []
    for item, subscription in await _genuine(body, book, "graph"):
        details = item.get("resourceData")
        event_id = details.get("id") if isinstance(details, dict) else None
        if not isinstance(details, dict) or not isinstance(event_id, str) or not event_id:
            _dropped("graph", "no_event_id")
            continue
        etag = details.get("@odata.etag")
        looks.append(
            WorkItem(
                key=EventKey(subscription.place, EventId(event_id)),
                source=Source.PUSH,
                version=etag if isinstance(etag, str) else "",
                deleted=item.get("changeType") == "deleted",
                first_seen=now,
            )
        )
    await queue.send(looks)
    count(NOTIFICATIONS, len(looks), webhook="graph", outcome="accepted")
    annotate("roomsync.items", len(looks))
    return len(looks)


async def ingest_lifecycle(
    body: bytes, book: SubscriptionBook, queue: WorkQueue, clock: Clock
) -> int:
    """Queue a job for what genuine lifecycle events ask for, once each, and return how many."""
    now = clock.now()
    jobs: dict[tuple[str, EventPlace], MailboxJob] = {}
    for item, subscription in await _genuine(body, book, "graph_lifecycle"):
        if subscription.retired_until is not None:
            # It has been replaced: nothing is to be done for it any more.
            _dropped("graph_lifecycle", "retired_subscription")
            continue
        kind = LIFECYCLE_JOBS.get(str(item.get("lifecycleEvent")))
        if kind is None:
            _dropped("graph_lifecycle", "unknown_event")
            continue
        place = subscription.place
        jobs[kind, place] = MailboxJob(kind=kind, place=place, requested_at=now)
    await queue.send_jobs(list(jobs.values()))
    count(NOTIFICATIONS, len(jobs), webhook="graph_lifecycle", outcome="accepted")
    annotate("roomsync.items", len(jobs))
    return len(jobs)


async def _genuine(
    body: bytes, book: SubscriptionBook, webhook: str
) -> Sequence[tuple[dict[str, Any], Subscription]]:
    """Return the items that prove to come from our own subscriptions, with these."""
    genuine = []
    for item in _items(body):
        subscription, reason = await _check(item, book)
        if subscription is None:
            _dropped(webhook, reason)
            continue
        genuine.append((item, subscription))
    return genuine


def _dropped(webhook: str, reason: str) -> None:
    count(NOTIFICATIONS, webhook=webhook, outcome="dropped", reason=reason)


async def _check(item: object, book: SubscriptionBook) -> tuple[Subscription | None, str]:
    if not isinstance(item, dict) or not isinstance(item.get("subscriptionId"), str):
        return None, "malformed_item"
    subscription = await book.find(item["subscriptionId"])
    if subscription is None or subscription.callback in UNPROVEN:
        return None, "unknown_subscription"
    told = secret_hash(str(item.get("clientState") or ""))
    if not hmac.compare_digest(told, subscription.secret_hash):
        return None, "wrong_client_state"
    return subscription, ""


def _items(body: bytes) -> list[Any]:
    if len(body) > MOST_BYTES:
        raise MessageRejectedError(f"a notification body has at most {MOST_BYTES} bytes", 413)
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise MessageRejectedError("the notification body is not JSON", 400) from error
    items = content.get("value") if isinstance(content, dict) else None
    if not isinstance(items, list):
        raise MessageRejectedError("the notification body has no list `value`", 400)
    if len(items) > MOST_ITEMS:
        raise MessageRejectedError(f"a batch has at most {MOST_ITEMS} notifications", 413)
    return items
