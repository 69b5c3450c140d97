"""Fast enough to be driven by thousands of random changes: CPU time, not the wall clock."""

import time

import httpx

from devstack.kit.shelf import Shelf
from devstack.rooms.simulator import RoomsSimulator
from tests.contract.rooms.conftest import House, world
from tests.contract.rooms.receiver import Receiver

MANY = 5000
SERVICE = {"APIKEY": "900001"}


def seeds() -> list[dict]:
    return [
        {
            "creator": 11,
            "booking": {
                "ressourceId": 105,
                "titel": f"Termin {n}",
                "beginn": f"2026-{4 + n % 8:02d}-{1 + n // 8 % 28:02d}T08:00:00Z",
                "ende": f"2026-{4 + n % 8:02d}-{1 + n // 8 % 28:02d}T09:00:00Z",
            },
        }
        for n in range(MANY)
    ]


async def test_finding_and_booking_stay_fast_with_thousands_of_bookings(tmp_path, clock):
    simulator = RoomsSimulator(clock=clock, shelf=Shelf(tmp_path / "rooms.sqlite"))
    simulator.load(world(bookings=seeds()))
    house = House(simulator, clock, Receiver())
    client = httpx.AsyncClient(
        transport=house._transport, base_url="http://rooms/Default/api", headers=SERVICE
    )
    day = {"filter.start": "2026-05-04T00:00:00Z", "filter.end": "2026-05-05T00:00:00Z"}

    async def find() -> float:
        begun = time.process_time()
        answer = await client.get("/v2.0/bookings/find", params=day)
        assert len(answer.json()) > 10
        return time.process_time() - begun

    async def book(n: int) -> float:
        begun = time.process_time()
        draft = await client.post(
            "/v1.0/reservation/create",
            json={
                "ressourceId": 106,
                "beginn": f"2026-03-{3 + n:02d}T08:00:00Z",
                "ende": f"2026-03-{3 + n:02d}T09:00:00Z",
            },
        )
        context = draft.json()["TempdataContextId"]
        answer = await client.put("/v1.0/reservation/confirm", json={"tempdataContextId": context})
        assert answer.status_code == 200
        return time.process_time() - begun

    finds = [await find() for _ in range(5)]
    books = [await book(n) for n in range(8)]

    assert min(finds) < 0.030
    assert min(books) < 0.005
    await simulator.aclose()
