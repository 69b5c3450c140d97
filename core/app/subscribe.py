"""Keeps one change notification subscription per synced mailbox alive (graph-calendar 1, R-861)."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.app.ingest_graph import secret_hash
from core.app.room_policies import READ_POLICY
from core.app.services import Services
from core.domain.event import EventPlace
from core.domain.ids import is_resource_mailbox
from core.domain.subscription import Subscription
from core.domain.work import MailboxJob, mailbox_session
from core.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Where Exchange is to call us."""

    notification_url: str
    lifecycle_url: str


async def care_for_subscription(
    place: EventPlace, callbacks: Callbacks, services: Services
) -> None:
    """Subscribe, renew at half-life, or subscribe anew when the service has forgotten us."""
    now = services.clock.now()
    known = await current_subscription(place, services)
    if known is None or known.expires_at <= now:
        await _subscribe(place, callbacks, services, now)
        return
    if known.notification_url != callbacks.notification_url:
        await resubscribe(place, callbacks, services)
        return
    half_life = known.created_at + (known.expires_at - known.created_at) / 2
    if now >= half_life:
        await _renew(known, callbacks, services, now)


async def reauthorize(place: EventPlace, callbacks: Callbacks, services: Services) -> None:
    """Answer a reauthorization request: a renewal is one, too (graph-calendar 1.3)."""
    known = await current_subscription(place, services)
    if known is None:
        await care_for_subscription(place, callbacks, services)
        return
    await _renew(known, callbacks, services, services.clock.now())


async def resubscribe(place: EventPlace, callbacks: Callbacks, services: Services) -> None:
    """Replace a subscription that was removed, or whose callback or secret is to change."""
    known = await current_subscription(place, services)
    await _subscribe(place, callbacks, services, services.clock.now())
    if known is not None:
        await services.notifiers[place.environment].unsubscribe(known.subscription_id)
        await services.subscriptions.remove(known.subscription_id)


async def end_subscription(subscription: Subscription, services: Services) -> None:
    """Stop watching a mailbox that is not synced any more (D12)."""
    notifier = services.notifiers.get(subscription.place.environment)
    if notifier is not None:
        await notifier.unsubscribe(subscription.subscription_id)
    await services.subscriptions.remove(subscription.subscription_id)
    await services.cursors.remove(_cursor(subscription.place))


async def current_subscription(place: EventPlace, services: Services) -> Subscription | None:
    """Return the subscription that watches a mailbox, as our table has it."""
    subscription_id = await services.cursors.get(_cursor(place))
    return None if subscription_id is None else await services.subscriptions.find(subscription_id)


async def _subscribe(
    place: EventPlace, callbacks: Callbacks, services: Services, now: datetime
) -> None:
    secret = secrets.token_urlsafe(32)
    grant = await services.notifiers[place.environment].subscribe(
        place,
        notification_url=callbacks.notification_url,
        lifecycle_url=callbacks.lifecycle_url,
        secret=secret,
        until=now + _lifetime(services),
    )
    await services.subscriptions.put(
        Subscription(
            subscription_id=grant.subscription_id,
            place=place,
            secret_hash=secret_hash(secret),
            created_at=now,
            expires_at=grant.expires_at,
            notification_url=callbacks.notification_url,
        )
    )
    await services.cursors.put(_cursor(place), grant.subscription_id)
    # What changed while nobody listened is found by the delta read.
    kinds = ["catch_up"]
    if is_resource_mailbox(place.mailbox):
        kinds.append(READ_POLICY)
    jobs = [MailboxJob(kind=kind, place=place, requested_at=now) for kind in kinds]
    await services.queue.send_jobs(jobs)


async def _renew(
    known: Subscription, callbacks: Callbacks, services: Services, now: datetime
) -> None:
    notifier = services.notifiers[known.place.environment]
    try:
        grant = await notifier.renew(known.subscription_id, now + _lifetime(services))
    except NotFoundError:
        await services.subscriptions.remove(known.subscription_id)
        await _subscribe(known.place, callbacks, services, now)
        return
    await services.subscriptions.put(
        Subscription(
            subscription_id=known.subscription_id,
            place=known.place,
            secret_hash=known.secret_hash,
            created_at=now,
            expires_at=grant.expires_at,
            notification_url=known.notification_url,
        )
    )


def _lifetime(services: Services) -> timedelta:
    """Return how long a subscription is asked for; what is granted counts (graph-calendar 1.2)."""
    return timedelta(seconds=services.limits.subscription_s)


def _cursor(place: EventPlace) -> str:
    return f"subscription:{mailbox_session(place)}"
