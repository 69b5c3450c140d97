"""Rules of series: written, stored as Exchange does it, read back; and what means nothing."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given

from core.adapters.exchange.link_property import LinkProperty
from core.adapters.graph.recurrence_bodies import recurrence_body
from core.adapters.graph.recurrences import read_recurrence
from core.adapters.graph.series_payloads import SeriesPayload
from core.domain.event import Event
from core.domain.expansion import occurrences
from core.domain.series import (
    WORKING_DAYS,
    Pattern,
    PatternKind,
    SeriesRange,
    WallSpan,
    Weekday,
    WeekIndex,
)
from core.errors import MalformedSeriesError
from tests.contract.adapters.graph.conftest import ANNA
from tests.contract.adapters.graph.serial import DAILY, TUESDAYS, a_rule, normal
from tests.kit.rules import recurrences
from tests.kit.search import examples

UNUSED = {
    "month": 0,
    "dayOfMonth": 0,
    "daysOfWeek": [],
    "firstDayOfWeek": "sunday",
    "index": "first",
}
MARCH = {"dateTime": "2026-03-03T08:00:00.0000000", "timeZone": "UTC"}
LATER = {"dateTime": "2026-03-03T09:00:00.0000000", "timeZone": "UTC"}


def filled(body):
    """Return a rule as Graph shows it: with members that its kinds do not use."""
    pattern, bounds = body["pattern"], body["range"]
    unused = {"endDate": "0001-01-01", "numberOfOccurrences": 0}
    return {
        "pattern": UNUSED | pattern,
        "range": unused | {"recurrenceTimeZone": "W. Europe Standard Time"} | bounds,
    }


def a_master(**members):
    content = {
        "id": "id-1",
        "type": "seriesMaster",
        "start": MARCH,
        "end": LATER,
        "originalStartTimeZone": "W. Europe Standard Time",
        **members,
    }
    return SeriesPayload.read(content, "series").to_domain(ANNA, LinkProperty(), "America/New_York")


def read(content, master: Event | None = None, entered_in="W. Europe Standard Time"):
    return read_recurrence(content, master or a_master(), entered_in)


def weekly(**changes):
    """Return Tuesdays from 3 March on, as Graph shows them, with members changed or taken away."""
    parts = {
        "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
        "range": {"type": "noEnd", "startDate": "2026-03-03"},
    }
    for name, value in changes.items():
        part, _, member = name.partition("_")
        if member:
            parts[part] = {k: v for k, v in (parts[part] | {member: value}).items() if v != "gone"}
        else:
            parts[part] = value
    return filled(parts) if all(isinstance(p, dict) for p in parts.values()) else parts


@examples(60)
@given(rule=recurrences())
@example(rule=a_rule(DAILY, "2026-03-03T00:00", hours=24, last=date(2026, 3, 3)))
@example(rule=a_rule(DAILY, "2026-10-25T01:00", hours=1.5, count=3))
@example(rule=a_rule(DAILY, "2026-10-25T02:30", hours=1, count=3))
def test_a_rule_is_read_back_as_it_was_written(rule):
    assume(next(occurrences(rule), None) is not None)
    usual = normal(rule)
    zone = ZoneInfo(rule.zone)
    body = recurrence_body(rule)
    moments = {
        name: datetime.fromisoformat(body[name]["dateTime"]).replace(tzinfo=zone)
        for name in ("start", "end")
    }
    assume(usual.span == span_of(moments, zone))
    shown = {
        name: {"dateTime": moment.astimezone(ZoneInfo("UTC")).isoformat()[:19], "timeZone": "UTC"}
        for name, moment in moments.items()
    }
    master = a_master(**shown, originalStartTimeZone=rule.zone)
    stored = filled(body["recurrence"])
    assert stored["range"].pop("recurrenceTimeZone")
    assert read(stored, master, rule.zone) == usual


def span_of(moments, zone):
    """Return what the clock really shows: at a change of the clocks not what was written."""
    start, end = (
        m.astimezone(ZoneInfo("UTC")).astimezone(zone).replace(tzinfo=None, fold=0)
        for m in (moments["start"], moments["end"])
    )
    return WallSpan(start=start, end=end) if end >= start else None


def test_what_goes_out_names_what_its_kind_uses_and_begins_with_the_first_date():
    rule = a_rule(
        Pattern(
            kind=PatternKind.WEEKLY,
            interval=2,
            weekdays=frozenset({Weekday.MONDAY, Weekday.FRIDAY}),
            first_weekday=Weekday.MONDAY,
        ),
        "2026-03-03T09:00",
        last=date(2026, 6, 30),
    )
    assert recurrence_body(rule) == {
        "start": {"dateTime": "2026-03-06T09:00:00", "timeZone": "Europe/Zurich"},
        "end": {"dateTime": "2026-03-06T10:00:00", "timeZone": "Europe/Zurich"},
        "recurrence": {
            "pattern": {
                "type": "weekly",
                "interval": 2,
                "daysOfWeek": ["monday", "friday"],
                "firstDayOfWeek": "monday",
            },
            "range": {"type": "endDate", "startDate": "2026-03-06", "endDate": "2026-06-30"},
        },
    }


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        (DAILY, {"type": "daily", "interval": 1}),
        (
            Pattern(kind=PatternKind.ABSOLUTE_MONTHLY, interval=3, day_of_month=31),
            {"type": "absoluteMonthly", "interval": 3, "dayOfMonth": 31},
        ),
        (
            Pattern(kind=PatternKind.RELATIVE_MONTHLY, weekdays=WORKING_DAYS, index=WeekIndex.LAST),
            {
                "type": "relativeMonthly",
                "interval": 1,
                "daysOfWeek": ["monday", "tuesday", "wednesday", "thursday", "friday"],
                "index": "last",
            },
        ),
        (
            Pattern(kind=PatternKind.ABSOLUTE_YEARLY, day_of_month=29, month=2),
            {"type": "absoluteYearly", "interval": 1, "dayOfMonth": 29, "month": 2},
        ),
        (
            Pattern(
                kind=PatternKind.RELATIVE_YEARLY,
                weekdays=frozenset({Weekday.SUNDAY}),
                index=WeekIndex.SECOND,
                month=5,
            ),
            {
                "type": "relativeYearly",
                "interval": 1,
                "daysOfWeek": ["sunday"],
                "index": "second",
                "month": 5,
            },
        ),
    ],
)
@pytest.mark.parametrize(
    ("bounds", "range_written"),
    [
        ({"count": 7}, {"type": "numbered", "numberOfOccurrences": 7}),
        ({"last": date(2040, 1, 1)}, {"type": "endDate", "endDate": "2040-01-01"}),
        ({"last": None}, {"type": "noEnd"}),
    ],
)
def test_every_pattern_and_range_is_written_as_graph_wants_it(
    pattern, written, bounds, range_written
):
    body = recurrence_body(a_rule(pattern, **bounds))["recurrence"]
    day = body["range"].pop("startDate")
    assert body == {"pattern": written, "range": range_written}
    assert date.fromisoformat(day) >= date(2026, 3, 3)


def test_words_are_read_in_any_case_and_defaults_stand_in():
    odd = weekly(pattern_daysOfWeek=["Tuesday", "TUESDAY"], pattern_firstDayOfWeek="gone")
    assert read(odd).pattern == TUESDAYS
    assert read(weekly(pattern_firstDayOfWeek=None)).pattern == TUESDAYS
    monthly = {"type": "RelativeMonthly", "interval": 1, "daysOfWeek": ["tuesday"], "index": None}
    assert read(weekly(pattern=monthly)).pattern.index is WeekIndex.FIRST


@pytest.mark.parametrize(
    "unused",
    [
        {"pattern_month": 99, "pattern_dayOfMonth": "x", "pattern_index": "fifth"},
        {"range_endDate": "never", "range_numberOfOccurrences": -1},
    ],
)
def test_what_a_kind_does_not_use_is_not_looked_at(unused):
    assert read(weekly(**unused)) == read(weekly())


@pytest.mark.parametrize(
    ("content", "where"),
    [
        (None, "recurrence is missing"),
        ("weekly", "recurrence is missing"),
        (weekly(pattern=None), "recurrence.pattern is missing"),
        (weekly(range=[]), "recurrence.range is missing"),
        (weekly(pattern_type="hourly"), "recurrence.pattern.type"),
        (weekly(pattern_type="gone"), "recurrence.pattern.type"),
        (weekly(pattern_type=7), "recurrence.pattern.type"),
        (weekly(pattern_interval=0), "interval of 0"),
        (weekly(pattern_interval=-1), "interval of -1"),
        (weekly(pattern_interval="2"), "recurrence.pattern.interval"),
        (weekly(pattern_interval=True), "recurrence.pattern.interval"),
        (weekly(pattern_interval=1.5), "recurrence.pattern.interval"),
        (weekly(pattern_interval="gone"), "recurrence.pattern.interval"),
        (weekly(pattern_daysOfWeek=[]), "weekdays missing"),
        (weekly(pattern_daysOfWeek="tuesday"), "recurrence.pattern.daysOfWeek"),
        (weekly(pattern_daysOfWeek=["someday"]), "recurrence.pattern.daysOfWeek"),
        (weekly(pattern_daysOfWeek=[None]), "recurrence.pattern.daysOfWeek"),
        (weekly(pattern_firstDayOfWeek="someday"), "recurrence.pattern.firstDayOfWeek"),
        (weekly(pattern_type="relativeMonthly", pattern_index="fifth"), "pattern.index"),
        (weekly(pattern_type="relativeYearly", pattern_month=13), "no month 13"),
        (weekly(pattern_type="relativeYearly"), "no month 0"),
        (weekly(pattern_type="absoluteMonthly"), "no such month has a day 0"),
        (weekly(pattern_type="absoluteMonthly", pattern_dayOfMonth=32), "a day 32"),
        (
            weekly(pattern_type="absoluteYearly", pattern_dayOfMonth=30, pattern_month=2),
            "no such month has a day 30",
        ),
        (weekly(range_type="forEver"), "recurrence.range.type"),
        (weekly(range_startDate="gone"), "recurrence.range.startDate"),
        (weekly(range_startDate="0001-01-01"), "recurrence.range.startDate"),
        (weekly(range_startDate="03.03.2026"), "recurrence.range.startDate"),
        (weekly(range_startDate=20260303), "recurrence.range.startDate"),
        (weekly(range_startDate="1600-01-04"), "begins in the year 1600"),
        (weekly(range_startDate="2026-02-03"), "on another day"),
        (weekly(range_startDate="9999-12-28"), "has no date"),
        (weekly(range_type="endDate"), "recurrence.range.endDate"),
        (weekly(range_type="endDate", range_endDate="2026-03-01"), "before it begins"),
        (weekly(range_type="numbered"), "a series of 0"),
        (weekly(range_type="numbered", range_numberOfOccurrences=None), "numberOfOccurrences"),
        (
            weekly(range_type="endDate", range_endDate="2026-03-04", pattern_daysOfWeek=["friday"]),
            "has no date",
        ),
        (weekly(range_recurrenceTimeZone="Mars/Base"), "time zone is unknown"),
        (weekly(range_recurrenceTimeZone=1), "recurrence.range.recurrenceTimeZone"),
    ],
)
def test_a_rule_that_means_nothing_is_told_by_what_is_wrong_with_it(content, where):
    with pytest.raises(MalformedSeriesError) as raised:
        read(content)
    assert where in str(raised.value)
    assert "mailbox p11" in str(raised.value)


@pytest.mark.parametrize(
    ("named", "entered_in", "zone"),
    [
        ("W. Europe Standard Time", "Tokyo Standard Time", "Europe/Berlin"),
        ("Europe/Zurich", "UTC", "Europe/Zurich"),
        ("tzone://Microsoft/Utc", "W. Europe Standard Time", "UTC"),
        ("tzone://Microsoft/Custom", "W. Europe Standard Time", "Europe/Berlin"),
        ("Customized Time Zone", "tzone://Microsoft/Custom", "America/New_York"),
        ("", "W. Europe Standard Time", "Europe/Berlin"),
        (None, "", "America/New_York"),
        (None, "tzone://Microsoft/Custom", "America/New_York"),
        ("", "Mars/Base", None),
    ],
)
def test_the_zone_is_the_ranges_else_the_events_else_the_mailboxs(named, entered_in, zone):
    """The mailbox stands in for a custom zone, as for single events; never for a wrong name."""
    content = weekly(range_recurrenceTimeZone=named)
    master = a_master(originalStartTimeZone=entered_in)
    if zone is None:
        with pytest.raises(MalformedSeriesError, match="zone"):
            read(content, master, entered_in)
        return
    rule = read(content, master, entered_in)
    assert rule.zone == zone
    assert next(occurrences(rule)).time == master.time


def test_the_days_of_an_all_day_series_are_those_of_its_own_zone():
    """Read in UTC they come as nominal midnights or shifted; the result is the same."""
    days = a_rule(first="2026-03-03T00:00", hours=48).span
    for start, end in (
        ("2026-03-03T00:00:00", "2026-03-05T00:00:00"),
        ("2026-03-02T23:00:00", "2026-03-04T23:00:00"),
    ):
        master = a_master(
            isAllDay=True,
            start={"dateTime": start, "timeZone": "UTC"},
            end={"dateTime": end, "timeZone": "UTC"},
        )
        rule = read(weekly(range_recurrenceTimeZone="UTC"), master)
        assert (rule.span, rule.zone) == (days, "Europe/Berlin")


def test_a_day_that_begins_at_one_o_clock_begins_the_others_at_midnight():
    """In São Paulo the clocks went on at midnight, until 2018."""
    master = a_master(
        isAllDay=True,
        originalStartTimeZone="E. South America Standard Time",
        start={"dateTime": "2018-11-04T00:00:00", "timeZone": "UTC"},
        end={"dateTime": "2018-11-05T00:00:00", "timeZone": "UTC"},
    )
    content = weekly(pattern_daysOfWeek=["sunday"], range_startDate="2018-11-04")
    rule = read(content, master)
    assert rule.span.length == timedelta(days=1)
    starts = [o.time.start.isoformat() for o in islice(occurrences(rule), 2)]
    assert starts == ["2018-11-04T03:00:00+00:00", "2018-11-11T02:00:00+00:00"]


def test_an_all_day_event_that_becomes_a_series_by_the_clock_is_all_day_no_more():
    event = a_master(isAllDay=True)
    assert recurrence_body(a_rule(), event)["isAllDay"] is False
    days = a_rule(first="2026-03-03T00:00", hours=48)
    assert "isAllDay" not in recurrence_body(days, event)
    assert "isAllDay" not in recurrence_body(a_rule(), a_master())


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        (replace(a_rule(), zone="Mars/Base"), "Mars/Base"),
        (
            replace(a_rule(), range=SeriesRange(first=date(2026, 3, 4), last=date(2026, 3, 6))),
            "date",
        ),
    ],
)
def test_a_rule_that_cannot_be_written_is_told(rule, why):
    with pytest.raises(MalformedSeriesError, match=why):
        recurrence_body(rule)
