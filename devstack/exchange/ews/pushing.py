"""SendNotification: how changes reach an endpoint, how often it is tried, when it is given up.

The first message after Subscribe is a status; another follows whenever StatusFrequency passes.
A failed one is tried again after 30 s, then always twice as long, until StatusFrequency is over:
then the subscription is gone without a word. The answer may end it too. While control keeps all
silent, what gets nowhere is the status: nothing is made up later, and the end is the same.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import httpx

from devstack.exchange.ews import ids
from devstack.exchange.ews.soap import (
    Element,
    UnreadableSoapError,
    envelope,
    first,
    flag,
    m,
    parse,
    t,
    text_of,
)
from devstack.exchange.ews.subscriptions import PushSubscription, PushSubscriptions
from devstack.exchange.model import versions
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.store import Change, ChangeKind
from devstack.kit.control import Delivery

FIRST_RETRY_S = 30
ANSWER_WITHIN_S = 30
REORDER_SPAN = (0.0, 3.0)
EVENTS = {
    ChangeKind.CREATED: "CreatedEvent",
    ChangeKind.UPDATED: "ModifiedEvent",
    ChangeKind.DELETED: "DeletedEvent",
}


class PushEndpoint(Protocol):
    """Takes a notification at its URL."""

    async def push(self, url: str, content: bytes) -> bytes | None:
        """Hand it over; return the answer of a success, None for any other end."""


class HttpPushEndpoint:
    """Takes them over HTTP."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def push(self, url: str, content: bytes) -> bytes | None:
        headers = {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": '"http://schemas.microsoft.com/exchange/services/2006/messages/'
            'SendNotification"',
        }
        try:
            answer = await self._client.post(
                url, content=content, headers=headers, timeout=ANSWER_WITHIN_S
            )
        except httpx.HTTPError:
            return None
        return answer.content if answer.status_code == 200 else None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that is told: its kind, the item, and where it went to; a status has no item."""

    kind: str
    at: datetime
    rest_id: str = ""
    immutable_id: str = ""
    change_key: str = ""
    folder: str = ""
    moved_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One POST to come; `attempt` counts the ones that failed since `started`."""

    subscription: str
    event: Event
    started: datetime
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class StatusWatch:
    """A reminder to send a status of a subscription; `is_missed` if the last one got nowhere."""

    subscription: str
    is_missed: bool = False


class Pushing:
    """Listens to the store and tells the endpoints, as `notifications` (control) wants it."""

    def __init__(
        self, model: Exchange, subscriptions: PushSubscriptions, endpoint: PushEndpoint,
        knobs: Callable[[], Delivery],
    ) -> None:  # fmt: skip
        self._model, self._subscriptions = model, subscriptions
        self._endpoint, self._knobs = endpoint, knobs
        self.delivered = 0
        self.status_pace = 1
        """How many StatusFrequencies pass between two statuses: where months go by, few will do."""
        model.chores.teach("ews-push", self._push, counts_as="notifications")
        model.chores.teach("ews-status", self._status, counts_as="later")
        model.store.listeners.append(self.on_change)

    def begin(self, subscription: PushSubscription) -> None:
        """Greet a new subscription."""
        self._put(subscription, Event("StatusEvent", self._model.clock.now()))
        self._watch(subscription)

    def on_change(self, change: Change) -> None:
        """Tell every subscription that the change concerns."""
        for subscription in self._subscriptions.of_mailbox(change.mailbox):
            kind = "MovedEvent" if change.moved_to is not None else EVENTS[change.kind]
            if not subscription.concerns(change) or kind not in subscription.events:
                continue
            event = Event(
                kind=kind,
                at=self._model.stamps.now(),
                rest_id=change.rest_id,
                immutable_id=change.immutable_id,
                change_key=change.change_key,
                folder=change.folder,
                moved_to=change.moved_to,
            )
            self._travel(subscription, event)

    def _travel(self, subscription: PushSubscription, event: Event) -> None:
        knobs, chance = self._knobs(), self._model.chance
        if knobs.silent or (knobs.drop and chance.happens(knobs.drop)):
            return
        for _ in range(1 + chance.count(knobs.duplicate)):
            self._put(subscription, event)

    def _put(self, subscription: PushSubscription, event: Event) -> None:
        knobs, chance = self._knobs(), self._model.chance
        delay = chance.within(self._model.timing.notification_s)
        if knobs.delay_s is not None:
            delay += chance.within(knobs.delay_s)
        if knobs.reorder:
            delay += chance.within(REORDER_SPAN)
        message = Message(
            subscription=subscription.id, event=event, started=self._model.clock.now()
        )
        self._model.chores.after(delay, "ews-push", message)

    async def _push(self, message: Message) -> None:
        subscription = self._subscriptions.find(message.subscription)
        if subscription is None or self._knobs().silent:
            return
        content = envelope(None, self._notification(subscription, message.event))
        answer = await self._endpoint.push(subscription.url, content)
        status = _status_in(answer)
        if status == "OK":
            self.delivered += 1
        elif status == "Unsubscribe":
            self.delivered += 1
            self._subscriptions.remove(subscription.id)
        else:
            self._again(subscription, message)

    def _again(self, subscription: PushSubscription, message: Message) -> None:
        now = self._model.clock.now()
        wait = timedelta(seconds=FIRST_RETRY_S * 2**message.attempt)
        if now + wait - message.started > timedelta(minutes=subscription.minutes):
            self._subscriptions.remove(subscription.id)
            return
        self._model.chores.at(now + wait, "ews-push", replace(message, attempt=message.attempt + 1))

    async def _status(self, watch: StatusWatch) -> None:
        subscription = self._subscriptions.find(watch.subscription)
        if subscription is None:
            return
        is_silent = self._knobs().silent
        if is_silent and watch.is_missed:
            self._subscriptions.remove(subscription.id)
            return
        self._travel(subscription, Event("StatusEvent", self._model.clock.now()))
        self._watch(subscription, is_missed=is_silent)

    def _watch(self, subscription: PushSubscription, *, is_missed: bool = False) -> None:
        watch = StatusWatch(subscription.id, is_missed)
        wait_s = subscription.minutes * 60 * self.status_pace
        self._model.chores.after(wait_s, "ews-status", watch)

    def _notification(self, subscription: PushSubscription, event: Event) -> Element:
        mark = ids.change_key(versions.change_key(subscription.mailbox, 0))
        return m(
            "SendNotification",
            m(
                "ResponseMessages",
                m(
                    "SendNotificationResponseMessage",
                    m("ResponseCode", "NoError"),
                    m(
                        "Notification",
                        t("SubscriptionId", subscription.id),
                        t("PreviousWatermark", mark),
                        t("MoreEvents", flag(value=False)),
                        self._event(subscription, event, mark),
                    ),
                    ResponseClass="Success",
                ),
            ),
        )

    def _event(self, subscription: PushSubscription, event: Event, mark: str) -> Element:
        if not event.rest_id or not self._model.directory.has(subscription.mailbox):
            return t("StatusEvent", t("Watermark", mark))
        mailbox = self._model.directory.of_guid(subscription.mailbox)
        now = self._model.store.find(mailbox.guid, event.immutable_id)
        shown = now.rest_id if event.moved_to and now else event.rest_id
        key = ids.change_key(event.change_key)

        def folder(tag: str, name: str) -> Element:
            return t(tag, Id=ids.folder_id(mailbox, name), ChangeKey="AQAAAA==")

        members = [
            t("Watermark", mark),
            t("TimeStamp", f"{event.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"),
            t("ItemId", Id=ids.item_id(mailbox, shown), ChangeKey=key),
            folder("ParentFolderId", event.moved_to or event.folder),
        ]
        if event.moved_to:
            members += [
                t("OldItemId", Id=ids.item_id(mailbox, event.rest_id), ChangeKey=key),
                folder("OldParentFolderId", event.folder),
            ]
        return t(event.kind, *members)


def _status_in(answer: bytes | None) -> str | None:
    """Return what an endpoint answered: OK, Unsubscribe, or nothing that could be read."""
    if answer is None:
        return None
    try:
        body = first(parse(answer), "Body")
    except UnreadableSoapError:
        return None
    result = None if body is None else first(body, "SendNotificationResult")
    return None if result is None else text_of(result, "SubscriptionStatus")
