import pytest

from tests.contract.exchange.company import ANNA, Company, Person, meeting

JSON = {"Content-Type": "application/json"}


def part(name: str, method: str, url: str, body: object = None, **more: object) -> dict:
    content = {} if body is None else {"body": body, "headers": JSON}
    return {"id": name, "method": method, "url": url} | content | more


async def send(person: Person, *parts: dict, expect: int = 200) -> dict[str, dict]:
    answer = await person.call("POST", "$batch", {"requests": list(parts)}, expect=expect)
    return {response["id"]: response for response in answer.json().get("responses", [])}


async def test_parts_are_answered_each_by_itself(anna: Person):
    event = await anna.create(meeting())
    responses = await send(
        anna,
        part("1", "GET", f"/me/events/{event['id']}?$select=subject"),
        part("2", "PATCH", f"me/events/{event['id']}", {"showAs": "oof"}),
        part("3", "GET", "/me/events/unknown"),
        part("4", "DELETE", f"/me/events/{event['id']}", dependsOn=["2"]),
    )

    assert {name: r["status"] for name, r in responses.items()} == {
        "1": 200, "2": 200, "3": 400, "4": 204,
    }  # fmt: skip
    assert responses["1"]["body"]["subject"] == "Budget"
    assert responses["3"]["body"]["error"]["code"] == "ErrorInvalidIdMalformed"
    assert "body" not in responses["4"]


async def test_the_log_has_every_part_under_its_envelope(company: Company, anna: Person):
    await send(anna, part("1", "POST", "/me/events", meeting()), part("2", "GET", "/me/events"))
    envelope, *parts = await company.requests()

    assert (envelope["operation"], envelope["changed"], envelope["batch"]) == ("batch", False, None)
    assert [(p["operation"], p["changed"], p["batch"], p["mailbox"]) for p in parts] == [
        ("event.create", True, envelope["number"], ANNA),
        ("event.list", False, envelope["number"], ANNA),
    ]


async def test_a_failed_dependency_stops_what_depends_on_it(anna: Person):
    responses = await send(
        anna,
        part("1", "GET", "/me/events/unknown"),
        part("2", "POST", "/me/events", meeting(), dependsOn=["1"]),
    )

    assert responses["2"]["status"] == 424
    assert await anna.events() == []


async def test_a_throttled_part_is_a_429_of_its_own(company: Company, service: Person):
    await company.control("POST", "limits", {"mailbox_per_10_min": 1})
    responses = await send(
        service, *(part(str(n), "GET", f"/users/{ANNA}/events") for n in range(2))
    )

    assert [responses[n]["status"] for n in ("0", "1")] == [200, 429]
    assert responses["1"]["headers"]["Retry-After"] == "601"


async def test_four_parts_of_one_batch_are_not_too_many(company: Company, service: Person):
    responses = await send(
        service, *(part(str(n), "GET", f"/users/{ANNA}/events") for n in range(20))
    )

    assert {r["status"] for r in responses.values()} == {200}


async def test_a_fault_hits_a_part(company: Company, anna: Person):
    fault = {"match": {"method": "DELETE"}, "do": {"drop_connection": True}}
    await company.control("POST", "faults", fault)
    event = await anna.create(meeting())
    responses = await send(anna, part("1", "DELETE", f"/me/events/{event['id']}"))

    assert responses["1"]["status"] == 504


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [part(str(n), "GET", "/me/events") for n in range(21)],
        [part("1", "GET", "/me/events"), part("1", "GET", "/me/events")],
        [part("1", "BREW", "/me/events")],
        [{"id": "1", "method": "POST", "url": "/me/events", "body": {}}],
        [part("1", "GET", "/me/events", dependsOn=["2"]), part("2", "GET", "/me/events")],
    ],
)
async def test_a_bad_batch_is_refused_as_a_whole(anna: Person, parts: list[dict]):
    await send(anna, *parts, expect=400)
