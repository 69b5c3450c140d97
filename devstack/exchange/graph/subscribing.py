"""Subscriptions made, renewed, confirmed and ended, in values (graph-calendar 1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from devstack.exchange.graph.errors import GraphError, invalid_request
from devstack.exchange.graph.notifications import Notifications
from devstack.exchange.graph.subscriptions import Subscription, Subscriptions
from devstack.exchange.graph.throttle import Throttle
from devstack.exchange.graph.validation import EndpointValidation
from devstack.exchange.model.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriptionWish:
    """What somebody subscribes to, and where they want to hear of it."""

    owner: str
    mailbox: str
    folder: str | None
    resource: str
    change_type: str
    notification_url: str
    lifecycle_url: str | None
    client_state: str | None
    tls: str
    immutable_ids: bool
    expires: datetime


class Subscribing:
    """Does what the calls around subscriptions ask for; a caller sees its own only."""

    def __init__(
        self, model: Exchange, subscriptions: Subscriptions, notifications: Notifications,
        throttle: Throttle, validation: EndpointValidation,
    ) -> None:  # fmt: skip
        self._model, self._throttle, self._validation = model, throttle, validation
        self._subscriptions, self._notifications = subscriptions, notifications

    async def create(self, wish: SubscriptionWish) -> Subscription:
        """Validate both URLs, one after the other, before anything exists."""
        expires = self._expiry(wish.expires)
        limit = self._throttle.limits.subscriptions_per_mailbox
        if len(self._subscriptions.of_mailbox(wish.mailbox)) >= limit:
            raise GraphError(
                403, "Forbidden", f"The limit of {limit} subscriptions per mailbox is reached."
            )
        for url in filter(None, (wish.notification_url, wish.lifecycle_url)):
            await self._validation.require(url)
        subscription = Subscription(
            id=self._subscriptions.new_id(),
            owner=wish.owner,
            mailbox=wish.mailbox,
            folder=wish.folder,
            resource=wish.resource,
            change_type=wish.change_type,
            notification_url=wish.notification_url,
            lifecycle_url=wish.lifecycle_url,
            client_state=wish.client_state,
            tls=wish.tls,
            immutable_ids=wish.immutable_ids,
            created=self._model.clock.now(),
            expires=expires,
        )
        self._subscriptions.keep(subscription)
        self._notifications.watch_lapse(subscription)
        return subscription

    def of(self, owner: str) -> list[Subscription]:
        """Return a caller's live subscriptions."""
        return [s for s in self._subscriptions.live() if s.owner == owner]

    def own(self, owner: str, subscription_id: str) -> Subscription:
        """Return one of them; somebody else's is none."""
        found = self._subscriptions.find(subscription_id)
        if found is None or found.owner != owner:
            raise GraphError(404, "ResourceNotFound", "The object was not found.")
        return found

    async def renew(
        self, subscription: Subscription, expires: datetime | None, url: str | None = None
    ) -> None:
        """Move the expiry; that counts as reauthorization, and a new URL is validated again."""
        until = subscription.expires if expires is None else self._expiry(expires)
        if url:
            await self._validation.require(url)
            subscription.notification_url = url
        subscription.created, subscription.expires = self._model.clock.now(), until
        subscription.reauthorized = False
        self._subscriptions.keep(subscription)
        self._notifications.watch_lapse(subscription)

    def reauthorize(self, subscription: Subscription) -> None:
        """Confirm access; the expiry stays as it is."""
        subscription.reauthorized = True
        self._subscriptions.keep(subscription)

    def end(self, subscription: Subscription) -> None:
        self._subscriptions.remove(subscription)

    def _expiry(self, wanted: datetime) -> datetime:
        """Return the expiry: too far is refused, too near is moved out (graph-calendar 1.2)."""
        now = self._model.clock.now()
        most = int(self._model.switches["subscription_max_minutes"])
        if wanted > now + timedelta(minutes=most):
            raise invalid_request(
                f"Subscription expiration can only be {most} minutes in the future."
            )
        if wanted <= now:
            raise invalid_request("Subscription expiration lies in the past.")
        least = int(self._model.switches["subscription_min_minutes"])
        return max(wanted, now + timedelta(minutes=least))
