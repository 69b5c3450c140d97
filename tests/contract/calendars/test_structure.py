"""Components and their properties, also in damaged files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Event

from devstack.calendars.content_lines import CalendarFileError, ContentLine
from devstack.calendars.structure import read_property
from tests.contract.calendars.snippets import component, opened, vcalendar, vevent


def test_components_know_their_line_and_their_parts():
    file = opened(vcalendar(vevent("SUMMARY:A", "BEGIN:VALARM", "TRIGGER:-PT5M", "END:VALARM")))

    (entry,) = file.calendars[0].parts
    assert (entry.name, entry.line, entry.is_complete) == ("VEVENT", 3, True)
    assert [(part.name, part.text("TRIGGER")) for part in entry.parts] == [("VALARM", "-PT5M")]


def test_several_calendars_in_one_file_are_all_read():
    file = opened(vcalendar(vevent("SUMMARY:A")) + "\n" + vcalendar(vevent("SUMMARY:B")))

    assert [c.parts[0].text("SUMMARY") for c in file.calendars] == ["A", "B"]


def test_names_of_components_and_properties_may_be_in_small_letters():
    file = opened("begin:vcalendar\nbegin:vevent\nsummary:A\nend:vevent\nend:vcalendar")

    assert file.calendars[0].parts[0].text("SUMMARY") == "A"


@pytest.mark.parametrize(
    "text", ["Subject,Start Date\nBudget,2026-03-10", "<html></html>", "BEGIN:VCARD\nEND:VCARD"]
)
def test_what_is_no_calendar_is_refused(text):
    with pytest.raises(CalendarFileError, match="no line BEGIN:VCALENDAR"):
        opened(text)


def test_an_entry_without_its_end_spoils_neither_neighbour():
    cut = "BEGIN:VEVENT\nUID:2\nSUMMARY:cut"
    file = opened(vcalendar(vevent("SUMMARY:A"), cut, vevent("SUMMARY:B")))

    found = [(part.text("SUMMARY"), part.is_complete) for part in file.calendars[0].parts]
    assert found == [("A", True), ("cut", False), ("B", True)]


def test_an_alarm_without_its_end_does_not_swallow_what_follows():
    file = opened(vcalendar(vevent("BEGIN:VALARM", "TRIGGER:-PT5M"), vevent("SUMMARY:B")))

    first, second = file.calendars[0].parts
    assert (first.is_complete, first.parts[0].is_complete) == (True, False)
    assert second.text("SUMMARY") == "B"


def test_a_file_that_is_cut_off_says_so():
    file = opened("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:A\nEND:VEVENT\nBEGIN:VEVENT\nUID:2")

    assert [part.is_complete for part in file.calendars[0].parts] == [True, False]
    assert "may be cut off" in file.remarks[0]


def test_endless_nesting_is_not_followed():
    file = opened("BEGIN:VCALENDAR\n" + "BEGIN:X\n" * 5000 + "END:X\n" * 5000)

    assert len(file.calendars) == 1
    assert "lines outside of any component were left out" in file.remarks[-1]


def test_lines_outside_of_any_component_are_counted():
    file = opened("From: anna\nTo: marc\n" + vcalendar(vevent("SUMMARY:A")) + "\nEND:VEVENT")

    assert file.remarks == (
        "3 lines outside of any component were left out (the first is line 1: 'From: anna')",
    )


def test_a_line_that_is_no_property_is_named_and_the_rest_kept():
    entry = component("SUMMARY:A", "and this was not folded", "LOCATION:B")

    assert (entry.text("SUMMARY"), entry.text("LOCATION")) == ("A", "B")
    assert entry.faults == ("line 6 is no property: 'and this was not folded'",)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ('ATTENDEE;CN="Muster, Hans; a:b":mailto:h@a.example', "Muster, Hans; a:b"),
        ("ATTENDEE;CN=Muster, Hans;ROLE=CHAIR:mailto:h@a.example", "Muster, Hans"),
        ("ATTENDEE;CN=\"Hans ^'Hausi^' Muster\":mailto:h@a.example", 'Hans "Hausi" Muster'),
        ("attendee;cn=Hans:mailto:h@a.example", "Hans"),
    ],
)
def test_parameters_are_read_however_they_are_quoted(line, name):
    found = read_property(ContentLine(1, line))

    assert (found.name, found.params["CN"], found.value) == ("ATTENDEE", name, "mailto:h@a.example")


def test_a_badly_quoted_person_keeps_at_least_the_address():
    found = read_property(ContentLine(1, 'ATTENDEE;CN="Hans "Hausi" Muster":mailto:h@a.example'))

    assert (found.name, found.value) == ("ATTENDEE", "mailto:h@a.example")


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"])))
def test_text_comes_back_as_any_client_would_have_escaped_it(text):
    written = Event()
    written.add("summary", text + "\n" + text)

    found = opened(vcalendar(written.to_ical().decode())).calendars[0].parts[0].first("SUMMARY")

    assert found is not None
    assert found.text == text + "\n" + text
