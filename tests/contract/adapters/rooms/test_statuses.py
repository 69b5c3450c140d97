"""Status ids are read from the installation and understood by configured names."""

import httpx
import pytest

from core.adapters.rooms.client import RoomsConnection
from core.adapters.rooms.login import RoomsLogin
from core.adapters.rooms.payloads import BookingPayload, StatusLine
from core.adapters.rooms.statuses import DEFAULT_STATUS_NAMES, StatusTable
from core.domain.booking import BookingStatus
from core.errors import InvalidPayloadError
from tests.contract.adapters.rooms.conftest import BASE_URL, requests_to


def table(clock, *statuses, names=DEFAULT_STATUS_NAMES):
    content = [{"Id": number, "Name": name} for number, name in statuses]
    connection = RoomsConnection(
        base_url=BASE_URL,
        mandator="Default",
        login=RoomsLogin(api_key="1"),
        clock=clock,
        transport=httpx.MockTransport(lambda _: httpx.Response(200, json=content)),
    )
    return StatusTable(connection, names)


def a_booking(status="", status_id=None):
    dto = None if status_id is None else StatusLine(id=status_id, name="")
    return BookingPayload.model_construct(id=1, status=status, status_dto=dto)


@pytest.mark.over_http
async def test_the_statuses_of_the_simulator_are_all_understood(rooms, simulator):
    meanings = set((await rooms._statuses.ids()).values())
    assert meanings == set(BookingStatus)
    await rooms._statuses.ids()
    assert len(requests_to(simulator)) == 1


@pytest.mark.parametrize("name", ["Besetzt (definitiv)", "Besetzt definitiv", " besetzt DEFINITIV"])
async def test_names_are_compared_without_case_and_brackets(clock, name):
    statuses = table(clock, (9, name), (5, "annulliert"))
    assert await statuses.meaning(a_booking(status_id=9)) is BookingStatus.DEFINITIVE


async def test_the_id_counts_before_the_text(clock):
    statuses = table(clock, (5, "Annulliert"), (9, "Besetzt (definitiv)"))
    assert await statuses.meaning(a_booking("Besetzt", 5)) is BookingStatus.CANCELLED
    assert await statuses.meaning(a_booking("Annulliert", 77)) is BookingStatus.CANCELLED
    assert await statuses.meaning(a_booking("Slot definiert")) is BookingStatus.OTHER


async def test_other_names_can_be_configured(clock):
    names = {"Cancelled": BookingStatus.CANCELLED, "Booked": BookingStatus.DEFINITIVE}
    statuses = table(clock, (1, "Booked"), (2, "Cancelled"), names=names)
    assert await statuses.ids() == {1: BookingStatus.DEFINITIVE, 2: BookingStatus.CANCELLED}


async def test_an_installation_without_a_known_cancelled_status_is_not_guessed_at(clock):
    with pytest.raises(InvalidPayloadError, match="'Storniert'"):
        await table(clock, (1, "Besetzt (definitiv)"), (2, "Storniert")).ids()
