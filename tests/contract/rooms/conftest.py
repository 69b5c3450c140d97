"""A small house with a virtual clock; every answer is checked against the OpenAPI document."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from devstack.kit.clock import VirtualClock
from devstack.kit.world import World
from devstack.rooms.simulator import RoomsSimulator
from devstack.rooms.webhooks import Target
from tests.contract.rooms.answers import check_answer
from tests.contract.rooms.receiver import SECRET, Receiver

START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
SERVICE_KEY = "900001"

WORLD = {
    "start": "2026-03-02T07:00:00Z",
    "environments": [{"id": "contoso", "kind": "graph", "domains": ["contoso.example"]}],
    "persons": [
        {"mail": "anna.meier@contoso.example", "name": "Anna Meier", "rooms_id": 11, "pin": "11"},
        {"mail": "beat.kunz@contoso.example", "name": "Beat Kunz", "rooms_id": 12, "pin": "12"},
        {
            "mail": "carla.rossi@contoso.example",
            "name": "Carla Rossi",
            "rooms_id": 13,
            "pin": "13",
            "time_zone": "America/New_York",
            "rights": {
                "quick_booking": False,
                "book_private": False,
                "book_for_others": False,
                "book_definitive": False,
            },
        },
        {
            "mail": "dora.frei@contoso.example",
            "name": "Dora Frei",
            "rooms_id": 14,
            "pin": "14",
            "rights": {"book": False},
        },
        {
            "mail": "emil.graf@contoso.example",
            "name": "Emil Graf",
            "rooms_id": 15,
            "pin": "15",
            "rights": {"see_private": True},
        },
        {"mail": "fred@contoso.example", "name": "Fred", "rooms_id": 16, "rooms_person": False},
    ],
    "locations": [
        {"id": 1, "name": "Bern", "holidays": ["2026-05-01"]},
        {"id": 2, "name": "Hauptsitz", "parent": 1},
        {"id": 3, "name": "London", "time_zone": "Europe/London"},
    ],
    "resources": [
        {
            "rooms_id": 101,
            "name": "Säntis",
            "mail": "saentis@contoso.example",
            "location": 2,
            "lead_minutes": 15,
            "follow_up_minutes": 15,
            "opening_hours": {"mon-fri": "07:00-19:00", "sat": "08:00-12:00"},
            "blocking_times": [
                {
                    "start": "2026-03-09T08:00:00Z",
                    "end": "2026-03-09T12:00:00Z",
                    "title": "Reinigung",
                }
            ],
        },
        {
            "rooms_id": 102,
            "name": "Titlis",
            "location": 2,
            "mode": "None",
            "lead_minutes": 30,
            "follow_up_minutes": 15,
            "min_minutes": 30,
            "max_minutes": 240,
        },
        {
            "rooms_id": 103,
            "name": "Thames",
            "location": 3,
            "mode": "None",
            "time_zone": "Europe/London",
            "checkin": True,
        },
        {"rooms_id": 104, "name": "Alt", "location": 2, "mode": "None", "active": False},
        {"rooms_id": 105, "name": "Online", "location": 1, "mode": "None", "online": True},
        {"rooms_id": 106, "name": "Velo", "type": "Velo", "location": 2, "mode": "None"},
    ],
}


class House:
    """The simulator with its clock, its callers, and shortcuts for what tests do most."""

    def __init__(self, simulator: RoomsSimulator, clock: VirtualClock, receiver: Receiver) -> None:
        self.simulator, self.clock, self.receiver = simulator, clock, receiver
        self._transport = httpx.ASGITransport(app=simulator.app)

    def client(self, pin: str | None = SERVICE_KEY, **headers: str) -> httpx.AsyncClient:
        """Return a client that calls with a key, in camelCase unless told otherwise."""
        known = {"X-JsonPropertyFormat": "camel"} | ({"APIKEY": pin} if pin else {})
        return httpx.AsyncClient(
            transport=self._transport,
            base_url="http://rooms/Default/api",
            headers={k: v for k, v in {**known, **headers}.items() if v},
            event_hooks={"response": [check_answer]},
        )

    def control(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=self._transport, base_url="http://rooms/_control")

    async def switch(self, **positions: object) -> None:
        answer = await self.control().post("switches", json=positions)
        assert answer.status_code == 200, answer.text

    async def advance(self, **delta: float) -> None:
        """Move the clock and do what became due."""
        self.clock.advance(timedelta(**delta))
        await self.simulator.agenda.run_due()

    async def journal(self) -> list[dict]:
        return (await self.control().get("requests")).json()

    async def mails(self) -> list[dict]:
        return (await self.control().get("mails")).json()

    async def state(self) -> dict[int, dict]:
        answer = await self.control().get("state")
        return {b["id"]: b for b in answer.json()["bookings"]}


def world(**changes: object) -> World:
    return World.model_validate(json.loads(json.dumps({**WORLD, **changes})))


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
async def house(clock: VirtualClock) -> AsyncIterator[House]:
    receiver = Receiver()
    simulator = RoomsSimulator(
        clock=clock,
        seed=1,
        webhook=Target(url="http://app/api/webhooks/rooms", secret=SECRET),
        transport=httpx.MockTransport(receiver),
    )
    simulator.load(world())
    yield House(simulator, clock, receiver)
    await simulator.aclose()


@pytest.fixture
def service(house: House) -> httpx.AsyncClient:
    return house.client()


@pytest.fixture
def anna(house: House) -> httpx.AsyncClient:
    return house.client("11")


@pytest.fixture
def beat(house: House) -> httpx.AsyncClient:
    return house.client("12")


@pytest.fixture
def carla(house: House) -> httpx.AsyncClient:
    return house.client("13")
