"""What the fields of an entry become in Graph's event."""

from dataclasses import replace

import pytest

from tests.contract.calendars.snippets import ANNA, SAENTIS, SETTING, event, translated

ROOM = {"type": "resource", "emailAddress": {"address": SAENTIS, "name": "Säntis"}}


def attendee(mail: str, name: str, kind: str = "required"):
    return {"type": kind, "emailAddress": {"address": mail, "name": name}}


@pytest.mark.parametrize(
    ("line", "subject"),
    [
        ("SUMMARY:Budget", "Budget"),
        ("SUMMARY;LANGUAGE=de-ch:Budget\\, Zahlen\\; Rest", "Budget, Zahlen; Rest"),
        ("SUMMARY:C:\\\\Ablage\\nzwei", "C:\\Ablage zwei"),
        ("SUMMARY:", ""),
        ("X-NO-SUMMARY:1", ""),
        ("SUMMARY:50% \\n %2C", "50% %2C"),
    ],
)
def test_the_title_is_one_line_without_escapes(line, subject):
    assert event(line)["subject"] == subject


@pytest.mark.parametrize(
    ("line", "sensitivity"),
    [
        ("X-NO-CLASS:1", "normal"),
        ("CLASS:PUBLIC", "normal"),
        ("CLASS:private", "private"),
        ("CLASS:CONFIDENTIAL", "confidential"),
        ("CLASS:PERSONAL", "personal"),
        ("CLASS:X-BOARD-ONLY", "private"),
    ],
)
def test_a_class_that_nobody_knows_is_private(line, sensitivity):
    assert event(line)["sensitivity"] == sensitivity


@pytest.mark.parametrize(
    ("lines", "show_as"),
    [
        ((), "busy"),
        (("TRANSP:OPAQUE",), "busy"),
        (("TRANSP:TRANSPARENT",), "free"),
        (("STATUS:TENTATIVE",), "tentative"),
        (("STATUS:CONFIRMED",), "busy"),
        (("X-MICROSOFT-CDO-BUSYSTATUS:OOF", "TRANSP:TRANSPARENT"), "oof"),
        (("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE",), "workingElsewhere"),
        (
            ("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", "X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY"),
            "tentative",
        ),
        (("X-MICROSOFT-CDO-BUSYSTATUS:?", "TRANSP:TRANSPARENT"), "free"),
    ],
)
def test_outlooks_status_counts_more_than_the_general_one(lines, show_as):
    assert event(*lines)["showAs"] == show_as


@pytest.mark.parametrize(
    ("lines", "importance"),
    [
        ((), "normal"),
        (("PRIORITY:1",), "high"),
        (("PRIORITY:5",), "normal"),
        (("PRIORITY:9",), "low"),
        (("PRIORITY:0",), "normal"),
        (("PRIORITY:1", "X-MICROSOFT-CDO-IMPORTANCE:0"), "low"),
    ],
)
def test_importance_is_outlooks_or_the_priority(lines, importance):
    assert event(*lines)["importance"] == importance


def test_the_body_is_the_formatted_description_where_there_is_one():
    plain = "DESCRIPTION:Guten Tag\\nbis morgen"
    html = "X-ALT-DESC;FMTTYPE=text/html:<p>Guten Tag\\, <b>bis morgen</b></p>"

    assert event(plain)["body"] == {"contentType": "text", "content": "Guten Tag\nbis morgen"}
    assert event(plain, html)["body"] == {
        "contentType": "html",
        "content": "<p>Guten Tag, <b>bis morgen</b></p>",
    }
    assert "body" not in event("DESCRIPTION:")


def test_categories_are_collected_from_all_lines():
    found = event("CATEGORIES:Finanzen,Quartal\\, Ende", "CATEGORIES:Finanzen,,VIP")

    assert found["categories"] == ["Finanzen", "Quartal, Ende", "VIP"]


# People


def test_people_keep_their_addresses_names_and_roles():
    found = event(
        'ATTENDEE;CN="Weber, Marc";ROLE=REQ-PARTICIPANT:mailto:marc@a.example',
        "ATTENDEE;ROLE=OPT-PARTICIPANT;CN='Luc Favre':MAILTO:luc@a.example",
        "ATTENDEE;ROLE=NON-PARTICIPANT:mailto:info%2Bcopy@a.example",
        "ATTENDEE;ROLE=CHAIR;CUTYPE=GROUP:mailto:team@a.example",
        "ATTENDEE;CN=Ohne Schema:nina@a.example",
    )

    assert found["attendees"] == [
        attendee("marc@a.example", "Weber, Marc"),
        attendee("luc@a.example", "Luc Favre", "optional"),
        attendee("info+copy@a.example", "info+copy@a.example", "optional"),
        attendee("team@a.example", "team@a.example"),
        attendee("nina@a.example", "Ohne Schema"),
    ]


def test_apples_addresses_in_a_parameter_are_found():
    found = event('ATTENDEE;CN="Marc";EMAIL="marc@a.example":/aMTIz/principal/')

    assert found["attendees"] == [attendee("marc@a.example", "Marc")]


def test_a_person_without_an_address_is_left_out_and_named():
    found = translated("ATTENDEE;CN=Marc:invalid:nomail", "ATTENDEE:urn:uuid:0-1")

    assert found.event["attendees"] == []
    assert found.notes == (
        "attendee 'Marc' has no address: left out",
        "attendee 'urn:uuid:0-1' has no address: left out",
    )


def test_who_is_listed_twice_is_invited_once():
    found = event("ATTENDEE:mailto:marc@a.example", "ATTENDEE:mailto:MARC@a.example")

    assert found["attendees"] == [attendee("marc@a.example", "marc@a.example")]


def test_the_owner_of_the_mailbox_is_no_attendee_under_any_address():
    found = event(f"ATTENDEE:mailto:{ANNA.upper()}", "ATTENDEE:mailto:a.meier@contoso.example")

    assert found["attendees"] == []


def test_the_files_organizer_is_whom_the_owner_stands_for():
    found = translated(
        "ORGANIZER;CN=Kim:mailto:kim@a.example",
        "ATTENDEE;PARTSTAT=ACCEPTED:mailto:kim@a.example",
        "ATTENDEE:mailto:marc@a.example",
    )

    assert found.event["attendees"] == [attendee("marc@a.example", "marc@a.example")]
    assert found.notes == ("its organizer kim@a.example is the mailbox's owner here",)


# Rooms


@pytest.mark.parametrize(
    "line",
    [
        "ATTENDEE;CUTYPE=RESOURCE;ROLE=NON-PARTICIPANT;CN=Matterhorn:mailto:szi3@a.example",
        "ATTENDEE;CUTYPE=ROOM;CN=Matterhorn:mailto:szi3@a.example",
        "ATTENDEE;CUTYPE=ROOM;CN=Matterhorn:invalid:nomail",
        "ATTENDEE;CN=Matterhorn:mailto:c_18@resource.calendar.google.com",
        "ATTENDEE;CN=Matterhorn:mailto:eiger@contoso.example",
        "LOCATION:Matterhorn",
    ],
)
def test_the_files_room_becomes_the_room_of_this_world(line):
    found = translated(line)

    assert found.invites_room
    assert found.event["attendees"] == [ROOM]
    assert [place["uniqueId"] for place in found.event["locations"]] == [SAENTIS]
    assert found.notes == ("Säntis stands for Matterhorn",)


def test_several_rooms_of_an_entry_become_one():
    found = translated(
        "ATTENDEE;CUTYPE=ROOM;CN=Matterhorn:mailto:szi3@a.example",
        "ATTENDEE;CUTYPE=RESOURCE;CN=Beamer:mailto:beamer@a.example",
        "LOCATION:Matterhorn\\; Eiger",
    )

    assert found.event["attendees"] == [ROOM]
    assert found.notes == ("Säntis stands for Matterhorn, Beamer, Eiger",)


@pytest.mark.parametrize(
    "place",
    [
        "https://meet.google.com/abc-defg-hij",
        "Microsoft Teams-Besprechung",
        "Réunion Microsoft Teams",
        "Zoom",
        "Webex: 123 456 789",
    ],
)
def test_an_online_meeting_invites_no_room(place):
    found = translated(f"LOCATION:{place}")

    assert not found.invites_room
    assert found.event["locations"] == [{"displayName": place}]
    assert found.event["attendees"] == []


def test_a_room_beside_an_online_meeting_is_invited_and_both_places_are_kept():
    found = event("LOCATION:Microsoft Teams-Besprechung\\; Matterhorn")

    assert [place["displayName"] for place in found["locations"]] == [
        "Säntis",
        "Microsoft Teams-Besprechung",
    ]


def test_an_entry_without_a_place_invites_no_room():
    found = translated("LOCATION:  ", "SUMMARY:A")

    assert not found.invites_room
    assert (found.event["locations"], found.event["attendees"]) == ([], [])


# Reminders


def alarm(*lines: str) -> tuple[str, ...]:
    return ("BEGIN:VALARM", "DESCRIPTION:Reminder", *lines, "END:VALARM")


@pytest.mark.parametrize(
    ("lines", "minutes"),
    [
        (("ACTION:DISPLAY", "TRIGGER:-PT15M"), 15),
        (("ACTION:AUDIO", "TRIGGER:-P0DT0H30M0S"), 30),
        (("TRIGGER;RELATED=START:-P1D",), 1440),
        (("ACTION:DISPLAY", "TRIGGER:PT0S"), 0),
        (("ACTION:DISPLAY", "TRIGGER;RELATED=END:-PT1H30M"), 30),
        (("ACTION:DISPLAY", "TRIGGER;VALUE=DATE-TIME:20260310T085000Z"), 10),
    ],
)
def test_an_alarm_before_the_start_is_the_reminder(lines, minutes):
    found = event(*alarm(*lines))

    assert (found["isReminderOn"], found["reminderMinutesBeforeStart"]) == (True, minutes)


def test_no_alarm_is_no_reminder():
    found = event("SUMMARY:A")

    assert found["isReminderOn"] is False
    assert "reminderMinutesBeforeStart" not in found


def test_of_several_alarms_the_last_before_the_start_counts():
    found = translated(
        *alarm("ACTION:DISPLAY", "TRIGGER:-P1D"), *alarm("ACTION:AUDIO", "TRIGGER:-PT10M")
    )

    assert found.event["reminderMinutesBeforeStart"] == 10
    assert found.notes == ("Exchange keeps one reminder: 10 minutes, of 2",)


@pytest.mark.parametrize(
    "lines",
    [
        ("ACTION:EMAIL", "TRIGGER:-PT15M"),
        ("ACTION:DISPLAY", "TRIGGER:PT15M"),
        ("ACTION:DISPLAY", "TRIGGER;VALUE=DATE-TIME:19760401T005545Z"),
        ("ACTION:DISPLAY", "TRIGGER:soon"),
        ("ACTION:DISPLAY",),
    ],
)
def test_alarms_that_exchange_does_not_have_are_named(lines):
    found = translated(*alarm(*lines))

    assert found.event["isReminderOn"] is False
    assert "has no counterpart in Exchange" in found.notes[0]


def test_apples_mark_for_no_alarm_is_none_and_no_loss():
    found = translated(*alarm("ACTION:NONE", "TRIGGER;VALUE=DATE-TIME:19760401T005545Z"))

    assert (found.event["isReminderOn"], found.notes) == (False, ())


# Identity and losses


def test_the_transaction_follows_from_the_uid_alone():
    before = event("SUMMARY:A")["transactionId"]

    assert event("SUMMARY:B", "SEQUENCE:4", "DTSTART:20260401T090000Z")["transactionId"] == before
    assert translated("SUMMARY:A", setting=replace(SETTING, shift_weeks=3)).event[
        "transactionId"
    ] not in (before, "")


def test_what_is_left_out_of_an_entry_is_named():
    found = translated("ATTACH:https://a.example/plan.pdf", "ATTACH:cid:1", "no property at all")

    assert found.notes == (
        "left out: line 9 is no property: 'no property at all'",
        "2 attachments are not imported",
    )
