"""What a server on premises posts to us, and what else might come instead (ews A4)."""

import httpx
import pytest

from core.adapters.ews.calendar import EwsCalendar
from core.adapters.ews.notifications import (
    MOST_BYTES,
    MOST_ITEMS,
    MOST_NOTICES,
    answer,
    read_notices,
)
from core.adapters.ews.xml import m, t, text
from core.errors import InvalidPayloadError
from devstack.exchange.ews.pushing import HttpPushEndpoint
from tests.contract.adapters.ews.conftest import ANNA
from tests.contract.adapters.graph.conftest import an_event
from tests.contract.exchange.ews_schema import ews_schema

BOMB = b"""<!DOCTYPE b [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>&b;</s:Body></s:Envelope>"""
OTHER = (
    b"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>"""
)


def subscribe():
    kinds = ("CreatedEvent", "ModifiedEvent", "MovedEvent", "DeletedEvent")
    return m(
        "Subscribe",
        m(
            "PushSubscriptionRequest",
            t("FolderIds", t("DistinguishedFolderId", Id="calendar")),
            t("EventTypes", *(t("EventType", kind) for kind in kinds)),
            t("StatusFrequency", "5"),
            t("URL", "http://127.0.0.1/hook"),
        ),
    )


async def test_a_notice_names_its_subscription_and_our_answer_ends_it(connect, simulator, outlook):
    notices, replies = [], [answer(goes_on=True), answer(goes_on=True), answer(goes_on=False)]
    if (schema := ews_schema()) is not None:
        for reply in replies:
            schema.check(reply)

    def take(request: httpx.Request) -> httpx.Response:
        notices.extend(read_notices(request.content))
        return httpx.Response(200, content=replies.pop(0))

    client = httpx.AsyncClient(transport=httpx.MockTransport(take))
    simulator.ews.pushing._endpoint = HttpPushEndpoint(client)
    made = await connect().one(ANNA, "Subscribe", subscribe(), "subscribing")
    await simulator.agenda.run_due()
    for _ in range(3):
        await outlook("anna@contoso.example", "POST", "events", an_event())
    subscription = text(made, "SubscriptionId")
    assert [(notice.subscription_id, len(notice.items)) for notice in notices] == [
        (subscription, 0), (subscription, 1), (subscription, 1)
    ]  # fmt: skip
    (told,) = notices[1].items
    event = await EwsCalendar(connect()).get_event(ANNA, told.event_id)
    assert (event.version, told.deleted) == (told.version, False)
    assert simulator.ews.subscriptions.live() == []


ONE = "<t:{kind}><t:TimeStamp>2026-03-02T08:00:00Z</t:TimeStamp>{what}</t:{kind}>"
ITEM = '<t:ItemId Id="{id}" ChangeKey="K"/>'


def told(*events):
    body = "".join(ONE.format(kind=kind, what=what) for kind, what in events)
    return (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"'
        ' xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Body>'
        "<m:SendNotification><m:ResponseMessages><m:SendNotificationResponseMessage><m:Notification>"
        f"<t:SubscriptionId>S</t:SubscriptionId>{body}</m:Notification>"
        "</m:SendNotificationResponseMessage></m:ResponseMessages></m:SendNotification></s:Body>"
        "</s:Envelope>"
    ).encode()


@pytest.mark.parametrize(
    ("events", "items", "has_moves"),
    [
        ([("StatusEvent", "")], [], False),
        ([("CreatedEvent", ITEM.format(id="A"))], [("A", "K", False)], False),
        ([("DeletedEvent", ITEM.format(id="A"))], [("A", "K", True)], False),
        ([("ModifiedEvent", ITEM.format(id="A"))] * 2, [("A", "K", False)], False),
        ([("ModifiedEvent", '<t:FolderId Id="F" ChangeKey="K"/>')], [], False),
        ([("MovedEvent", ITEM.format(id="A"))], [], True),
        ([("MovedEvent", ITEM.format(id="A")), ("CreatedEvent", ITEM.format(id="B"))],
         [("B", "K", False)], True),
        ([("CreatedEvent", ITEM.format(id="A" * 3000))], [], False),
        ([("CreatedEvent", ITEM.format(id=n)) for n in range(MOST_ITEMS + 1)], [], True),
    ],
)  # fmt: skip
def test_items_are_named_and_what_came_or_left_is_to_be_read(events, items, has_moves):
    (notice,) = read_notices(told(*events))
    assert [(i.event_id, i.version, i.deleted) for i in notice.items] == items
    assert notice.has_moves == has_moves


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"<html>", b"\xff\xfe\x00", BOMB, OTHER, b"<a>" + b" " * MOST_BYTES + b"</a>"],
    ids=["nothing", "JSON", "HTML", "bytes", "a bomb", "no notification", "too much"],
)
def test_what_is_no_notice_is_refused_without_repeating_it(body):
    with pytest.raises(InvalidPayloadError) as told:
        read_notices(body)
    assert "ha" not in str(told.value).replace("has", "")


@pytest.mark.parametrize(("number", "is_read"), [(MOST_NOTICES, True), (MOST_NOTICES + 1, False)])
def test_a_stranger_has_few_subscriptions_looked_for_with_one_call(number, is_read):
    one = told(("ModifiedEvent", ITEM.format(id="A")))
    start, end = one.index(b"<m:Notification>"), one.index(b"</m:SendNotificationResponseMessage>")
    body = one[:start] + one[start:end] * number + one[end:]
    if is_read:
        assert len(read_notices(body)) == number
        return
    with pytest.raises(InvalidPayloadError, match="too many subscriptions"):
        read_notices(body)
