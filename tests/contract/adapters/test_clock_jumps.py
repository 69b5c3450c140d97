"""A clock that is set forward or back: tokens and leases cost a call or a wait, never the work."""

from datetime import timedelta
from types import SimpleNamespace

import httpx
import pytest

from core.adapters.credential import AppLogin, LocalCredential
from core.adapters.exchange.lanes import Lanes
from core.adapters.graph.calendar import GraphCalendar
from core.adapters.graph.client import GraphConnection
from core.adapters.rooms.bookings import RoomsBookingSystem
from core.adapters.rooms.client import RoomsConnection
from core.adapters.rooms.login import RoomsLogin
from core.adapters.tables.cursor_store import TableCursorStore
from core.adapters.tables.mapping_store import TableMappingStore
from core.adapters.tables.pointer_store import TablePointerStore
from core.adapters.tables.provision import create_tables
from core.app.claims import claim, new_mapping
from core.app.services import Limits
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from core.domain.pointers import PointerKey
from core.errors import ClaimedError, ThrottledError
from tests.kit.memory_tables import MemoryTables
from tests.unit.builders import NOW

ANNA = EventPlace(EnvironmentId("contoso"), MailboxKey("p11"))
JUMPS = [timedelta(hours=-6), timedelta(minutes=-2), timedelta(hours=6), timedelta(days=400)]


class AnyClock:
    """A clock as machines have it: somebody may set it."""

    def __init__(self):
        self.moment = NOW

    def now(self):
        return self.moment


class Service:
    """Takes the token it gave last, for an hour of its own clock, and nothing else."""

    def __init__(self):
        self.given, self.is_alive = 0, False

    def expire(self):
        self.is_alive = False

    def __call__(self, request):
        if request.url.path.endswith("/token"):
            self.given, self.is_alive = self.given + 1, True
            return httpx.Response(200, json={"access_token": str(self.given), "expires_in": 3600})
        is_known = request.headers.get("authorization") == f"Bearer {self.given}"
        if not (is_known and self.is_alive):
            return httpx.Response(401, json={"error": {"code": "InvalidAuthenticationToken"}})
        return httpx.Response(200, json={"value": []})


async def ask_graph(service, clock):
    transport = httpx.MockTransport(service)
    login = AppLogin(authority="http://127.0.0.1:7080", tenant="t", client_id="c")
    connection = GraphConnection(
        credential=LocalCredential(login, clock, transport),
        address_of=lambda _: "anna@contoso.example",
        environment=EnvironmentId("contoso"),
        base_url="http://127.0.0.1:7080/v1.0",
        transport=transport,
    )
    calendar = GraphCalendar(connection, clock)
    return lambda: calendar.find_by_appointment_oid(ANNA, "3f0c1f0e-6f5c-4a51-9d0b-0a7f6f3b1c11")


async def ask_rooms(service, clock):
    connection = RoomsConnection(
        base_url="http://127.0.0.1:7081",
        mandator="Default",
        login=RoomsLogin(api_key="1", token_url="http://127.0.0.1:7081/connect/token"),
        clock=clock,
        transport=httpx.MockTransport(service),
    )
    return RoomsBookingSystem(connection).ping


@pytest.mark.parametrize("jump", JUMPS, ids=str)
@pytest.mark.parametrize("system", [ask_graph, ask_rooms])
async def test_a_token_is_good_or_renewed_wherever_the_clock_goes(system, jump):
    service, clock = Service(), AnyClock()
    ask = await system(service, clock)
    await ask()
    clock.moment += jump
    await ask()
    service.expire()
    await ask()

    assert service.given <= 3, "one login to begin with, one by our clock, one by theirs"


@pytest.fixture
async def services():
    clock = AnyClock()
    tables = MemoryTables()
    await create_tables(tables)
    return SimpleNamespace(
        clock=clock,
        mappings=TableMappingStore(tables),
        cursors=TableCursorStore(tables),
        pointers=TablePointerStore(tables),
        limits=Limits(),
        rooms=SimpleNamespace(mandator="Default"),
        new_id=iter(f"link-{n}" for n in range(9)).__next__,
    )


KEY = PointerKey("event", ("contoso", "p11", "e1"))


@pytest.mark.parametrize("back", [timedelta(seconds=40), timedelta(hours=2)], ids=str)
async def test_a_lease_of_a_clock_that_was_set_back_ends_one_lease_later(services, back):
    await claim(KEY, new_mapping(services, ANNA, None), services)
    services.clock.moment -= back

    with pytest.raises(ClaimedError) as held:
        await claim(KEY, new_mapping(services, ANNA, None), services)

    assert held.value.retry_after_s <= services.limits.lease_s
    services.clock.moment += timedelta(seconds=held.value.retry_after_s)
    await claim(KEY, new_mapping(services, ANNA, None), services)


async def test_a_lease_seen_by_a_clock_that_was_set_forward_has_ended(services):
    await claim(KEY, new_mapping(services, ANNA, None), services)
    services.clock.moment += timedelta(days=1)

    await claim(KEY, new_mapping(services, ANNA, None), services)


@pytest.mark.parametrize("back", [timedelta(seconds=3), timedelta(days=2)])
async def test_a_pause_of_a_clock_that_was_set_back_is_over(back):
    """As after `POST /reset` of a stack: nobody waits for what was asked in the future."""
    clock = AnyClock()
    lanes = Lanes(clock)
    lanes.pause("anna", 30)
    with pytest.raises(ThrottledError):
        async with lanes.enter("anna", is_own=True):
            pass
    clock.moment -= back
    async with lanes.enter("anna", is_own=True), lanes.enter("marc", is_own=True):
        pass
