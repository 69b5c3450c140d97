"""The grid of free/busy: quarters of an hour as runs, days of the reader's clock (R-820, R-821)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.app.free_busy.answer import Answer, PersonLine, ResourceLine
from core.app.free_busy.question import Refused
from core.domain.free_busy.cells import Grid, deviation_cells, exchange_cells, rooms_cells
from core.domain.free_busy.deviations import Deviation, DeviationKind
from core.domain.free_busy.occupation import Occupation, Occupied
from core.domain.free_busy.schedule import BusyTime, WorkingHours
from core.domain.ids import BookingId, ResourceId
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.domain.series import Weekday
from web.free_busy.asked import PageAsked, window_of
from web.free_busy.lines import day_span, deviation_lines
from web.free_busy.table import Tables
from web.reader import LANGUAGES
from web.words import catalog, words_in

ZURICH = ZoneInfo("Europe/Zurich")
TUESDAY = date(2026, 3, 3)
EN = words_in("en")
NINE_TO_FIVE = WorkingHours(frozenset(Weekday(day) for day in range(5)), time(9), time(17))


def span(starts, ends, day=TUESDAY):
    clock = [datetime.combine(day, time.fromisoformat(t), ZURICH) for t in (starts, ends)]
    return Interval(clock[0].astimezone(UTC), clock[1].astimezone(UTC))


def answered(*lines, days=(TUESDAY,)):
    window = window_of(days, ZURICH)
    grid = Grid(window, 15)
    people, resources = [], []
    for line in lines:
        made = line(grid)
        (people if isinstance(made, PersonLine) else resources).append(made)
    return Answer(
        zone=ZURICH,
        interval_minutes=15,
        cells=grid.cells(),
        people=tuple(people),
        resources=tuple(resources),
        read_at=window.start,
    )


def anna(*spans, show_as=ShowAs.BUSY, working=None):
    busy = [BusyTime(each, show_as) for each in spans]
    return lambda grid: PersonLine(
        address="anna@contoso.example", cells=exchange_cells(busy, grid), working=working
    )


def saentis(booked, deviation=None, **more):
    found = [] if deviation is None else [deviation]

    def line(grid):
        occupied = [Occupied(booked, Occupation.BOOKING, BookingId(7), is_expected=True)]
        return ResourceLine(
            id=ResourceId(101),
            name="Säntis",
            rooms=rooms_cells(occupied, grid),
            exchange=exchange_cells([], grid),
            deviations=tuple(found),
            differs=deviation_cells(found, grid),
            **more,
        )

    return line


def tables(answer, **more):
    return Tables(answer=answer, words=EN, **more).days()


def told(side):
    return [(run.span, run.text) for run in side.runs]


def test_what_is_the_same_is_one_cell_with_its_time_in_words():
    (day,) = tables(answered(anna(span("09:00", "10:30"))))
    (side,) = day.groups[0].sides
    assert told(side) == [
        (8, "07:00\u201309:00 free"),
        (6, "09:00\u201310:30 busy"),
        (38, "10:30\u201320:00 free"),
    ]
    assert day.width == 52
    assert day.hours[0] == ("07", 4)
    assert [run.label for run in side.runs] == ["", "busy", ""]


def test_free_time_outside_working_hours_says_so():
    (day,) = tables(answered(anna(span("18:00", "19:00"), working=NINE_TO_FIVE)))
    assert [run.state for run in day.groups[0].sides[0].runs] == [
        "off",
        "free",
        "off",
        "busy",
        "off",
    ]


def test_both_sides_of_a_resource_stand_side_by_side_and_what_differs_is_marked_in_both():
    only = Deviation(span("09:00", "10:00"), DeviationKind.ONLY_IN_ROOMS, BookingId(7))
    answer = answered(saentis(span("09:00", "10:00"), only))
    (day,) = tables(answer)
    rooms, exchange = day.groups[0].sides
    assert (rooms.name, exchange.name) == ("ROOMS", "Exchange")
    assert told(rooms)[1] == (4, "09:00\u201310:00 booked, only in ROOMS")
    assert told(exchange)[1] == (4, "09:00\u201310:00 free, only in ROOMS")
    assert [run.differs for run in exchange.runs] == [False, True, False]
    (line,) = deviation_lines(answer, EN)
    assert (line.resource, line.time) == ("Säntis", "Tue 3 Mar 09:00\u201310:00")
    assert "booking 7" in line.text


def test_the_night_is_shown_where_something_begins_or_ends_in_it():
    (day,) = tables(answered(anna(span("05:30", "06:15"), span("22:00", "23:00"))))
    assert (day.hours[0], day.hours[-1]) == (("05", 4), ("22", 4))


def test_what_lasts_over_midnight_and_closed_hours_show_no_more_of_the_day():
    (day,) = tables(answered(anna(span("00:00", "09:00"), show_as=ShowAs.OUT_OF_OFFICE)))
    assert (day.hours[0][0], day.hours[-1][0]) == ("07", "19")


def test_a_suggestion_is_a_band_through_all_lines_and_is_never_cut_off():
    shown = span("20:30", "21:30")
    (day,) = tables(answered(anna(span("09:00", "10:00"))), shown=shown)
    assert day.shown == (54, 4, 2, "20:30\u201321:30")
    assert [run.text for run in day.groups[0].sides[0].runs if run.is_shown] == [
        "20:30\u201321:30 free"
    ]
    (other,) = tables(answered(anna()), shown=span("09:00", "10:00", date(2026, 3, 4)))
    assert other.shown is None


@pytest.mark.parametrize(
    ("day", "hours", "cells"),
    [(date(2026, 3, 29), 23, 92), (date(2026, 10, 25), 25, 100), (TUESDAY, 24, 96)],
)
def test_a_day_on_which_the_clocks_change_has_its_own_hours(day, hours, cells):
    (table,) = tables(answered(anna(), days=(day,)), whole_days=True)
    assert (len(table.hours), table.width) == (hours, cells)
    assert told(table.groups[0].sides[0]) == [(cells, "00:00\u201324:00 free")]


def test_a_week_is_a_table_per_day_from_monday_on():
    asked = PageAsked(day=TUESDAY, span="week")
    days = asked.days(TUESDAY)
    assert (days[0], len(days)) == (date(2026, 3, 2), 7)
    found = tables(answered(anna(span("06:00", "06:30")), days=days))
    assert [table.day for table in found] == list(days)
    assert {table.hours[0][0] for table in found} == {"06"}


def test_an_unknown_side_says_why_instead():
    (day,) = tables(answered(saentis(span("09:00", "10:00"))))
    assert day.groups[0].sides[0].why == ""

    def silent(_):
        return ResourceLine(id=ResourceId(101), name="Säntis", unknown="no_answer")

    (day,) = tables(answered(silent))
    assert [(side.runs, side.why) for side in day.groups[0].sides] == [
        ((), "ROOMS does not answer."),
        ((), "Exchange does not answer"),
    ]


def test_a_link_says_only_what_is_not_usual_and_a_suggestion_is_shown_within_its_days():
    asked = PageAsked(who=("p11", "r101"), day=TUESDAY, find="an")
    assert asked.link() == "?who=p11&who=r101&day=2026-03-03"
    assert asked.link(day=None, span="week") == "?who=p11&who=r101&span=week"
    window = window_of((TUESDAY,), ZURICH)
    at = span("09:00", "10:00").start
    assert asked.shown_time(window) is None
    assert PageAsked(at=at).shown_time(window) == span("09:00", "10:00")
    assert PageAsked(at=at + timedelta(days=1)).shown_time(window) is None


def test_a_time_over_midnight_is_told_with_both_days():
    late = Interval(span("23:00", "23:30").start, span("00:30", "01:00", date(2026, 3, 4)).start)
    assert day_span(late, ZURICH, EN) == "Tue 3 Mar 23:00\u20134 Mar 00:30"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_is_told_in_every_language(language):
    assert {f"free_busy.refused.{each}" for each in Refused} <= catalog(language).keys()
