"""Odd answers of `getSchedule`: one address harms no other, and nothing odd looks free."""

from datetime import time

import pytest

from core.adapters.graph.schedules import GraphSchedules
from core.domain.free_busy.schedule import BusyTime, Schedule, Unknown, WorkingHours
from core.domain.meeting import ShowAs
from core.domain.series import Weekday
from core.errors import InvalidPayloadError
from tests.contract.adapters.graph.conftest import ANNA, at

A, B = "a@contoso.example", "b@contoso.example"


def entry(**changes):
    start, end = (
        {"dateTime": f"2026-03-03T{h}:00:00.0000000", "timeZone": "UTC"} for h in ("09", "10")
    )
    return {"status": "busy", "start": start, "end": end} | changes


def moment(text, zone="UTC"):
    return {"dateTime": text, "timeZone": zone}


@pytest.fixture
def told(connect, control):
    """Return what becomes of an answer."""

    async def told(*values, addresses=(A,)):
        order = {
            "match": {"path": "/getSchedule"},
            "do": {"status": 200, "body": {"value": values}},
        }
        await control("faults", order)
        schedules = GraphSchedules(connect())
        return list((await schedules.schedules(ANNA, addresses, at(0, hours=24))).values())

    return told


@pytest.mark.parametrize(
    ("given", "time", "show_as"),
    [
        (entry(status="hologram"), at(9), ShowAs.BUSY),
        (entry(status="unknown"), at(9), ShowAs.BUSY),
        (entry(status="OOF"), at(9), ShowAs.OUT_OF_OFFICE),
        (entry(end=moment("2026-03-03T08:00:00")), at(9, hours=0), ShowAs.BUSY),
        (
            entry(
                start=moment("2026-03-03T10:00:00", "W. Europe Standard Time"),
                end=moment("2026-03-03T11:00:00+01:00", "Mars"),
            ),
            at(9),
            ShowAs.BUSY,
        ),
    ],
)
async def test_a_span_is_read_as_what_keeps_others_away(told, given, time, show_as):
    (schedule,) = await told({"scheduleId": A, "scheduleItems": [given]})
    assert schedule.busy == (BusyTime(time, show_as),)


async def test_one_that_cannot_be_read_is_unknown_and_the_others_are_known(told):
    odd = [
        {"scheduleId": A, "scheduleItems": [entry(start=moment("yesterday"))]},
        {"scheduleId": B.upper(), "scheduleItems": [entry()]},
    ]
    assert await told(*odd, addresses=(A, B)) == [
        Unknown.OTHER, Schedule((BusyTime(at(9), ShowAs.BUSY),)),
    ]  # fmt: skip
    no_start = {"scheduleId": A, "scheduleItems": [{"status": "busy"}]}
    assert await told(no_start, addresses=(A,)) == [Unknown.OTHER]


async def test_whoever_is_left_out_of_the_answer_is_unknown_and_not_free(told):
    assert await told({"scheduleId": B}, addresses=(A,)) == [Unknown.OTHER]


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("ErrorMailRecipientNotFound", Unknown.NOBODY),
        ("errorNoFreeBusyAccess", Unknown.NOT_ALLOWED),
        ("ErrorResultSetTooBig", Unknown.TOO_MANY),
        ("ErrorMailboxFailover", Unknown.NO_ANSWER),
        ("ErrorOfTomorrow", Unknown.OTHER),
        (None, Unknown.OTHER),
    ],
)
async def test_why_nothing_is_told_is_known_by_its_code(told, code, why):
    error = {"responseCode": code, "message": "Geheimrat"}
    assert await told({"scheduleId": A, "error": error}) == [why]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        (
            {"daysOfWeek": ["monday", "holiday"], "startTime": "07:30:00.0000000",
             "endTime": "12:00:00.0000000", "timeZone": {"name": "Tokyo Standard Time"}},
            WorkingHours(frozenset({Weekday.MONDAY}), time(7, 30), time(12), "Asia/Tokyo"),
        ),
        (
            {"daysOfWeek": ["monday"], "startTime": "07:30:00", "endTime": "12:00:00",
             "timeZone": {"name": "Customized Time Zone"}},
            WorkingHours(frozenset({Weekday.MONDAY}), time(7, 30), time(12)),
        ),
        ({"daysOfWeek": ["monday"], "startTime": "early", "endTime": "12:00:00"}, None),
        ({"daysOfWeek": [], "startTime": "07:30:00", "endTime": "12:00:00"}, None),
        (None, None),
    ],
)  # fmt: skip
async def test_working_hours_that_are_not_understood_are_none(told, hours, expected):
    (schedule,) = await told({"scheduleId": A, "workingHours": hours})
    assert schedule == Schedule((), expected)


async def test_an_answer_of_another_form_is_an_error(connect, control):
    order = {"match": {"path": "/getSchedule"}, "do": {"status": 200, "body": {"value": 7}}}
    await control("faults", order)
    with pytest.raises(InvalidPayloadError):
        await GraphSchedules(connect()).schedules(ANNA, [A], at(0, hours=24))
