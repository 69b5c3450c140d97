"""What ROOMS says of persons and resources, and what it hides."""

import pytest

from core.adapters.rooms.directory import RoomsCatalogue
from core.domain.ids import PersonId, ResourceId
from core.ports.rooms_directory import RoomsPerson, RoomsResource
from devstack.kit.world import World
from tests.contract.adapters.rooms.conftest import WORLD


@pytest.fixture
async def catalogue(simulator, connect):
    resources = [
        {**WORLD["resources"][0], "lead_minutes": 15, "follow_up_minutes": 5},
        {**WORLD["resources"][1], "active": False},
        {"rooms_id": 103, "name": "Ohne", "mode": "None"},
    ]
    simulator.load(World.model_validate({**WORLD, "resources": resources}))
    connection = connect()
    yield RoomsCatalogue(connection)
    await connection.aclose()


async def test_a_resource_has_the_address_of_the_calendar_page_and_its_times(catalogue):
    found = await catalogue.resources([ResourceId(n) for n in (101, 102, 103, 999)])

    assert found[ResourceId(101)] == RoomsResource(
        address="saentis@contoso.example", lead_minutes=15, follow_up_minutes=5
    )
    assert found[ResourceId(103)] == RoomsResource()
    assert not found[ResourceId(102)].is_bookable
    assert ResourceId(999) not in found


async def test_nothing_is_asked_for_nothing(catalogue):
    assert await catalogue.resources([]) == {}


async def test_a_person_has_an_address_and_may_be_inactive(catalogue):
    assert await catalogue.person(PersonId(11)) == RoomsPerson(
        address="anna@contoso.example", is_active=True
    )
    assert await catalogue.person(PersonId(999)) is None
