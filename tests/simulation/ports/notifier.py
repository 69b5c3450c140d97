"""Subscriptions straight from the model: the ExchangeNotifier port without Graph."""

from collections.abc import Sequence
from datetime import datetime

from core.adapters.graph.failures import Subject
from core.adapters.graph.notifier import GraphNotifier
from core.domain.event import EventPlace
from core.errors import NotFoundError
from core.ports.exchange import SubscriptionGrant
from devstack.exchange.graph.subscribing import SubscriptionWish
from devstack.exchange.graph.subscriptions import Subscription
from tests.kit.canary import WATCH, Kind
from tests.simulation.ports.exchange_line import Addresses, Asked, Asking, ExchangeLine
from tests.simulation.ports.line import SERVICE

_OPERATIONS = {"subscribe": "create", "unsubscribe": "delete", "list_subscriptions": "list"}


class ModelNotifier:
    """Subscribes to all calendars of a mailbox; both URLs have to answer the handshake."""

    capabilities = GraphNotifier.capabilities

    def __init__(self, line: ExchangeLine, addresses: Addresses, credentials: str = "") -> None:
        self._line, self._addresses = line, addresses
        self.credentials = credentials
        self._subscribing = line.simulator.subscribing

    async def subscribe(
        self,
        place: EventPlace,
        *,
        notification_url: str,
        lifecycle_url: str,
        secret: str,
        until: datetime,
    ) -> SubscriptionGrant:
        WATCH.plants(Kind.SECRET, secret)
        address = self._addresses.address(place)
        asking = _asking("subscribe", f"subscribing to mailbox {place.mailbox}", is_create=True)

        async def create(asked: Asked) -> SubscriptionGrant:
            wish = SubscriptionWish(
                owner=SERVICE,
                mailbox=self._line.simulator.access.opened(address, None).guid,
                folder=None,
                resource=f"users/{address}/events",
                change_type="created,updated,deleted",
                notification_url=notification_url,
                lifecycle_url=lifecycle_url,
                client_state=secret,
                tls="v1_2",
                immutable_ids=True,
                expires=until,
            )
            made = await self._subscribing.create(wish)
            asked.changed()
            return _grant(made)

        return await self._line.ask_slowly(asking, "/v1.0/subscriptions", create)

    async def renew(self, subscription_id: str, until: datetime) -> SubscriptionGrant:
        async def renew(asked: Asked) -> SubscriptionGrant:
            found = self._subscribing.own(SERVICE, subscription_id)
            await self._subscribing.renew(found, until)
            asked.changed()
            return _grant(found)

        asking = _asking("renew", "renewing a subscription")
        return await self._line.ask_slowly(asking, f"/v1.0/subscriptions/{subscription_id}", renew)

    async def reauthorize(self, subscription_id: str) -> None:
        def reauthorize(asked: Asked) -> None:
            self._subscribing.reauthorize(self._subscribing.own(SERVICE, subscription_id))
            asked.changed()

        path = f"/v1.0/subscriptions/{subscription_id}/reauthorize"
        asking = _asking("reauthorize", "reauthorizing a subscription")
        await self._line.ask(asking, path, reauthorize)

    async def unsubscribe(self, subscription_id: str) -> None:
        def end(asked: Asked) -> None:
            self._subscribing.end(self._subscribing.own(SERVICE, subscription_id))
            asked.changed()

        asking = _asking("unsubscribe", "ending a subscription")
        try:
            await self._line.ask(asking, f"/v1.0/subscriptions/{subscription_id}", end)
        except NotFoundError:
            return

    async def list_subscriptions(self) -> Sequence[SubscriptionGrant]:
        asking = _asking("list_subscriptions", "listing subscriptions", reads=True)
        return await self._line.ask(
            asking,
            "/v1.0/subscriptions",
            lambda _: [_grant(found) for found in self._subscribing.of(SERVICE)],
        )


def _asking(port: str, doing: str, *, reads: bool = False, is_create: bool = False) -> Asking:
    return Asking(
        port=port,
        operation=f"subscription.{_OPERATIONS.get(port, port)}",
        doing=doing,
        reads=reads,
        tells=False,
        subject=Subject.SUBSCRIPTION,
        is_create=is_create,
    )


def _grant(subscription: Subscription) -> SubscriptionGrant:
    return SubscriptionGrant(
        subscription_id=subscription.id,
        expires_at=subscription.expires,
        notification_url=subscription.notification_url,
    )
