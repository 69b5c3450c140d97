"""Calls to Graph's webhook by somebody who is not Graph."""

import json

from hypothesis import given
from hypothesis import strategies as st

from core.app.ingest_graph import ingest_notifications, secret_hash
from core.app.subscription_book import SubscriptionBook
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.subscription import Subscription
from devstack.kit.clock import VirtualClock
from tests.unit.builders import NOW

PAGES = {"known": "graph", "on premises": "exchange"}


class KnownSubscriptions:
    """A table with a subscription of either kind."""

    async def find(self, subscription_id):
        if subscription_id not in PAGES:
            return None
        return Subscription(
            subscription_id=subscription_id,
            place=EventPlace(EnvironmentId("contoso"), MailboxKey("p11")),
            secret_hash=secret_hash("secret"),
            created_at=NOW,
            expires_at=NOW,
            notification_url=f"https://sync.example/api/webhooks/{PAGES[subscription_id]}",
        )


class QueueThatKeeps:
    """Keeps the looks."""

    def __init__(self):
        self.looks = []

    async def send(self, looks):
        self.looks += looks


async def ingest(body):
    queue = QueueThatKeeps()
    await ingest_notifications(
        body, SubscriptionBook(KnownSubscriptions()), queue, VirtualClock(NOW)
    )
    return queue.looks


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["subscriptionId", "clientState", "resourceData", "id", "value", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=4))
async def test_no_forged_item_gets_through_or_does_any_harm(items):
    assert await ingest(json.dumps({"value": items}).encode()) == []


async def test_half_a_character_as_secret_is_just_wrong():
    forged = {"subscriptionId": "known", "clientState": "\ud83d", "resourceData": {"id": "e"}}
    genuine = forged | {"clientState": "secret"}
    assert len(await ingest(json.dumps({"value": [forged, genuine]}).encode())) == 1


async def test_the_key_of_an_installation_proves_nothing_to_graph_s_page():
    """It stands in an address, so in logs: a deletion that is told with it must not count (S22)."""

    def told(subscription_id):
        item = {
            "subscriptionId": subscription_id,
            "clientState": "secret",
            "changeType": "deleted",
            "resourceData": {"id": "AAMk"},
        }
        return json.dumps({"value": [item]}).encode()

    assert await ingest(told("on premises")) == []
    assert len(await ingest(told("known"))) == 1
