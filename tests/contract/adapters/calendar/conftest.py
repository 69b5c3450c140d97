"""One calendar behind the port, however it is reached: a test here is told to every adapter.

`way` says how: `graph`, `sparing` (Graph where it does not hand out the exceptions of a series),
`model` (the ports of the simulation, without HTTP), `ews`. Tests use words of the port only; what a
bearer of them costs, and every byte, is asked in the folders `graph` and `ews`.
"""

import httpx
import pytest

from core.adapters.credential import AppLogin, credential_for
from core.adapters.ews.calendar import EwsCalendar
from core.adapters.ews.client import EwsConnection
from core.adapters.ews.login import EwsAuthentication, EwsLogin
from core.adapters.ews.mailboxes import EwsMailboxDirectory
from core.adapters.exchange.lanes import Lanes
from core.adapters.graph.calendar import GraphCalendar
from core.adapters.graph.client import GraphConnection
from core.adapters.graph.mailboxes import GraphMailboxDirectory
from devstack.exchange.model.timing import AT_ONCE
from devstack.exchange.simulator import ExchangeSimulator
from devstack.kit.clock import VirtualClock
from devstack.kit.world import World
from tests.contract.adapters.calendar.faults import EwsFaults, GraphFaults
from tests.contract.adapters.calendar.outlook import Outlook
from tests.contract.adapters.graph.conftest import CONTOSO, HOST, MAILBOXES, START, WORLD
from tests.contract.adapters.in_process import InProcess
from tests.contract.exchange.ews_client import PAGE, in_process
from tests.kit.interruptions import Interruptions
from tests.simulation.ports.calendar import ModelCalendar
from tests.simulation.ports.exchange_line import Addresses, ExchangeLine
from tests.simulation.ports.line import Line

ZURICH = "Europe/Zurich"
WRITES = {
    "event.create", "event.update", "event.delete", "event.cancel", "event.decline",
    "ews.CreateItem", "ews.UpdateItem", "ews.DeleteItem",
}  # fmt: skip


@pytest.fixture(params=["graph", "model", "ews"])
def way(request):
    if request.param == "model" and request.node.get_closest_marker("over_http"):
        pytest.skip("the case is about HTTP")
    return request.param


@pytest.fixture
def clock():
    return VirtualClock(START)


@pytest.fixture
def load(way):
    """Return how to give the simulator another world than the usual one."""
    here = {"id": CONTOSO, "kind": "ews" if way == "ews" else "graph"}

    def load(simulator, **changes):
        environments = [here | {"domains": ["contoso.example"]}]
        simulator.load(World.model_validate(WORLD | {"environments": environments} | changes))

    return load


@pytest.fixture
async def simulator(way, clock, load):
    simulator = ExchangeSimulator(clock, timing=AT_ONCE)
    load(simulator)
    if way == "sparing":
        simulator.switches.set("exception_occurrences", value=False)
    yield simulator
    await simulator.close()


@pytest.fixture
async def http(simulator):
    transport = InProcess(simulator.app)
    async with httpx.AsyncClient(transport=transport, base_url=f"{HOST}/") as http:
        yield http


@pytest.fixture
async def connection(way, simulator, clock, http):
    """The connection of an adapter, None where there is none."""
    known = {
        "environment": CONTOSO,
        "address_of": MAILBOXES.__getitem__,
        "zone_of": lambda _: ZURICH,
    }
    if way == "model":
        yield None
    elif way == "ews":
        account = simulator.service_account
        login = EwsLogin(
            url=PAGE, user=account.user, password=account.password,
            authentication=EwsAuthentication.BASIC,
        )  # fmt: skip
        with in_process(http) as adapter:
            connection = EwsConnection(login, adapter=adapter, clock=clock, **known)
            yield connection
            await connection.aclose()
    else:
        of = simulator.credentials
        login = AppLogin(
            authority=HOST, tenant=of.tenant, client_id=of.client_id,
            client_secret=of.client_secret,
        )  # fmt: skip
        transport = InProcess(simulator.app)
        connection = GraphConnection(
            credential=credential_for(login, clock, transport),
            base_url=f"{HOST}/v1.0", transport=transport, lanes=Lanes(clock), **known,
        )  # fmt: skip
        yield connection
        await connection.aclose()


@pytest.fixture
def calendar(way, simulator, clock, connection):
    if way == "ews":
        return EwsCalendar(connection, page_size=2)
    if way == "model":
        line = Line("graph", [], Interruptions, simulator.controls.requests, clock.now)
        addresses = Addresses(CONTOSO, MAILBOXES.__getitem__, lambda _: ZURICH)
        return ModelCalendar(ExchangeLine(simulator, line), addresses, page_size=2)
    return GraphCalendar(connection, clock, page_size=2)


@pytest.fixture
def directory(way, connection):
    kind = EwsMailboxDirectory if way == "ews" else GraphMailboxDirectory
    return kind(lambda _: connection)


@pytest.fixture
async def control(http):
    async def call(name, content):
        answer = await http.post(f"_control/{name}", json=content)
        assert answer.status_code == 200, answer.text

    return call


@pytest.fixture
def faults(way, control):
    """What the service does to the next request, in words that fit any."""
    return EwsFaults(control) if way == "ews" else GraphFaults(control)


@pytest.fixture
def anna(http, simulator):
    return Outlook(http, simulator, "anna@contoso.example")


@pytest.fixture
def beat(http, simulator):
    return Outlook(http, simulator, "beat@contoso.example")


@pytest.fixture
def mails(simulator):
    """Return kinds and recipients of the mails since the last look."""
    seen = 0

    def since():
        nonlocal seen
        lines = simulator.controls.mails.since(seen)
        seen = max([line.number for line in lines], default=seen)
        return [(line.kind, sorted(line.to)) for line in lines]

    return since


@pytest.fixture
def writes(simulator):
    """Return how often the service has written since the last look."""
    seen = 0

    def since():
        nonlocal seen
        lines = simulator.controls.requests.since(seen)
        seen = max([line.number for line in lines], default=seen)
        return len([r for r in lines if r.actor == "service" and r.operation in WRITES])

    return since
