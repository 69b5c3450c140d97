from datetime import timedelta

import pytest

from tests.contract.exchange.company import ANNA, BOB, IMMUTABLE, SAENTIS, Company, Person, meeting
from tests.contract.exchange.endpoint import LIFECYCLE, NOTIFY


async def test_both_urls_are_validated_before_a_subscription_exists(
    company: Company, service: Person
):
    created = await company.subscribe(ANNA, service)

    assert company.endpoint.validations == [
        "/api/webhooks/graph", "/api/webhooks/graph/lifecycle",
    ]  # fmt: skip
    assert created["notificationUrl"] == f"{NOTIFY}?env=contoso"
    assert created["clientState"] == "secret"
    assert created["changeType"] == "created,updated,deleted"
    assert created["expirationDateTime"] == "2026-03-04T07:00:00.0000000Z"
    assert created["applicationId"] == company.sim.credentials.client_id
    assert created["includeResourceData"] is None
    assert created["latestSupportedTlsVersion"] == "v1_2"


@pytest.mark.parametrize(
    "fault",
    [
        {"spoil_token": True},
        {"validation_status": 202},
        {"validation_type": "application/json"},
        {"refuses_connections": True},
    ],
)
async def test_an_endpoint_that_fails_the_handshake_gets_no_subscription(
    company: Company, service: Person, fault: dict[str, object]
):
    for name, value in fault.items():
        setattr(company.endpoint, name, value)
    refused = await company.subscribe(ANNA, service, expect=400)

    assert refused["error"]["code"] == "ValidationError"
    assert refused["error"]["message"].startswith("Subscription validation request failed.")
    assert (await service.get("subscriptions"))["value"] == []


@pytest.mark.parametrize(
    "members",
    [
        {"notificationUrl": "https://hooks.example/notify"},
        {"notificationUrl": "ftp://127.0.0.1/x"},
        {"changeType": "moved"},
        {"resource": f"users/{ANNA}/calendarView"},
        {"resource": f"users/{ANNA}/messages"},
        {"clientState": "x" * 129},
        {"latestSupportedTlsVersion": "v9"},
        {"expirationDateTime": "2026-03-06T07:00:00Z"},
        {"expirationDateTime": "2026-03-02T06:00:00Z"},
        {"colour": "red"},
    ],
)
async def test_a_bad_subscription_is_refused(
    company: Company, service: Person, members: dict[str, str]
):
    await company.subscribe(ANNA, service, expect=400, **members)

    assert (await service.get("subscriptions"))["value"] == []


async def test_the_longest_life_is_a_switch(company: Company, service: Person):
    far = (company.clock.now() + timedelta(minutes=10_000)).isoformat()
    await company.subscribe(ANNA, service, expect=400, expirationDateTime=far)
    await company.switch(subscription_max_minutes=10080)

    await company.subscribe(ANNA, service, expirationDateTime=far)


async def test_a_very_short_life_is_lengthened(company: Company, service: Person):
    soon = (company.clock.now() + timedelta(minutes=5)).isoformat()
    created = await company.subscribe(ANNA, service, expirationDateTime=soon)

    assert created["expirationDateTime"] == "2026-03-02T07:45:00.0000000Z"


async def test_a_renewed_subscription_lives_on_and_an_expired_one_is_gone(
    company: Company, service: Person
):
    created = await company.subscribe(ANNA, service)
    path = f"subscriptions/{created['id']}"
    await company.advance(47 * 3600)
    service = await company.service()
    until = (company.clock.now() + timedelta(days=1)).isoformat()
    renewed = await service.call("PATCH", path, {"expirationDateTime": until}, expect=200)
    assert renewed.json()["expirationDateTime"] == "2026-03-05T06:00:00.0000000Z"

    await company.advance(25 * 3600)
    service = await company.service()
    until = (company.clock.now() + timedelta(days=1)).isoformat()
    gone = await service.call("PATCH", path, {"expirationDateTime": until}, expect=404)
    assert gone.json()["error"]["code"] == "ResourceNotFound"
    for method, tail in (("GET", ""), ("DELETE", ""), ("POST", "/reauthorize")):
        await service.call(method, path + tail, expect=404)


async def test_a_new_url_is_validated_again(company: Company, service: Person):
    created = await company.subscribe(ANNA, service)
    company.endpoint.spoil_token = True
    body = {"notificationUrl": "http://127.0.0.1:7072/other"}
    await service.call("PATCH", f"subscriptions/{created['id']}", body, expect=400)
    company.endpoint.spoil_token = False
    changed = await service.call("PATCH", f"subscriptions/{created['id']}", body, expect=200)

    assert changed.json()["notificationUrl"] == "http://127.0.0.1:7072/other"
    assert company.endpoint.validations[-1] == "/other"


async def test_deleting_ends_it(company: Company, anna: Person, service: Person):
    created = await company.subscribe(ANNA, service)
    await service.call("DELETE", f"subscriptions/{created['id']}", expect=204)
    await anna.create(meeting())
    await company.settle()

    assert company.endpoint.posts == []


async def test_a_mailbox_takes_only_so_many(company: Company, service: Person):
    await company.control("POST", "limits", {"subscriptions_per_mailbox": 2})
    for _ in range(2):
        await company.subscribe(ANNA, service)
    refused = await company.subscribe(ANNA, service, expect=403)
    await company.subscribe(BOB, service)

    assert "limit of 2 subscriptions" in refused["error"]["message"]


async def test_a_caller_sees_its_own_and_the_state_shows_all(
    company: Company, anna: Person, service: Person
):
    await company.subscribe(SAENTIS, service)
    own = await company.subscribe(ANNA, anna, resource="me/events")
    assert [s["id"] for s in (await anna.get("subscriptions"))["value"]] == [own["id"]]
    await service.get(f"subscriptions/{own['id']}", 404)

    shown = (await company.control("GET", "state"))["subscriptions"]
    assert [s["mail"] for s in shown] == [SAENTIS, ANNA]
    assert shown[0] == {
        "id": shown[0]["id"],
        "mail": SAENTIS,
        "resource": f"users/{SAENTIS}/events",
        "clientState": "secret",
        "notificationUrl": f"{NOTIFY}?env=contoso",
        "lifecycleNotificationUrl": LIFECYCLE,
        "expirationDateTime": "2026-03-04T07:00:00.0000000Z",
        "tenantId": company.sim.credentials.tenant,
    }


async def test_the_list_comes_in_pages(company: Company, service: Person):
    for _ in range(3):
        await company.subscribe(ANNA, service)
    await company.control("POST", "limits", {"page_max": 2})
    first = await service.get("subscriptions")
    second = await service.get(first["@odata.nextLink"])

    assert (len(first["value"]), len(second["value"])) == (2, 1)
    assert "@odata.nextLink" not in second


async def test_the_id_form_is_fixed_when_subscribing(
    company: Company, anna: Person, service: Person
):
    await company.subscribe(ANNA, service)
    await company.subscribe(ANNA, service, prefer="")
    event = await anna.create(meeting())
    fixed = await anna.read(event, **IMMUTABLE)
    await company.settle()

    ids = {n["resourceData"]["id"] for n in company.endpoint.notices}
    assert ids == {event["id"], fixed["id"]}


async def test_an_unanswered_reauthorization_request_is_repeated(company: Company):
    service = await company.service()
    created = await company.subscribe(ANNA, service)
    await company.advance(47 * 3600)
    assert company.endpoint.lifecycle_events == ["reauthorizationRequired"]
    await company.advance(900)
    assert len(company.endpoint.lifecycle_events) == 2

    service = await company.service()
    path = f"subscriptions/{created['id']}/reauthorize"
    await service.call("POST", path, expect=204)
    await company.advance(900)
    assert len(company.endpoint.lifecycle_events) == 2
    kept = await service.get(f"subscriptions/{created['id']}")
    assert kept["expirationDateTime"] == created["expirationDateTime"]


async def test_renewal_in_time_needs_no_reauthorization(company: Company):
    service = await company.service()
    created = await company.subscribe(ANNA, service)
    await company.advance(24 * 3600)
    service = await company.service()
    until = (company.clock.now() + timedelta(days=2)).isoformat()
    path = f"subscriptions/{created['id']}"
    await service.call("PATCH", path, {"expirationDateTime": until}, expect=200)
    await company.advance(30 * 3600)

    assert company.endpoint.lifecycle_events == []
