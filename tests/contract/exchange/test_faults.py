from collections.abc import AsyncIterator

import httpx
import pytest

from devstack.kit.desk import ConnectionAbortedByFaultError
from tests.contract.exchange.company import ANNA, BASE, Company, Person, meeting


@pytest.fixture
async def plain(company: Company) -> AsyncIterator[Person]:
    """Anna over a transport that does not mind made-up answers."""
    transport = httpx.ASGITransport(company.sim.app)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield Person(client, f"Bearer user:{ANNA}", ANNA)


async def test_a_write_may_succeed_though_its_answer_says_otherwise(
    company: Company, plain: Person
):
    fault = {"match": {"method": "POST", "mailbox": ANNA}, "do": {"fail_after_success": 504}}
    await company.control("POST", "faults", fault)

    assert (await plain.call("POST", "me/events", meeting())).status_code == 504
    assert len(await plain.events()) == 1
    entry = (await company.requests())[0]
    assert (entry["status"], entry["changed"]) == (504, True)
    assert entry["fault"] == {"fail_after_success": 504}


async def test_a_made_up_answer_reaches_only_the_requests_that_match(
    company: Company, plain: Person
):
    event = await plain.create(meeting())
    body = {"error": {"code": "ErrorMailboxMoveInProgress", "message": ""}}
    fault = {
        "match": {"method": "PATCH", "body": "Moved", "path": "/events/"},
        "do": {"status": 503, "headers": {"Retry-After": "7"}, "body": body},
        "times": 2,
    }
    await company.control("POST", "faults", fault)
    await plain.change(event, subject="Still")

    for _ in range(2):
        answer = await plain.call("PATCH", f"me/events/{event['id']}", {"subject": "Moved"})
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")
    assert (await plain.change(event, subject="Moved"))["subject"] == "Moved"


async def test_a_connection_may_break(company: Company, plain: Person):
    await company.control("POST", "faults", {"do": {"drop_connection": True}})

    with pytest.raises(ConnectionAbortedByFaultError):
        await plain.events()


async def test_a_connection_may_break_after_the_write_was_done(company: Company, plain: Person):
    fault = {"do": {"fail_after_success": 504, "drop_connection": True}}
    await company.control("POST", "faults", fault)

    with pytest.raises(ConnectionAbortedByFaultError):
        await plain.call("POST", "me/events", meeting())
    assert len(await plain.events()) == 1
    entry = (await company.requests())[0]
    assert (entry["status"], entry["changed"]) == (0, True)


async def test_a_failure_after_success_may_have_headers_and_a_body(company: Company, plain: Person):
    deed = {"fail_after_success": 503, "headers": {"Retry-After": 9}, "body": {"late": True}}
    await company.control("POST", "faults", {"do": deed})

    answer = await plain.call("POST", "me/events", meeting(), expect=503)
    assert (answer.headers["retry-after"], answer.json()) == ("9", {"late": True})


async def test_a_path_is_found_as_it_was_sent_and_decoded(company: Company, plain: Person):
    for path in (f"/users/{ANNA}/events", "%24filter"):
        await company.control("POST", "faults", {"match": {"path": path}, "do": {"status": 418}})

        encoded = f"users/{ANNA.replace('@', '%40')}/events?%24filter=subject%20eq%20%27x%27"
        await plain.call("GET", encoded, expect=418)


@pytest.mark.parametrize(
    ("order", "said"),
    [
        ({"match": {"path": "(["}, "do": {"status": 500}}, "match.path"),
        ({"match": {"body": "*"}, "do": {"status": 500}}, "match.body"),
        ({"do": {}}, "what shall happen"),
        ({"match": {"verb": "GET"}, "do": {"status": 500}}, "match.verb"),
    ],
)
async def test_a_fault_that_cannot_be_committed_is_refused(
    company: Company, plain: Person, order: dict, said: str
):
    assert said in (await company.control("POST", "faults", order, expect=400))["error"]
    await plain.events()
