"""The EWS adapter against the Exchange simulator in one process, on a clock that stands still."""

import httpx
import pytest

from core.adapters.ews.calendar import EwsCalendar
from core.adapters.ews.client import EwsConnection
from core.adapters.ews.login import EwsAuthentication, EwsLogin
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey
from devstack.exchange.model.timing import AT_ONCE
from devstack.exchange.simulator import ExchangeSimulator
from devstack.kit.clock import VirtualClock
from devstack.kit.world import World
from tests.contract.adapters.graph.conftest import START, WORLD
from tests.contract.adapters.in_process import InProcess
from tests.contract.exchange.ews_client import PAGE, in_process

CELLAR = EnvironmentId("cellar")
MAILBOXES = {
    "p11": "anna@contoso.example",
    "p12": "beat@contoso.example",
    "r101": "saentis@contoso.example",
    "p99": "nobody@contoso.example",
}


def place(mailbox):
    return EventPlace(CELLAR, MailboxKey(mailbox))


ANNA, BEAT, ROOM, NOBODY = place("p11"), place("p12"), place("r101"), place("p99")

NO_ITEMS = b"""<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"
 xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Header>
<t:ServerVersionInfo MajorVersion="15" MinorVersion="1" MajorBuildNumber="1"/></s:Header><s:Body>
<m:GetItemResponse><m:ResponseMessages><m:GetItemResponseMessage ResponseClass="Success">
<m:ResponseCode>NoError</m:ResponseCode><m:Items/></m:GetItemResponseMessage></m:ResponseMessages>
</m:GetItemResponse></s:Body></s:Envelope>"""
"""What a server of tests may answer to GetItem."""


@pytest.fixture
def clock():
    return VirtualClock(START)


@pytest.fixture
async def simulator(clock):
    simulator = ExchangeSimulator(clock, timing=AT_ONCE)
    here = {"id": CELLAR, "kind": "ews", "domains": ["contoso.example"]}
    simulator.load(World.model_validate(WORLD | {"environments": [here]}))
    yield simulator
    await simulator.close()


@pytest.fixture
async def connect(simulator):
    """Return how to connect; everything that is said fits Microsoft's schema, where at hand."""
    made, made_with = [], []

    def make(clock=None, credential=None, **login):
        known = simulator.service_account
        values = {
            "url": PAGE,
            "user": known.user,
            "password": known.password,
            "authentication": EwsAuthentication.BASIC,
        }
        connection = EwsConnection(
            EwsLogin(**(values | login)),
            environment=CELLAR,
            address_of=MAILBOXES.__getitem__,
            zone_of=lambda _: "Europe/Zurich",
            adapter=made_with[-1],
            clock=clock,
            credential=credential,
        )
        made.append(connection)
        return connection

    async with httpx.AsyncClient(transport=InProcess(simulator.app)) as client:
        with in_process(client) as adapter:
            made_with.append(adapter)
            yield make
        for connection in made:
            await connection.aclose()


@pytest.fixture
def on_premises(connect):
    return EwsCalendar(connect(), page_size=2)


@pytest.fixture
async def outlook(simulator):
    """Somebody at Outlook, who is served by Graph's face wherever the mailbox is."""
    base = "http://127.0.0.1:7080/v1.0/"
    async with httpx.AsyncClient(transport=InProcess(simulator.app), base_url=base) as http:

        async def act(mail, method, path, body=None):
            headers = {"Authorization": f"Bearer user:{mail}"}
            answer = await http.request(method, f"users/{mail}/{path}", json=body, headers=headers)
            assert answer.is_success, answer.text
            await simulator.agenda.run_due()
            return answer.json() if answer.content else None

        yield act


@pytest.fixture
async def control(simulator):
    base = "http://127.0.0.1:7080/_control/"
    async with httpx.AsyncClient(transport=InProcess(simulator.app), base_url=base) as http:

        async def call(name, content):
            answer = await http.post(name, json=content)
            assert answer.status_code == 200, answer.text

        yield call


@pytest.fixture
def asked(simulator):
    """Return the operations of EWS since the last look."""
    last = 0

    def since():
        nonlocal last
        lines = simulator.controls.requests.since(last)
        last = max([line.number for line in lines], default=last)
        return [line.operation for line in lines if "EWS" in line.path]

    return since
