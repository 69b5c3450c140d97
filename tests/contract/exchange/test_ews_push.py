"""Push notifications: a hint, retried for a while, given up without a word (ews A4)."""

from typing import Any

import httpx
import pytest
from exchangelib.errors import (
    ErrorInvalidPushSubscriptionUrl,
    ErrorInvalidSubscription,
    ErrorSubscriptionNotFound,
)
from exchangelib.services import SendNotification, Unsubscribe
from starlette.types import Receive, Scope, Send

from devstack.exchange.ews.pushing import HttpPushEndpoint
from tests.contract.exchange.ews_company import DORA, EMIL, Cellar, at, story
from tests.contract.exchange.ews_schema import ews_schema
from tests.contract.exchange.test_ews_series import SILENT, weekly

URL = "http://127.0.0.1:7071/api/webhooks/exchange?token=abc"


class Hook:
    """An endpoint as exchangelib would write it; what arrives fits the schema."""

    def __init__(self) -> None:
        self.arrived: list[Any] = []
        self.status, self.ends, self.spoils = 200, False, False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = (await receive()).get("body", b"")
        if (schema := ews_schema()) is not None:
            schema.check(body)
        assert scope["query_string"] == b"token=abc"
        self.arrived += SendNotification(protocol=None).parse(body)
        service = SendNotification(protocol=None)
        answer = service.unsubscribe_payload() if self.ends else service.ok_payload()
        if schema is not None:
            schema.check(answer)
        headers = [(b"content-type", b"text/xml")]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        content = b"<html>Log in</html>" if self.spoils else answer
        await send({"type": "http.response.body", "body": content})

    def events(self) -> list[str]:
        """Return the kinds of all events that arrived since the last look."""
        found = [event.ELEMENT_NAME for notice in self.arrived for event in notice.events]
        self.arrived.clear()
        return found


@pytest.fixture
def hook(cellar: Cellar) -> Hook:
    hook = Hook()
    client = httpx.AsyncClient(transport=httpx.ASGITransport(hook))
    cellar.company.sim.ews.pushing._endpoint = HttpPushEndpoint(client)
    return hook


def watch(cellar: Cellar, minutes: int = 5) -> str:
    calendar = cellar.mailbox(DORA).calendar
    events = ("CreatedEvent", "ModifiedEvent", "MovedEvent", "DeletedEvent")
    subscription, mark = calendar.subscribe_to_push(URL, status_frequency=minutes,
                                                    event_types=events)  # fmt: skip
    assert mark
    cellar.settle()
    return subscription


async def test_every_change_of_the_calendar_is_hinted_at(cellar: Cellar, hook: Hook):
    @story
    def told(cellar: Cellar) -> None:
        subscription = watch(cellar)
        assert [n.subscription_id for n in hook.arrived] == [subscription]
        assert hook.events() == ["StatusEvent"]
        item = cellar.book(recurrence=weekly())
        cellar.book(EMIL)
        (created,) = hook.arrived[0].events
        assert created.item_id.id == item.id
        assert hook.events() == ["CreatedEvent"]
        date = next(iter(item.folder.view(start=at(0), end=at(23))))
        date.subject = "Other"
        date.save(update_fields=["subject"], **SILENT)
        cellar.settle()
        assert hook.events() == ["ModifiedEvent"]
        old = item.id
        cellar.only().move_to_trash(send_meeting_cancellations="SendToNone")
        cellar.settle()
        (moved,) = hook.arrived[0].events
        (trashed,) = cellar.mailbox(DORA).trash.all()
        assert (moved.old_item_id.id, moved.item_id.id) == (old, trashed.id)
        hook.events()
        cellar.book().delete(send_meeting_cancellations="SendToNone")
        cellar.settle()
        assert hook.events() == ["CreatedEvent", "DeletedEvent"]
        cellar.advance(5 * 60)
        assert hook.events() == ["StatusEvent"]
        (shown,) = cellar.control("GET", "state")["subscriptions"]
        assert (shown["mail"], shown["notificationUrl"]) == (DORA, URL)

    await told(cellar)


async def test_an_endpoint_that_fails_is_tried_again_and_then_given_up(cellar: Cellar, hook: Hook):
    @story
    def told(cellar: Cellar) -> None:
        watch(cellar)
        hook.events()
        hook.status = 500
        cellar.book()
        cellar.advance(30 + 60)
        assert len(hook.events()) == 3
        hook.status, hook.spoils = 200, True
        cellar.advance(119)
        assert hook.events() == []
        hook.spoils = False
        cellar.advance(1)
        assert hook.events() == ["CreatedEvent"]
        hook.spoils = True
        cellar.book()
        cellar.advance(5 * 60)
        assert cellar.control("GET", "state")["subscriptions"] == []
        hook.spoils = False
        hook.events()
        cellar.book()
        assert hook.events() == []
        assert cellar.control("GET", "pending")["notifications"] == 0

    await told(cellar)


async def test_only_the_endpoint_or_a_restart_ends_a_push_subscription(cellar: Cellar, hook: Hook):
    @story
    def told(cellar: Cellar) -> None:
        subscription, dora = watch(cellar), cellar.mailbox(DORA)
        with pytest.raises(ErrorInvalidSubscription):
            list(Unsubscribe(account=dora).call(subscription_id=subscription))
        with pytest.raises(ErrorSubscriptionNotFound):
            list(Unsubscribe(account=dora).call(subscription_id="nothing"))
        with pytest.raises(ErrorInvalidPushSubscriptionUrl):
            list(dora.calendar.subscribe_to_push("ftp://somewhere"))
        hook.ends = True
        cellar.book()
        assert cellar.control("GET", "state")["subscriptions"] == []
        hook.ends = False
        watch(cellar)
        order = {"event": "subscriptionRemoved", "mail": DORA}
        assert cellar.control("POST", "lifecycle", order)["subscriptions"] == 1
        hook.events()
        cellar.book()
        assert hook.events() == []

    await told(cellar)


async def test_the_control_loses_doubles_and_silences_them(cellar: Cellar, hook: Hook):
    @story
    def told(cellar: Cellar) -> None:
        watch(cellar)
        hook.events()
        cellar.control("POST", "notifications", {"drop": 1.0})
        cellar.book()
        assert hook.events() == []
        cellar.control("POST", "notifications", {"duplicate": 2})
        cellar.book()
        assert len(hook.events()) > 1
        cellar.control("POST", "notifications", {"silent": True})
        cellar.book()
        assert hook.events() == []

    await told(cellar)


async def test_a_silence_that_lasts_ends_a_subscription_like_an_endpoint_that_never_answers(
    cellar: Cellar, hook: Hook
):
    @story
    def told(cellar: Cellar) -> None:
        watch(cellar)
        cellar.control("POST", "notifications", {"silent": True})
        cellar.advance(5 * 60)
        assert len(cellar.control("GET", "state")["subscriptions"]) == 1
        cellar.control("DELETE", "notifications")
        cellar.advance(5 * 60)
        cellar.control("POST", "notifications", {"silent": True})
        hook.events()
        cellar.advance(11 * 60)
        assert cellar.control("GET", "state")["subscriptions"] == []
        assert hook.events() == []

    await told(cellar)
