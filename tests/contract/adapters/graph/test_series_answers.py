"""Answers about series that the simulator never gives: sparing, contradictory, senseless."""

import pytest

from core.domain.event import EventKind
from core.domain.ids import EventId
from core.errors import MalformedSeriesError, ServiceUnavailableError
from tests.contract.adapters.graph.by_hand import Answers, a_calendar, a_calendar_of, shown
from tests.contract.adapters.graph.conftest import ANNA
from tests.contract.adapters.graph.serial import days_of, on

MASTER = EventId("id-1")


def a_master(**members):
    """Return four Tuesdays from 3 March on, 10 to 11 in Zurich; None takes a member away."""
    content = shown(
        1,
        type="seriesMaster",
        recurrence={
            "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
            "range": {"type": "numbered", "startDate": "2026-03-03", "numberOfOccurrences": 4},
        },
        exceptionOccurrences=[],
        cancelledOccurrences=[],
    )
    return content | members


def a_date(day, kind="exception", **members):
    times = {
        name: {"dateTime": f"2026-{day}T{hour}:00:00", "timeZone": "Europe/Zurich"}
        for name, hour in (("start", "10"), ("end", "11"))
    }
    start = on(day, "10:00")
    own = {"type": kind, "seriesMasterId": "id-1", "originalStart": f"{start:%Y-%m-%dT%H:%M:%SZ}"}
    return shown(day, **{**times, **own, **members})


def dates(*days):
    return {"value": [a_date(day, "occurrence") for day in days]}


async def test_one_request_asks_for_all():
    answers = Answers(a_master())
    await a_calendar_of(answers).get_series(ANNA, MASTER)
    (request,) = answers.requests
    selected = request.url.params["$select"].split(",")
    assert {"recurrence", "exceptionOccurrences", "cancelledOccurrences"} < set(selected)
    expanded = request.url.params["$expand"]
    link = "singleValueExtendedProperties($filter=id eq 'String {"
    assert expanded.startswith(link)
    assert "exceptionOccurrences($select=id," in expanded
    assert "originalStart" in expanded
    assert f";$expand={link}" in expanded


async def test_exceptions_and_deleted_dates_come_with_the_master():
    master = a_master(
        exceptionOccurrences=[a_date("03-10", subject="Anders")],
        cancelledOccurrences=["OID.id-1.2026-03-17"],
    )
    series = await a_calendar(master).get_series(ANNA, MASTER)
    (exception,) = series.exceptions.values()
    assert (exception.subject, exception.original_start) == ("Anders", on("03-10", "10:00"))
    assert series.cancelled == {on("03-17", "10:00")}


async def test_an_exception_in_the_masters_answer_is_one_whatever_it_says():
    odd = a_date("03-10", kind="", seriesMasterId=None)
    series = await a_calendar(a_master(exceptionOccurrences=[odd])).get_series(ANNA, MASTER)
    (exception,) = series.exceptions.values()
    assert (exception.kind, exception.series_master) == (EventKind.EXCEPTION, MASTER)


async def test_a_date_told_as_changed_and_as_deleted_is_there():
    both = a_master(
        exceptionOccurrences=[a_date("03-10")], cancelledOccurrences=["OID.id-1.2026-03-10"]
    )
    series = await a_calendar(both).get_series(ANNA, MASTER)
    assert (days_of(series.exceptions), series.cancelled) == (["03-10"], frozenset())


@pytest.mark.parametrize(
    "texts",
    [
        None,
        ["OID.id-1.2026-03-17", "OID.id-1.17.03.2026"],
        ["id-1/2026-03-17"],
        ["OID.id-1.2026-03-16"],
        ["OID.id-1.9999-12-31"],
        ["OID.id-1"],
        [None, 7, {}],
    ],
)
async def test_deleted_dates_in_a_form_that_nobody_knows_are_those_that_are_not_shown(texts):
    answers = Answers(
        a_master(exceptionOccurrences=[a_date("03-10")], cancelledOccurrences=texts),
        dates("03-03", "03-24"),
    )
    series = await a_calendar_of(answers).get_series(ANNA, MASTER)
    assert (days_of(series.exceptions), days_of(series.cancelled)) == (["03-10"], ["03-17"])
    assert len(answers.requests) == 2
    assert answers.requests[1].url.path.endswith("/events/id-1/instances")


async def test_exceptions_that_do_not_come_are_among_those_that_are_shown():
    instances = {"value": [a_date("03-03", "occurrence"), a_date("03-10"), a_date("03-17")]}
    master = a_master(exceptionOccurrences=None, cancelledOccurrences=["OID.id-1.2026-03-24"])
    series = await a_calendar(master, instances).get_series(ANNA, MASTER)
    assert days_of(series.exceptions) == ["03-10", "03-17"]
    assert days_of(series.cancelled) == ["03-24"]


async def test_a_plain_date_that_tells_no_original_start_has_the_one_that_it_shows():
    shown_dates = dates("03-03", "03-10", "03-17", "03-24")
    for date in shown_dates["value"]:
        del date["originalStart"]
    master = a_master(exceptionOccurrences=None)
    series = await a_calendar(master, shown_dates).get_series(ANNA, MASTER)
    assert (series.exceptions, series.cancelled) == ({}, frozenset())


async def test_pages_of_dates_are_followed():
    link = "http://127.0.0.1:7080/v1.0/users/x/events/id-1/instances?$skip=2"
    first = dates("03-03", "03-10") | {"@odata.nextLink": link}
    series = await a_calendar(
        a_master(exceptionOccurrences=None), first, dates("03-24")
    ).get_series(ANNA, MASTER)
    assert days_of(series.cancelled) == ["03-17"]


async def test_where_graph_refuses_to_hand_out_dates_the_master_is_asked_for_alone():
    """Once: from then on it is two requests, not three."""
    alone = a_master(exceptionOccurrences=None, cancelledOccurrences=None)
    answers = Answers(400, alone, dates("03-03", "03-10"), alone, dates("03-03", "03-10"))
    calendar = a_calendar_of(answers)
    for _ in range(2):
        series = await calendar.get_series(ANNA, MASTER)
        assert days_of(series.cancelled) == ["03-17", "03-24"]
    assert ["exceptionOccurrences" in str(r.url) for r in answers.requests] == [True, *[False] * 4]


async def test_nothing_shown_is_no_proof_while_the_calendar_shows_the_series():
    view = {"value": [{"id": "x", "seriesMasterId": "id-1"}]}
    calendar = a_calendar(a_master(exceptionOccurrences=None), {"value": []}, view)
    with pytest.raises(ServiceUnavailableError):
        await calendar.get_series(ANNA, MASTER)
    calendar = a_calendar(a_master(exceptionOccurrences=None), {"value": []}, {"value": []})
    assert len((await calendar.get_series(ANNA, MASTER)).cancelled) == 4


@pytest.mark.parametrize(
    ("exceptions", "why"),
    [
        ([a_date("03-10"), a_date("03-10", subject="Geheim")], "two exceptions are of one date"),
        ([a_date("03-11", subject="Geheim")], "none that its pattern has"),
        ([a_date("03-31", subject="Geheim")], "none that its pattern has"),
        ([a_date("02-24", subject="Geheim")], "none that its pattern has"),
        ([a_date("03-10", originalStart="9999-12-31T23:59:59Z")], "none that its pattern has"),
        ([a_date("03-10", originalStart="0001-01-01T00:00:00Z")], "none that its pattern has"),
        ([a_date("03-10", originalStart=None, subject="Geheim")], "does not say which it is"),
        ([a_date("03-10", start=None, subject="Geheim")], "no start or no end"),
        ([a_date("03-10", id="", subject="Geheim")], "id"),
        ([a_date("03-10", originalStart="Geheim")], "originalStart"),
        ([None], "body"),
        (["Geheim"], "body"),
    ],
)
async def test_exceptions_that_cannot_be_told_apart_are_told(exceptions, why):
    with pytest.raises(MalformedSeriesError) as raised:
        await a_calendar(a_master(exceptionOccurrences=exceptions)).get_series(ANNA, MASTER)
    assert why in str(raised.value)
    assert "mailbox p11" in str(raised.value)
    assert "Geheim" not in str(raised.value)


@pytest.mark.parametrize("odd", [a_date("03-11", "occurrence"), {"id": "x", "type": "occurrence"}])
async def test_a_shown_date_that_the_pattern_does_not_have_is_told(odd):
    """Else all of its own would count as deleted."""
    calendar = a_calendar(a_master(exceptionOccurrences=None), {"value": [odd]})
    with pytest.raises(MalformedSeriesError):
        await calendar.get_series(ANNA, MASTER)


@pytest.mark.parametrize(
    "members",
    [
        {"recurrence": None},
        {"recurrence": {"pattern": {"type": "hourly"}, "range": {}}, "subject": "Geheim"},
        {"originalStartTimeZone": "Mars/Base"},
    ],
)
async def test_a_rule_that_cannot_be_read_is_told(members):
    with pytest.raises(MalformedSeriesError) as raised:
        await a_calendar(a_master(**members), {"timeZone": "UTC"}).get_series(ANNA, MASTER)
    assert "Geheim" not in str(raised.value)
