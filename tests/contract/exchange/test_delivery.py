import pytest

from devstack.exchange.graph.delivery import DROP_SHARE, SLOW_SHARE, Record
from tests.contract.exchange.company import ANNA, START, Company, Person, meeting


@pytest.fixture
async def subscribed(company: Company) -> Company:
    await company.switch(updates_per_change=1, updated_after_created=False)
    await company.subscribe(ANNA)
    return company


async def test_a_failed_delivery_is_repeated_ever_more_slowly(subscribed: Company, anna: Person):
    subscribed.endpoint.status = 503
    await anna.create(meeting())
    tries = []
    for seconds in range(40):
        await subscribed.settle()
        tries += [seconds] * (len(subscribed.endpoint.posts) - len(tries))
        await subscribed.advance(1)
    assert tries == [0, 2, 6, 14, 30]
    assert (await subscribed.control("GET", "pending"))["notifications"] == 1

    subscribed.endpoint.status = 200
    await subscribed.advance(60)
    assert len(subscribed.endpoint.posts) == 6
    assert (await subscribed.control("GET", "pending"))["notifications"] == 0
    assert len({str(content) for _, content in subscribed.endpoint.posts}) == 1


async def test_after_four_hours_it_is_given_up_for_good(subscribed: Company, anna: Person):
    await subscribed.switch(missed_after_drop=False)
    subscribed.endpoint.refuses_connections = True
    await anna.create(meeting())
    await subscribed.advance(4 * 3600)
    assert (await subscribed.control("GET", "pending"))["notifications"] == 0
    subscribed.endpoint.refuses_connections = False
    await subscribed.advance(4 * 3600)

    assert subscribed.endpoint.posts == []


@pytest.mark.parametrize("status", [301, 400, 401, 404, 500])
async def test_everything_but_2xx_counts_as_failed(subscribed: Company, anna: Person, status: int):
    subscribed.endpoint.status = status
    await anna.create(meeting())
    await subscribed.settle()
    subscribed.endpoint.status = 204
    await subscribed.advance(2)

    assert len(subscribed.endpoint.posts) == 2


async def test_a_slow_endpoint_is_served_late(subscribed: Company, anna: Person):
    await subscribed.switch(slow_after_notifications=10)
    state = note(subscribed, slow=2, all_answers=16)
    assert SLOW_SHARE < state.slow_share(START, 10) < DROP_SHARE
    await anna.create(meeting())
    await subscribed.advance(9)
    assert subscribed.endpoint.posts == []
    await subscribed.advance(1)

    assert len(subscribed.endpoint.posts) == 1


async def test_a_very_slow_endpoint_loses_what_is_new(subscribed: Company, anna: Person):
    await subscribed.switch(slow_after_notifications=10)
    note(subscribed, slow=4, all_answers=16)
    await anna.create(meeting())
    await subscribed.advance(60)
    assert subscribed.endpoint.notices == []

    await subscribed.advance(600)
    await anna.create(meeting())
    await subscribed.settle()
    assert len(subscribed.endpoint.notices) == 1


async def test_a_few_slow_answers_prove_nothing(subscribed: Company, anna: Person):
    note(subscribed, slow=4, all_answers=16)
    await anna.create(meeting())
    await subscribed.settle()

    assert len(subscribed.endpoint.notices) == 1


def note(company: Company, *, slow: int, all_answers: int) -> Record:
    """Let the endpoint have answered so often, some of it slowly."""
    state = company.sim.deliveries.record("http://127.0.0.1:7071/api/webhooks/graph")
    for number in range(all_answers):
        state.note(company.clock.now(), was_slow=number < slow)
    return state
