"""Compares our table of subscriptions with what the service has (graph-calendar 12.15).

They die silently, and a crash can leave one that we do not know. Other installations may use the
same application: only what calls our own URL is ours.
"""

import json
import logging
from collections.abc import Callable
from datetime import timedelta

from core.app.services import Services
from core.domain.ids import EnvironmentId
from core.domain.job_kind import JobKind
from core.domain.work import MailboxJob
from core.errors import RoomSyncError
from core.ports.exchange import ExchangeNotifier

log = logging.getLogger(__name__)

YOUNG = timedelta(hours=1)
"""A subscription that was made while the service was asked is not missing."""


async def compare_subscriptions(
    url_of: Callable[[ExchangeNotifier], str], services: Services
) -> None:
    """Restore what the service has lost; end what calls us and is unknown two days in a row.

    Where the service lists none nothing can be compared: there they are replaced more often. One
    environment that fails keeps no other from it: its error is raised when all have been asked.
    """
    failed: RoomSyncError | None = None
    for environment, notifier in list(services.notifiers.items()):
        if not notifier.capabilities.lists:
            continue
        try:
            await _compare(environment, url_of(notifier), services)
        except RoomSyncError as error:
            failed = failed or error
    if failed is not None:
        raise failed


async def end_orphans(environment: EnvironmentId, url: str, services: Services) -> int:
    """End at once what calls us and is not in our table; return how many that were.

    For when there is no room for a new one: a subscription that another worker is making at this
    moment may be hit, which the next comparison sees.
    """
    orphans = await _orphans(environment, url, services)
    for subscription_id in orphans:
        await services.notifiers[environment].unsubscribe(subscription_id)
    if orphans:
        log.warning("subscriptions_unknown_ended", extra={"number": len(orphans)})
    return len(orphans)


async def _compare(environment: EnvironmentId, url: str, services: Services) -> None:
    notifier, now = services.notifiers[environment], services.clock.now()
    listed = {grant.subscription_id: grant for grant in await notifier.list_subscriptions()}
    ours = [s for s in await services.subscriptions.all() if s.place.environment == environment]
    lost = [
        s.place
        for s in ours
        if s.subscription_id not in listed
        and s.retired_until is None
        and s.expires_at > now
        and s.created_at < now - YOUNG
    ]
    if lost:
        log.warning("subscriptions_lost", extra={"number": len(lost)})
    jobs = [MailboxJob(kind=JobKind.RESTORE, place=place, requested_at=now) for place in lost]
    await services.queue.send_jobs(jobs)
    known = {s.subscription_id for s in ours if s.retired_until is None}
    unknown = {i for i, g in listed.items() if g.notification_url == url and i not in known}
    name = f"subscriptions:unknown:{environment}"
    seen_before = set(json.loads(await services.cursors.get(name) or "[]"))
    for subscription_id in sorted(unknown & seen_before):
        await notifier.unsubscribe(subscription_id)
    if unknown or seen_before:
        await services.cursors.put(name, json.dumps(sorted(unknown - seen_before)))


async def _orphans(environment: EnvironmentId, url: str, services: Services) -> list[str]:
    listed = await services.notifiers[environment].list_subscriptions()
    known = {s.subscription_id for s in await services.subscriptions.all()}
    return [
        grant.subscription_id
        for grant in listed
        if grant.notification_url == url and grant.subscription_id not in known
    ]
