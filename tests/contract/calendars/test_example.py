"""The example file that is shipped: real enough to show what an import does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from icalendar import Calendar

import devstack.calendars
from devstack.calendars.content_lines import read_source
from devstack.calendars.entries import (
    Changed,
    Importable,
    NotImportable,
    moved_to_next_week,
    read_entries,
)
from devstack.calendars.structure import read_calendars
from tests.contract.calendars.snippets import SETTING

EXAMPLE = Path(devstack.calendars.__file__).with_name("example.ics")
NOW = datetime(2027, 5, 12, 12, 0, tzinfo=UTC)


def test_the_example_is_a_valid_file_for_other_readers_too():
    calendar = Calendar.from_ical(EXAMPLE.read_bytes())

    assert len(calendar.walk("VEVENT")) == 12
    assert all(len(line) <= 75 for line in EXAMPLE.read_bytes().split(b"\r\n"))


def test_every_entry_is_imported_or_has_its_reason():
    found = read_entries(read_calendars(read_source(EXAMPLE)), SETTING)

    assert [read.entry.title for read in found if isinstance(read, Importable)] == [
        "Wochenstart Team Alpha",
        "Budget 2027, erste Lesung",
        "Kurze Abstimmung (überschneidet sich mit dem Budget)",
        "Strategietag (ganztägig)",
        "Mitarbeitergespräch",
        "Call with Boston",
        "Probelauf Präsentation",
        "Jour fixe (Serie)",
        "Rückblick Januar (vergangen)",
    ]
    assert [read.entry.title for read in found if isinstance(read, Changed)] == [
        "Jour fixe (verschobenes Datum der Serie)"
    ]
    assert [read.reason for read in found if isinstance(read, NotImportable)] == [
        "DTSTART in line 217 is no date or time: '2026-03-10 11:00'",
        "it is cancelled",
    ]


def test_moved_to_next_week_all_but_the_past_one_lie_ahead_within_a_booking_window():
    file = read_calendars(read_source(EXAMPLE))

    found = read_entries(file, moved_to_next_week(file, SETTING, NOW))

    starts = [r.translated.span.start.instant for r in found if isinstance(r, Importable)]
    ahead = [start for start in starts if start > NOW]
    assert len(starts) - len(ahead) == 1
    assert max(ahead) - NOW < timedelta(days=14)
    assert [start.weekday() for start in ahead] == [0, 1, 1, 1, 3, 4, 4, 1]
