"""The two ways in: the key in a header, or a token from the identity provider."""

import asyncio
from datetime import timedelta

import httpx
import pytest

from core.adapters.rooms.bookings import RoomsBookingSystem
from core.adapters.rooms.client import RoomsConnection
from core.adapters.rooms.login import RoomsLogin
from core.errors import NotPermittedError, ServiceUnavailableError, ThrottledError
from core.ports.rooms import BookingQuery
from tests.contract.adapters.rooms.conftest import BASE_URL, requests_to


@pytest.fixture
def idp(simulator):
    return {
        "token_url": f"{BASE_URL}/connect/token",
        "client_id": simulator.registration.client_id,
        "client_secret": simulator.registration.client_secret,
    }


def tokens(simulator):
    return len(requests_to(simulator, "connect_token"))


async def test_a_token_is_kept_until_it_ends(connect, idp, simulator, clock):
    rooms = RoomsBookingSystem(connect(**idp))
    for _ in range(3):
        await rooms.find_bookings(BookingQuery())
    assert tokens(simulator) == 1
    clock.advance(timedelta(hours=1))
    await rooms.find_bookings(BookingQuery())
    assert tokens(simulator) == 2


async def test_a_token_that_rooms_forgot_is_renewed_once(connect, idp, simulator, control):
    rooms = RoomsBookingSystem(connect(**idp))
    await rooms.find_bookings(BookingQuery())
    await control("faults", {"match": {"path": "find"}, "times": 1, "do": {"status": 401}})
    await rooms.find_bookings(BookingQuery())
    assert tokens(simulator) == 2
    await control("faults", {"match": {"path": "find"}, "times": 2, "do": {"status": 401}})
    with pytest.raises(NotPermittedError):
        await rooms.find_bookings(BookingQuery())


@pytest.mark.parametrize("wrong", ["api_key", "client_secret", "client_id"])
async def test_wrong_credentials_are_the_operators_affair(connect, idp, wrong):
    rooms = RoomsBookingSystem(connect(**(idp | {wrong: "hunter2"})))
    with pytest.raises(NotPermittedError) as raised:
        await rooms.find_bookings(BookingQuery())
    assert "hunter2" not in str(raised.value)


async def test_a_wrong_key_without_identity_provider_is_not_permitted(connect):
    with pytest.raises(NotPermittedError):
        await RoomsBookingSystem(connect(api_key="0")).find_bookings(BookingQuery())


BOTH = ("{right} not-known", "not-yet-known {right}")


@pytest.mark.parametrize("pair", [(w, a) for w in ("api_key", "client_secret") for a in BOTH])
async def test_of_two_the_one_that_is_taken_is_used(connect, idp, simulator, clock, pair):
    what, also = pair
    right = getattr(simulator.registration, what)
    rooms = RoomsBookingSystem(connect(**(idp | {what: also.format(right=right)})))
    for _ in range(3):
        await rooms.find_bookings(BookingQuery())
        clock.advance(timedelta(hours=1))
    refused = 1 if also.startswith("not") else 0
    assert tokens(simulator) == 3 + refused, "what was taken last is asked with first"


async def test_of_two_wrong_keys_and_two_wrong_secrets_each_is_tried_once(connect, idp, simulator):
    login = idp | {"api_key": "1 2", "client_secret": "hunter2 hunter3"}
    with pytest.raises(NotPermittedError, match="check client id") as raised:
        await RoomsBookingSystem(connect(**login)).find_bookings(BookingQuery())
    assert tokens(simulator) == 4
    assert "hunter" not in str(raised.value)


async def test_without_identity_provider_the_next_key_is_tried_at_once(connect, simulator):
    right = simulator.registration.api_key
    rooms = RoomsBookingSystem(connect(api_key=f"0 {right}"))
    await asyncio.gather(*(rooms.find_bookings(BookingQuery()) for _ in range(4)))
    before = len(requests_to(simulator))
    await rooms.find_bookings(BookingQuery())
    assert len(requests_to(simulator)) - before == 1, "it stays with the key that was taken"


@pytest.mark.parametrize(
    ("do", "error"),
    [
        ({"status": 503}, ServiceUnavailableError),
        ({"status": 429}, ThrottledError),
        ({"status": 200, "body": "<html>"}, ServiceUnavailableError),
        ({"status": 200, "body": {"token": "x"}}, ServiceUnavailableError),
        ({"status": 200, "body": []}, ServiceUnavailableError),
        ({"drop_connection": True}, ServiceUnavailableError),
    ],
)
async def test_an_identity_provider_in_trouble_is_tried_later(connect, idp, control, do, error):
    await control("faults", {"match": {"path": "connect/token"}, "times": 1, "do": do})
    with pytest.raises(error):
        await RoomsBookingSystem(connect(**idp)).find_bookings(BookingQuery())


def test_secrets_are_not_shown():
    login = RoomsLogin(api_key="900001", client_secret="geheim")
    assert "900001" not in repr(login)
    assert "geheim" not in repr(login)


async def test_the_key_goes_in_the_header_and_nowhere_else(connect, simulator):
    await RoomsBookingSystem(connect()).find_bookings(BookingQuery())
    for line in requests_to(simulator):
        assert simulator.registration.api_key not in f"{line.path}{line.query}{line.body}"


async def test_camel_case_is_asked_for_on_every_call(clock):
    seen = []

    def answer(request):
        seen.append(request.headers["x-jsonpropertyformat"])
        content = [{"id": 5, "name": "Annulliert"}] if "status" in request.url.path else []
        return httpx.Response(200, json=content)

    connection = RoomsConnection(
        base_url=BASE_URL,
        mandator="Default",
        login=RoomsLogin(api_key="1"),
        clock=clock,
        transport=httpx.MockTransport(answer),
    )
    await RoomsBookingSystem(connection).find_bookings(BookingQuery())
    assert seen == ["camel", "camel"]
