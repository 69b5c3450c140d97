"""Our subscriptions by id, kept in memory: the notification path reads the table only for news."""

import time
from collections.abc import Callable

from core.domain.subscription import Subscription
from core.ports.stores import SubscriptionStore

UNKNOWN_FOR_S = 2.0
"""How long an unknown id is believed to be unknown: a flood of forged ones costs few reads."""

KNOWN_FOR_S = 60.0
"""How long a known one is believed, so that a rotated secret or a removal is noticed."""

MOST_UNKNOWN, LONGEST_ID = 1000, 1024
"""What strangers can make us keep: so many ids, of so many characters."""


class SubscriptionBook:
    """A cache in front of the subscription table, for the path on which Graph waits."""

    def __init__(
        self, store: SubscriptionStore, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._store, self._monotonic = store, monotonic
        self._known: dict[str, tuple[Subscription, float]] = {}
        self._unknown: dict[str, float] = {}

    async def find(self, subscription_id: str) -> Subscription | None:
        """Return a subscription, from memory if it was read lately."""
        if len(subscription_id) > LONGEST_ID:
            return None
        now = self._monotonic()
        known = self._known.get(subscription_id)
        if known is not None and known[1] > now:
            return known[0]
        if self._unknown.get(subscription_id, 0.0) > now:
            return None
        found = await self._store.find(subscription_id)
        if found is not None:
            self._known[subscription_id] = (found, now + KNOWN_FOR_S)
            self._unknown.pop(subscription_id, None)
            return found
        self._known.pop(subscription_id, None)
        if len(self._unknown) >= MOST_UNKNOWN:
            self._unknown.clear()
        self._unknown[subscription_id] = now + UNKNOWN_FOR_S
        return None

    def forget(self) -> None:
        """Drop everything: call it after changing the table in this process."""
        self._known.clear()
        self._unknown.clear()
