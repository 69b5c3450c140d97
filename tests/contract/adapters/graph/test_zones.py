"""Zone names in both spellings, against an independent table."""

from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from core.adapters.exchange.zones import WINDOWS_TO_IANA, iana_name, zone_named


def test_every_windows_name_leads_to_rules_that_this_machine_has():
    for windows, iana in WINDOWS_TO_IANA.items():
        assert zone_named(iana) is not None, windows


def test_the_table_agrees_with_an_independent_one():
    for windows, olson in WINDOWS_TO_OLSON.items():
        expected = "UTC" if olson == "Etc/UTC" else olson
        assert iana_name(windows) == expected


@pytest.mark.parametrize("name", sorted(available_timezones())[::7])
def test_an_iana_name_is_itself(name):
    found = iana_name(name)
    assert found == WINDOWS_TO_IANA.get(name, name)
    assert ZoneInfo(found)


@pytest.mark.parametrize(
    ("name", "iana"),
    [
        ("w. europe standard time", "Europe/Berlin"),
        (" W. Europe Standard Time ", "Europe/Berlin"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("tzone://Microsoft/Custom", None),
        ("Customized Time Zone", None),
        ("", None),
        ("Europe", None),
        ("../../etc/passwd", None),
        ("/etc/localtime", None),
    ],
)
def test_other_names_are_known_or_not_but_never_an_error(name, iana):
    assert iana_name(name) == iana


@given(st.text(max_size=300))
def test_no_text_is_an_error(name):
    found = iana_name(name)
    assert found is None or zone_named(found) is not None
