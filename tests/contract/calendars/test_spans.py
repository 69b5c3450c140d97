"""When an entry is: dates and times, floating ones, missing ends, durations, and nonsense."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devstack.calendars.spans import NotImportableError
from tests.contract.calendars.snippets import OUTLOOK_ZONE, SETTING, refusal, span

ZURICH = SETTING.home.info


def days(found):
    return found.start.wall.date(), found.end.wall.date(), found.is_all_day


def test_a_time_in_utc_stays_in_utc():
    found = span("DTSTART:20260310T090000Z", "DTEND:20260310T100000Z")

    assert found.start.instant == datetime(2026, 3, 10, 9, tzinfo=UTC)
    assert (found.start.zone, found.end.wall.hour, found.is_all_day) == ("UTC", 10, False)


def test_a_floating_time_is_meant_in_the_organizers_zone():
    found = span("DTSTART:20260710T090000", "DTEND:20260710T100000")

    assert found.start.instant == datetime(2026, 7, 10, 7, tzinfo=UTC)
    assert found.start.zone == "Europe/Zurich"


def test_utc_wins_over_a_zone_beside_it():
    found = span("DTSTART;TZID=America/New_York:20260310T090000Z")

    assert found.start.instant == datetime(2026, 3, 10, 9, tzinfo=UTC)


def test_start_and_end_may_be_in_different_zones():
    found = span(
        "DTSTART;TZID=Europe/Zurich:20260310T090000",
        "DTEND;TZID=America/New_York:20260310T060000",
    )

    assert found.end.instant - found.start.instant == timedelta(hours=2)


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART;VALUE=DATE:20260310", "DTEND;VALUE=DATE:20260312"),
        ("DTSTART;VALUE=DATE:20260310", "DURATION:P2D"),
        ("DTSTART:20260310", "DTEND:20260312"),
        ("DTSTART;VALUE=DATE;TZID=Europe/Zurich:20260310", "DTEND;VALUE=DATE:20260312"),
        ("DTSTART;VALUE=DATE:20260310T000000", "DTEND;VALUE=DATE:20260312T000000"),
    ],
)
def test_all_day_entries_end_before_their_end_date(lines):
    assert days(span(*lines)) == (date(2026, 3, 10), date(2026, 3, 12), True)


@pytest.mark.parametrize("lines", [(), ("DTEND;VALUE=DATE:20260310",), ("DURATION:P0D",)])
def test_an_all_day_entry_without_an_end_lasts_its_day(lines):
    found = span("DTSTART;VALUE=DATE:20260310", *lines)

    assert days(found) == (date(2026, 3, 10), date(2026, 3, 11), True)


def test_outlooks_all_day_entries_with_times_are_whole_days():
    found = span(
        "DTSTART;TZID=W. Europe Standard Time:20260310T000000",
        "DTEND;TZID=W. Europe Standard Time:20260311T000000",
        "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE",
        zones=(OUTLOOK_ZONE,),
    )

    assert days(found) == (date(2026, 3, 10), date(2026, 3, 11), True)


def test_a_day_of_hours_is_no_all_day_entry_whatever_outlook_says():
    found = span(
        "DTSTART:20260310T080000", "DTEND:20260310T180000", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"
    )

    assert not found.is_all_day


def test_all_day_entries_over_a_change_of_the_clocks_stay_at_midnight():
    found = span("DTSTART;VALUE=DATE:20260329", "DTEND;VALUE=DATE:20260330")

    assert found.end.instant - found.start.instant == timedelta(hours=23)
    assert (found.start.wall.hour, found.end.wall.hour) == (0, 0)


def test_a_time_without_an_end_takes_no_time():
    found = span("DTSTART:20260310T090000Z")

    assert found.end == found.start
    assert found.notes == ("it has no end: it ends when it begins",)


def test_a_duration_is_counted_from_the_start_in_its_zone():
    found = span("DTSTART;TZID=Europe/Zurich:20260310T090000", "DURATION:PT1H30M")

    assert (found.end.wall, found.end.zone) == (datetime(2026, 3, 10, 10, 30), "Europe/Zurich")  # noqa: DTZ001


def test_days_of_a_duration_are_days_of_the_calendar():
    found = span("DTSTART;TZID=Europe/Zurich:20260328T120000", "DURATION:P1D")

    assert found.end.wall == datetime(2026, 3, 29, 12)  # noqa: DTZ001 - a wall time
    assert found.end.instant - found.start.instant == timedelta(hours=23)


def test_hours_of_a_duration_are_hours_also_in_the_night_of_the_change():
    found = span("DTSTART;TZID=Europe/Zurich:20261025T013000", "DURATION:PT2H")

    assert found.end.instant - found.start.instant == timedelta(hours=2)


def test_an_end_counts_more_than_a_duration():
    found = span("DTSTART:20260310T090000Z", "DTEND:20260310T100000Z", "DURATION:PT5H")

    assert found.end.wall.hour == 10
    assert found.notes == ("DTEND and DURATION are both given: DTEND counts",)


def test_a_shift_by_weeks_keeps_the_time_of_day_over_a_change_of_the_clocks():
    found = span("DTSTART;TZID=Europe/Zurich:20260310T090000", shift=timedelta(weeks=10))

    assert found.start.wall == datetime(2026, 5, 19, 9)  # noqa: DTZ001 - a wall time
    assert found.start.instant.hour == 7


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("SUMMARY:A",), "it has no DTSTART"),
        (("DTSTART:",), "it has no DTSTART"),
        (("DTSTART:tomorrow",), "DTSTART in line 5 is no date or time: 'tomorrow'"),
        (("DTSTART:2026-03-10T09:00:00",), "is no date or time"),
        (("DTSTART:20260230",), "is no date or time"),
        (("DTSTART:20260310T250000",), "is no date or time"),
        (("DTSTART:20260310T090000+0100",), "is no date or time"),
        (("DTSTART:20260310T100000", "DTEND:20260310T090000"), "it ends (2026-03-10 09:00) before"),
        (("DTSTART;VALUE=DATE:20260310", "DTEND;VALUE=DATE:20260309"), "before it begins"),
        (("DTSTART:20260310T100000", "DURATION:-PT1H"), "DURATION in line 6 is negative"),
        (("DTSTART:20260310T100000", "DURATION:an hour"), "is no duration"),
        (("DTSTART:20260310T100000", "DURATION:P"), "is no duration"),
        (("DTSTART:20260310T100000", "DURATION:P99999999D"), "is absurd"),
        (("DTSTART;VALUE=DATE:20260310", "DURATION:PT1H"), "lasts whole days"),
        (("DTSTART;VALUE=DATE:20260310", "DTEND:20260310T100000"), "DTSTART is a date, DTEND"),
        (("DTSTART:20260310T100000", "DTEND;VALUE=DATE:20260311"), "DTSTART is a time, DTEND"),
        (("DTSTART:00010101T000000",), "in the year 1: calendars reach from 1900 to 2200"),
        (("DTSTART:16010101T000000",), "in the year 1601"),
        (("DTSTART:20260310T100000", "DTEND:99991231T235959Z"), "DTEND in line 6 is in the year"),
        (("DTSTART;VALUE=DATE:99991231",), "in the year 9999"),
        (("DTSTART:20260310", "DTSTART:20260311"), "DTSTART is given twice (lines 5, 6)"),
    ],
)
def test_what_makes_no_sense_is_a_reason(lines, reason):
    assert reason in refusal(*lines)


@given(
    start=st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1)),  # noqa: DTZ001 - wall times
    length=st.timedeltas(timedelta(0), timedelta(days=40)),
)
def test_any_length_ends_when_it_should(start, length):
    start, length = start.replace(microsecond=0), timedelta(minutes=length // timedelta(minutes=1))
    minutes = length // timedelta(minutes=1)

    found = span(f"DTSTART;TZID=Europe/Zurich:{start:%Y%m%dT%H%M%S}", f"DURATION:PT{minutes}M")

    is_days = length % timedelta(days=1) == timedelta(0)
    assert is_days or found.end.instant - found.start.instant == length
    assert (
        found.end.wall.replace(tzinfo=ZURICH if found.end.zone != "UTC" else UTC).astimezone(UTC)
        == found.end.instant
    )


@given(st.text(max_size=30))
def test_any_text_for_a_start_is_a_span_or_a_reason(text):
    try:
        found = span("DTSTART:" + " ".join(text.split()))
    except NotImportableError as error:
        assert "DTSTART" in str(error)  # noqa: PT017 - either end is right
        return
    assert found.start.instant.tzinfo is UTC
