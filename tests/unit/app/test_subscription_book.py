"""The book of subscriptions: the table is asked for news only."""

from datetime import timedelta

from core.app.subscription_book import (
    KNOWN_FOR_S,
    LONGEST_ID,
    UNKNOWN_FOR_S,
    SubscriptionBook,
)
from core.domain.event import EventPlace
from core.domain.ids import MailboxKey
from core.domain.subscription import Subscription
from tests.unit.builders import CONTOSO, NOW


class CountingStore:
    def __init__(self) -> None:
        self.rows: dict[str, Subscription] = {}
        self.reads = 0

    async def find(self, subscription_id: str) -> Subscription | None:
        self.reads += 1
        return self.rows.get(subscription_id)


class Moments:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def a_subscription() -> Subscription:
    return Subscription(
        subscription_id="s1",
        place=EventPlace(CONTOSO, MailboxKey("p11")),
        secret_hash="hash",
        created_at=NOW,
        expires_at=NOW + timedelta(days=2),
        notification_url="https://sync.example.com",
    )


async def test_a_known_subscription_is_read_once_a_minute():
    store, moments = CountingStore(), Moments()
    store.rows["s1"] = a_subscription()
    book = SubscriptionBook(store, moments)

    for _ in range(5):
        assert await book.find("s1") == a_subscription()
    assert store.reads == 1

    moments.now += KNOWN_FOR_S + 1
    store.rows.clear()
    assert await book.find("s1") is None


async def test_a_flood_of_unknown_ids_costs_one_read_each_for_a_while():
    store, moments = CountingStore(), Moments()
    book = SubscriptionBook(store, moments)

    for _ in range(5):
        assert await book.find("forged") is None
    assert store.reads == 1


async def test_a_new_subscription_is_known_soon_after_its_first_notification():
    store, moments = CountingStore(), Moments()
    book = SubscriptionBook(store, moments)
    await book.find("s1")
    store.rows["s1"] = a_subscription()

    moments.now += UNKNOWN_FOR_S + 0.1

    assert await book.find("s1") == a_subscription()


async def test_an_id_that_no_service_would_give_is_neither_asked_for_nor_kept():
    """Anybody can name one to our webhooks: a thousand long ones would fill the memory."""
    store = CountingStore()
    book = SubscriptionBook(store, Moments())
    assert await book.find("x" * (LONGEST_ID + 1)) is None
    assert store.reads == 0
    assert await book.find("x" * LONGEST_ID) is None
    assert store.reads == 1
