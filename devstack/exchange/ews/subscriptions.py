"""Push subscriptions: made and kept here; a server tells nobody when one ends."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from devstack.exchange.ews import ids
from devstack.exchange.ews.calls import Call, Operations, answers, attempt
from devstack.exchange.ews.errors import EwsError, not_built
from devstack.exchange.ews.folders import Folders
from devstack.exchange.ews.soap import Child, Element, children, first, is_true, m, named, text_of
from devstack.exchange.model import versions
from devstack.exchange.model.exchange import Exchange
from devstack.exchange.model.store import Change

SHELF_KIND = "ews-subscription"
FREQUENCIES = range(1, 1441)


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSubscription:
    """Whom to tell what; `folder` None means every folder, `minutes` is the StatusFrequency."""

    id: str
    mailbox: str
    folder: str | None
    events: frozenset[str]
    minutes: int
    url: str

    def concerns(self, change: Change) -> bool:
        return self.mailbox == change.mailbox and self.folder in (None, change.folder)


class PushSubscriptions:
    """The live subscriptions, kept over a kill."""

    def __init__(self, model: Exchange) -> None:
        self._shelf = model.shelf
        self._known: dict[str, PushSubscription] = {
            s.id: s for _, s in self._shelf.load(SHELF_KIND)
        }
        self._serial = max((n for _, n in self._shelf.load("ews-serial")), default=0)

    def live(self) -> list[PushSubscription]:
        return list(self._known.values())

    def find(self, subscription_id: str) -> PushSubscription | None:
        return self._known.get(subscription_id)

    def of_mailbox(self, mailbox: str) -> list[PushSubscription]:
        return [s for s in self._known.values() if s.mailbox == mailbox]

    def new_id(self, server: str) -> str:
        """Return an id; real ones name the server and so are of no use on another."""
        self._serial += 1
        self._shelf.put("ews-serial", "last", self._serial)
        return f"{server}{versions.guid('ews-subscription', self._serial)}".replace("-", "")

    def keep(self, subscription: PushSubscription) -> None:
        self._known[subscription.id] = subscription
        self._shelf.put(SHELF_KIND, subscription.id, subscription)

    def remove(self, subscription_id: str) -> None:
        self._known.pop(subscription_id, None)
        self._shelf.remove(SHELF_KIND, subscription_id)

    def clear(self) -> None:
        """Forget all of them; numbers go on."""
        self._shelf.put("ews-serial", "last", self._serial)
        for key in list(self._known):
            self.remove(key)


class Subscribing:
    """The handlers of Subscribe and Unsubscribe; `begin` hears of every new subscription."""

    def __init__(
        self, folders: Folders, subscriptions: PushSubscriptions,
        begin: Callable[[PushSubscription], None],
    ) -> None:  # fmt: skip
        self._folders, self._subscriptions, self._begin = folders, subscriptions, begin

    def operations(self, table: Operations) -> None:
        table.add("Subscribe", self.subscribe)
        table.add("Unsubscribe", self.unsubscribe)

    async def subscribe(self, call: Call) -> Element:
        return answers(call, [attempt(call, lambda: self._subscribed(call))])

    async def unsubscribe(self, call: Call) -> Element:
        """Refuse to end a push subscription: only its own endpoint can, in an answer."""

        def refused() -> Iterable[Child]:
            wanted = text_of(call.body, "SubscriptionId") or ""
            if self._subscriptions.find(wanted) is None:
                raise EwsError("ErrorSubscriptionNotFound", "The subscription was not found.")
            raise EwsError(
                "ErrorInvalidSubscription", "A push subscription cannot be ended by Unsubscribe."
            )

        return answers(call, [attempt(call, refused)])

    def _subscribed(self, call: Call) -> Iterable[Child]:
        request = call.body[0]
        if named(request.tag) != "PushSubscriptionRequest":
            raise not_built("subscriptions that are not push")
        url = text_of(request, "URL") or ""
        if urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).hostname:
            raise EwsError("ErrorInvalidPushSubscriptionUrl", f"The URL '{url}' is not valid.")
        minutes = int(text_of(request, "StatusFrequency") or "0")
        if minutes not in FREQUENCIES:
            raise EwsError(
                "ErrorInvalidSubscriptionRequest", "StatusFrequency lies between 1 and 1440."
            )
        mailbox, folder = call.own, None
        if not is_true(request.get("SubscribeToAllFolders")):
            wanted = first(request, "FolderIds")
            if wanted is None or len(wanted) != 1:
                raise not_built("subscriptions to several folders")
            found = self._folders.named(call, wanted[0])
            mailbox, folder = found.mailbox, found.key
        subscription = PushSubscription(
            id=self._subscriptions.new_id("JwBleGNo"),
            mailbox=mailbox.guid,
            folder=folder,
            events=frozenset(e.text or "" for e in children(request, "EventTypes")),
            minutes=minutes,
            url=url,
        )
        self._subscriptions.keep(subscription)
        self._begin(subscription)
        return [
            m("SubscriptionId", subscription.id),
            m("Watermark", ids.change_key(versions.change_key(mailbox.guid, 0))),
        ]
