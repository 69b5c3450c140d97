"""Wall times and instants, over DST and for all-day events from -11 to +14 hours."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.adapters.exchange.days import is_whole_days, read_all_day, start_of_day
from core.adapters.graph.times import read_instant, write_interval
from core.domain.interval import Interval
from core.errors import InvalidPayloadError

ZONES = [
    "UTC",
    "Europe/Zurich",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "America/Havana",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Pago_Pago",
    "Pacific/Kiritimati",
    "Etc/GMT+11",
]
UTC_ZONE = ZoneInfo("UTC")
zones = st.sampled_from(ZONES)
seconds = st.integers(0, 5 * 366 * 86400)
instants = seconds.map(lambda s: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=s))
days = st.dates(min_value=date(2024, 1, 1), max_value=date(2029, 1, 1))


def read_back(written):
    return Interval(
        *(
            read_instant(side["dateTime"], side["timeZone"], UTC_ZONE)
            for side in (written["start"], written["end"])
        )
    )


@given(start=instants, length=st.integers(0, 10**6), zone=zones)
@example(start=datetime(2026, 10, 25, 0, 30, tzinfo=UTC), length=3600, zone="Europe/Zurich")
@example(start=datetime(2026, 3, 29, 0, 30, tzinfo=UTC), length=3600, zone="Europe/Zurich")
@example(start=datetime(2026, 4, 4, 14, 45, tzinfo=UTC), length=60, zone="Australia/Lord_Howe")
def test_a_written_interval_reads_back_as_the_same_instants(start, length, zone):
    time = Interval(start, start + timedelta(seconds=length))
    written = write_interval(time, zone, whole_days=False)
    assert read_back(written) == time
    for side in written.values():
        assert datetime.fromisoformat(side["dateTime"]).tzinfo is None, "no offset beside a zone"
        assert side["timeZone"] in {zone, "UTC"}


@given(first=days, count=st.integers(1, 40), zone=zones, form=st.sampled_from(["wall", "instant"]))
def test_whole_days_read_the_same_as_nominal_dates_and_as_instants(first, count, zone, form):
    own = ZoneInfo(zone)
    last = first + timedelta(days=count)
    expected = Interval(start_of_day(first, own), start_of_day(last, own))
    if form == "wall":
        start, end = (datetime(d.year, d.month, d.day, tzinfo=UTC) for d in (first, last))
    else:
        start, end = expected.start, expected.end
    assert read_all_day(start, end, own) == expected
    assert is_whole_days(expected, own)


@given(first=days, count=st.integers(1, 40), zone=zones)
def test_whole_days_are_written_as_dates_of_their_zone(first, count, zone):
    own = ZoneInfo(zone)
    time = Interval(start_of_day(first, own), start_of_day(first + timedelta(days=count), own))
    written = write_interval(time, zone, whole_days=True)
    assert written["start"] == {"dateTime": f"{first.isoformat()}T00:00:00", "timeZone": zone}
    assert written["end"]["dateTime"].startswith((first + timedelta(days=count)).isoformat())


@given(start=instants, length=st.integers(-(10**6), 10**6), zone=zones)
def test_an_all_day_event_is_never_less_than_a_day_whatever_comes(start, length, zone):
    time = read_all_day(start, start + timedelta(seconds=length), ZoneInfo(zone))
    assert is_whole_days(time, ZoneInfo(zone))


@given(start=instants, zone=zones)
def test_part_of_a_day_is_not_whole_days(start, zone):
    own = ZoneInfo(zone)
    midnight = start_of_day(start.astimezone(own).date(), own)
    assert not is_whole_days(Interval(midnight, midnight + timedelta(hours=9)), own)
    assert not is_whole_days(Interval(midnight, midnight), own)


@pytest.mark.parametrize(
    ("text", "zone", "instant"),
    [
        ("2026-03-02T09:00:00.0000000", "UTC", "2026-03-02T09:00:00+00:00"),
        ("2026-03-02T09:00:00.0000000", "W. Europe Standard Time", "2026-03-02T08:00:00+00:00"),
        ("2026-03-02T09:00:00.1234567", "Europe/Zurich", "2026-03-02T08:00:00.123456+00:00"),
        ("2026-03-02T09:00:00Z", "Europe/Zurich", "2026-03-02T09:00:00+00:00"),
        ("2026-03-02T09:00:00+05:30", "UTC", "2026-03-02T03:30:00+00:00"),
        ("2026-03-02T09:00:00", "tzone://Microsoft/Custom", "2026-03-02T14:00:00+00:00"),
        ("2026-03-29T02:30:00", "Europe/Zurich", "2026-03-29T01:30:00+00:00"),
    ],
)
def test_every_form_of_a_time_is_an_instant(text, zone, instant):
    found = read_instant(text, zone, ZoneInfo("America/New_York"))
    assert found == datetime.fromisoformat(instant)


def test_a_zone_that_nobody_knows_is_named():
    with pytest.raises(InvalidPayloadError, match="Mars/Olympus"):
        write_interval(
            Interval(datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)),
            "Mars/Olympus",
            whole_days=False,
        )
