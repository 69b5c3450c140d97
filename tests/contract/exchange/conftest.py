"""A company on the simulator whose traffic is checked against Graph's metadata."""

from collections.abc import AsyncIterator

import pytest

from tests.contract.exchange.company import ANNA, BOB, Company, Person, world
from tests.contract.exchange.ews_client import in_process
from tests.contract.exchange.ews_company import WORLD as EWS_WORLD
from tests.contract.exchange.ews_company import Cellar
from tests.contract.exchange.graph_types import GraphTypes, graph_types


@pytest.fixture(scope="session")
def types() -> GraphTypes | None:
    return graph_types()


@pytest.fixture
async def company(types: GraphTypes | None) -> AsyncIterator[Company]:
    company = Company(types)
    company.sim.load(world())
    yield company
    await company.close()


@pytest.fixture
def anna(company: Company) -> Person:
    return company.outlook(ANNA)


@pytest.fixture
def bob(company: Company) -> Person:
    return company.outlook(BOB)


@pytest.fixture
async def service(company: Company) -> Person:
    return await company.service()


@pytest.fixture
async def cellar(company: Company) -> AsyncIterator[Cellar]:
    company.sim.load(world(**EWS_WORLD))
    with in_process(company.client) as adapter:
        yield Cellar(company, adapter)
