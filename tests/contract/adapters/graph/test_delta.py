"""Delta rounds on the calendar view (graph-calendar 2)."""

import httpx
import pytest
from azure.core.credentials import AccessToken

from core.adapters.graph.calendar import GraphCalendar
from core.adapters.graph.client import GraphConnection
from core.adapters.graph.credential import CloudCredential
from core.domain.event import EventKind
from core.domain.ids import EventId
from core.errors import CursorExpiredError, InvalidPayloadError, ServiceUnavailableError
from devstack.kit.clock import VirtualClock
from tests.contract.adapters.graph.conftest import (
    ANNA,
    CONTOSO,
    HOST,
    START,
    WINDOW,
    a_draft,
    an_event,
    at,
    requests_to,
)


async def a_round(calendar, cursor=None):
    events, removed = {}, set()
    while True:
        page = await calendar.changes(ANNA, WINDOW, cursor)
        events |= {event.event_id: event for event in page.events}
        removed |= set(page.removed)
        cursor = page.cursor
        if page.is_last:
            return events, removed, cursor


async def test_a_first_round_brings_all_pages_and_later_ones_the_difference(calendar, outlook):
    made = [await calendar.create_event(ANNA, a_draft(time=at(hour))) for hour in range(8, 13)]
    events, removed, cursor = await a_round(calendar)
    assert set(events) == {event.event_id for event in made}
    assert removed == set()
    first, second = made[0].event_id, made[1].event_id
    await outlook("anna@contoso.example", "PATCH", f"events/{first}", {"subject": "Neu"})
    await calendar.delete_event(ANNA, second)
    events, removed, cursor = await a_round(calendar, cursor)
    assert {e.event_id: e.subject for e in events.values()} == {first: "Neu"}
    assert removed == {second}
    quiet, gone, _ = await a_round(calendar, cursor)
    assert (quiet, gone) == ({}, set())


async def test_the_events_of_a_round_carry_no_link_but_the_version_that_a_read_shows(calendar):
    made = await calendar.create_event(ANNA, a_draft())
    events, _, _ = await a_round(calendar)
    seen = events[made.event_id]
    assert seen.appointment_oid is None
    assert seen.version == made.version
    assert (seen.time, seen.time_zone) == (made.time, made.time_zone)


async def test_every_page_asks_for_immutable_ids_and_small_pages(calendar, simulator):
    seen = []
    inner = calendar._connection._transport.handle_async_request

    async def spy(request):
        seen.append((request.url.path, request.headers.get("prefer", "")))
        return await inner(request)

    calendar._connection._transport.handle_async_request = spy
    for hour in (8, 9, 10):
        await calendar.create_event(ANNA, a_draft(time=at(hour)))
    seen.clear()
    await a_round(calendar)
    assert len(seen) > 1
    for path, prefer in seen:
        assert "delta" in path
        assert {'IdType="ImmutableId"', "odata.maxpagesize=2", 'outlook.timezone="UTC"'} <= {
            part.strip() for part in prefer.split(",")
        }


@pytest.mark.parametrize("code", ["SyncStateNotFound", "resyncRequired", "syncstateinvalid", None])
async def test_a_state_that_the_service_forgot_means_a_new_round(calendar, control, code):
    await calendar.create_event(ANNA, a_draft())
    _, _, cursor = await a_round(calendar)
    gone = {"status": 410, "body": {"error": {"code": code}} if code else None}
    await control("faults", {"match": {"path": "delta"}, "times": 1, "do": gone})
    with pytest.raises(CursorExpiredError):
        await calendar.changes(ANNA, WINDOW, cursor)
    assert len((await a_round(calendar))[0]) == 1


async def test_a_cursor_of_another_host_means_a_new_round_and_gets_no_token(calendar, simulator):
    for cursor in ("https://evil.example/v1.0/x", f"{HOST}/v2/x", "nonsense", ""):
        with pytest.raises(CursorExpiredError):
            await calendar.changes(ANNA, WINDOW, cursor)
    assert requests_to(simulator) == []


class Answers:
    """Graph as a list of pages that a test writes by hand."""

    def __init__(self, *pages):
        self.pages, self.requests = list(pages), []

    def __call__(self, request):
        self.requests.append(request)
        return httpx.Response(200, json=self.pages.pop(0))


class AnyToken:
    """An azure-identity credential that always has a token."""

    async def get_token(self, *_, **__):
        return AccessToken("t", 2**40)


def a_calendar(*pages):
    connection = GraphConnection(
        credential=CloudCredential(AnyToken),
        address_of=lambda _: "anna@contoso.example",
        environment=CONTOSO,
        base_url=f"{HOST}/v1.0",
        transport=httpx.MockTransport(Answers(*pages)),
    )
    return GraphCalendar(connection, VirtualClock(START))


DELTA_LINK = {"@odata.deltaLink": f"{HOST}/v1.0/users/x/calendarView/delta?$deltatoken=1"}


def shown(number, **members):
    return {
        "id": f"id-{number}",
        "@odata.etag": 'W/"1"',
        "iCalUId": "u",
        "originalStartTimeZone": "W. Europe Standard Time",
        **an_event(**members),
    }


async def test_stubs_are_left_to_their_master_and_both_forms_of_removal_are_read():
    stub = {
        "id": "id-2",
        "type": "occurrence",
        "seriesMasterId": "id-1",
        **{k: v for k, v in an_event().items() if k != "subject"},
    }
    page = await a_calendar(
        {
            "value": [
                shown(1, type="seriesMaster", recurrence={"pattern": {}, "range": {}}),
                stub,
                shown(3, type="exception", seriesMasterId="id-1"),
                {"id": "id-4", "@removed": {"reason": "deleted"}},
                {"id": "id-5", "reason": "deleted"},
                {"id": "id-6", "subject": "no time at all"},
                "no object at all",
            ],
            **DELTA_LINK,
        }
    ).changes(ANNA, WINDOW, None)
    assert [(e.event_id, e.kind) for e in page.events] == [
        ("id-1", EventKind.SERIES_MASTER),
        ("id-3", EventKind.EXCEPTION),
    ]
    assert page.removed == ("id-4", "id-5", "id-6"), "the unreadable one is worth a look"
    assert page.is_last


async def test_of_an_item_that_comes_twice_the_last_word_counts():
    page = await a_calendar(
        {
            "value": [
                shown(1),
                {"id": "id-1", "@removed": {"reason": "deleted"}},
                {"id": "id-2", "@removed": {"reason": "deleted"}},
                shown(2),
                shown(3, subject="alt"),
                shown(3, subject="neu"),
            ],
            **DELTA_LINK,
        }
    ).changes(ANNA, WINDOW, None)
    assert [(e.event_id, e.subject) for e in page.events] == [("id-2", "Sitzung"), ("id-3", "neu")]
    assert page.removed == (EventId("id-1"),)


async def test_an_empty_page_goes_on():
    link = f"{HOST}/v1.0/users/x/calendarView/delta?$skiptoken=1"
    page = await a_calendar({"value": [], "@odata.nextLink": link}).changes(ANNA, WINDOW, None)
    assert (page.events, page.cursor, page.is_last) == ((), link, False)


async def test_a_page_that_leads_nowhere_is_half_an_answer():
    with pytest.raises(ServiceUnavailableError):
        await a_calendar({"value": []}).changes(ANNA, WINDOW, None)
    with pytest.raises(ServiceUnavailableError):
        await a_calendar(DELTA_LINK).changes(ANNA, WINDOW, None)


@pytest.mark.parametrize(
    "link", ["https://evil.example/v1.0/x", "http://127.0.0.1:7081/v1.0/x", f"{HOST}/v1.0x/y"]
)
async def test_a_page_that_leads_to_another_host_is_not_followed(link):
    pages = {"value": [], "@odata.nextLink": link}
    with pytest.raises(InvalidPayloadError):
        await a_calendar(pages).changes(ANNA, WINDOW, None)
    with pytest.raises(InvalidPayloadError):
        _ = [event async for event in a_calendar(pages).list_events(ANNA, WINDOW)]
