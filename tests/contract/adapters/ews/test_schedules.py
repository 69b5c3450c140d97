"""Odd answers of GetUserAvailability: nothing odd looks free, nothing is asked for but times."""

from datetime import time, timedelta

import pytest
from lxml import etree

from core.adapters.ews.operations import Refusal
from core.adapters.ews.schedules import EwsSchedules, _request
from core.adapters.ews.schedules import _known as known_in
from core.adapters.ews.xml import MESSAGES, TYPES
from core.domain.free_busy.schedule import BusyTime, Schedule, Unknown, WorkingHours
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.domain.series import WORKING_DAYS, Weekday
from core.errors import ServiceUnavailableError
from tests.contract.adapters.ews.conftest import ANNA
from tests.contract.adapters.graph.conftest import at


def reply(view):
    return etree.fromstring(
        f'<m:FreeBusyResponse xmlns:m="{MESSAGES}" xmlns:t="{TYPES}">{view}</m:FreeBusyResponse>'
    )


def view(inner, kind="FreeBusy"):
    head = f"<t:FreeBusyViewType>{kind}</t:FreeBusyViewType>"
    return reply(f"<m:FreeBusyView>{head}{inner}</m:FreeBusyView>")


def events(busy_type="Busy", start="2026-03-03T09:00:00", end="2026-03-03T10:00:00"):
    return (
        f"<t:CalendarEventArray><t:CalendarEvent><t:StartTime>{start}</t:StartTime>"
        f"<t:EndTime>{end}</t:EndTime><t:BusyType>{busy_type}</t:BusyType>"
        "</t:CalendarEvent></t:CalendarEventArray>"
    )


def hours(days, start="480", end="1020"):
    return (
        "<t:WorkingHours><t:WorkingPeriodArray><t:WorkingPeriod>"
        f"<t:DayOfWeek>{days}</t:DayOfWeek><t:StartTimeInMinutes>{start}</t:StartTimeInMinutes>"
        f"<t:EndTimeInMinutes>{end}</t:EndTimeInMinutes>"
        "</t:WorkingPeriod></t:WorkingPeriodArray></t:WorkingHours>"
    )


def _known(answer, window=None):
    return known_in(answer, window or at(9))


@pytest.mark.parametrize(
    ("word", "show_as"),
    [
        ("Tentative", ShowAs.TENTATIVE),
        ("OOF", ShowAs.OUT_OF_OFFICE),
        ("WorkingElsewhere", ShowAs.WORKING_ELSEWHERE),
        ("NoData", ShowAs.BUSY),
        ("", ShowAs.BUSY),
    ],
)
def test_a_word_that_nobody_knows_is_busy(word, show_as):
    assert _known(view(events(word))) == Schedule((BusyTime(at(9), show_as),))


def test_what_is_free_is_left_out():
    assert _known(view(events("Free"))) == Schedule()


@pytest.mark.parametrize("start", ["yesterday", ""])
def test_a_time_that_is_none_makes_all_of_it_unknown(start):
    assert _known(view(events(start=start))) is Unknown.OTHER


def test_a_time_with_an_offset_is_taken_by_it():
    schedule = _known(view(events(start="2026-03-03T10:00:00+01:00", end="2026-03-03T10:00:00Z")))
    assert schedule.busy == (BusyTime(at(9), ShowAs.BUSY),)


@pytest.mark.parametrize("answer", [reply(""), view("", kind="None")])
def test_without_a_view_nothing_is_allowed_and_nobody_is_free(answer):
    assert _known(answer) is Unknown.NOT_ALLOWED


def merged(digits, kind="MergedOnly"):
    return view(f"<t:MergedFreeBusy>{digits}</t:MergedFreeBusy>", kind=kind)


def test_a_calendar_of_which_only_digits_are_known_does_not_look_free():
    """Of another forest without an availability service: its digits are of 15 minutes."""
    nine = at(9).start
    spans = [(0, 15, ShowAs.TENTATIVE), (15, 45, ShowAs.BUSY), (45, 60, ShowAs.OUT_OF_OFFICE)]
    busy = tuple(
        BusyTime(Interval(nine + timedelta(minutes=a), nine + timedelta(minutes=b)), show_as)
        for a, b, show_as in spans
    )
    assert _known(merged("1223")) == Schedule(busy)
    assert _known(merged("0000")) == Schedule()


def test_digits_that_say_nothing_are_busy():
    assert _known(merged("4444")) == Schedule((BusyTime(at(9), ShowAs.BUSY),))


@pytest.mark.parametrize(
    "answer",
    [
        merged(""),
        merged("000"),
        view("", kind="MergedOnly"),
        view("", kind=""),
        view(events(), kind="Of tomorrow"),
    ],
)
def test_a_view_that_does_not_tell_all_of_the_time_tells_nothing(answer):
    assert _known(answer) is Unknown.OTHER


@pytest.mark.parametrize(
    ("minutes", "cell"), [(7, "5"), (14, "5"), (15, "15"), (60 * 24 * 42, "15")]
)
def test_cells_are_never_longer_than_what_is_asked_for(minutes, cell):
    window = Interval(at(9).start, at(9).start + timedelta(minutes=minutes))
    said = etree.tostring(_request(["anna@contoso.example"], window)).decode()
    assert f"MergedFreeBusyIntervalInMinutes>{cell}<" in said


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("ErrorMailRecipientNotFound", Unknown.NOBODY),
        ("ErrorProxyRequestNotAllowed", Unknown.NOBODY),
        ("ErrorNoFreeBusyAccess", Unknown.NOT_ALLOWED),
        ("ErrorTimeoutExpired", Unknown.NO_ANSWER),
        ("ErrorServiceDiscoveryFailed", Unknown.NO_ANSWER),
        ("ErrorMailboxLogonFailed", Unknown.NOT_ALLOWED),
        ("ErrorOfTomorrow", Unknown.OTHER),
    ],
)
def test_why_nothing_is_told_is_known_by_its_code(code, why):
    assert _known(Refusal(code)) is why


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (hours("Monday Friday"), WorkingHours(
            frozenset({Weekday.MONDAY, Weekday.FRIDAY}), time(8), time(17))),
        (hours("Weekday", end="1440"), WorkingHours(WORKING_DAYS, time(8), time(0))),
        (hours("Holiday"), None),
        (hours("Monday", start=""), None),
        ("", None),
    ],
)  # fmt: skip
def test_working_hours_are_those_of_the_first_period_that_is_understood(given, expected):
    assert _known(view(given)) == Schedule((), expected)


def test_only_times_are_asked_for():
    asked = etree.tostring(_request(["anna@contoso.example"], at(9))).decode()
    assert "RequestedView>FreeBusy<" in asked
    assert "Detailed" not in asked


async def test_fewer_answers_than_questions_are_none(connect, monkeypatch):
    connection = connect()

    async def one_too_few(*_):
        return [view("")]

    monkeypatch.setattr(connection, "ask", one_too_few)
    with pytest.raises(ServiceUnavailableError):
        await EwsSchedules(connection).schedules(ANNA, ["a@x.example", "b@x.example"], at(9))


async def test_all_that_is_said_fits_the_schema_and_names_no_item(connect, asked):
    schedules = EwsSchedules(connect())
    found = await schedules.schedules(
        ANNA, ["anna@contoso.example", "nobody@contoso.example"], at(9)
    )
    assert list(found.values())[1] is Unknown.NOBODY
    assert asked() == ["ews.GetUserAvailability"]
