"""Graph as a test writes it by hand: what the simulator never answers."""

import httpx
from azure.core.credentials import AccessToken

from core.adapters.credential import CloudCredential
from core.adapters.graph.calendar import GraphCalendar
from core.adapters.graph.client import GraphConnection
from devstack.kit.clock import VirtualClock
from tests.contract.adapters.graph.conftest import CONTOSO, HOST, START, an_event


class Answers:
    """Graph as a list of pages that a test writes by hand; a number is a refusal."""

    def __init__(self, *pages):
        self.pages, self.requests = list(pages), []

    def __call__(self, request):
        self.requests.append(request)
        page = self.pages.pop(0)
        if isinstance(page, int):
            return httpx.Response(page, json={"error": {"code": "BadRequest"}})
        return httpx.Response(200, json=page)


class AnyToken:
    """An azure-identity credential that always has a token."""

    async def get_token(self, *_, **__):
        return AccessToken("t", 2**40)


def a_calendar(*pages):
    return a_calendar_of(Answers(*pages))


def a_calendar_of(answers):
    connection = GraphConnection(
        credential=CloudCredential(AnyToken),
        address_of=lambda _: "anna@contoso.example",
        environment=CONTOSO,
        base_url=f"{HOST}/v1.0",
        transport=httpx.MockTransport(answers),
    )
    return GraphCalendar(connection, VirtualClock(START))


def shown(number, **members):
    """Return an event as Graph shows it."""
    return {
        "id": f"id-{number}",
        "@odata.etag": 'W/"1"',
        "iCalUId": "u",
        "originalStartTimeZone": "W. Europe Standard Time",
        **an_event(**members),
    }
