"""What goes wrong on the way to ROOMS, and which error of ours it is."""

import httpx
import pytest

from core.adapters.rooms.bookings import RoomsBookingSystem
from core.adapters.rooms.client import RoomsConnection
from core.adapters.rooms.login import RoomsLogin
from core.domain.booking import BookingStatus
from core.domain.changes import BookingChanges
from core.domain.ids import BookingId
from core.errors import (
    InvalidPayloadError,
    LockedError,
    NotFoundError,
    NotPermittedError,
    RoomSyncError,
    ServiceUnavailableError,
    ThrottledError,
)
from core.ports.rooms import BookingQuery
from tests.contract.adapters.in_process import InProcess
from tests.contract.adapters.rooms.conftest import BASE_URL, OID, a_draft, at, requests_to

pytestmark = pytest.mark.over_http

HTML = "<html><body>Service Unavailable</body></html>"


@pytest.mark.parametrize(
    ("do", "error"),
    [
        ({"status": 401, "body": {"Message": "denied"}}, NotPermittedError),
        ({"status": 403}, NotPermittedError),
        ({"status": 403, "body": HTML}, NotPermittedError),
        ({"status": 404, "body": {"Message": "no such booking"}}, NotFoundError),
        ({"status": 404}, NotFoundError),
        ({"status": 404, "body": HTML}, ServiceUnavailableError),
        ({"status": 400, "body": {"Message": "bad"}}, InvalidPayloadError),
        ({"status": 415, "body": {"Message": "bad"}}, InvalidPayloadError),
        ({"status": 408}, ServiceUnavailableError),
        ({"status": 429, "body": HTML}, ThrottledError),
        ({"status": 500, "body": {"Message": "An error has occurred."}}, ServiceUnavailableError),
        ({"status": 503, "body": HTML}, ServiceUnavailableError),
        (
            {"status": 302, "headers": {"location": "https://login.example"}},
            ServiceUnavailableError,
        ),
        ({"status": 200, "body": HTML}, ServiceUnavailableError),
        ({"status": 200}, NotFoundError),
        ({"status": 200, "body": {}}, InvalidPayloadError),
        ({"status": 200, "body": {"id": 0}}, InvalidPayloadError),
        ({"drop_connection": True}, ServiceUnavailableError),
        ({"half_answer": True}, ServiceUnavailableError),
    ],
)
async def test_a_read_that_fails_says_what_to_do_about_it(rooms, book, control, do, error):
    booking = await book()
    await control("faults", {"match": {"method": "GET"}, "times": 1, "do": do})
    with pytest.raises(RoomSyncError) as raised:
        await rooms.get_booking(booking.booking_id)
    assert isinstance(raised.value, error)
    assert "Planung" not in str(raised.value)


@pytest.mark.parametrize("status", [429, 503])
async def test_a_pause_that_rooms_asks_for_is_passed_on(rooms, book, control, status):
    booking = await book()
    do = {"status": status, "headers": {"Retry-After": "17"}}
    await control("faults", {"match": {"method": "GET"}, "times": 1, "do": do})
    with pytest.raises((ThrottledError, ServiceUnavailableError)) as raised:
        await rooms.get_booking(booking.booking_id)
    assert raised.value.retry_after_s == 17


async def test_a_write_whose_answer_is_lost_is_no_refusal(rooms, book, control):
    booking = await book()
    lost = {"match": {"method": "PUT"}, "times": 1, "do": {"fail_after_success": 504}}
    await control("faults", lost)
    with pytest.raises(ServiceUnavailableError):
        await rooms.update_booking(booking, BookingChanges(title="Neu"))
    assert (await rooms.get_booking(booking.booking_id)).title == "Neu"


async def test_a_confirmation_whose_answer_is_lost_left_its_booking(rooms, control):
    opened = await rooms.open_draft(a_draft())
    lost = {"match": {"path": "confirm"}, "times": 1, "do": {"fail_after_success": 504}}
    await control("faults", lost)
    with pytest.raises(ServiceUnavailableError):
        await rooms.confirm_draft(opened)
    found = await rooms.find_bookings(BookingQuery(window=at(9)))
    assert [(b.appointment_oid, b.status) for b in found] == [(OID, BookingStatus.DEFINITIVE)]


async def test_an_edit_that_fails_on_the_way_gives_the_lock_back(rooms, book, control, simulator):
    booking = await book()
    await control(
        "faults", {"match": {"path": "confirm"}, "times": 1, "do": {"drop_connection": True}}
    )
    with pytest.raises(ServiceUnavailableError):
        await rooms.update_booking(booking, BookingChanges(attendees=()))
    assert simulator.house.store.drafts == {}


async def test_an_opened_draft_without_number_is_no_refusal(rooms, control):
    answer = {"status": 200, "body": {"reservationId": None, "messageList": []}}
    await control("faults", {"match": {"path": "create"}, "times": 1, "do": answer})
    with pytest.raises(ServiceUnavailableError):
        await rooms.open_draft(a_draft())


async def test_an_unknown_mandator_is_the_operators_affair(simulator, clock):
    connection = RoomsConnection(
        base_url=BASE_URL,
        mandator="Nirgends",
        login=RoomsLogin(api_key=simulator.registration.api_key),
        clock=clock,
        transport=InProcess(simulator.app),
    )
    with pytest.raises(InvalidPayloadError):
        await RoomsBookingSystem(connection).open_draft(a_draft())


async def test_a_reason_that_cannot_be_asked_for_leaves_the_write_open(rooms, book, control):
    await book()
    await control("faults", {"match": {"path": "blockers"}, "times": 1, "do": {"status": 503}})
    with pytest.raises(ServiceUnavailableError):
        await rooms.open_draft(a_draft())


async def test_an_unreadable_booking_hides_no_other(clock, caplog):
    good = {
        "Id": 7,
        "Title": "Planung",
        "Begin": "2026-03-03T09:00:00",
        "End": "2026-03-03T10:00:00",
        "RessourceId": 101,
        "Status": "Besetzt definitiv",
    }
    bad = {**good, "Id": 8, "Title": "Geheim", "End": "2026-03-03T08:00:00"}

    def answer(request):
        if request.url.path.endswith("/status"):
            return httpx.Response(200, json=[{"Id": 5, "Name": "annulliert"}])
        return httpx.Response(200, json=[bad, good, "?"])

    connection = RoomsConnection(
        base_url=BASE_URL,
        mandator="Default",
        login=RoomsLogin(api_key="1"),
        clock=clock,
        transport=httpx.MockTransport(answer),
    )
    found = await RoomsBookingSystem(connection).find_bookings(BookingQuery())
    assert [(b.booking_id, b.status) for b in found] == [(7, BookingStatus.DEFINITIVE)]
    assert "booking_unreadable" in caplog.text
    assert "Geheim" not in caplog.text


async def test_a_timeout_is_an_unknown_outcome(clock):
    def answer(request):
        raise httpx.ReadTimeout("slow", request=request)

    connection = RoomsConnection(
        base_url=BASE_URL,
        mandator="Default",
        login=RoomsLogin(api_key="1"),
        clock=clock,
        transport=httpx.MockTransport(answer),
    )
    with pytest.raises(ServiceUnavailableError):
        await RoomsBookingSystem(connection).cancel_booking(BookingId(1))


async def test_a_refused_edit_is_a_lock_whatever_its_text(rooms, book, control):
    booking = await book()
    no = {"status": 409, "body": {"Message": "Konflikt"}}
    await control("faults", {"match": {"path": "reservation/edit"}, "times": 1, "do": no})
    with pytest.raises(LockedError):
        await rooms.update_booking(booking, BookingChanges(attendees=()))


async def test_the_log_of_requests_shows_every_call_as_the_services(rooms, book, simulator):
    await book()
    assert {line.actor for line in requests_to(simulator)} == {"service"}
