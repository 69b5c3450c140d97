"""Keeps one change notification subscription per synced mailbox alive (graph-calendar 1, R-861)."""

import logging
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.app.ingest_graph import secret_hash
from core.app.services import Services
from core.app.standstill import report_gap
from core.app.subscription_orphans import end_orphans
from core.domain.event import EventPlace
from core.domain.ids import is_resource_mailbox
from core.domain.job_kind import JobKind
from core.domain.stagger import share
from core.domain.subscription import Subscription
from core.domain.work import MailboxJob, mailbox_session
from core.errors import (
    AlreadyExistsError,
    LifetimeRefusedError,
    NotFoundError,
    NotPermittedError,
    RoomSyncError,
    ServiceUnavailableError,
    SubscriptionLimitError,
)
from core.ports.exchange import ExchangeNotifier, SubscriptionGrant

log = logging.getLogger(__name__)

LIFETIMES = (timedelta(minutes=4230), timedelta(minutes=1440))
"""What is asked for when the service finds the configured life too long (graph-calendar 1.2)."""

SPREAD = 0.2
"""Renewals are spread over this share before half-life: not all mailboxes in one second."""

ROTATION = timedelta(days=30)
"""How long a secret is used; the new subscription begins before the old one is retired."""


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Where Exchange is to call us: below this address, without a slash at its end."""

    base_url: str

    def of(self, notifier: ExchangeNotifier) -> str:
        """Return where the notifications of an environment go."""
        return f"{self.base_url}/{notifier.capabilities.callback}"

    def lifecycle_of(self, notifier: ExchangeNotifier) -> str:
        """Return where a service says what becomes of a subscription, if it does."""
        return f"{self.of(notifier)}/lifecycle"


async def care_for_subscription(
    place: EventPlace, callbacks: Callbacks, services: Services
) -> None:
    """Subscribe, renew before half-life, or subscribe anew when it is not (any more) as it must be.

    Anew: it has ended, calls another URL, was made with other credentials (R-047: these alone could
    renew it), or its secret has been used for long enough.
    """
    now = services.clock.now()
    known = await current_subscription(place, services)
    if known is None:
        await _subscribe(place, callbacks, services, now)
    elif known.expires_at <= now:
        await _subscribe(place, callbacks, services, now)
        await services.subscriptions.remove(known.subscription_id)
        await report_gap(place, known.expires_at, services)
    elif _is_of_other_credentials(known, services):
        await _subscribe(place, callbacks, services, now)
        await _end(known, services)
    elif known.notification_url != callbacks.of(_notifier(place, services)) or _is_worn(known, now):
        await make_anew(place, callbacks, services)
    elif now >= renewal_of(known):
        await _renew(known, callbacks, services, now)


async def reauthorize(place: EventPlace, callbacks: Callbacks, services: Services) -> None:
    """Answer a reauthorization request: a renewal is one, too (graph-calendar 1.3).

    Delivery may have paused before, and what changed in a pause is told by nobody.
    """
    known = await current_subscription(place, services)
    if known is None or _is_of_other_credentials(known, services):
        await care_for_subscription(place, callbacks, services)
        return
    await _renew(known, callbacks, services, services.clock.now())
    await _request(place, [JobKind.CATCH_UP], services)


async def restore(place: EventPlace, callbacks: Callbacks, services: Services) -> None:
    """Replace a subscription that is said to be removed, if it is; catch up in any case.

    The word of a doubled or late lifecycle event is about one that was replaced already: a renewal
    tells whether the present one lives.
    """
    known = await current_subscription(place, services)
    if known is None or _is_of_other_credentials(known, services):
        await care_for_subscription(place, callbacks, services)
    else:
        await _renew(known, callbacks, services, services.clock.now())
    await _request(place, [JobKind.CATCH_UP], services)


async def make_anew(
    place: EventPlace,
    callbacks: Callbacks,
    services: Services,
    *,
    watched_since: datetime | None = None,
) -> None:
    """Replace a subscription whose callback or secret is to change, or that tells nothing.

    The new one begins first. What the old one told is believed while it may still be under way.
    `watched_since` is given where it only stands for a renewal (S16).
    """
    known = await current_subscription(place, services)
    now = services.clock.now()
    await _subscribe(place, callbacks, services, now, watched_since)
    if known is None:
        return
    late = _notifier(place, services).capabilities.late
    await services.subscriptions.put(replace(known, retired_until=now + late))
    await _unsubscribe(known, services)


async def end_subscription(subscription: Subscription, services: Services) -> None:
    """Stop watching a mailbox that is not synced any more (D12)."""
    if subscription.retired_until is None:
        await services.cursors.remove(_cursor(subscription.place))
    await _end(subscription, services)


async def doubt_subscription(place: EventPlace, services: Services) -> None:
    """Count a subscription as ended, so that the next care makes a new one."""
    known = await current_subscription(place, services)
    if known is not None:
        ended = replace(known, expires_at=services.clock.now())
        await services.subscriptions.put(ended)


async def current_subscription(place: EventPlace, services: Services) -> Subscription | None:
    """Return the subscription that watches a mailbox, as our table has it."""
    subscription_id = await services.cursors.get(_cursor(place))
    return None if subscription_id is None else await services.subscriptions.find(subscription_id)


def renewal_of(known: Subscription) -> datetime:
    """Return when a subscription is renewed: at half-life at the latest, each mailbox earlier."""
    part = 0.5 * (1 - SPREAD * share(mailbox_session(known.place)))
    return known.created_at + (known.expires_at - known.created_at) * part


def is_as_it_must_be(
    known: Subscription, callbacks: Callbacks, services: Services, now: datetime
) -> bool:
    """Tell whether `care_for_subscription` would leave a subscription as it is."""
    return (
        known.expires_at > now
        and not _is_of_other_credentials(known, services)
        and known.notification_url == callbacks.of(_notifier(known.place, services))
        and not _is_worn(known, now)
        and now < renewal_of(known)
    )


def is_left_over(subscription: Subscription, now: datetime) -> bool:
    """Tell whether a row of our table is of no use any more: retired, or ended a day ago."""
    if subscription.retired_until is not None:
        return subscription.retired_until <= now
    return subscription.expires_at <= now - timedelta(days=1)


async def _subscribe(
    place: EventPlace,
    callbacks: Callbacks,
    services: Services,
    now: datetime,
    watched_since: datetime | None = None,
) -> None:
    notifier, secret = _notifier(place, services), secrets.token_urlsafe(32)

    async def ask(until: datetime) -> SubscriptionGrant:
        return await notifier.subscribe(
            place,
            notification_url=callbacks.of(notifier),
            lifecycle_url=callbacks.lifecycle_of(notifier),
            secret=secret,
            until=until,
        )

    try:
        grant = await _granted(ask, place, services, now)
    except (AlreadyExistsError, SubscriptionLimitError):
        log.error("subscription_limit_reached", extra={"mailbox": mailbox_session(place)})  # noqa: TRY400
        # What we lost in a crash may be what is in the way.
        if not await end_orphans(place.environment, callbacks.of(notifier), services):
            raise
        grant = await _granted(ask, place, services, now)
    await services.subscriptions.put(
        Subscription(
            subscription_id=grant.subscription_id,
            place=place,
            secret_hash=secret_hash(secret),
            created_at=now,
            expires_at=grant.expires_at,
            notification_url=callbacks.of(notifier),
            secret_since=now,
            watched_since=watched_since,
            made_by=notifier.credentials,
        )
    )
    await services.cursors.put(_cursor(place), grant.subscription_id)
    # What changed while nobody listened is found by the delta read.
    kinds = [JobKind.CATCH_UP]
    if is_resource_mailbox(place.mailbox):
        kinds.append(JobKind.READ_POLICY)
    await _request(place, kinds, services)


async def _renew(
    known: Subscription, callbacks: Callbacks, services: Services, now: datetime
) -> None:
    """Extend a subscription; one that is gone, not ours any more or never extended is replaced."""
    notifier = _notifier(known.place, services)
    if not notifier.capabilities.renews:
        since = known.watches_since if known.expires_at > now else None
        await make_anew(known.place, callbacks, services, watched_since=since)
        return

    async def ask(until: datetime) -> SubscriptionGrant:
        return await notifier.renew(known.subscription_id, until)

    try:
        grant = await _granted(ask, known.place, services, now)
    except (NotFoundError, NotPermittedError):
        await _subscribe(known.place, callbacks, services, now)
        await services.subscriptions.remove(known.subscription_id)
        return
    await services.subscriptions.put(
        replace(
            known,
            created_at=now,
            expires_at=grant.expires_at,
            secret_since=known.secret_since or known.created_at,
            made_by=notifier.credentials,
        )
    )


async def _granted(
    ask: Callable[[datetime], Awaitable[SubscriptionGrant]],
    place: EventPlace,
    services: Services,
    now: datetime,
) -> SubscriptionGrant:
    """Ask for the configured life, and for less where that is refused; what is granted counts.

    One that is refused whatever is asked for is tried again: our endpoint may not be reachable.
    """
    wanted = timedelta(seconds=services.limits.subscription_s)
    for life in (wanted, *(shorter for shorter in LIFETIMES if shorter < wanted)):
        try:
            return await ask(now + life)
        except LifetimeRefusedError:
            extra = {"mailbox": mailbox_session(place), "minutes": life / timedelta(minutes=1)}
            log.warning("subscription_life_refused", extra=extra)
    raise ServiceUnavailableError(
        f"Exchange does not take a subscription to mailbox {place.mailbox}, however short: "
        "can it reach ROOMSYNC_WEBHOOK_BASE_URL?"
    )


async def _end(subscription: Subscription, services: Services) -> None:
    await _unsubscribe(subscription, services)
    await services.subscriptions.remove(subscription.subscription_id)


async def _unsubscribe(subscription: Subscription, services: Services) -> None:
    """End a subscription at the service; one that only others can end runs out by itself."""
    notifier = services.notifiers.get(subscription.place.environment)
    if notifier is None:
        return
    try:
        await notifier.unsubscribe(subscription.subscription_id)
    except RoomSyncError as error:
        log.warning("subscription_left_to_run_out", extra={"error": type(error).__name__})


async def _request(place: EventPlace, kinds: list[JobKind], services: Services) -> None:
    now = services.clock.now()
    jobs = [MailboxJob(kind=kind, place=place, requested_at=now) for kind in kinds]
    await services.queue.send_jobs(jobs)


def _is_of_other_credentials(known: Subscription, services: Services) -> bool:
    notifier = services.notifiers.get(known.place.environment)
    return bool(known.made_by) and (notifier is None or known.made_by != notifier.credentials)


def _is_worn(known: Subscription, now: datetime) -> bool:
    since = known.secret_since or known.created_at
    life = ROTATION * (1 - SPREAD * share(mailbox_session(known.place)))
    return now - since >= life


def _notifier(place: EventPlace, services: Services) -> ExchangeNotifier:
    return services.notifiers[place.environment]


def _cursor(place: EventPlace) -> str:
    return f"subscription:{mailbox_session(place)}"
