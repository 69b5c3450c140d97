import pytest

from tests.contract.exchange.company import (
    ANNA,
    BOB,
    IMMUTABLE,
    SAENTIS,
    Company,
    Person,
    invited,
    meeting,
    world,
)  # fmt: skip


def kinds(company: Company) -> list[str]:
    return [notice["changeType"] for notice in company.endpoint.notices]


async def test_a_notification_says_where_to_look_and_nothing_else(
    company: Company, anna: Person, service: Person
):
    subscription = await company.subscribe(ANNA, service)
    event = await anna.read(await anna.create(meeting()), **IMMUTABLE)
    await company.settle()
    user = await service.get(f"users/{ANNA}")
    notice = next(n for n in company.endpoint.notices if n["changeType"] == "created")

    resource = f"Users/{user['id']}/Events/{event['id']}"
    assert notice | {"id": ""} == {
        "id": "",
        "subscriptionId": subscription["id"],
        "subscriptionExpirationDateTime": "2026-03-04T07:00:00.0000000+00:00",
        "clientState": "secret",
        "changeType": "created",
        "tenantId": company.sim.credentials.tenant,
        "resource": resource,
        "resourceData": {
            "@odata.type": "#Microsoft.Graph.Event",
            "@odata.id": resource,
            "@odata.etag": event["@odata.etag"],
            "id": event["id"],
        },
    }


async def test_nothing_is_sent_before_the_answer_and_it_counts_as_pending(
    company: Company, anna: Person
):
    await company.subscribe(ANNA)
    await anna.create(meeting())
    assert company.endpoint.notices == []
    assert (await company.control("GET", "pending"))["notifications"] >= 1

    await company.settle()
    pending = await company.control("GET", "pending")
    assert (pending["notifications"], pending["due"]) == (0, 0)
    assert pending["delivered"] == len(company.endpoint.posts) >= 1


async def test_creates_and_updates_are_told_more_than_once(company: Company, anna: Person):
    await company.subscribe(ANNA)
    seen = set()
    for day in range(1, 25):
        company.endpoint.clear()
        event = await anna.create(meeting(day=day))
        await company.settle()
        created = kinds(company)
        company.endpoint.clear()
        await anna.change(event, subject="x")
        await company.settle()
        seen.add((created.count("created"), created.count("updated"), len(kinds(company))))

    assert {created for created, _, _ in seen} == {1}
    assert {updated for _, updated, _ in seen} == {0, 1}
    assert {updates for _, _, updates in seen} == {1, 2}


async def test_how_often_updates_are_repeated_is_a_switch(company: Company, anna: Person):
    await company.switch(updates_per_change=1, updated_after_created=False)
    await company.subscribe(ANNA)
    event = await anna.create(meeting())
    await company.settle()
    await anna.change(event, subject="x")
    await company.settle()
    await anna.delete(event)
    await company.settle()

    assert kinds(company) == ["created", "updated", "deleted"]


async def test_a_delete_may_be_told_as_an_update(company: Company, anna: Person):
    await company.switch(delete_told_as="updated", updated_after_created=False)
    await company.subscribe(ANNA)
    event = await anna.create(meeting())
    await anna.delete(event)
    await company.settle()

    assert sorted(kinds(company)) == ["created", "updated"]


async def test_only_the_wanted_kinds_and_mailboxes_are_told(company: Company, anna: Person):
    await company.subscribe(SAENTIS, changeType="deleted")
    event = await anna.create(meeting(SAENTIS))
    await company.settle()
    assert company.endpoint.notices == []

    await anna.change(event, attendees=invited(BOB))
    await company.settle()
    assert kinds(company) == ["deleted"]


async def test_the_rooms_acceptance_is_told_in_the_room_and_at_the_organizers(
    company: Company, anna: Person
):
    await company.switch(updates_per_change=1, updated_after_created=False)
    await company.subscribe(ANNA, clientState="anna")
    await company.subscribe(SAENTIS, clientState="room")
    await anna.create(meeting(SAENTIS))
    await company.settle()

    told = sorted((n["clientState"], n["changeType"]) for n in company.endpoint.notices)
    assert told == [
        ("anna", "created"), ("anna", "updated"), ("room", "created"), ("room", "updated"),
    ]  # fmt: skip


async def test_a_subscription_to_one_calendar_hears_of_that_one_only(
    company: Company, anna: Person
):
    side = (await anna.call("POST", "me/calendars", {"name": "Side"}, expect=201)).json()
    await company.subscribe(ANNA, resource=f"users/{ANNA}/calendars/{side['id']}/events")
    await anna.create(meeting())
    await company.settle()
    assert company.endpoint.notices == []

    await anna.call("POST", f"me/calendars/{side['id']}/events", meeting(), expect=201)
    await company.settle()
    assert "created" in kinds(company)


async def test_one_post_may_carry_several_subscriptions(company: Company, anna: Person):
    await company.control("POST", "timing", {"notification_s": [0.1, 0.5]})
    first = await company.subscribe(ANNA)
    second = await company.subscribe(ANNA)
    for day in range(1, 25):
        await anna.create(meeting(day=day))
    await company.advance(5)

    mixed = [
        {entry["subscriptionId"] for entry in content["value"]}
        for _, content in company.endpoint.posts
    ]
    assert {first["id"], second["id"]} in mixed
    assert any(len(subscriptions) == 1 for subscriptions in mixed)


async def test_doubled_delayed_and_reordered_as_asked_for(company: Company, anna: Person):
    await company.subscribe(ANNA)
    await company.control(
        "POST", "notifications", {"duplicate": 2, "delay_s": [60, 120], "reorder": True}
    )
    await anna.create(meeting())
    await company.advance(59)
    assert company.endpoint.notices == []
    await company.control("DELETE", "notifications")
    await company.advance(65)

    assert len(company.endpoint.notices) >= 3
    company.endpoint.clear()
    await anna.create(meeting(day=4))
    await company.settle()
    assert 1 <= len(company.endpoint.notices) <= 2


async def test_dropped_ones_may_be_followed_by_missed(company: Company, anna: Person):
    await company.subscribe(ANNA)
    await company.control("POST", "notifications", {"drop": 1.0})
    for day in range(1, 11):
        await anna.create(meeting(day=day))
    await company.settle()

    assert company.endpoint.notices == []
    assert set(company.endpoint.lifecycle_events) == {"missed"}


async def test_silence_is_complete_and_never_made_up(company: Company, anna: Person):
    await company.subscribe(ANNA)
    await company.control("POST", "notifications", {"silent": True})
    for day in range(1, 11):
        await anna.create(meeting(day=day))
    await company.control("POST", "lifecycle", {"event": "missed", "mail": ANNA})
    await company.advance(3600)
    await company.control("DELETE", "notifications")
    await company.advance(3600)

    assert company.endpoint.posts == []


@pytest.mark.parametrize("event", ["missed", "reauthorizationRequired"])
async def test_lifecycle_events_go_to_their_own_url(company: Company, event: str):
    created = await company.subscribe(ANNA)
    await company.control("POST", "lifecycle", {"event": event, "mail": ANNA})
    await company.settle()

    ((path, content),) = company.endpoint.posts
    assert path == "/api/webhooks/graph/lifecycle"
    assert content["value"] == [
        {
            "subscriptionId": created["id"],
            "subscriptionExpirationDateTime": "2026-03-04T07:00:00.0000000+00:00",
            "tenantId": company.sim.credentials.tenant,
            "clientState": "secret",
            "lifecycleEvent": event,
        }
    ]


async def test_a_removed_subscription_is_gone(company: Company, anna: Person):
    await company.subscribe(ANNA)
    await company.control("POST", "lifecycle", {"event": "subscriptionRemoved", "mail": ANNA})
    await company.settle()
    assert company.endpoint.lifecycle_events == ["subscriptionRemoved"]
    await anna.create(meeting())
    await company.settle()

    assert company.endpoint.notices == []
    assert (await company.control("GET", "state"))["subscriptions"] == []


async def test_notifications_can_be_sent_at_will_and_forged(company: Company, anna: Person):
    refused = await company.control("POST", "notify", {"mail": ANNA, "event_id": "x"}, expect=409)
    assert "nobody has subscribed" in refused["error"]
    await company.subscribe(ANNA)
    event = await anna.create(meeting())
    await company.settle()
    company.endpoint.clear()
    order = {"mail": ANNA, "event_id": event["id"], "change": "updated", "times": 30}
    sent = await company.control("POST", "notify", order | {"connections": 5})
    assert (sent["sent"], sent["answers"]) == (30, {"202": 30})
    assert len({n["resourceData"]["id"] for n in company.endpoint.notices}) == 1

    company.endpoint.clear()
    forged = {"mail": ANNA, "event_id": "made-up", "client_state": "wrong", "change": "deleted"}
    await company.control("POST", "notify", forged)
    (notice,) = company.endpoint.notices
    assert (notice["clientState"], notice["resourceData"]["id"]) == ("wrong", "made-up")


async def test_the_same_seed_gives_the_same_story(company: Company, anna: Person):
    async def story() -> list[tuple[str, str]]:
        company.endpoint.clear()
        await company.subscribe(ANNA)
        await anna.create(meeting(SAENTIS))
        await company.settle()
        return [(n["changeType"], n["resourceData"]["id"]) for n in company.endpoint.notices]

    first = await story()
    other = Company(None, start=company.clock.now())
    other.sim.load(world())
    company, anna = other, other.outlook(ANNA)

    assert await story() == first
    await other.close()


async def test_silence_swallows_what_is_under_way(company: Company, anna: Person):
    await company.subscribe(ANNA)
    await company.control("POST", "notifications", {"delay_s": [60, 60]})
    await anna.create(meeting())
    await company.control("POST", "notifications", {"silent": True})
    await company.advance(120)

    assert company.endpoint.notices == []
    assert (await company.control("GET", "pending"))["notifications"] == 0
