"""Local times as instants: the file's own VTIMEZONE, Windows and IANA names, and none of them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from icalendar import Timezone

from devstack.calendars.spans import NotImportableError
from devstack.calendars.structure import Component
from devstack.calendars.zones import OwnZone, UnreadableZoneError, known_zone
from tests.contract.calendars.snippets import OUTLOOK_ZONE, fixed_zone, opened, span, vcalendar

SUMMER = datetime(2026, 7, 1, 7, 0, tzinfo=UTC)


def own(text: str) -> Component:
    return opened(vcalendar(text)).calendars[0].parts[0]


def start(tzid: str, *zones: str, wall: str = "20260701T090000"):
    return span(f'DTSTART;TZID="{tzid}":{wall}', "DURATION:PT1H", zones=zones)


@pytest.mark.parametrize(
    "tzid",
    [
        "Europe/Zurich",
        "W. Europe Standard Time",
        "w. europe standard time",
        "/mozilla.org/20070129_1/Europe/Zurich",
        "/freeassociation.sourceforge.net/Europe/Zurich",
        "/citadel.org/20210210_1/Europe/Zurich",
    ],
)
def test_a_known_name_needs_no_definition(tzid):
    assert start(tzid).start.instant == SUMMER


@pytest.mark.parametrize("tzid", ["UTC", "Etc/UTC", "GMT", "tzone://Microsoft/Utc"])
def test_utc_has_many_names(tzid):
    assert start(tzid).start.instant == datetime(2026, 7, 1, 9, 0, tzinfo=UTC)


def test_exchange_is_told_the_name_where_it_means_the_same():
    found = start("W. Europe Standard Time", OUTLOOK_ZONE)

    assert (found.start.zone, found.start.wall.hour) == ("W. Europe Standard Time", 9)
    assert (found.start.instant, found.notes) == (SUMMER, ())


def test_a_name_that_only_the_file_knows_counts_by_its_definition():
    found = start("Customized Time Zone", fixed_zone("Customized Time Zone", "+0545"))

    assert (found.start.zone, found.start.wall) == ("UTC", datetime(2026, 7, 1, 3, 15))  # noqa: DTZ001
    assert "the file's own" in found.notes[0]


def test_a_definition_that_contradicts_its_name_counts():
    found = start("Europe/Zurich", fixed_zone("Europe/Zurich", "-0330"))

    assert found.start.instant == datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    assert "otherwise than its name" in found.notes[0]


def test_a_definition_says_which_place_it_is_for():
    zone = OUTLOOK_ZONE.replace(
        "TZID:W. Europe Standard Time", "TZID:Zürich\nX-LIC-LOCATION:Europe/Zurich"
    )

    assert start("Zürich", zone).start.zone == "Europe/Zurich"


def test_a_name_with_colon_and_commas_is_read_quoted_and_not():
    tzid = "(UTC+01:00) Amsterdam, Berlin, Bern, Rom"
    zone = OUTLOOK_ZONE.replace("W. Europe Standard Time", tzid)

    assert start(tzid, zone).start.instant == SUMMER
    assert span(f"DTSTART;TZID={tzid}:20260701T090000", zones=(zone,)).start.instant == SUMMER


def test_offsets_with_seconds_are_kept():
    found = start("Bern 1850", fixed_zone("Bern 1850", "+002946"))

    assert found.start.instant == datetime(2026, 7, 1, 8, 30, 14, tzinfo=UTC)


def test_each_calendar_of_a_file_has_its_own_definitions():
    first = vcalendar(fixed_zone("X", "+0100"))
    second = vcalendar(fixed_zone("X", "+0900"))

    zones = [OwnZone(c.parts[0]) for c in opened(first + "\n" + second).calendars]

    wall = datetime(2026, 7, 1, 9, 0)  # noqa: DTZ001 - a wall time
    assert [zone.instant(wall).hour for zone in zones] == [8, 0]


def test_an_unknown_zone_is_a_reason_not_a_guess():
    with pytest.raises(NotImportableError, match=r"DTSTART in line 5: the time zone 'Atlantis'"):
        start("Atlantis")


@pytest.mark.parametrize(
    ("break_it", "why"),
    [
        (("BEGIN:STANDARD", "BEGIN:OTHER"), "neither STANDARD nor DAYLIGHT"),
        (("TZOFFSETTO:-0330", "TZOFFSETTO:west"), "'west' is no offset"),
        (("TZOFFSETTO:-0330", "TZOFFSETTO:+9900"), "24 hours"),
        (("TZOFFSETFROM:-0330", "X-NO:1"), "no TZOFFSETFROM"),
        (("DTSTART:19700101T000000", "X-NO:1"), "no DTSTART"),
        (("DTSTART:19700101T000000", "DTSTART:once"), "no date and time"),
        (("TZOFFSETTO:-0330", "TZOFFSETTO:-0330\nRRULE:FREQ=SECONDLY"), "not yearly"),
        (("TZOFFSETTO:-0330", "TZOFFSETTO:-0330\nRRULE:every year"), ""),
    ],
)
def test_an_unusable_definition_is_passed_over_for_a_known_name(break_it, why):
    broken = (
        fixed_zone("Atlantis", "-0330").replace(*break_it).replace("END:STANDARD", "END:STANDARD")
    )
    if "OTHER" in broken:
        broken = broken.replace("END:STANDARD", "END:OTHER")

    with pytest.raises(NotImportableError, match="its definition in the file cannot be used") as no:
        start("Atlantis", broken)
    assert why in str(no.value)
    found = start("Europe/Zurich", broken.replace("Atlantis", "Europe/Zurich"))
    assert found.start.instant == SUMMER
    assert "taken by its name" in found.notes[0]


def test_rules_may_end_and_dates_be_listed():
    zone = OwnZone(
        own("""BEGIN:VTIMEZONE
TZID:X
BEGIN:STANDARD
DTSTART:19671029T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10;UNTIL=20061029T060000Z
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
BEGIN:STANDARD
DTSTART:20071104T020000
RDATE:20081102T020000,20091101T020000
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19870405T020000
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4;UNTIL=20060402T070000Z
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
BEGIN:DAYLIGHT
DTSTART:20070311T020000
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3;UNTIL=20090308T070000Z
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
END:VTIMEZONE""")
    )
    new_york = ZoneInfo("America/New_York")
    for year in (1990, 2005, 2006, 2007, 2008, 2009):
        for month in range(1, 13):
            wall = datetime(year, month, 15, 12, 0)  # noqa: DTZ001 - a wall time
            assert zone.instant(wall) == wall.replace(tzinfo=new_york).astimezone(UTC)


def test_a_time_that_the_change_leaves_out_counts_by_the_offset_before():
    found = start("W. Europe Standard Time", OUTLOOK_ZONE, wall="20260329T023000")

    assert found.start.instant == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_time_that_comes_twice_is_the_first_one():
    found = start("W. Europe Standard Time", OUTLOOK_ZONE, wall="20261025T023000")

    assert found.start.instant == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@given(
    name=st.sampled_from(
        ["Europe/Zurich", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Asia/Tokyo"]
    ),
    wall=st.datetimes(datetime(2001, 1, 1), datetime(2029, 12, 31)),  # noqa: DTZ001 - wall times
)
def test_what_a_library_writes_of_a_zone_means_the_same_moments(name, wall):
    zone = ZoneInfo(name)
    expected = wall.replace(tzinfo=zone).astimezone(UTC)
    assume(expected.astimezone(zone).replace(tzinfo=None) == wall)

    assert _exported(name).instant(wall) == expected


@pytest.mark.parametrize(
    "rules",
    [
        ["FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31"],
        ["FREQ=YEARLY;BYHOUR=1,2,3;BYMINUTE=1,2,3;BYSECOND=1,2,3"],
        ["FREQ=YEARLY"] * 101,
    ],
)
def test_absurd_rules_are_not_followed_for_ever(rules):
    zone = fixed_zone("Europe/Zurich", "+0100").replace(
        "END:STANDARD", "\n".join([*(f"RRULE:{rule}" for rule in rules), "END:STANDARD"])
    )

    assert start("Europe/Zurich", zone).start.instant.day == 1


def test_a_definition_that_is_none_says_why():
    with pytest.raises(UnreadableZoneError, match="neither STANDARD nor DAYLIGHT"):
        OwnZone(own("BEGIN:VTIMEZONE\nTZID:X\nEND:VTIMEZONE"))


@pytest.mark.parametrize("tzid", ["", "/", "Somewhere", "Europe/"])
def test_names_that_mean_nothing_are_not_known(tzid):
    assert known_zone(tzid) is None


_ZONES: dict[str, OwnZone] = {}


def _exported(name: str) -> OwnZone:
    if name not in _ZONES:
        first = datetime(2000, 1, 1, tzinfo=UTC).date()
        written = Timezone.from_tzid(name, first_date=first, last_date=first + timedelta(11323))
        _ZONES[name] = OwnZone(own(written.to_ical().decode()))
    return _ZONES[name]
