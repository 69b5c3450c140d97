"""The adapter against the ROOMS simulator in one process, on a clock that stands still."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from core.adapters.rooms.bookings import RoomsBookingSystem
from core.adapters.rooms.client import RoomsConnection
from core.adapters.rooms.login import RoomsLogin
from core.domain.changes import BookingDraft
from core.domain.ids import MappingId, PersonId, ResourceId
from core.domain.interval import Interval
from core.domain.meeting import Attendee
from devstack.kit.clock import VirtualClock
from devstack.kit.world import World
from devstack.rooms.simulator import RoomsSimulator
from tests.contract.adapters.conftest import of_model
from tests.contract.adapters.in_process import InProcess
from tests.kit.interruptions import Interruptions
from tests.simulation.ports.bookings import ModelBookings
from tests.simulation.ports.line import Line
from tests.simulation.ports.rooms_line import RoomsLine

START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
OID = MappingId("3f0c1f0e-6f5c-4a51-9d0b-0a7f6f3b1c11")
ANNA, BEAT = PersonId(11), PersonId(12)
ROOM, OTHER_ROOM = ResourceId(101), ResourceId(102)
BASE_URL = "http://127.0.0.1:7081"

WORLD = {
    "start": START.isoformat(),
    "environments": [{"id": "contoso", "kind": "graph", "domains": ["contoso.example"]}],
    "persons": [
        {"mail": "anna@contoso.example", "name": "Anna Meier", "rooms_id": 11, "pin": "11"},
        {"mail": "beat@contoso.example", "name": "Beat Kunz", "rooms_id": 12, "pin": "12"},
    ],
    "locations": [{"id": 1, "name": "Bern", "holidays": ["2026-05-01"]}],
    "resources": [
        {
            "rooms_id": 101,
            "name": "Säntis",
            "mail": "saentis@contoso.example",
            "opening_hours": {"mon-fri": "07:00-19:00"},
            "blocking_times": [
                {
                    "start": "2026-03-09T08:00:00Z",
                    "end": "2026-03-09T12:00:00Z",
                    "title": "Reinigung",
                }
            ],
        },
        {"rooms_id": 102, "name": "Titlis", "mail": "titlis@contoso.example", "capacity": 2},
    ],
}

PERSONS = {"anna@contoso.example": ANNA, "beat@contoso.example": BEAT}


def at(hour, minute=0, *, day=3, hours=1):
    start = datetime(2026, 3, day, hour, minute, tzinfo=UTC)
    return Interval(start, start + timedelta(hours=hours))


def a_draft(**changes):
    values = {
        "appointment_oid": OID,
        "title": "Planung",
        "time": at(9),
        "resource": ROOM,
        "organizer": ANNA,
        "attendees": (
            Attendee("beat@contoso.example", "Beat Kunz"),
            Attendee("guest@fabrikam.example", "Guest"),
        ),
    }
    return BookingDraft(**(values | changes))


@pytest.fixture
def clock():
    return VirtualClock(START)


@pytest.fixture
async def simulator(clock):
    simulator = RoomsSimulator(clock=clock)
    simulator.load(World.model_validate(WORLD))
    yield simulator
    await simulator.aclose()


@pytest.fixture
def connect(simulator, clock):
    def make(**login):
        return RoomsConnection(
            base_url=BASE_URL,
            mandator="Default",
            login=RoomsLogin(**({"api_key": simulator.registration.api_key} | login)),
            clock=clock,
            transport=InProcess(simulator.app),
        )

    return make


@pytest.fixture
def rooms_line(simulator, clock):
    line = Line("rooms", [], Interruptions, simulator.controls.requests, clock.now)
    return RoomsLine(simulator, line)


@pytest.fixture
async def rooms(request, connect, rooms_line):
    connection = connect()
    if of_model(request):
        yield ModelBookings(rooms_line, person_at=PERSONS.get)
    else:
        yield RoomsBookingSystem(connection, person_at=PERSONS.get)
    await connection.aclose()


@pytest.fixture
async def beat(simulator):
    """Another user of ROOMS, at the REST interface."""
    async with httpx.AsyncClient(
        transport=InProcess(simulator.app),
        base_url=f"{BASE_URL}/Default/api/",
        headers={"APIKEY": "12", "X-JsonPropertyFormat": "camel"},
    ) as http:
        yield http


@pytest.fixture
def book(rooms):
    async def book(**changes):
        return await rooms.confirm_draft(await rooms.open_draft(a_draft(**changes)))

    return book


@pytest.fixture
async def control(simulator):
    async with httpx.AsyncClient(
        transport=InProcess(simulator.app), base_url=f"{BASE_URL}/_control/"
    ) as http:

        async def call(name, content):
            answer = await http.post(name, json=content)
            assert answer.status_code == 200, answer.text

        yield call


def requests_to(simulator, operation=None):
    lines = simulator.controls.requests.since(0)
    return [line for line in lines if operation in (None, line.operation)]
