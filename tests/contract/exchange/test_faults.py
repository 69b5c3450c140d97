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
