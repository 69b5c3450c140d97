"""Who is asked for rooms: all environments side by side, each harms itself only."""

import asyncio
from types import SimpleNamespace

import pytest

from core.app.imports import rooms_search
from core.app.imports.room_offers import Standing
from core.app.imports.rooms_search import find_rooms
from core.domain.directory import Environment, SyncedPerson, SyncedResource, directory
from core.domain.ids import EnvironmentId, PersonId, ResourceId
from core.domain.policies import Policies
from core.errors import InvalidPayloadError, NotPermittedError, ServiceUnavailableError
from core.ports.mailboxes import RoomFacts
from core.ports.rooms_directory import RoomsResource

EIGER = RoomFacts(address="eiger@online.example", name="Saal 3")
ONLINE, CELLAR = EnvironmentId("online"), EnvironmentId("cellar")
STORED = directory(
    global_sync_enabled=True,
    policies=Policies(),
    environments=[
        Environment(id=ONLINE, kind="graph", domains=("online.example",)),
        Environment(id=CELLAR, kind="ews", domains=("cellar.example",)),
    ],
    persons=[
        SyncedPerson(
            id=PersonId(11), name="Anna", address="anna@online.example", environment=ONLINE
        )
    ],
    resources=[SyncedResource(id=ResourceId(104), name="Eiger", type="Raum")],
)


class Exchange:
    """Answers, refuses or says nothing, by environment."""

    def __init__(self, **answers):
        self.answers, self.near = answers, {}

    async def rooms(self, environment, near):
        self.near[environment] = near
        answer = self.answers.get(environment, [])
        if isinstance(answer, Exception):
            raise answer
        if answer is None:
            await asyncio.Event().wait()
        return answer


class Rooms:
    """What ROOMS says of its resources."""

    def __init__(self, answer):
        self.answer = answer

    async def resources(self, asked):
        assert asked == [104]
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def services(exchange, rooms=None):
    async def load():
        return STORED

    return SimpleNamespace(
        settings=SimpleNamespace(load=load),
        mailboxes=exchange,
        rooms_directory=Rooms(rooms or {}),
    )


async def test_what_rooms_says_of_a_resource_without_an_address_counts():
    exchange = Exchange(online=[EIGER])
    known = {ResourceId(104): RoomsResource(address="eiger@online.example")}
    found = await find_rooms(services(exchange, known))
    assert [(each.standing, each.resource) for each in found.rooms] == [(Standing.FITS, 104)]
    assert found.troubles == ()
    assert exchange.near == {"online": "anna@online.example", "cellar": "rooms@cellar.example"}


async def test_one_environment_may_be_asked_alone_and_must_exist():
    exchange = Exchange()
    await find_rooms(services(exchange), ["cellar"])
    assert list(exchange.near) == ["cellar"]
    with pytest.raises(InvalidPayloadError, match="attic"):
        await find_rooms(services(exchange), ["cellar", "attic"])


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (ServiceUnavailableError("EWS is down"), "EWS is down"),
        (NotPermittedError("EWS is closed"), "EWS is closed"),
        (None, "no answer within"),
    ],
)
async def test_an_environment_that_does_not_answer_hides_no_other(monkeypatch, answer, told):
    monkeypatch.setattr(rooms_search, "PATIENCE_S", 0.01)
    found = await find_rooms(services(Exchange(online=[EIGER], cellar=answer)))
    assert len(found.rooms) == 1
    (trouble,) = found.troubles
    assert trouble.startswith(f"environment cellar was not asked for rooms: {told}")
    assert "Place.Read.All" not in trouble


async def test_online_the_right_that_is_missing_is_named():
    found = await find_rooms(services(Exchange(online=NotPermittedError("Graph refused"))))
    (trouble,) = found.troubles
    assert trouble.endswith("Graph refused; the application needs Place.Read.All for it")


async def test_without_rooms_names_have_to_do():
    down = ServiceUnavailableError("ROOMS is down")
    found = await find_rooms(services(Exchange(online=[EIGER]), down))
    assert [each.standing for each in found.rooms] == [Standing.UNKNOWN]
    assert found.troubles == ("ROOMS was not asked for addresses, names have to do: ROOMS is down",)
