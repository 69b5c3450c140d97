"""How things stand, told to telemetry by the timer that measures it anyway, every five minutes.

Beside what that has read it costs three small reads, only where telemetry is on.

    gauge                                    from
    backlog, dead letters                    the measure's queue depths; none: they are not told
    silence, what is parked                  what the measure has read
    subscriptions, their first end           one query of all subscriptions
    stopped mailboxes                        one query of what the guard has stopped
    age of poll and reconcile                the sign of the worker, and of each full look
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from core.app.services import Services
from core.app.silence import PushStatus
from core.app.status import ParkedScope, watched
from core.app.worker_sign import WORKER_SEEN
from core.domain.scope import Scope
from core.errors import RetryClass
from core.ports.queues import QueueDepth
from core.telemetry.metrics import stands
from core.telemetry.vocabulary import (
    BACKLOG,
    DEAD_LETTERS,
    FORBIDDEN,
    NEXT_EXPIRY,
    PARKED,
    POLL_AGE,
    PUSH_SILENT,
    RECONCILE_AGE,
    STOPPED,
    SUBSCRIPTIONS,
)


async def tell_standing(
    depths: Mapping[str, QueueDepth] | None,
    push: PushStatus,
    parked: tuple[ParkedScope, ...],
    services: Services,
) -> None:
    """Tell how everything stands."""
    for queue, depth in (depths or {}).items():
        stands(BACKLOG, depth.active, queue=queue, state="active")
        stands(BACKLOG, depth.scheduled, queue=queue, state="scheduled")
        stands(DEAD_LETTERS, depth.dead, queue=queue)
    stands(PUSH_SILENT, len(push.environments), kind="environment")
    stands(PUSH_SILENT, len(push.mailboxes), kind="mailbox")
    stands(PUSH_SILENT, int(push.is_rooms_silent), kind="rooms")
    breakers = [each.breaker for each in parked if each.breaker.is_parking]
    of_kind = Counter(kind_of(each.scope) for each in breakers)
    refusing = Counter(kind_of(x.scope) for x in breakers if x.kind == RetryClass.AUTHORIZATION)
    for kind in ("mailbox", "environment", "rooms"):
        stands(PARKED, of_kind[kind], kind=kind)
        stands(FORBIDDEN, refusing[kind], kind=kind)
    await _tell_of_subscriptions(services)
    await _tell_of_ages(services)
    directory = await services.roster.directory()
    stands(STOPPED, len(await services.guard.stopped(directory.synced_places())))


async def _tell_of_subscriptions(services: Services) -> None:
    watches = (await watched(services)).values()
    conditions = Counter(watch.condition for watch in watches)
    for state in ("active", "expiring", "failed"):
        stands(SUBSCRIPTIONS, conditions[state], state=state)
    ends = [w.subscription.expires_at for w in watches if w.subscription is not None]
    if ends:
        stands(NEXT_EXPIRY, (min(ends) - services.clock.now()).total_seconds())


async def _tell_of_ages(services: Services) -> None:
    """Tell how old the last poll is, and the oldest full look; of none ever, nothing is told."""
    now, seen = services.clock.now(), await services.cursors.get(WORKER_SEEN)
    if seen is not None:
        stands(POLL_AGE, (now - datetime.fromisoformat(seen)).total_seconds())
    looks = await services.measures.full_looks()
    directory = await services.roster.directory()
    known = [looks[place] for place in directory.synced_places() if place in looks]
    if known:
        stands(RECONCILE_AGE, (now - min(known)).total_seconds())


def kind_of(scope: Scope) -> str:
    """Return what kind of thing a scope is."""
    if scope.is_rooms:
        return "rooms"
    return "environment" if scope.mailbox is None else "mailbox"
