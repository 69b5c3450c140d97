"""A small company on the Exchange simulator; what is sent is checked against Graph's metadata."""

from collections.abc import AsyncIterator

import httpx
import pytest

from devstack.calendars.company import read_setting
from devstack.calendars.events import Setting
from tests.contract.calendars.snippets import ANNA, SAENTIS
from tests.contract.exchange.company import Company, world
from tests.contract.exchange.graph_types import graph_types

PERSONS = [
    {
        "mail": ANNA,
        "name": "Anna Meier",
        "rooms_id": 11,
        "aliases": ["a.meier@contoso.example"],
    },
    {"mail": "emily@contoso.example", "name": "Emily", "rooms_id": 12, "time_zone": "Asia/Tokyo"},
    {"mail": "carla@contoso.example", "name": "Carla", "rooms_id": 13, "mailbox": False},
    {"mail": "zoe@partner.example", "name": "Zoe Fremd", "rooms_id": 14},
]


@pytest.fixture
async def company() -> AsyncIterator[Company]:
    """Return a company at rest on Monday 2 March 2026, 8 o'clock in Zurich."""
    company = Company(graph_types())
    company.sim.load(world(persons=PERSONS, groups=[]))
    yield company
    await company.close()


@pytest.fixture
def exchange(company: Company) -> httpx.AsyncClient:
    return company.client


@pytest.fixture
async def setting(exchange: httpx.AsyncClient) -> Setting:
    return await read_setting(exchange, ANNA, SAENTIS)
