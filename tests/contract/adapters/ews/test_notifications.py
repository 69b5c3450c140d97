"""What a server on premises posts to us, and what else might come instead (ews A4)."""

import httpx
import pytest

from core.adapters.ews.notifications import MOST_BYTES, PushNotice, answer, read_notices
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
    assert notices == [PushNotice(subscription, has_changes=n > 0) for n in range(3)]
    assert simulator.ews.subscriptions.live() == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{}", b"<html>", b"\xff\xfe\x00", BOMB, OTHER, b"<a>" + b" " * MOST_BYTES + b"</a>"],
    ids=["nothing", "JSON", "HTML", "bytes", "a bomb", "no notification", "too much"],
)
def test_what_is_no_notice_is_refused_without_repeating_it(body):
    with pytest.raises(InvalidPayloadError) as told:
        read_notices(body)
    assert "ha" not in str(told.value).replace("has", "")
