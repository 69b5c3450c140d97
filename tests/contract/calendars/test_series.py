"""Series of a file: the exact same dates in the mailbox, or a reason."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
import recurring_ical_events
from icalendar import Calendar

from devstack.calendars.entries import Changed, Importable, NotImportable, read_entries
from devstack.calendars.importing import Importer, Outcome
from devstack.calendars.writing import Result
from tests.contract.calendars.snippets import (
    ANNA,
    OUTLOOK_ZONE,
    SAENTIS,
    SETTING,
    USUAL,
    entries,
    fixed_zone,
    opened,
    refusal,
    vcalendar,
    vevent,
)

ZONE = "W. Europe Standard Time"
TUESDAY = (
    "SUMMARY:Jour fixe",
    f"DTSTART;TZID={ZONE}:20260310T090000",
    f"DTEND;TZID={ZONE}:20260310T100000",
)
ROOM = "ATTENDEE;CUTYPE=ROOM;CN=Matterhorn:mailto:szi3@a.example"
WINDOW = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))


async def imported(company, setting, text: str) -> tuple[Outcome, ...]:
    importer = Importer(company.client, setting.owner_mail)
    outcomes = await importer.put(read_entries(opened(text), setting), company.clock.now())
    await company.settle()
    return outcomes


async def dates_in(company, mailbox: str = ANNA) -> list[tuple[str, str, str]]:
    """Return start, end and subject of all dates of two years in the calendar."""
    window = "startDateTime=2026-01-01&endDateTime=2028-01-01&$top=999"
    view = (await company.outlook(mailbox).get(f"users/{mailbox}/calendarView?{window}"))["value"]
    return [(e["start"]["dateTime"][:16], e["end"]["dateTime"][:16], e["subject"]) for e in view]


def expected(text: str) -> list[tuple[str, str, str]]:
    """Return the same as an independent reader of the file has it."""
    found = recurring_ical_events.of(Calendar.from_ical(text)).between(*WINDOW)
    shown = [
        (*(f"{m.astimezone(UTC):%Y-%m-%dT%H:%M}" for m in (e.start, e.end)), str(e["SUMMARY"]))
        for e in found
    ]
    return sorted(shown)


@pytest.mark.parametrize(
    "lines",
    [
        ("RRULE:FREQ=DAILY;INTERVAL=3;COUNT=40",),
        ("RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=30",),
        ("RRULE:FREQ=WEEKLY;UNTIL=20260602T065959Z",),
        ("RRULE:FREQ=WEEKLY;UNTIL=20260602T070000Z",),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO;COUNT=20",),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU;COUNT=20",),
        ("RRULE:FREQ=MONTHLY;BYDAY=2TU",),
        ("RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=2;COUNT=9",
         "DTSTART:20260303T090000Z", "DTEND:20260303T093000Z"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=9",
         "DTSTART:20260331T090000Z", "DTEND:20260331T093000Z"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1;COUNT=9",
         "DTSTART:20260331T090000Z", "DTEND:20260331T093000Z"),
        ("RRULE:FREQ=MONTHLY;INTERVAL=3",),
        ("RRULE:FREQ=YEARLY",),
        ("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2TU",),
        ("RRULE:FREQ=WEEKLY;COUNT=9", f"EXDATE;TZID={ZONE}:20260317T090000,20260331T090000",
         "EXDATE:20260421T070000Z"),
    ],
)  # fmt: skip
async def test_the_mailbox_has_the_dates_of_the_file(company, setting, lines):
    own = () if any(line.startswith("DTSTART") for line in lines) else TUESDAY[1:]
    text = vcalendar(OUTLOOK_ZONE, vevent("SUMMARY:Jour fixe", *own, *lines))
    (outcome,) = await imported(company, setting, text)

    assert (outcome.result, outcome.reason) == (Result.IMPORTED, "")
    assert await dates_in(company) == expected(text)
    assert len(await dates_in(company)) > 1


async def test_changed_moved_and_cancelled_dates_come_along(company, setting):
    text = vcalendar(
        OUTLOOK_ZONE,
        vevent(
            "SUMMARY:Verschoben", f"RECURRENCE-ID;TZID={ZONE}:20260324T090000",
            f"DTSTART;TZID={ZONE}:20260401T140000", f"DTEND;TZID={ZONE}:20260401T150000", ROOM,
        ),
        vevent(*TUESDAY, "RRULE:FREQ=WEEKLY;COUNT=6", ROOM,
               f"EXDATE;TZID={ZONE}:20260317T090000"),
        vevent(
            "SUMMARY:Auch verschoben", "RECURRENCE-ID:20260331T070000Z",
            f"DTSTART;TZID={ZONE}:20260402T090000", f"DTEND;TZID={ZONE}:20260402T093000",
        ),
        vevent(*TUESDAY, "STATUS:CANCELLED", f"RECURRENCE-ID;TZID={ZONE}:20260407T090000"),
    )  # fmt: skip
    outcomes = await imported(company, setting, text)

    assert [(o.result, o.reason) for o in outcomes] == [(Result.IMPORTED, "")] * 4
    found = await dates_in(company)
    assert found == [
        ("2026-03-10T08:00", "2026-03-10T09:00", "Jour fixe"),
        ("2026-04-01T12:00", "2026-04-01T13:00", "Verschoben"),
        ("2026-04-02T07:00", "2026-04-02T07:30", "Auch verschoben"),
        ("2026-04-14T07:00", "2026-04-14T08:00", "Jour fixe"),
    ]
    assert [start for start, _, _ in await dates_in(company, SAENTIS)] == [
        "2026-03-10T08:00", "2026-04-01T12:00", "2026-04-14T07:00",
    ]  # fmt: skip
    assert not any(outcome.needs_booking for outcome in outcomes)
    mails = await company.mails()
    assert [m["kind"] for m in mails].count("cancellation") == 1

    again = await imported(company, setting, text)
    assert {o.result for o in again} == {Result.ALREADY_THERE}
    assert await dates_in(company) == found
    assert await company.mails() == mails


async def test_an_all_day_series_keeps_its_days(company, setting):
    text = vcalendar(
        vevent("SUMMARY:Ferien", "DTSTART;VALUE=DATE:20260327", "DTEND;VALUE=DATE:20260329",
               "RRULE:FREQ=WEEKLY;UNTIL=20260410", "EXDATE;VALUE=DATE:20260403"),
    )  # fmt: skip
    await imported(company, setting, text)

    assert await dates_in(company) == [
        ("2026-03-26T23:00", "2026-03-28T23:00", "Ferien"),
        ("2026-04-09T22:00", "2026-04-11T22:00", "Ferien"),
    ]


def test_a_series_that_lasts_until_a_day_includes_it():
    (read,) = entries(vcalendar(vevent(*USUAL, "RRULE:FREQ=WEEKLY;UNTIL=20260324")))

    assert read.last_end == datetime(2026, 3, 24, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=10,20", "one day of a month"),
        ("FREQ=MONTHLY;BYMONTHDAY=-2", "one day of a month"),
        ("FREQ=MONTHLY;BYDAY=2TU,4TU", "first to the fourth"),
        ("FREQ=MONTHLY;BYDAY=5TU", "first to the fourth"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1,3", "first to the fourth"),
        ("FREQ=MONTHLY;BYDAY=TU;BYMONTHDAY=8,9,10,11,12,13,14", "does not combine"),
        ("FREQ=MONTHLY;BYMONTH=3,4", "MONTHLY"),
        ("FREQ=YEARLY;BYDAY=20TU", "YEARLY"),
        ("FREQ=YEARLY;BYYEARDAY=69", "BYYEARDAY"),
        ("FREQ=YEARLY;BYMONTH=3,6", "BYMONTH has 2 values"),
        ("FREQ=WEEKLY;BYDAY=TU;BYHOUR=9,14", "BYHOUR"),
        ("FREQ=HOURLY", "HOURLY"),
        ("FREQ=DAILY;INTERVAL=2;BYDAY=TU", "names no days"),
        ("FREQ=WEEKLY;BYDAY=1TU", "these days"),
        ("FREQ=WEEKLY;BYDAY=FR", "its first date is none"),
        ("FREQ=DAILY;COUNT=1000", "1 to 999 times"),
        ("FREQ=DAILY;UNTIL=20260301", "ends before it begins"),
        ("every Tuesday", "RRULE in line"),
        ("FREQ=SOMETIMES", "RRULE in line"),
        ("FREQ=WEEKLY;INTERVAL=0", "RRULE in line"),
        ("FREQ=WEEKLY;COUNT=x", "RRULE in line"),
    ],
)
def test_what_exchange_cannot_repeat_has_its_reason(rule, why):
    assert why in refusal(*USUAL, f"RRULE:{rule}")


@pytest.mark.parametrize("day", ["20260331", "20260129", "20240229"])
def test_days_that_short_months_do_not_have_are_not_approximated(day):
    times = (f"DTSTART:{day}T090000Z", f"DTEND:{day}T100000Z")
    rule = "RRULE:FREQ=YEARLY" if day.endswith("0229") else "RRULE:FREQ=MONTHLY"

    assert "months that are too short" in refusal(*times, rule)


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("RDATE:20260317T090000Z",), "no counterpart of RDATE"),
        (("RRULE:FREQ=DAILY", "RDATE:20260317T090000Z"), "no counterpart of RDATE"),
        (("RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"), "no counterpart of EXRULE"),
        (("RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY"), "it has 2 rules"),
    ],
)
def test_dates_beside_a_rule_have_their_reason(lines, why):
    assert why in refusal(*USUAL, *lines)


def test_a_series_in_a_zone_of_the_files_own_has_its_reason():
    zone = fixed_zone("Bern", "+0100")
    own = ("DTSTART;TZID=Bern:20260310T090000", "DTEND;TZID=Bern:20260310T100000")
    other = fixed_zone(ZONE, "+0100")

    assert "the file's own" in refusal(*own, "RRULE:FREQ=WEEKLY", before=(zone,))
    assert "the file's own" in refusal(*TUESDAY, "RRULE:FREQ=WEEKLY", before=(other,))


def reasons(text: str) -> list[str]:
    return [read.reason for read in entries(text) if isinstance(read, NotImportable)]


def test_a_changed_date_without_its_series_is_a_meeting():
    (read,) = entries(vcalendar(vevent(*USUAL, "RECURRENCE-ID:20260310T090000Z")))

    assert isinstance(read, Importable)
    assert "a meeting of its own" in read.translated.notes[-1]
    two = entries(vcalendar(
        vevent(*USUAL, "RECURRENCE-ID:20260310T090000Z"),
        vevent(*USUAL, "RECURRENCE-ID:20260317T090000Z"),
    ))  # fmt: skip
    assert len({r.translated.event["transactionId"] for r in two if isinstance(r, Importable)}) == 2


def test_changed_dates_that_fit_nowhere_have_their_reason():
    series = vevent(*USUAL, "RRULE:FREQ=WEEKLY;COUNT=4")
    text = vcalendar(
        series,
        vevent(*USUAL, "RECURRENCE-ID:20260311T090000Z"),
        vevent(*USUAL, "RECURRENCE-ID:20260317T093000Z"),
        vevent(*USUAL, "RECURRENCE-ID;RANGE=THISANDFUTURE:20260317T090000Z"),
        vevent(*USUAL, "SEQUENCE:1", "RECURRENCE-ID:20260324T090000Z"),
        vevent(*USUAL, "SEQUENCE:2", "RECURRENCE-ID:20260324T090000Z"),
    )
    found = reasons(text)

    assert [why.split(" in line")[0] for why in found] == [
        "RECURRENCE-ID", "RECURRENCE-ID", "RECURRENCE-ID", "the same RECURRENCE-ID is",
    ]  # fmt: skip
    assert "changes all following dates" in found[2]
    assert [type(r) for r in entries(text)].count(Changed) == 1


def test_dates_of_a_series_that_is_not_imported_say_so():
    bad = vevent(*USUAL, "RRULE:FREQ=HOURLY")
    date = vevent(*USUAL, "RECURRENCE-ID:20260310T090000Z")

    assert reasons(vcalendar(bad, date))[1] == "its series in line 3 is not imported"


def test_of_two_series_under_one_uid_the_later_version_counts():
    text = vcalendar(
        vevent(*USUAL, "SEQUENCE:1", "RRULE:FREQ=DAILY"),
        vevent(*USUAL, "SEQUENCE:2", "RRULE:FREQ=WEEKLY"),
    )
    bad, good = entries(text)

    assert isinstance(bad, NotImportable)
    assert "only that version counts" in bad.reason
    assert isinstance(good, Importable)
    assert good.is_series


def test_an_excluded_date_that_is_none_is_named():
    (read,) = entries(vcalendar(vevent(*USUAL, "RRULE:FREQ=WEEKLY", "EXDATE:20260311T090000Z")))

    assert read.translated.notes == ("EXDATE 20260311T090000Z is no date of the series: left out",)


def test_a_series_moves_by_weeks_unless_it_is_monthly():
    setting = replace(SETTING, shift_weeks=4)
    weekly = vevent(*USUAL, "RRULE:FREQ=WEEKLY;UNTIL=20260324T090000Z", "EXDATE:20260317T090000Z")
    (read,) = entries(vcalendar(weekly), setting)
    (monthly,) = entries(vcalendar(vevent(*USUAL, "RRULE:FREQ=MONTHLY")), setting)

    assert read.translated.event["recurrence"]["range"]["endDate"] == "2026-04-21"
    assert read.deleted == (datetime(2026, 4, 14, 9, tzinfo=UTC),)
    assert "cannot be moved by weeks" in monthly.reason


async def test_what_exchange_refuses_of_a_series_is_told_in_its_words(company, setting):
    long = ("DTSTART:20260310T090000Z", "DTEND:20260312T100000Z")
    text = vcalendar(
        vevent(*long, "RRULE:FREQ=DAILY", uid="long"),
        vevent(*USUAL, "RECURRENCE-ID:20260311T090000Z", uid="long"),
        vevent(*USUAL, "RRULE:FREQ=WEEKLY;COUNT=3", "EXDATE:20260324T090000Z", uid="good"),
        vevent("DTSTART:20260318T090000Z", "RECURRENCE-ID:20260310T090000Z", uid="good"),
    )
    outcomes = await imported(company, setting, text)

    assert [o.result for o in outcomes] == [
        Result.REFUSED, Result.REFUSED, Result.IMPORTED, Result.REFUSED,
    ]  # fmt: skip
    assert "ErrorOccurrenceTimeSpanTooBig" in outcomes[0].reason
    assert "its series in line 3" in outcomes[1].reason
    assert "ErrorOccurrenceCrossingBoundary" in outcomes[3].reason
    assert len(await dates_in(company)) == 2
