"""Subscriptions on premises: granted by our own reckoning, replaced and never renewed (R-862)."""

from datetime import timedelta

import pytest

from core.adapters.ews.notifier import LIFE, EwsNotifier
from core.errors import MailboxUnavailableError, NotFoundError
from tests.contract.adapters.ews.conftest import ANNA, NOBODY

URL = "https://sync.example.com/api/webhooks/exchange"


@pytest.fixture
def notifier(connect, simulator):
    return EwsNotifier(connect(), simulator.clock, "us")


async def subscribed(notifier, simulator, place=ANNA, **life):
    return await notifier.subscribe(
        place,
        notification_url=URL,
        lifecycle_url="",
        secret="k&ey",
        until=simulator.clock.now() + timedelta(**life or {"days": 3}),
    )


async def test_a_subscription_calls_us_with_its_key_in_the_address(notifier, simulator):
    grant = await subscribed(notifier, simulator)
    (live,) = simulator.ews.subscriptions.live()
    assert live.id == grant.subscription_id
    assert live.url == f"{URL}?key=k%26ey"
    assert live.minutes == 30
    assert live.events == {"CreatedEvent", "DeletedEvent", "ModifiedEvent", "MovedEvent"}
    assert live.folder is not None
    assert grant.notification_url == URL


async def test_it_ends_soon_enough_to_be_replaced_within_forty_minutes(notifier, simulator):
    grant = await subscribed(notifier, simulator)
    now = simulator.clock.now()
    assert grant.expires_at == now + LIFE
    assert LIFE / 2 + timedelta(minutes=15) <= timedelta(minutes=40)
    shorter = await subscribed(notifier, simulator, minutes=10)
    assert shorter.expires_at == now + timedelta(minutes=10)


async def test_it_is_never_renewed_and_never_listed(notifier, simulator):
    grant = await subscribed(notifier, simulator)
    with pytest.raises(NotFoundError):
        await notifier.renew(grant.subscription_id, grant.expires_at)
    assert await notifier.list_subscriptions() == ()
    await notifier.unsubscribe(grant.subscription_id)
    assert simulator.ews.subscriptions.live()


async def test_a_mailbox_that_is_nowhere_gets_none(notifier, simulator):
    with pytest.raises(MailboxUnavailableError):
        await subscribed(notifier, simulator, NOBODY)
