"""Which entries of a file count, and the reason of each that does not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devstack.calendars.content_lines import CalendarFileError
from devstack.calendars.entries import (
    MOST_ENTRIES,
    Importable,
    NotImportable,
    moved_to_next_week,
    read_entries,
)
from tests.contract.calendars.snippets import (
    SETTING,
    USUAL,
    entries,
    opened,
    refusal,
    vcalendar,
    vevent,
)


def told(text: str) -> list[tuple[str, str]]:
    """Return the title and the reason of every entry; an empty reason = importable."""
    return [
        (read.entry.title, read.reason if isinstance(read, NotImportable) else "")
        for read in entries(text)
    ]


def test_cancelled_entries_are_not_imported():
    assert refusal(*USUAL, "STATUS:CANCELLED") == "it is cancelled"
    assert refusal(*USUAL, before=("METHOD:CANCEL",)) == "it is cancelled"


@pytest.mark.parametrize("method", ["REPLY", "COUNTER", "REFRESH", "DECLINECOUNTER"])
def test_answers_to_invitations_are_no_entries(method):
    assert f"METHOD:{method}, not an entry" in refusal(*USUAL, before=(f"METHOD:{method}",))


@pytest.mark.parametrize("method", ["PUBLISH", "REQUEST"])
def test_published_entries_and_invitations_are_imported(method):
    (read,) = entries(vcalendar(f"METHOD:{method}", vevent(*USUAL)))

    assert isinstance(read, Importable)


def test_other_kinds_are_listed_with_their_kind_and_line():
    other = "BEGIN:{0}\nUID:9\nSUMMARY:S\nEND:{0}"
    text = vcalendar(
        *(other.format(k) for k in ("VTODO", "VJOURNAL", "VFREEBUSY", "X-POLL")), vevent(*USUAL)
    )

    found = entries(text)

    assert [(read.entry.kind, read.entry.line) for read in found] == [
        ("VTODO", 3),
        ("VJOURNAL", 7),
        ("VFREEBUSY", 11),
        ("X-POLL", 15),
        ("VEVENT", 19),
    ]
    reasons = [read.reason for read in found if isinstance(read, NotImportable)]
    assert [reason.split(" is ")[0].split(" are ")[0] for reason in reasons] == [
        "a task (VTODO)",
        "a journal entry (VJOURNAL)",
        "free/busy times (VFREEBUSY)",
        "X-POLL",
    ]


def test_good_entries_beside_bad_ones_are_kept():
    text = vcalendar(
        vevent("SUMMARY:good", *USUAL, uid="1"),
        vevent("SUMMARY:no start", uid="2"),
        "BEGIN:VEVENT\nUID:3\nSUMMARY:cut",
        vevent("SUMMARY:nonsense", "DTSTART:?", uid="4"),
        vevent("SUMMARY:good too", *USUAL, uid="5"),
    )

    assert told(text) == [
        ("good", ""),
        ("no start", "it has no DTSTART"),
        ("cut", "it has no END:VEVENT: the file is cut off or damaged there"),
        ("nonsense", "DTSTART in line 19 is no date or time: '?'"),
        ("good too", ""),
    ]


def test_of_one_uid_the_highest_version_counts_wherever_it_is():
    text = vcalendar(
        vevent("SUMMARY:first", "SEQUENCE:1", *USUAL),
        vevent("SUMMARY:latest", "SEQUENCE:10", *USUAL),
    ) + "\n" + vcalendar(vevent("SUMMARY:old", "SEQUENCE:2", *USUAL))  # fmt: skip

    assert told(text) == [
        ("first", "the same UID is in line 10: only that version counts"),
        ("latest", ""),
        ("old", "the same UID is in line 10: only that version counts"),
    ]


def test_of_equal_versions_the_later_saved_then_the_first_counts():
    stamped = vcalendar(
        vevent("SUMMARY:a", "LAST-MODIFIED:20260301T080000Z", *USUAL),
        vevent("SUMMARY:b", "LAST-MODIFIED:20260302T080000Z", *USUAL),
    )
    equal = vcalendar(vevent("SUMMARY:a", *USUAL), vevent("SUMMARY:b", *USUAL))

    assert [title for title, reason in told(stamped) if not reason] == ["b"]
    assert [title for title, reason in told(equal) if not reason] == ["a"]


def test_an_entry_that_was_cancelled_later_is_not_imported():
    text = vcalendar(
        vevent("SUMMARY:a", "SEQUENCE:0", *USUAL),
        vevent("SUMMARY:a", "SEQUENCE:1", "STATUS:CANCELLED", *USUAL),
    )

    assert [reason for _, reason in told(text)] == [
        "the same UID is in line 10: only that version counts",
        "it is cancelled",
    ]


def test_what_is_no_version_does_not_push_an_entry_aside():
    good = vevent("SUMMARY:a", "SEQUENCE:0", *USUAL)
    reply = vcalendar("METHOD:REPLY", vevent("SUMMARY:a", "SEQUENCE:1", *USUAL))
    cut = "BEGIN:VEVENT\nUID:1@client\nSEQUENCE:2"
    date = vevent("SEQUENCE:3", "RECURRENCE-ID:20260310T090000Z", "STATUS:CANCELLED", *USUAL)

    found = entries(vcalendar(good, cut, date) + "\n" + reply)

    assert [isinstance(read, Importable) for read in found] == [True, False, False, False]


def test_entries_without_a_uid_are_told_apart_by_start_and_title():
    nameless = vevent("SUMMARY:A", *USUAL, uid="")
    text = vcalendar(nameless, vevent("SUMMARY:B", *USUAL, uid=""), nameless)

    keys = [r.translated.event["transactionId"] for r in entries(text) if isinstance(r, Importable)]

    assert len(keys) == 3
    assert keys[0] == keys[2] != keys[1]


def test_an_empty_calendar_has_no_entries():
    assert entries(vcalendar()) == ()


def test_too_many_entries_are_refused_with_what_to_do():
    text = "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nEND:VEVENT\n" * (MOST_ENTRIES + 1)

    with pytest.raises(CalendarFileError, match=r"holds 5001 entries.*export a shorter period"):
        entries(text)


def test_the_busiest_week_moves_to_next_week_and_weekdays_stay():
    text = vcalendar(
        vevent("DTSTART;TZID=Europe/Zurich:20260216T100000", uid="1"),
        vevent("DTSTART;TZID=Europe/Zurich:20260309T090000", uid="2"),
        vevent("DTSTART;VALUE=DATE:20260311", uid="3"),
        vevent("DTSTART:20261224T220000Z", uid="4"),
    )
    now = datetime(2026, 7, 15, 12, tzinfo=UTC)

    moved = moved_to_next_week(opened(text), SETTING, now)

    walls = [
        read.translated.event["start"]["dateTime"][:16]
        for read in entries(text, moved)
        if isinstance(read, Importable)
    ]
    assert moved.shift_weeks == 19
    assert walls == ["2026-06-29T10:00", "2026-07-20T09:00", "2026-07-22T00:00", "2027-05-06T22:00"]


def test_nothing_importable_is_not_moved():
    moved = moved_to_next_week(opened(vcalendar()), SETTING, datetime(2026, 7, 15, tzinfo=UTC))

    assert moved == replace(SETTING, shift_weeks=0)


LINES = st.sampled_from(
    [
        "BEGIN:VCALENDAR", "END:VCALENDAR", "BEGIN:VEVENT", "END:VEVENT", "BEGIN:VALARM",
        "END:VALARM", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "BEGIN:STANDARD", "END:STANDARD",
        "TZID:X", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "RRULE:FREQ=YEARLY;BYMONTH=3",
        "DTSTART:19700101T000000", "DTSTART;TZID=X:20260310T090000", "DTSTART;VALUE=DATE:20260310",
        "DTEND:20260310T100000Z", "DURATION:PT1H", "UID:1", "UID:2", "SUMMARY:A", "TRIGGER:-PT5M",
        "ATTENDEE;CN=x:mailto:a@a.example", "LOCATION:Here", "METHOD:CANCEL", " folded", "", ";=:",
    ]
)  # fmt: skip


@given(st.lists(LINES, max_size=40))
def test_no_order_of_lines_breaks_the_import_or_loses_an_entry(lines):
    file = opened("\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines]))

    found = read_entries(file, SETTING)

    parts = [part for c in file.calendars for part in c.parts if part.name != "VTIMEZONE"]
    assert [read.entry.line for read in found] == [part.line for part in parts]
    assert all(read.reason for read in found if isinstance(read, NotImportable))
