"""What Exchange on premises, and anybody who pretends to be it, may send to our webhook (A4)."""

import json

import pytest

from core.app.subscribe import make_anew
from core.domain.ids import PersonId
from core.errors import ServiceUnavailableError
from functions.exchange_webhooks import caller_of
from tests.kit.on_premises import EWS

PATH = "/api/webhooks/exchange"
WHEN = "tomorrow 09:00-10:00"
SOAP = """<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"
 xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Body><m:SendNotification>
<m:ResponseMessages><m:SendNotificationResponseMessage ResponseClass="Success">
<m:ResponseCode>NoError</m:ResponseCode><m:Notification><t:SubscriptionId>{id}</t:SubscriptionId>
<t:{kind}><t:ItemId Id="AAMkAD-some-event" ChangeKey="K"/></t:{kind}></m:Notification>
</m:SendNotificationResponseMessage></m:ResponseMessages></m:SendNotification></s:Body></s:Envelope>"""


@pytest.fixture
async def world(a_world):
    return await a_world(company={"exchange": EWS})


@pytest.fixture
def subscription(world):
    """Anna's subscription, as only her server and this app know it."""
    anna = world.exchange.model.directory.find(world.company.address("anna")).guid
    (found,) = [s for s in world.exchange.ews.subscriptions.live() if s.mailbox == anna]
    return found


def key_of(subscription):
    return subscription.url.partition("?key=")[2]


async def told(world, subscription_id, key, kind="ModifiedEvent", **request):
    """Tell of a change; return the answer and how many jobs and looks it queued."""
    before = len(world.bus.sent)
    content = SOAP.format(id=subscription_id, kind=kind)
    answer = await world.posts(f"{PATH}?key={key}", content=content, **request)
    return answer, world.bus.sent[before:]


@pytest.mark.parametrize(
    ("kind", "queue", "said"),
    [
        ("ModifiedEvent", "sync-items", b"some-event"),
        ("DeletedEvent", "sync-items", b"some-event"),
        ("MovedEvent", "mailbox-jobs", b"wake_up"),
    ],
)
async def test_a_change_is_looked_at_and_nothing_else_is_done(
    world, subscription, kind, queue, said
):
    calls = len(world.calls)
    answer, queued = await told(world, subscription.id, key_of(subscription), kind)
    assert answer.status_code == 200
    assert "<m:SubscriptionStatus>OK<" in answer.text
    ((asked, body),) = queued
    assert asked == queue
    assert said in body
    assert len(world.calls) == calls
    await world.settles()


async def test_a_sign_of_life_is_answered_and_queues_nothing(world, subscription):
    answer, queued = await told(world, subscription.id, key_of(subscription), "StatusEvent")
    assert (answer.status_code, queued) == (200, [])
    assert "<m:SubscriptionStatus>OK<" in answer.text


@pytest.mark.parametrize(
    ("subscription_id", "key"), [("own", "wrong"), ("own", ""), ("unknown", "own")]
)
async def test_who_does_not_know_id_and_key_learns_and_does_nothing(
    world, subscription, subscription_id, key
):
    subscription_id = subscription.id if subscription_id == "own" else subscription_id
    key = key_of(subscription) if key == "own" else key
    answer, queued = await told(world, subscription_id, key)
    assert (answer.status_code, answer.text, queued) == (404, "", [])


@pytest.mark.parametrize("page", ["graph", "graph/lifecycle"])
async def test_the_key_is_believed_at_no_other_page(world, subscription, page):
    """Graph's takes what it is told for proven, and this key stands in logs of proxies."""
    told_in_json = {
        "subscriptionId": subscription.id,
        "clientState": key_of(subscription),
        "changeType": "deleted",
        "lifecycleEvent": "subscriptionRemoved",
        "resourceData": {"id": "AAMkAD-some-event"},
    }
    before = len(world.bus.sent)
    content = json.dumps({"value": [told_in_json]}).encode()
    answer = await world.posts(f"/api/webhooks/{page}", content=content)
    assert answer.status_code == 202
    assert world.bus.sent[before:] == []


async def test_a_replaced_subscription_still_wakes_and_is_ended_by_the_answer(world, subscription):
    services = await world.app.services()
    anna = (await services.roster.directory()).persons[PersonId(11)]
    await make_anew(anna.place, world.app.callbacks, services)
    world.app.subscription_book.forget()
    answer, queued = await told(world, subscription.id, key_of(subscription))
    assert "<m:SubscriptionStatus>Unsubscribe<" in answer.text
    assert len(queued) == 1
    await world.settles()


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"<html/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", b"<s:Envelope"]
)
async def test_what_is_no_notification_is_refused_and_not_repeated(world, content):
    before = len(world.bus.sent)
    answer = await world.posts(f"{PATH}?key=x", content=content)
    assert answer.status_code == 400
    assert "ENTITY" not in answer.text
    assert len(world.bus.sent) == before


async def test_what_could_not_be_queued_is_asked_for_again(world, subscription):
    world.interruptions.strike(
        r"^bus\.sync-items\.send$", lambda: ServiceUnavailableError("the queue is away")
    )
    answer, _ = await told(world, subscription.id, key_of(subscription))
    assert answer.status_code == 503


async def test_notifications_come_from_declared_networks_only(a_world):
    world = await a_world(company={"exchange": EWS})
    known = world.app.settings.ews_environments["contoso"]
    world.settings["ews_environments"] = {
        "contoso": known.model_dump() | {"callers": ["10.1.0.0/16"]}
    }
    world.restarts()
    subscription = world.exchange.ews.subscriptions.live()[0]
    for headers, status in (
        ({}, 404),
        ({"X-Forwarded-For": "10.1.0.7, 203.0.113.9:443"}, 404),
        ({"X-Forwarded-For": "203.0.113.9, 10.1.0.7:50123"}, 200),
    ):
        answer, _ = await told(world, subscription.id, key_of(subscription), headers=headers)
        assert answer.status_code == status
    await world.settles()


async def test_where_nobody_lives_on_premises_there_is_no_such_page(a_world):
    world = await a_world(company={"exchange": "graph"})
    answer, queued = await told(world, "any", "any")
    assert (answer.status_code, queued) == (404, [])


class Request:
    def __init__(self, forwarded):
        self.headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}


@pytest.mark.parametrize(
    ("forwarded", "caller"),
    [
        (None, ""),
        ("10.1.2.3", "10.1.2.3"),
        ("10.1.2.3:1234", "10.1.2.3"),
        ("evil, 10.1.2.3:1234", "10.1.2.3"),
        ("[fd00::1]:443", "fd00::1"),
        ("fd00::1", "fd00::1"),
    ],
)
def test_the_platform_says_last_who_called(forwarded, caller):
    assert caller_of(Request(forwarded)) == caller
