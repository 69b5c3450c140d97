"""From changes to notifications: doubled, delayed, batched, lost (graph-calendar 1.5-1.7).

Everything here is a hint on its way: each notice is a chore, so it survives a kill and counts as
pending until the endpoint has taken it. `delivery.py` does the travelling.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from devstack.exchange.graph.delivery import Parcel
from devstack.exchange.graph.ids import etag, shown_id
from devstack.exchange.graph.moments import instant_text
from devstack.exchange.graph.subscriptions import (
    Subscription,
    Subscriptions,
    lapse_warning_at,
)
from devstack.exchange.model import versions
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.store import Change, ChangeKind
from devstack.kit.control import Delivery

LifecycleEvent = Literal["missed", "subscriptionRemoved", "reauthorizationRequired"]

BATCH_CHANCE = 0.4
BATCH_REACH = timedelta(seconds=1)
REORDER_SPAN = (0.0, 3.0)
MISSED_CHANCE = 0.5
LAPSE_REPEAT = timedelta(minutes=15)

type Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Notice:
    """One entry of a notification, ready to travel to a URL."""

    url: str
    subscription: str
    content: Json


@dataclass(frozen=True, slots=True)
class LapseWatch:
    """A reminder to ask for reauthorization of a subscription as it was then."""

    subscription: str
    expires: str


class Notifications:
    """Listens to the store and puts notices on the agenda."""

    def __init__(
        self, model: Exchange, subscriptions: Subscriptions, tenant: str,
        knobs: Callable[[], Delivery],
    ) -> None:  # fmt: skip
        self._model, self._subscriptions = model, subscriptions
        self._tenant, self._knobs = tenant, knobs
        self._serial = max((n for _, n in model.shelf.load("notice-serial")), default=0)
        chores = model.chores
        chores.teach("notice", self._depart, counts_as="notifications")
        chores.teach("lapse-watch", self._warn_of_lapse, counts_as="later")

    def on_change(self, change: Change) -> None:
        """Tell every subscription that the change concerns, more often than needed."""
        for subscription in self._subscriptions.of_mailbox(change.mailbox):
            if not subscription.concerns(change):
                continue
            for kind in self._kinds(change.kind):
                if kind in subscription.change_kinds:
                    self._travel(subscription, self.notice(subscription, change, kind))

    def notice(self, subscription: Subscription, change: Change, kind: str) -> Notice:
        """Return what a subscription is told about one change."""
        self._serial += 1
        self._model.shelf.put("notice-serial", "last", self._serial)
        shown = shown_id(change, immutable=subscription.immutable_ids)
        resource = f"Users/{change.mailbox}/Events/{shown}"
        content = {
            "id": versions.guid("notice", self._serial),
            "subscriptionId": subscription.id,
            "subscriptionExpirationDateTime": _offset_text(subscription),
            "clientState": subscription.client_state,
            "changeType": kind,
            "tenantId": self._tenant,
            "resource": resource,
            "resourceData": {
                "@odata.type": "#Microsoft.Graph.Event",
                "@odata.id": resource,
                "@odata.etag": etag(change.change_key),
                "id": shown,
            },
        }
        return Notice(subscription.notification_url, subscription.id, content)

    def lifecycle(self, subscription: Subscription, event: LifecycleEvent) -> None:
        """Send a lifecycle event, if the subscription has a URL for it."""
        if event == "subscriptionRemoved":
            self._subscriptions.remove(subscription)
        if subscription.lifecycle_url is None or self._knobs().silent:
            return
        content = {
            "subscriptionId": subscription.id,
            "subscriptionExpirationDateTime": _offset_text(subscription),
            "tenantId": self._tenant,
            "clientState": subscription.client_state,
            "lifecycleEvent": event,
        }
        self._put(Notice(subscription.lifecycle_url, subscription.id, content))

    def lost(self, subscription_id: str) -> None:
        """Notifications of a subscription were thrown away: a `missed` may tell, or may not."""
        subscription = self._subscriptions.find(subscription_id)
        if subscription is None or not self._model.switches["missed_after_drop"]:
            return
        if self._model.chance.happens(MISSED_CHANCE):
            self.lifecycle(subscription, "missed")

    def watch_lapse(self, subscription: Subscription) -> None:
        """Plan the first reauthorization request for a new or renewed subscription."""
        watch = LapseWatch(subscription.id, subscription.expires.isoformat())
        self._model.chores.at(lapse_warning_at(subscription), "lapse-watch", watch)

    async def _warn_of_lapse(self, watch: LapseWatch) -> None:
        subscription = self._subscriptions.find(watch.subscription)
        if (
            subscription is None
            or subscription.expires.isoformat() != watch.expires
            or subscription.reauthorized
            or not self._model.switches["lapse_warning"]
        ):
            return
        self.lifecycle(subscription, "reauthorizationRequired")
        following = self._model.clock.now() + LAPSE_REPEAT
        if following < subscription.expires:
            self._model.chores.at(following, "lapse-watch", watch)

    def _kinds(self, kind: ChangeKind) -> list[str]:
        """Return what is sent for a change: a create or update often comes more than once."""
        updated = ChangeKind.UPDATED.value
        if kind is ChangeKind.CREATED:
            follows = self._model.switches["updated_after_created"]
            return [kind.value, *[updated] * (self._model.chance.between(0, 1) * bool(follows))]
        if kind is ChangeKind.UPDATED:
            most = int(self._model.switches["updates_per_change"])
            return [updated] * self._model.chance.between(1, most)
        return [str(self._model.switches["delete_told_as"])]

    def _travel(self, subscription: Subscription, notice: Notice) -> None:
        """Put a notice on its way as the control call `notifications` wants it."""
        knobs = self._knobs()
        if knobs.silent:
            return
        if knobs.drop and self._model.chance.happens(knobs.drop):
            self.lost(subscription.id)
            return
        for _ in range(1 + self._model.chance.count(knobs.duplicate)):
            self._put(notice)

    def _put(self, notice: Notice) -> None:
        knobs, chance = self._knobs(), self._model.chance
        delay = chance.within(self._model.timing.notification_s)
        if knobs.delay_s is not None:
            delay += chance.within(knobs.delay_s)
        if knobs.reorder:
            delay += chance.within(REORDER_SPAN)
        self._model.chores.after(delay, "notice", notice)

    async def _depart(self, notice: Notice) -> None:
        """Hand a notice to delivery, now and then together with others for the same URL."""
        chores, chance = self._model.chores, self._model.chance
        notices = [notice]
        if chance.happens(BATCH_CHANCE):
            until = self._model.clock.now() + BATCH_REACH
            for chore in chores.waiting("notice"):
                if chore.payload.url == notice.url and chore.due <= until:
                    chores.take_off(chore)
                    notices.append(chore.payload)
        if self._knobs().reorder:
            notices = chance.shuffled(notices)
        parcel = Parcel(
            url=notice.url,
            subscriptions=tuple(n.subscription for n in notices),
            content=tuple(n.content for n in notices),
            started=self._model.clock.now(),
        )
        chores.after(0, "delivery", parcel)


def _offset_text(subscription: Subscription) -> str:
    return instant_text(subscription.expires).replace("Z", "+00:00")
