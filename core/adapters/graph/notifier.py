"""Change notification subscriptions: the ExchangeNotifier port over Graph (graph-calendar 1)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from core.adapters.graph.client import GraphConnection
from core.adapters.graph.failures import Subject
from core.adapters.graph.paging import items
from core.adapters.graph.payloads import SubscriptionPayload
from core.domain.event import EventPlace
from core.errors import InvalidPayloadError, NotFoundError, ServiceUnavailableError
from core.ports.exchange import NotifierCapabilities, SubscriptionGrant

LATE = timedelta(hours=4, minutes=30)
"""Graph delivers a notification for up to four hours."""
_PAGE_SIZE = 100


class GraphNotifier:
    """Subscribes to all calendars of a mailbox; ids in notifications are immutable ones."""

    capabilities = NotifierCapabilities(callback="graph", renews=True, lists=True, late=LATE)

    def __init__(self, connection: GraphConnection, credentials: str = "") -> None:
        self._connection, self.credentials = connection, credentials

    async def subscribe(
        self,
        place: EventPlace,
        *,
        notification_url: str,
        lifecycle_url: str,
        secret: str,
        until: datetime,
    ) -> SubscriptionGrant:
        """Subscribe to a mailbox's events; both URLs are validated before it returns.

        A failed handshake with our own endpoint is ServiceUnavailableError. LifetimeRefusedError:
        ask for less time; SubscriptionLimitError and AlreadyExistsError: there are too many.
        """
        body = {
            "changeType": "created,updated,deleted",
            "notificationUrl": notification_url,
            "lifecycleNotificationUrl": lifecycle_url,
            "resource": f"users/{self._connection.address(place)}/events",
            "expirationDateTime": _expiry(until),
            "clientState": secret,
            "latestSupportedTlsVersion": "v1_2",
        }
        content = await self._connection.read(
            lambda requests: requests.create_subscription(body),
            f"subscribing to mailbox {place.mailbox}",
            subject=Subject.SUBSCRIPTION,
            is_create=True,
        )
        return _grant(content)

    async def renew(self, subscription_id: str, until: datetime) -> SubscriptionGrant:
        """Extend a subscription; NotFoundError means: subscribe anew and catch up."""
        body = {"expirationDateTime": _expiry(until)}
        content = await self._connection.read(
            lambda requests: requests.renew_subscription(subscription_id, body),
            "renewing a subscription",
            subject=Subject.SUBSCRIPTION,
        )
        return _grant(content)

    async def reauthorize(self, subscription_id: str) -> None:
        """Answer a reauthorization request; does not extend the life."""
        await self._connection.send(
            lambda requests: requests.reauthorize_subscription(subscription_id),
            "reauthorizing a subscription",
            subject=Subject.SUBSCRIPTION,
        )

    async def unsubscribe(self, subscription_id: str) -> None:
        """End a subscription; gone already is fine."""
        try:
            await self._connection.send(
                lambda requests: requests.delete_subscription(subscription_id),
                "ending a subscription",
                subject=Subject.SUBSCRIPTION,
            )
        except NotFoundError:
            return

    async def list_subscriptions(self) -> Sequence[SubscriptionGrant]:
        """Return all live subscriptions of this application in the environment."""
        doing = "listing subscriptions"
        first = await self._connection.read(
            lambda requests: requests.subscriptions(), doing, subject=Subject.SUBSCRIPTION
        )
        found = items(self._connection, first, doing, _PAGE_SIZE)
        return [_grant(item) async for item in found]


def _grant(content: Any) -> SubscriptionGrant:  # noqa: ANN401 - JSON
    try:
        payload = SubscriptionPayload.read(content, "subscription")
    except InvalidPayloadError as error:
        raise ServiceUnavailableError(str(error)) from None
    expires_at = payload.expiration_date_time
    if expires_at.tzinfo is None:
        expires_at = expires_at.replace(tzinfo=UTC)
    return SubscriptionGrant(
        subscription_id=payload.id,
        expires_at=expires_at.astimezone(UTC),
        notification_url=payload.notification_url or "",
    )


def _expiry(until: datetime) -> str:
    return until.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"
