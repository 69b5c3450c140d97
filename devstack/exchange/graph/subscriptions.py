"""Subscriptions: the records, how long they live, whom a change concerns (graph-calendar 1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from devstack.exchange.model import versions
from devstack.exchange.model.store import Change
from devstack.kit.clock import Clock
from devstack.kit.shelf import Shelf

SHELF_KIND = "subscription"


@dataclass(slots=True, kw_only=True)
class Subscription:
    """One subscription; `folder` None means all calendars of the mailbox."""

    id: str
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
    created: datetime
    expires: datetime
    reauthorized: bool = False

    @property
    def change_kinds(self) -> frozenset[str]:
        return frozenset(part.strip() for part in self.change_type.split(","))

    def concerns(self, change: Change) -> bool:
        """Tell whether a change is within this subscription's resource."""
        return self.mailbox == change.mailbox and self.folder in (None, change.folder)


class Subscriptions:
    """The live subscriptions; expired ones vanish at the first look."""

    def __init__(self, clock: Clock, shelf: Shelf) -> None:
        self._clock, self._shelf = clock, shelf
        self._known: dict[str, Subscription] = {s.id: s for _, s in shelf.load(SHELF_KIND)}
        self._serial = max((n for _, n in shelf.load("subscription-serial")), default=0)

    def new_id(self) -> str:
        self._serial += 1
        self._shelf.put("subscription-serial", "last", self._serial)
        return versions.guid("subscription", self._serial)

    def live(self) -> list[Subscription]:
        now = self._clock.now()
        for subscription in [s for s in self._known.values() if s.expires <= now]:
            self.remove(subscription)
        return list(self._known.values())

    def find(self, subscription_id: str) -> Subscription | None:
        return next((s for s in self.live() if s.id == subscription_id), None)

    def of_mailbox(self, mailbox: str) -> list[Subscription]:
        return [s for s in self.live() if s.mailbox == mailbox]

    def keep(self, subscription: Subscription) -> None:
        self._known[subscription.id] = subscription
        self._shelf.put(SHELF_KIND, subscription.id, subscription)

    def remove(self, subscription: Subscription) -> None:
        self._known.pop(subscription.id, None)
        self._shelf.remove(SHELF_KIND, subscription.id)

    def clear(self) -> None:
        """Forget all of them, on an emptied shelf too; numbers go on."""
        self._shelf.put("subscription-serial", "last", self._serial)
        for subscription in list(self._known.values()):
            self.remove(subscription)


def lapse_warning_at(subscription: Subscription) -> datetime:
    """Return when the service first asks for a reauthorization: an hour before the end at most."""
    life = subscription.expires - subscription.created
    return subscription.expires - min(timedelta(hours=1), life / 4)
