"""What Graph, and anybody who pretends to be Graph, may send to our webhooks (graph-calendar 1)."""

import json

import pytest

from core.adapters.tables.table import Row
from core.app.ingest_graph import LONGEST_TOKEN, MOST_BYTES, MOST_ITEMS
from core.app.subscribe import make_anew
from core.domain.ids import PersonId
from core.errors import ServiceUnavailableError

NOTIFICATIONS, LIFECYCLE = "/api/webhooks/graph", "/api/webhooks/graph/lifecycle"
WHEN = "tomorrow 09:00-10:00"


@pytest.fixture
def subscription(world):
    """Anna's subscription, as only Graph and this app know it."""
    (found,) = [
        s
        for s in world.exchange.subscriptions.live()
        if world.exchange.model.directory.of_guid(s.mailbox).mail == world.company.address("anna")
    ]
    return found


def notice(subscription, event_id="some-event", **changes):
    """One genuine change notification (graph-calendar 1.5)."""
    return {
        "id": "n1",
        "subscriptionId": subscription.id,
        "clientState": subscription.client_state,
        "changeType": "updated",
        "tenantId": "t",
        "resource": f"Users/u/Events/{event_id}",
        "resourceData": {"@odata.etag": 'W/"v1"', "id": event_id},
    } | changes


async def sent(world, *items, path=NOTIFICATIONS):
    """Post a batch and return the status and how many looks or jobs it put into the queues."""
    before = len(world.bus.sent)
    answer = await world.posts(path, content=json.dumps({"value": list(items)}))
    queued = len(world.bus.sent) - before
    for queue in ("sync-items", "mailbox-jobs"):
        while (batch := world.bus.next_batch(queue)) is not None:
            for message in batch.messages:
                world.bus.complete(message)
            world.bus.release(batch)
    return answer.status_code, queued


@pytest.mark.parametrize("path", [NOTIFICATIONS, LIFECYCLE])
class TestValidation:
    async def test_the_token_comes_back_decoded_as_plain_text_and_nothing_else(self, world, path):
        answer = await world.posts(f"{path}?validationToken=Validation%3A+Testing%20%26%20more%2B")
        assert answer.status_code == 200
        assert answer.text == "Validation: Testing & more+"
        assert answer.headers["content-type"].startswith("text/plain")
        assert answer.headers["x-content-type-options"] == "nosniff"

    async def test_a_token_that_looks_like_html_is_text_all_the_same(self, world, path):
        answer = await world.posts(f"{path}?validationToken=%3Cscript%3Ealert(1)%3C/script%3E")
        assert answer.headers["content-type"].startswith("text/plain")

    @pytest.mark.parametrize("token", ["", "a%0d%0aSet-Cookie:x", "x" * (LONGEST_TOKEN + 1)])
    async def test_what_is_no_token_is_refused(self, world, path, token):
        answer = await world.posts(f"{path}?validationToken={token}")
        assert answer.status_code == 400


class TestNotifications:
    async def test_a_genuine_one_is_queued_and_answered_with_202(self, world, subscription):
        assert await sent(world, notice(subscription)) == (202, 1)

    async def test_graph_is_never_called_before_the_answer(self, world, subscription):
        calls = len(world.calls)
        await world.posts(NOTIFICATIONS, json={"value": [notice(subscription)]})
        assert len(world.calls) == calls
        world.bus.next_batch("sync-items")

    @pytest.mark.parametrize("state", ["", "guess", None, 17, ["x"]])
    async def test_a_wrong_secret_is_dropped_without_a_word(self, world, subscription, state):
        assert await sent(world, notice(subscription, clientState=state)) == (202, 0)

    async def test_a_missing_secret_is_dropped(self, world, subscription):
        forged = notice(subscription)
        del forged["clientState"]
        assert await sent(world, forged) == (202, 0)

    async def test_the_secret_of_another_subscription_is_wrong(self, world, subscription):
        other = next(s for s in world.exchange.subscriptions.live() if s.id != subscription.id)
        forged = notice(subscription, clientState=other.client_state)
        assert await sent(world, forged) == (202, 0)

    @pytest.mark.parametrize("unknown", ["no-such-id", "", None, 5, {"a": 1}])
    async def test_an_unknown_subscription_is_dropped(self, world, subscription, unknown):
        assert await sent(world, notice(subscription, subscriptionId=unknown)) == (202, 0)

    @pytest.mark.parametrize(
        "item",
        [None, 3, "text", [], {}, {"subscriptionId": "x"}, {"value": []}],
        ids=repr,
    )
    async def test_one_bad_item_does_not_spoil_the_batch(self, world, subscription, item):
        good = notice(subscription)
        assert await sent(world, item, good, item) == (202, 1)

    @pytest.mark.parametrize("data", [None, [], "x", {}, {"id": ""}, {"id": 7}], ids=repr)
    async def test_a_notification_without_an_event_is_dropped(self, world, subscription, data):
        assert await sent(world, notice(subscription, resourceData=data)) == (202, 0)

    async def test_a_notification_without_a_version_is_taken(self, world, subscription):
        assert await sent(world, notice(subscription, resourceData={"id": "x"})) == (202, 1)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"no json",
            b"[]",
            b"null",
            b"3",
            b'{"value": {}}',
            b'{"items": []}',
            b"\xff\xfe",
            b"{",
        ],
        ids=repr,
    )
    async def test_a_body_that_is_no_batch_is_refused(self, world, body):
        answer = await world.posts(NOTIFICATIONS, content=body)
        assert answer.status_code == 400
        assert answer.json()["error"]

    async def test_a_body_as_deep_as_the_sea_is_refused(self, world):
        answer = await world.posts(NOTIFICATIONS, content=b"[" * 100_000)
        assert answer.status_code == 400

    async def test_a_body_that_is_too_large_is_refused(self, world):
        answer = await world.posts(NOTIFICATIONS, content=b" " * (MOST_BYTES + 1))
        assert answer.status_code == 413

    async def test_a_batch_of_too_many_is_refused(self, world, subscription):
        items = [notice(subscription)] * (MOST_ITEMS + 1)
        answer = await world.posts(NOTIFICATIONS, json={"value": items})
        assert answer.status_code == 413

    async def test_an_empty_batch_is_fine(self, world):
        assert await sent(world) == (202, 0)

    async def test_when_the_down_graph_is_asked_to_try_again(self, world, subscription):
        world.interruptions.strike(r"^bus\.sync-items\.send$", _down)
        answer = await world.posts(NOTIFICATIONS, json={"value": [notice(subscription)]})
        assert answer.status_code == 503
        assert await sent(world, notice(subscription)) == (202, 1)

    async def test_when_the_table_is_down_graph_is_asked_to_try_again(self, world, subscription):
        world.restarts()
        world.interruptions.strike(r"^tables\..*subscriptions.*\.get$", _down)
        answer = await world.posts(NOTIFICATIONS, json={"value": [notice(subscription)]})
        assert answer.status_code == 503

    async def test_a_subscription_that_a_later_version_has_stored_is_left_to_it(
        self, world, subscription
    ):
        table = world.tables.table("subscriptions")
        (row,) = [row async for row in table.query() if subscription.id in row.text("subscription")]
        await table.put(Row(row.partition, row.key, {**row.values, "schema": 9}))
        world.restarts()
        answer = await world.posts(NOTIFICATIONS, json={"value": [notice(subscription)]})
        assert answer.status_code == 503
        assert await table.get(row.partition, row.key) is not None
        await table.put(Row(row.partition, row.key, row.values))

    async def test_an_answer_never_tells_what_was_wrong_with_an_item(self, world, subscription):
        forged = notice(subscription, clientState="guess")
        answer = await world.posts(NOTIFICATIONS, json={"value": [forged]})
        assert answer.text == ""

    async def test_no_secret_is_ever_logged(self, world, subscription):
        await sent(world, notice(subscription), notice(subscription, clientState="guess-4711"))
        everything = "\n".join(world.log.lines)
        assert subscription.client_state not in everything
        assert "guess-4711" not in everything

    @pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
    async def test_other_methods_lead_nowhere(self, world, method):
        assert (await world.calls_app(method, NOTIFICATIONS)).status_code == 404


class TestLifecycle:
    @pytest.mark.parametrize("event", ["reauthorizationRequired", "subscriptionRemoved", "missed"])
    async def test_each_event_becomes_a_job(self, world, subscription, event):
        told = notice(subscription, lifecycleEvent=event)
        assert await sent(world, told, path=LIFECYCLE) == (202, 1)

    async def test_doubled_events_of_one_batch_are_one_job(self, world, subscription):
        told = [notice(subscription, lifecycleEvent=e) for e in ("missed", "missed")]
        assert await sent(world, *told, path=LIFECYCLE) == (202, 1)

    async def test_a_replaced_subscription_still_tells_changes_but_asks_for_nothing(
        self, world, subscription
    ):
        services = await world.app.services()
        directory = await services.roster.directory()
        await make_anew(directory.persons[PersonId(11)].place, world.app.callbacks, services)
        world.app.subscription_book.forget()
        await world.settles()
        assert len(world.exchange.subscriptions.live()) == 6
        assert await sent(world, notice(subscription)) == (202, 1)
        told = notice(subscription, lifecycleEvent="subscriptionRemoved")
        assert await sent(world, told, path=LIFECYCLE) == (202, 0)
        await world.advances(hours=5, timers=["subscription_care"])
        world.app.subscription_book.forget()
        assert await sent(world, notice(subscription)) == (202, 0)

    @pytest.mark.parametrize("event", ["dance", "", None, 4])
    async def test_an_unknown_event_is_dropped(self, world, subscription, event):
        told = notice(subscription, lifecycleEvent=event)
        assert await sent(world, told, path=LIFECYCLE) == (202, 0)

    async def test_a_wrong_secret_is_dropped(self, world, subscription):
        told = notice(subscription, lifecycleEvent="missed", clientState="guess")
        assert await sent(world, told, path=LIFECYCLE) == (202, 0)


async def test_a_forged_deletion_deletes_nothing(world, subscription):
    """Even with the right secret: a notification only says where to look."""
    event = await world.outlook("anna").books("Säntis", at=WHEN)
    await world.settles()
    told = notice(subscription, event.event_id, changeType="deleted")
    await world.posts(NOTIFICATIONS, json={"value": [told]})
    await world.settles()
    await world.then_rooms_has("Säntis", WHEN)


def _down():
    return ServiceUnavailableError("down")
