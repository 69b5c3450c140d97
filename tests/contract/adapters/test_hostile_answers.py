"""Answers that nobody sends on purpose: both clients say what happened, soon, and keep little."""

import asyncio
import gzip
import json
import re
import tracemalloc

import httpx
import pytest

from core.adapters.bounded_http import BoundedClient
from core.adapters.credential import AppLogin, LocalCredential
from core.adapters.graph.calendar import GraphCalendar
from core.adapters.graph.client import GraphConnection
from core.adapters.rooms.bookings import RoomsBookingSystem
from core.adapters.rooms.client import RoomsConnection
from core.adapters.rooms.login import RoomsLogin
from core.domain.event import EventPlace
from core.domain.ids import BookingId, EnvironmentId, EventId, MailboxKey
from core.errors import RetryClass, ServiceUnavailableError
from devstack.kit.clock import VirtualClock
from tests.unit.builders import NOW

CONTOSO = EnvironmentId("contoso")
ANNA = EventPlace(CONTOSO, MailboxKey("p11"))
HTML = b"<html><body>Welcome to the guest network</body></html>"
MEGABYTE = 1024 * 1024


class Body(httpx.AsyncByteStream):
    """Parts of a body; between them whatever `between` does. Counts what was taken."""

    def __init__(self, parts, between=None):
        self._parts, self._between = parts, between
        self.taken = 0
        self.is_closed = False

    async def __aiter__(self):
        for part in self._parts:
            self.taken += len(part)
            yield part
            if self._between is not None:
                await self._between()

    async def aclose(self):
        self.is_closed = True


class Hostile(httpx.AsyncBaseTransport):
    """Logs in as it should be, then answers every call the same bad way."""

    def __init__(self, answer):
        self._answer = answer
        self.calls = 0

    async def handle_async_request(self, request):
        if "oauth2" in request.url.path:
            return httpx.Response(200, json={"access_token": "t", "expires_in": 3600})
        self.calls += 1
        answer = self._answer
        if isinstance(answer, Exception):
            raise answer
        return answer


def endless(part: bytes):
    while True:
        yield part


def answer_of(content=b"", status=200, **headers):
    stream = content if isinstance(content, Body) else Body([content])
    named = {"content-type": "application/json", **headers}
    return httpx.Response(
        status, stream=stream, headers={k.replace("_", "-"): v for k, v in named.items()}
    )


@pytest.fixture
def limits(monkeypatch):
    """Limits that a test reaches in no time."""
    init = BoundedClient.__init__

    def small(self, **options):
        init(self, **{"longest_s": 0.05, "largest": MEGABYTE, **options})

    monkeypatch.setattr(BoundedClient, "__init__", small)


def rooms_with(transport):
    connection = RoomsConnection(
        base_url="http://127.0.0.1:7081",
        mandator="Default",
        login=RoomsLogin(api_key="1"),
        clock=VirtualClock(NOW),
        transport=transport,
    )
    return connection, RoomsBookingSystem(connection)


def graph_with(transport):
    clock = VirtualClock(NOW)
    login = AppLogin(authority="http://127.0.0.1:7080", tenant="t", client_id="c")
    connection = GraphConnection(
        credential=LocalCredential(login, clock, transport),
        address_of=lambda _: "anna@contoso.example",
        environment=CONTOSO,
        base_url="http://127.0.0.1:7080/v1.0",
        transport=transport,
    )
    return connection, GraphCalendar(connection, clock)


async def ask_rooms(transport):
    connection, rooms = rooms_with(transport)
    try:
        await rooms.get_booking(BookingId(7))
    finally:
        await connection.aclose()


async def ask_graph(transport):
    connection, calendar = graph_with(transport)
    try:
        await calendar.get_event(ANNA, EventId("e1"))
    finally:
        await connection.aclose()


@pytest.fixture(params=[ask_rooms, ask_graph], ids=["rooms", "graph"])
def ask(request):
    return request.param


BAD = {
    "reset": (httpx.ReadError("anna@contoso.example"), "the connection broke"),
    "no connection": (httpx.ConnectError("http://secret"), "no connection"),
    "no connection in time": (httpx.ConnectTimeout(""), "no connection in time"),
    "half an answer": (httpx.RemoteProtocolError("peer closed"), "cut off"),
    "no name": (OSError("getaddrinfo failed"), "the connection broke"),
    "invalid JSON": (answer_of(b'{"id": "e1", '), "cannot be read"),
    "not UTF-8": (answer_of(b"\xff\xfe{}"), "cannot be read"),
    "JSON too deep": (answer_of(b"[" * 200_000), "cannot be read"),
    "a login page": (answer_of(HTML, content_type="text/html; charset=utf-8"), "answered|read"),
    "a page that says JSON": (answer_of(HTML), "cannot be read"),
    "a redirect": (answer_of(b"", 302, location="http://elsewhere.example/"), "302"),
    "a redirect for good": (answer_of(HTML, 308, location="/login"), "308"),
    "broken packing": (answer_of(b"not gzip", content_encoding="gzip"), "unpacked"),
    "packed twice": (answer_of(b"x", content_encoding="gzip, gzip"), "unpacked"),
}


@pytest.mark.parametrize("bad", BAD)
async def test_whatever_comes_back_is_a_service_in_trouble_told_in_words(ask, bad):
    answer, said = BAD[bad]
    if isinstance(answer, httpx.Response):
        answer = httpx.Response(answer.status_code, headers=answer.headers, stream=answer.stream)
    transport = Hostile(answer)

    with pytest.raises(ServiceUnavailableError) as raised:
        await ask(transport)

    assert re.search(said, str(raised.value))
    assert raised.value.retry_class is RetryClass.CONNECTIVITY
    assert transport.calls == 1, "a redirect is not followed, nothing is repeated here"
    for secret in ("contoso.example", "secret", "elsewhere", "guest network"):
        assert secret not in str(raised.value)


async def test_a_huge_answer_is_not_read_to_its_end(ask, limits):
    body = Body(endless(b" " * 65536))

    with pytest.raises(ServiceUnavailableError, match="larger than anything we ask for"):
        await ask(Hostile(answer_of(body)))

    assert body.taken <= 2 * MEGABYTE
    assert body.is_closed


async def test_a_small_answer_that_is_huge_when_unpacked_is_not_unpacked(ask, limits):
    bomb = gzip.compress(b" " * (200 * MEGABYTE))
    assert len(bomb) < MEGABYTE
    tracemalloc.start()
    with pytest.raises(ServiceUnavailableError, match="larger than anything we ask for"):
        await ask(Hostile(answer_of(bomb, content_encoding="gzip")))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 50 * MEGABYTE


async def test_an_answer_that_drips_is_not_waited_for(ask, limits):
    body = Body(endless(b" "), between=lambda: asyncio.sleep(0))

    with pytest.raises(ServiceUnavailableError, match="does not come to its end"):
        await ask(Hostile(answer_of(body)))

    assert body.is_closed


async def test_an_answer_that_stops_half_way_is_not_waited_for(ask, limits):
    body = Body([b'{"id": '], between=asyncio.Event().wait)

    with pytest.raises(ServiceUnavailableError, match="does not come to its end"):
        await ask(Hostile(answer_of(body)))


async def test_whoever_waits_for_an_answer_may_go_away(ask):
    body = Body([b'{"id": '], between=asyncio.Event().wait)
    waiting = asyncio.create_task(ask(Hostile(answer_of(body))))
    await asyncio.sleep(0.01)
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert body.is_closed


async def test_a_page_of_a_proxy_is_no_success_of_a_call_that_expects_nothing():
    """A DELETE has no body to read; an event would be taken for deleted that is still there."""
    transport = Hostile(answer_of(HTML, content_type="text/html"))
    connection, calendar = graph_with(transport)

    with pytest.raises(ServiceUnavailableError, match="in between"):
        await calendar.delete_event(ANNA, EventId("e1"))
    await connection.aclose()


async def test_a_token_endpoint_that_sends_too_much_is_not_read_either(limits):
    too_much = httpx.MockTransport(lambda _: answer_of(Body(endless(b" " * 65536))))

    with pytest.raises(ServiceUnavailableError, match="larger than anything we ask for"):
        await ask_graph(too_much)


@pytest.mark.parametrize("lifetime", [1e400, -5, 10**30, float("nan")])
async def test_a_token_with_an_absurd_lifetime_harms_nobody(lifetime):
    calls = []

    def answer(request):
        calls.append(request.url.path)
        if request.url.path.endswith("/token"):
            return httpx.Response(
                200, text=json.dumps({"access_token": "t", "expires_in": lifetime})
            )
        return httpx.Response(404)

    connection = RoomsConnection(
        base_url="http://127.0.0.1:7081",
        mandator="Default",
        login=RoomsLogin(api_key="1", token_url="http://127.0.0.1:7081/connect/token"),
        clock=VirtualClock(NOW),
        transport=httpx.MockTransport(answer),
    )
    with pytest.raises(Exception, match=r"404|cannot be read"):
        await RoomsBookingSystem(connection).get_booking(BookingId(7))
    assert calls


async def test_an_honest_packed_answer_is_read():
    content = gzip.compress(json.dumps({"value": ["é"] * 1000}).encode())
    transport = httpx.MockTransport(
        lambda _: answer_of(content, content_encoding="gzip", content_length=str(len(content)))
    )
    async with BoundedClient(transport=transport) as http:
        answer = await http.get("http://127.0.0.1/")
    assert answer.json() == {"value": ["é"] * 1000}
    assert answer.headers["content-type"] == "application/json"
