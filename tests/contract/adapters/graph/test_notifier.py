"""Subscriptions (graph-calendar 1)."""

from datetime import timedelta

import httpx
import pytest

from core.errors import (
    InvalidPayloadError,
    LifetimeRefusedError,
    NotFoundError,
    NotPermittedError,
    ServiceUnavailableError,
    SubscriptionLimitError,
)
from tests.contract.adapters.graph.conftest import ANNA, BEAT, START, requests_to

URLS = {
    "notification_url": "http://127.0.0.1:7071/api/webhooks/graph",
    "lifecycle_url": "http://127.0.0.1:7071/api/webhooks/graph/lifecycle",
    "secret": "s3cret",
}
UNTIL = START + timedelta(days=2)


@pytest.mark.over_http
async def test_a_subscription_lives_until_the_moment_that_was_granted(notifier, simulator):
    grant = await notifier.subscribe(ANNA, **URLS, until=UNTIL)
    assert grant.expires_at == UNTIL
    (post,) = requests_to(simulator, "subscription.create")
    assert post.body["resource"] == "users/anna@contoso.example/events"
    assert post.body["clientState"] == "s3cret"
    assert post.body["changeType"] == "created,updated,deleted"
    assert simulator.subscriptions.find(grant.subscription_id).immutable_ids


async def test_a_subscription_is_renewed_reauthorized_listed_and_ended(notifier):
    grant = await notifier.subscribe(ANNA, **URLS, until=UNTIL)
    later = await notifier.renew(grant.subscription_id, UNTIL + timedelta(hours=1))
    assert later.expires_at == UNTIL + timedelta(hours=1)
    await notifier.reauthorize(grant.subscription_id)
    other = await notifier.subscribe(BEAT, **URLS, until=UNTIL)
    assert set(await notifier.list_subscriptions()) == {later, other}
    await notifier.unsubscribe(grant.subscription_id)
    await notifier.unsubscribe(grant.subscription_id)
    assert list(await notifier.list_subscriptions()) == [other]


async def test_all_pages_of_the_list_are_read(notifier, control):
    for _ in range(3):
        await notifier.subscribe(ANNA, **URLS, until=UNTIL)
    await control("limits", {"page_max": 1})
    assert len(await notifier.list_subscriptions()) == 3


async def test_a_subscription_that_is_gone_is_not_found(notifier):
    for attempt in (notifier.renew("gone", UNTIL), notifier.reauthorize("gone")):
        with pytest.raises(NotFoundError):
            await attempt


async def test_a_life_that_the_service_does_not_grant_is_refused_as_such(notifier):
    with pytest.raises(LifetimeRefusedError):
        await notifier.subscribe(ANNA, **URLS, until=START + timedelta(days=365))
    grant = await notifier.subscribe(ANNA, **URLS, until=UNTIL)
    with pytest.raises(LifetimeRefusedError):
        await notifier.renew(grant.subscription_id, START + timedelta(days=365))


async def test_a_mailbox_with_too_many_subscriptions_is_not_one_without_permission(
    notifier, control
):
    await control("limits", {"subscriptions_per_mailbox": 1})
    await notifier.subscribe(ANNA, **URLS, until=UNTIL)
    with pytest.raises(SubscriptionLimitError):
        await notifier.subscribe(ANNA, **URLS, until=UNTIL)
    await control("permissions", {"missing": ["Calendars.ReadWrite"]})
    with pytest.raises(NotPermittedError) as raised:
        await notifier.subscribe(BEAT, **URLS, until=UNTIL)
    assert not isinstance(raised.value, SubscriptionLimitError)


async def test_the_list_tells_whom_each_subscription_calls(notifier):
    await notifier.subscribe(ANNA, **URLS, until=UNTIL)
    (listed,) = await notifier.list_subscriptions()
    assert listed.notification_url == URLS["notification_url"]


@pytest.mark.over_http
async def test_an_endpoint_of_ours_that_is_not_up_yet_is_tried_later(notifier, simulator, control):
    failed = {"status": 400, "body": {"error": {"code": "ValidationError", "message": "…"}}}
    await control("faults", {"match": {"path": "subscriptions"}, "times": 1, "do": failed})
    with pytest.raises(ServiceUnavailableError):
        await notifier.subscribe(ANNA, **URLS, until=UNTIL)


async def test_a_real_handshake_that_fails_leaves_no_subscription(notifier, simulator):
    simulator._client._transport = httpx.MockTransport(lambda _: httpx.Response(500))
    with pytest.raises((ServiceUnavailableError, InvalidPayloadError)):
        await notifier.subscribe(ANNA, **URLS, until=UNTIL)
    assert await notifier.list_subscriptions() == []


@pytest.mark.over_http
async def test_the_secret_is_in_no_error(notifier, control):
    for do in ({"status": 403}, {"status": 500}, {"status": 400, "body": {"error": {"code": "x"}}}):
        await control("faults", {"match": {"path": "subscriptions"}, "times": 1, "do": do})
        with pytest.raises(Exception, match="while subscribing") as raised:
            await notifier.subscribe(ANNA, **URLS, until=UNTIL)
        assert "s3cret" not in str(raised.value)
