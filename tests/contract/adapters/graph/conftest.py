"""The adapter against the Exchange simulator in one process, on a clock that stands still."""

import itertools
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from core.adapters.credential import AppLogin
from core.adapters.either_credential import credential_of
from core.adapters.graph.calendar import GraphCalendar
from core.adapters.graph.client import GraphConnection
from core.adapters.graph.notifier import GraphNotifier
from core.domain.changes import EventDraft
from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId, MailboxKey, MappingId
from core.domain.interval import Interval
from devstack.exchange.model.timing import AT_ONCE
from devstack.exchange.simulator import ExchangeSimulator
from devstack.kit.clock import VirtualClock
from devstack.kit.world import World
from tests.contract.adapters.conftest import of_model
from tests.contract.adapters.in_process import InProcess
from tests.kit.interruptions import Interruptions
from tests.simulation.ports.calendar import ModelCalendar
from tests.simulation.ports.exchange_line import Addresses, ExchangeLine
from tests.simulation.ports.line import Line
from tests.simulation.ports.notifier import ModelNotifier

START = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
HOST = "http://127.0.0.1:7080"
CONTOSO = EnvironmentId("contoso")
OID = MappingId("3f0c1f0e-6f5c-4a51-9d0b-0a7f6f3b1c11")
WINDOW = Interval(START - timedelta(days=7), START + timedelta(days=400))

MAILBOXES = {
    "p11": "anna@contoso.example",
    "p12": "beat@contoso.example",
    "r101": "saentis@contoso.example",
    "p99": "nobody@contoso.example",
}

WORLD = {
    "start": START.isoformat(),
    "environments": [{"id": "contoso", "kind": "graph", "domains": ["contoso.example"]}],
    "persons": [
        {"mail": "anna@contoso.example", "name": "Anna Meier", "rooms_id": 11},
        {"mail": "beat@contoso.example", "name": "Beat Kunz", "rooms_id": 12},
    ],
    "resources": [{"rooms_id": 101, "name": "Säntis", "mail": "saentis@contoso.example"}],
    "groups": [
        {"id": "g1", "mail": "team@contoso.example", "members": ["inner@contoso.example"]},
        {
            "id": "g2",
            "mail": "inner@contoso.example",
            "members": [
                "beat@contoso.example",
                "guest@fabrikam.example",
                "team@contoso.example",
                "anna@contoso.example",
            ],
        },
    ],
}


def place(mailbox):
    return EventPlace(CONTOSO, MailboxKey(mailbox))


ANNA, BEAT, ROOM = place("p11"), place("p12"), place("r101")


def at(hour, minute=0, *, day=3, month=3, hours=1):
    start = datetime(2026, month, day, hour, minute, tzinfo=UTC)
    return Interval(start, start + timedelta(hours=hours))


_numbers = itertools.count()


def a_draft(**changes):
    values = {
        "appointment_oid": OID,
        "transaction_id": f"transaction-{next(_numbers)}",
        "subject": "Planung",
        "time": at(9),
        "time_zone": "Europe/Zurich",
    }
    return EventDraft(**(values | changes))


@pytest.fixture
def clock():
    return VirtualClock(START)


def any_endpoint(request):
    """Answer the handshake of a subscription as a webhook should."""
    return httpx.Response(200, text=request.url.params.get("validationToken", ""))


@pytest.fixture
async def simulator(clock):
    simulator = ExchangeSimulator(
        clock, timing=AT_ONCE, transport=httpx.MockTransport(any_endpoint)
    )
    simulator.load(World.model_validate(WORLD))
    yield simulator
    await simulator.close()


@pytest.fixture
def connect(simulator, clock):
    def make(lanes=None, **login):
        known = simulator.credentials
        transport = InProcess(simulator.app)
        values = {
            "authority": HOST,
            "tenant": known.tenant,
            "client_id": known.client_id,
            "client_secret": known.client_secret,
        }
        return GraphConnection(
            credential=credential_of(AppLogin(**(values | login)), clock, transport),
            address_of=MAILBOXES.__getitem__,
            zone_of=lambda _: "Europe/Zurich",
            environment=CONTOSO,
            base_url=f"{HOST}/v1.0",
            transport=transport,
            lanes=lanes,
        )

    return make


@pytest.fixture
async def connection(connect):
    connection = connect()
    yield connection
    await connection.aclose()


@pytest.fixture
def exchange_line(simulator, clock):
    line = Line("graph", [], Interruptions, simulator.controls.requests, clock.now)
    return ExchangeLine(simulator, line)


@pytest.fixture
def addresses():
    return Addresses(CONTOSO, MAILBOXES.__getitem__, lambda _: "Europe/Zurich")


@pytest.fixture
def calendar(request, connection, clock, exchange_line, addresses):
    if of_model(request):
        return ModelCalendar(exchange_line, addresses, page_size=2)
    return GraphCalendar(connection, clock, page_size=2)


@pytest.fixture
def notifier(request, connection, exchange_line, addresses):
    if of_model(request):
        return ModelNotifier(exchange_line, addresses)
    return GraphNotifier(connection)


@pytest.fixture
async def outlook(simulator):
    """Somebody at Outlook: `await outlook(mail, method, path, body)` returns the JSON answer."""
    async with httpx.AsyncClient(
        transport=InProcess(simulator.app), base_url=f"{HOST}/v1.0/"
    ) as http:

        async def act(mail, method, path, body=None):
            headers = {"Authorization": f"Bearer user:{mail}", "Prefer": 'IdType="ImmutableId"'}
            url = f"users/{mail}/{path}"
            answer = await http.request(method, url, json=body, headers=headers)
            assert answer.is_success, answer.text
            return answer.json() if answer.content else None

        yield act


@pytest.fixture
async def control(simulator):
    async with httpx.AsyncClient(
        transport=InProcess(simulator.app), base_url=f"{HOST}/_control/"
    ) as http:

        async def call(name, content):
            answer = await http.post(name, json=content)
            assert answer.status_code == 200, answer.text

        yield call


def requests_to(simulator, operation=None):
    lines = simulator.controls.requests.since(0)
    return [line for line in lines if operation in (None, line.operation)]


def an_event(**members):
    """Return a Graph event as somebody in Zurich would post it."""
    return {
        "subject": "Sitzung",
        "start": {"dateTime": "2026-03-03T10:00:00", "timeZone": "Europe/Zurich"},
        "end": {"dateTime": "2026-03-03T11:00:00", "timeZone": "Europe/Zurich"},
        **members,
    }
