"""Delta rounds on the calendar view (graph-calendar 2)."""

from datetime import UTC, datetime

import pytest

from core.domain.event import EventKind
from core.domain.ids import EventId
from core.errors import CursorExpiredError, InvalidPayloadError, ServiceUnavailableError
from tests.contract.adapters.graph.by_hand import Answers, a_calendar, a_calendar_of, shown
from tests.contract.adapters.graph.conftest import (
    ANNA,
    HOST,
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


@pytest.mark.over_http
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
@pytest.mark.over_http
async def test_a_state_that_the_service_forgot_means_a_new_round(calendar, control, code):
    await calendar.create_event(ANNA, a_draft())
    _, _, cursor = await a_round(calendar)
    gone = {"status": 410, "body": {"error": {"code": code}} if code else None}
    await control("faults", {"match": {"path": "delta"}, "times": 1, "do": gone})
    with pytest.raises(CursorExpiredError):
        await calendar.changes(ANNA, WINDOW, cursor)
    assert len((await a_round(calendar))[0]) == 1


@pytest.mark.over_http
async def test_a_cursor_of_another_host_means_a_new_round_and_gets_no_token(calendar, simulator):
    for cursor in ("https://evil.example/v1.0/x", f"{HOST}/v2/x", "nonsense", ""):
        with pytest.raises(CursorExpiredError):
            await calendar.changes(ANNA, WINDOW, cursor)
    assert requests_to(simulator) == []


def a_stub(number, *, master):
    """Return what a delta round tells of a plain date of a series."""
    times = {name: value for name, value in an_event().items() if name != "subject"}
    series = f"id-{master}" if master != "" else ""
    return {"id": f"id-{number}", "type": "occurrence", "seriesMasterId": series, **times}


DELTA_LINK = {"@odata.deltaLink": f"{HOST}/v1.0/users/x/calendarView/delta?$deltatoken=1"}


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


async def test_a_stub_without_its_master_is_a_hint_to_look_at_it():
    """Whether it is ours is for the one who knows the links to say."""
    exception = shown(8, type="exception", seriesMasterId="id-2", originalStart=None)
    page = await a_calendar(
        {
            "value": [
                a_stub(3, master=1),
                a_stub(4, master=1),
                shown(2, type="seriesMaster"),
                a_stub(5, master=2),
                exception | {"originalStart": "2026-03-03T09:00:00Z"},
                a_stub(6, master=7),
                {"id": "id-7", "@removed": {"reason": "deleted"}},
                a_stub(9, master=""),
            ],
            **DELTA_LINK,
        }
    ).changes(ANNA, WINDOW, None)
    assert [(e.event_id, e.series_master) for e in page.events] == [
        ("id-2", None),
        ("id-8", "id-2"),
    ]
    assert page.events[1].original_start == datetime(2026, 3, 3, 9, tzinfo=UTC)
    assert page.removed == ("id-7", "id-1")


async def test_a_page_of_five_hundred_dates_is_one_request_and_names_each_series_once():
    """Ninety days of five series, one of them whole."""
    stubs = [a_stub(100 + number, master=number % 5) for number in range(499)]
    answers = Answers({"value": [shown(4, type="seriesMaster"), *stubs], **DELTA_LINK})
    page = await a_calendar_of(answers).changes(ANNA, WINDOW, None)
    assert [e.event_id for e in page.events] == ["id-4"]
    assert page.removed == ("id-0", "id-1", "id-2", "id-3")
    assert len(answers.requests) == 1


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
