import asyncio

import httpx

from tests.contract.exchange.company import ANNA, BASE, BOB, Company, Person, meeting


async def test_a_fifth_request_at_a_time_is_too_many_for_one_mailbox(
    company: Company, service: Person, anna: Person
):
    fault = {"match": {"mailbox": ANNA, "actor": "service"}, "do": {"delay_ms": 20}, "times": 4}
    await company.control("POST", "faults", fault)
    path = f"users/{ANNA}/events"
    four = [asyncio.create_task(service.call("GET", path)) for _ in range(4)]
    await asyncio.sleep(0)
    fifth = await service.get(path, 429)
    other, person = await service.events(BOB), await anna.events()
    answers = await asyncio.gather(*four)

    assert [a.status_code for a in answers] == [200] * 4
    assert fifth["error"]["code"] == "ApplicationThrottled"
    assert fifth["error"]["message"] == "Application is over its MailboxConcurrency limit."
    assert (other, person) == ([], [])
    await service.events(ANNA)


async def test_the_answer_says_when_to_come_back(company: Company, service: Person):
    await company.control("POST", "limits", {"mailbox_per_10_min": 2})
    for _ in range(2):
        await service.events(ANNA)
    refused = await service.call("GET", f"users/{ANNA}/events", expect=429)
    assert refused.headers["retry-after"] == "601"
    await service.events(BOB)

    await company.advance(600)
    await service.events(ANNA)


async def test_pages_can_be_made_short(company: Company, anna: Person):
    for day in (2, 3, 4):
        await anna.create(meeting(day=day))
    await company.control("POST", "limits", {"page_max": 2})
    first = await anna.get("me/events?$top=50&$count=true")
    second = await anna.get(first["@odata.nextLink"])

    assert (len(first["value"]), len(second["value"])) == (2, 1)
    assert first["@odata.count"] == 3
    assert first["@odata.nextLink"].startswith(f"{BASE}/v1.0/me/events?")


async def test_the_client_request_id_comes_back(company: Company, anna: Person):
    answer = await anna.call("GET", "me/events", client_request_id="my-own")

    assert answer.headers["client-request-id"] == "my-own"
    assert answer.headers["request-id"] != "my-own"


async def test_the_nth_request_of_one_mailbox_over_real_connections(company: Company):
    """The desk counts whoever waits inside, so the limit holds over separate clients too."""
    token = (await company.token()).json()["access_token"]
    fault = {"match": {"mailbox": ANNA}, "do": {"delay_ms": 20}, "times": 6}
    await company.control("POST", "faults", fault)

    async def one() -> int:
        transport = httpx.ASGITransport(company.sim.app)
        async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
            headers = {"Authorization": f"Bearer {token}"}
            return (await client.get(f"/v1.0/users/{ANNA}/events", headers=headers)).status_code

    statuses = await asyncio.gather(*(one() for _ in range(6)))
    assert sorted(statuses) == [200, 200, 200, 200, 429, 429]
