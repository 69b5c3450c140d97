"""Push subscriptions of an installation: the ExchangeNotifier port over EWS (R-862).

The server tells of no end: one that could not reach us for its StatusFrequency is gone without a
word, and only the answer to a notification ends one. So each is replaced well before it could be
missed for long, and the old one is ended when it next speaks (docs/environments.md).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode

from core.adapters.ews.client import EwsConnection
from core.adapters.ews.item_shape import calendar_folder
from core.adapters.ews.xml import Element, m, t, text
from core.domain.event import EventPlace
from core.errors import NotFoundError, ServiceUnavailableError
from core.ports.clock import Clock
from core.ports.exchange import NotifierCapabilities, SubscriptionGrant

STATUS_MINUTES = 30
"""StatusFrequency: a sign of life, and how long the server tries to reach us (R-862)."""
REPLACED_WITHIN, CARED_EVERY = timedelta(minutes=40), timedelta(minutes=15)
"""RenewalThreshold (R-862): so long at most nobody tells of a mailbox; and how often care asks."""
LIFE = 2 * (REPLACED_WITHIN - CARED_EVERY)
"""What is granted: it is replaced before half of it is over, at the next time that care asks."""
LATE = timedelta(minutes=2 * STATUS_MINUTES)
"""So long it takes until a replaced one has spoken, and been told that it ends."""
_EVENTS = ("CreatedEvent", "DeletedEvent", "ModifiedEvent", "MovedEvent")


class EwsNotifier:
    """Subscribes to the calendar of a mailbox; a key in the address is all that proves a caller."""

    capabilities = NotifierCapabilities(callback="exchange", renews=False, lists=False, late=LATE)

    def __init__(self, connection: EwsConnection, clock: Clock, credentials: str = "") -> None:
        self._connection, self._clock, self.credentials = connection, clock, credentials

    async def subscribe(
        self,
        place: EventPlace,
        *,
        notification_url: str,
        lifecycle_url: str,  # noqa: ARG002 - nothing of the kind here
        secret: str,
        until: datetime,
    ) -> SubscriptionGrant:
        """Subscribe; the first notification may come before this returns.

        What is granted ends by our own reckoning: the server sets no end.
        """
        asked_at, doing = self._clock.now(), f"subscribing to mailbox {place.mailbox}"
        called = f"{notification_url}?{urlencode({'key': secret})}"
        request = m(
            "Subscribe",
            m(
                "PushSubscriptionRequest",
                calendar_folder_ids(),
                t("EventTypes", *(t("EventType", kind) for kind in _EVENTS)),
                t("StatusFrequency", str(STATUS_MINUTES)),
                t("URL", called),
            ),
        )
        reply = await self._connection.one(place, "Subscribe", request, doing)
        subscription_id = text(reply, "SubscriptionId").strip()
        if not subscription_id:
            raise ServiceUnavailableError(f"EWS gave no subscription while {doing}")
        return SubscriptionGrant(
            subscription_id=subscription_id,
            expires_at=min(until, asked_at + LIFE),
            notification_url=notification_url,
        )

    async def renew(self, subscription_id: str, until: datetime) -> SubscriptionGrant:  # noqa: ARG002
        """Never: it is replaced instead."""
        raise NotFoundError("a push subscription of EWS is replaced, not renewed")

    async def reauthorize(self, subscription_id: str) -> None:
        """Nothing of the kind is ever asked for."""

    async def unsubscribe(self, subscription_id: str) -> None:
        """Leave it: the answer to its next notification ends it, and nothing else could."""

    async def list_subscriptions(self) -> Sequence[SubscriptionGrant]:
        """Return none: a server lists them for nobody."""
        return ()


def calendar_folder_ids() -> Element:
    """Return the default calendar as a subscription names it: in the other namespace."""
    return t("FolderIds", *calendar_folder("FolderIds"))
