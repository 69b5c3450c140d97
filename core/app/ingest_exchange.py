"""From notifications of installations on premises to looks: checked, queued, and nothing else.

They carry no signature (ews-and-security A4), so all they can do is have something looked at before
its timer would, and no deletion counts as told because of them (S22). The key in their address says
whose they are.
"""

import hmac
from collections.abc import Callable, Sequence
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address

from core.app.ingest_graph import secret_hash
from core.app.subscription_book import SubscriptionBook
from core.domain.ids import EnvironmentId
from core.domain.job_kind import JobKind
from core.domain.push_notice import PushNotice
from core.domain.subscription import Subscription
from core.domain.work import EventKey, MailboxJob, Source, WorkItem
from core.ports.clock import Clock
from core.ports.queues import WorkQueue
from core.telemetry.metrics import count
from core.telemetry.tracing import annotate
from core.telemetry.vocabulary import NOTIFICATIONS

type Networks = Sequence[IPv4Network | IPv6Network]
CallersOf = Callable[[EnvironmentId], Networks]


class Verdict(StrEnum):
    """What a server is told: go on, end the subscription, or nothing, so that it tries again."""

    GOES_ON = "goes_on"
    ENDS = "ends"
    UNKNOWN = "unknown"


async def ingest_notices(
    notices: Sequence[PushNotice],
    key: str,
    caller: str,
    callers_of: CallersOf,
    *,
    book: SubscriptionBook,
    queue: WorkQueue,
    clock: Clock,
) -> Verdict:
    """Queue a look per item, and a read of what changed where something moved; say what is told.

    `caller` is who speaks, `callers_of` the networks it may do so from. An unknown subscription may
    be so new that it is not stored yet: its server tries again in half a minute. One of which we
    really know nothing is given up by it after half an hour, a replaced one is ended at once.
    """
    genuine: list[tuple[PushNotice, Subscription]] = []
    for notice in notices:
        found = await book.find(notice.subscription_id)
        reason = _why_not(found, key, caller, callers_of)
        if found is None or reason:
            count(NOTIFICATIONS, webhook="exchange", outcome="dropped", reason=reason)
        else:
            genuine.append((notice, found))
    now = clock.now()
    looks = [
        WorkItem(
            key=EventKey(subscription.place, item.event_id),
            source=Source.WAKE_UP,
            version=item.version,
            deleted=item.deleted,
            first_seen=now,
        )
        for notice, subscription in genuine
        for item in notice.items
    ]
    moved = {subscription.place: None for notice, subscription in genuine if notice.has_moves}
    if looks:
        await queue.send(looks)
    if moved:
        jobs = [MailboxJob(kind=JobKind.WAKE_UP, place=place, requested_at=now) for place in moved]
        await queue.send_jobs(jobs)
    count(NOTIFICATIONS, len(genuine), webhook="exchange", outcome="accepted")
    annotate("roomsync.items", len(looks) + len(moved))
    if not genuine:
        return Verdict.UNKNOWN
    is_over = all(subscription.retired_until is not None for _, subscription in genuine)
    return Verdict.ENDS if is_over else Verdict.GOES_ON


def _why_not(found: Subscription | None, key: str, caller: str, callers_of: CallersOf) -> str:
    if found is None:
        return "unknown_subscription"
    if not hmac.compare_digest(secret_hash(key), found.secret_hash):
        return "wrong_key"
    networks = callers_of(found.place.environment)
    return "" if not networks or _is_among(caller, networks) else "foreign_caller"


def _is_among(caller: str, networks: Networks) -> bool:
    try:
        address = ip_address(caller)
    except ValueError:
        return False
    address = getattr(address, "ipv4_mapped", None) or address
    return any(address in network for network in networks)
