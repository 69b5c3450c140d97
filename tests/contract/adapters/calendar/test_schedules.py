"""When people and rooms have something, as Exchange tells others (R-820, S31)."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.adapters.ews.schedules import EwsSchedules
from core.adapters.graph.schedules import GraphSchedules
from core.domain.free_busy.cells import Grid, exchange_cells
from core.domain.free_busy.schedule import BusyTime, Schedule, Unknown, WorkingHours
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.domain.series import WORKING_DAYS
from core.errors import MailboxUnavailableError, NotPermittedError, ThrottledError
from tests.contract.adapters.calendar.conftest import ZURICH
from tests.contract.adapters.calendar.outlook import days, times
from tests.contract.adapters.graph.conftest import (
    ANNA,
    CONTOSO,
    MAILBOXES,
    WORLD,
    an_event,
    at,
    place,
)
from tests.kit.interruptions import Interruptions
from tests.simulation.ports.exchange_line import Addresses, ExchangeLine
from tests.simulation.ports.line import Line
from tests.simulation.ports.schedules import ModelSchedules

ANNAS, BEATS, ROOMS = "anna@contoso.example", "beat@contoso.example", "saentis@contoso.example"
NOBODY, STRANGER = "nobody@contoso.example", "guest@fabrikam.example"
TUESDAY = Interval(datetime(2026, 3, 2, 23, tzinfo=UTC), datetime(2026, 3, 3, 23, tzinfo=UTC))
OVER_HTTP = pytest.mark.parametrize("way", ["graph", "ews"], indirect=True)


@pytest.fixture
def exchange(way, simulator, clock, connection):
    if way == "ews":
        return EwsSchedules(connection)
    if way == "model":
        line = Line("graph", [], Interruptions, simulator.controls.requests, clock.now)
        addresses = Addresses(CONTOSO, MAILBOXES.__getitem__, lambda _: ZURICH)
        return ModelSchedules(ExchangeLine(simulator, line), addresses)
    return GraphSchedules(connection)


@pytest.fixture
def requests(simulator):
    """Return how many requests free/busy has cost since the last look."""
    seen = 0

    def since():
        nonlocal seen
        lines = simulator.controls.requests.since(seen)
        seen = max([line.number for line in lines], default=seen)
        wanted = {"schedule.read", "ews.GetUserAvailability"}
        return len([line for line in lines if line.operation in wanted])

    return since


async def of(exchange, *addresses, window=TUESDAY, asker=ANNA):
    found = await exchange.schedules(asker, addresses, window)
    assert list(found) == list(addresses)
    return list(found.values())


def shown(schedule):
    return [(each.time, each.show_as) for each in schedule.busy]


async def test_each_span_says_how_it_counts_and_what_is_free_is_left_out(exchange, anna):
    for hour, word in enumerate(["tentative", "busy", "oof", "workingElsewhere", "free"], 8):
        await anna.books(showAs=word, **times("03-03", f"{hour:02}:00", f"{hour + 1:02}:00"))
    (schedule,) = await of(exchange, ANNAS)
    assert shown(schedule) == [
        (at(7), ShowAs.TENTATIVE),
        (at(8), ShowAs.BUSY),
        (at(9), ShowAs.OUT_OF_OFFICE),
        (at(10), ShowAs.WORKING_ELSEWHERE),
    ]


async def test_nothing_is_told_of_what_it_is_about(exchange, anna):
    await anna.books(subject="Fusion", location={"displayName": "Geheim"}, sensitivity="private")
    (schedule,) = await of(exchange, ANNAS)
    assert schedule.busy == (BusyTime(at(9), ShowAs.BUSY),)
    assert "Fusion" not in repr(schedule)


async def test_people_and_rooms_are_asked_together_and_whoever_is_unknown_has_none(exchange, anna):
    await anna.books(
        attendees=[
            {"emailAddress": {"address": BEATS}, "type": "required"},
            {"emailAddress": {"address": ROOMS}, "type": "resource"},
        ]
    )
    annas, beats, room, nobody, stranger = await of(exchange, ANNAS, BEATS, ROOMS, NOBODY, STRANGER)
    assert shown(annas) == [(at(9), ShowAs.BUSY)]
    assert shown(beats) == [(at(9), ShowAs.TENTATIVE)]
    assert shown(room) == [(at(9), ShowAs.BUSY)]
    assert (nobody, stranger) == (Unknown.NOBODY, Unknown.NOBODY)


async def test_an_address_may_be_written_in_any_case(exchange, anna):
    await anna.books()
    (schedule,) = await of(exchange, "Anna@Contoso.example")
    assert shown(schedule) == [(at(9), ShowAs.BUSY)]


async def test_a_series_counts_date_by_date_with_its_exceptions(exchange, anna):
    rule = {
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "numbered", "startDate": "2026-03-03", "numberOfOccurrences": 4},
    }
    series = await anna.books(recurrence=rule, **times("03-03", "09:00", "10:00"))
    await anna.changes_date(series, 1, **times("03-04", "14:00", "15:00"))
    await anna.changes_date(series, 2, showAs="free")
    await anna.deletes_date(series, 3)
    week = Interval(TUESDAY.start, TUESDAY.start + timedelta(days=7))
    (schedule,) = await of(exchange, ANNAS, window=week)
    assert shown(schedule) == [(at(8), ShowAs.BUSY), (at(13, day=4), ShowAs.BUSY)]


async def test_what_begins_before_or_ends_after_the_window_is_whole(exchange, anna):
    await anna.books(**days("03-01", "03-08"))
    (schedule,) = await of(exchange, ANNAS)
    (span,) = schedule.busy
    assert span.time.start <= TUESDAY.start
    assert span.time.end >= TUESDAY.end


async def test_whole_days_are_those_of_the_mailbox_wherever_they_were_entered(
    exchange, anna, load, simulator
):
    persons = [{**WORLD["persons"][0], "time_zone": "America/New_York"}, WORLD["persons"][1]]
    load(simulator, persons=persons)
    await anna.books(showAs="oof", **days("03-03", "03-04", zone=ZURICH))
    (schedule,) = await of(
        exchange, ANNAS, window=Interval(TUESDAY.start, TUESDAY.end + timedelta(days=1))
    )
    new_york = ZoneInfo("America/New_York")
    (day,) = schedule.busy
    assert day.time == Interval(
        datetime(2026, 3, 3, tzinfo=new_york), datetime(2026, 3, 4, tzinfo=new_york)
    )


async def test_working_hours_are_told_and_their_zone_where_it_has_a_name(exchange, way):
    (schedule,) = await of(exchange, ANNAS)
    zone = schedule.working.zone
    assert schedule.working == WorkingHours(WORKING_DAYS, time(8), time(17), zone)
    assert ZoneInfo(zone or ZURICH).utcoffset(datetime(2026, 7, 1)) == timedelta(hours=2)  # noqa: DTZ001
    assert bool(zone) is (way != "ews")


async def test_the_cells_are_those_that_exchange_shows(exchange, anna, simulator, http):
    """S31: a series, exceptions, tentative, out of office, free, through a change of clocks."""
    rule = {
        "pattern": {"type": "daily", "interval": 1},
        "range": {"type": "noEnd", "startDate": "2026-03-26"},
    }
    series = await anna.books(recurrence=rule, **times("03-26", "01:30", "03:10"))
    around = Interval(datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 4, 5, tzinfo=UTC))
    numbers = {
        d["start"]["dateTime"][:10]: n for n, d in enumerate(await anna.dates(series, around))
    }
    await anna.changes_date(series, numbers["2026-03-30"], showAs="free")
    await anna.changes_date(series, numbers["2026-03-28"], **times("03-28", "22:05", "23:50"))
    await anna.deletes_date(series, numbers["2026-03-31"])
    await anna.books(showAs="oof", **days("03-29", "03-30"))
    await anna.books(showAs="tentative", **times("03-27", "08:20", "11:40"))
    await anna.books(**times("03-27", "11:00", "11:00"))
    window = Interval(
        datetime(2026, 3, 27, tzinfo=ZoneInfo(ZURICH)),
        datetime(2026, 4, 1, tzinfo=ZoneInfo(ZURICH)),
    )
    (schedule,) = await of(exchange, ANNAS, window=window)
    for minutes in (5, 15, 30, 60, 47):
        mine = exchange_cells(schedule.busy, Grid(window, minutes))
        body = {
            "schedules": [ANNAS],
            "startTime": {"dateTime": f"{window.start:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
            "endTime": {"dateTime": f"{window.end:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"},
            "availabilityViewInterval": minutes,
        }
        answer = await http.post(
            f"v1.0/users/{ANNAS}/calendar/getSchedule",
            json=body,
            headers={"Authorization": f"Bearer user:{ANNAS}"},
        )
        digits = answer.json()["value"][0]["availabilityView"]
        assert "".join(DIGIT[cell] for cell in mine) == digits
        assert {"0", "1", "2", "3"} <= set(digits) or minutes > 15


DIGIT = {
    ShowAs.FREE: "0",
    ShowAs.WORKING_ELSEWHERE: "0",
    ShowAs.TENTATIVE: "1",
    ShowAs.BUSY: "2",
    ShowAs.OUT_OF_OFFICE: "3",
}


@OVER_HTTP
class TestLimits:
    async def test_twenty_addresses_are_one_request(self, exchange, requests):
        many = [f"p{number}@contoso.example" for number in range(40)]
        assert await of(exchange, *many) == [Unknown.NOBODY] * 40
        assert requests() == 2

    async def test_a_long_time_is_asked_for_in_parts_and_told_once(
        self, exchange, anna, requests, way
    ):
        await anna.books(**days("03-10", "06-20"))
        window = Interval(TUESDAY.start, TUESDAY.start + timedelta(days=120))
        requests()
        (schedule,) = await of(exchange, ANNAS, window=window)
        assert len(schedule.busy) == 1
        assert requests() == (3 if way == "ews" else 2)

    async def test_a_time_shorter_than_a_cell_can_be_asked_for(self, exchange, anna):
        await anna.books()
        window = Interval(at(9).start, at(9).start + timedelta(minutes=7))
        (schedule,) = await of(exchange, ANNAS, window=window)
        assert shown(schedule) == [(at(9), ShowAs.BUSY)]

    async def test_too_many_entries_are_told_as_such(self, exchange, load, simulator):
        seeds = [
            {"mailbox": ANNAS, "event": an_event(subject=str(number))} for number in range(1001)
        ]
        load(simulator, events=seeds)
        annas, beats = await of(exchange, ANNAS, BEATS)
        assert (annas, beats) == (Unknown.TOO_MANY, Schedule((), beats.working))


async def test_nothing_is_asked_for_nobody(exchange):
    assert await exchange.schedules(ANNA, [], TUESDAY) == {}


async def test_a_mailbox_to_ask_through_that_does_not_exist_is_said(exchange):
    with pytest.raises(MailboxUnavailableError):
        await of(exchange, ANNAS, asker=place("p99"))


@OVER_HTTP
async def test_a_mailbox_to_ask_through_that_is_closed_to_us_is_said(exchange, faults):
    await faults.strike("denied", "free/busy")
    with pytest.raises(NotPermittedError):
        await of(exchange, ANNAS)


@OVER_HTTP
async def test_a_pause_that_exchange_asks_for_is_kept_without_asking_again(exchange, faults):
    await faults.strike("busy", "free/busy")
    for _ in range(2):
        with pytest.raises(ThrottledError):
            await of(exchange, ANNAS)
