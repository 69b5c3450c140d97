"""Echo writes, latencies and differences are worked out from what the simulators saw."""

from datetime import UTC, date, datetime, timedelta

import pytest

from devstack.demo.company import Company
from devstack.demo.comparison import EXCHANGE, ROOMS, Comparison
from devstack.demo.day import Book, Cancel, Change, Expect, HandOver, in_outlook, in_rooms
from devstack.demo.expectation import Script
from devstack.demo.picture import BookingView, EventView, Picture
from devstack.demo.playing import Course, latency_ms
from devstack.demo.report import latencies, report_on
from devstack.demo.roll import Roll
from devstack.demo.working_days import WorkingDays
from devstack.demo.writes import Needed, Write, echoes, needed_by, read_writes
from devstack.stack.world_file import DEMO_COMPANY, read_world

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LINK = "5f1c0b7e-8f4e-4b7e-9a57-0d5f3b6f8f11"
PROPERTY = "String {x} Name AppointmentOid"
BOOK = Book(title="Eins", at="1 09:00-10:00", room="Säntis", people=("lea",))


def write(side=EXCHANGE, *, actor="service", changed=True, about=(LINK,), after_ms=0):
    return Write(
        side=side, number=1, actor=actor, operation="write", changed=changed, about=about,
        at=NOON + timedelta(milliseconds=after_ms),
    )  # fmt: skip


def test_a_write_that_changes_nothing_is_an_echo():
    found = echoes([write(changed=False)], {"a": Needed(1, 1)}, {LINK: "a"})

    assert found == ["Exchange request 1, write for «a»: it changed nothing"]


def test_a_second_write_for_one_action_is_an_echo():
    found = echoes([write(), write(), write(ROOMS)], {"a": Needed(1, 1)}, {LINK: "a"})

    assert found == ["Exchange request 1, write for «a»: no user action needs it"]


def test_a_write_for_a_meeting_that_nobody_touched_is_an_echo():
    assert len(echoes([write(), write(about=("stranger",))], {}, {LINK: "a"})) == 2


def test_people_write_as_often_as_they_like():
    assert echoes([write(actor="user:anna")] * 5, {}, {LINK: "a"}) == []


@pytest.mark.parametrize(
    ("action", "needed"),
    [
        (in_rooms("anna", "a", BOOK), Needed(1, 1)),
        (in_outlook("anna", "a", BOOK), Needed(1, 1)),
        (in_outlook("anna", "a", Change(title="x")), Needed(0, 1)),
        (in_rooms("anna", "a", Change(title="x")), Needed(1, 0)),
        (in_rooms("anna", "a", HandOver(to="marc")), Needed(5, 0)),
        (in_rooms("anna", "a", Cancel()), Needed(1, 0)),
        (in_outlook("anna", "a", Change(show_as="oof"), Expect.KEPT), Needed(0, 0)),
        (in_outlook("peter", "a", BOOK, Expect.ALONE), Needed(0, 0)),
    ],
)
def test_an_action_explains_no_more_writes_than_mirroring_it_takes(action, needed):
    assert needed_by(action) == needed


def entry(number, method, path, **more):
    return {
        "number": number, "method": method, "path": path, "actor": "service", "mailbox": None,
        "status": 200, "body": None, "operation": None, "changed": True, "item": None,
        "answered": "2026-03-02T12:00:00.000Z", **more,
    }  # fmt: skip


def test_all_calls_of_one_draft_are_one_write():
    api = "/Default/api/v1.0/reservation"
    rooms = [
        entry(1, "POST", f"{api}/create", operation="Bookings_Create", item=1001),
        entry(2, "PUT", f"{api}/confirm", operation="Bookings_Confirm", item=1001),
        entry(3, "PUT", f"{api}/abort", operation="Bookings_Abort", item=1001),
        entry(4, "GET", "/Default/api/v1.0/bookings/1001", operation="Bookings_Get"),
    ]

    assert [(w.number, 1001 in w.about) for w in read_writes([], rooms, PROPERTY)] == [(2, True)]


def test_a_refused_write_is_none_and_an_unknown_one_counts():
    rooms = [
        entry(1, "PUT", "/x/bookings/7/update", operation="Bookings2_Update", status=400),
        entry(2, "PUT", "/x/bookings/7/checkin", operation="Bookings_Checkin"),
    ]

    assert [w.number for w in read_writes([], rooms, PROPERTY)] == [2]


def test_a_write_to_exchange_is_about_the_event_in_its_path_and_the_link_in_its_body():
    marked = {"singleValueExtendedProperties": [{"id": PROPERTY, "value": LINK.upper()}]}
    path = "/v1.0/users/anna%40x/events/AAk%3D"
    found = read_writes(
        [entry(1, "PATCH", path, operation="event.update", body=marked)], [], PROPERTY
    )

    assert found[0].about == ("AAk=", LINK)


def test_latency_runs_from_the_persons_answer_to_the_last_write_on_the_other_side():
    writes = [
        write(ROOMS, actor="user:anna", after_ms=100),
        write(EXCHANGE, after_ms=350),
        write(ROOMS, after_ms=400),
    ]
    roll = Roll(owners={LINK: "a"})

    assert latency_ms(in_rooms("anna", "a", BOOK), writes, roll) == 250


def test_percentiles_are_values_that_were_measured():
    assert latencies([float(n) for n in range(1, 101)])["p95"] == 96
    assert latencies([]) == {"count": 0, "p50": None, "p95": None, "max": None}


@pytest.fixture
def scene():
    company = Company(read_world(DEMO_COMPANY))
    script = Script(company, WorkingDays(NOON.date()))
    return company, script.after(None, in_rooms("anna", "a", BOOK))


def event(meeting, **more):
    shown = {
        "mailbox": "anna.meier@contoso.example", "event_id": "E1", "ical_uid": "U", "link": LINK,
        "title": "Eins", "slot": meeting.slot, "rooms": frozenset({"Säntis"}),
        "people": frozenset({"lea.roth@contoso.example"}), "place": "Säntis - Bern",
        "is_private": False, "show_as": "busy", "reminder": 15, "is_organizer": True,
        "is_alive": True,
    }  # fmt: skip
    return EventView(**(shown | more))


def booking(meeting, **more):
    shown = {
        "booking_id": 1001, "link": LINK, "title": "Eins", "slot": meeting.slot, "room": "Säntis",
        "organizer": "anna.meier@contoso.example", "is_private": False, "is_alive": True,
        "people": frozenset({"lea.roth@contoso.example"}),
    }  # fmt: skip
    return BookingView(**(shown | more))


def compared(scene, *events, bookings):
    company, meeting = scene
    picture = Picture({e.key: e for e in events}, {b.booking_id: b for b in bookings})
    roll = Roll()
    roll.handle("a").booking = 1001
    roll.look_again(picture)
    found = Comparison(picture, roll, company).of_everything({"a": meeting})
    return {(difference.side, difference.field) for difference in found}


def test_a_pair_that_shows_the_same_has_no_difference(scene):
    assert compared(scene, event(scene[1]), bookings=[booking(scene[1])]) == set()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": "Zwei"}, "title"),
        ({"people": frozenset()}, "people"),
        ({"rooms": frozenset({"Eiger"})}, "rooms"),
        ({"is_private": True}, "private"),
        ({"mailbox": "marc.weber@contoso.example"}, "calendar"),
        ({"is_alive": False}, "there"),
    ],
)
def test_each_field_of_the_event_counts(scene, changed, field):
    found = compared(scene, event(scene[1], **changed), bookings=[booking(scene[1])])

    assert found == {(EXCHANGE, field)}


def test_each_field_of_the_booking_counts(scene):
    slot = WorkingDays(date(2026, 3, 2)).slot("1 09:00-10:15")
    changed = {"title": "Zwei", "slot": slot, "room": "Eiger", "people": frozenset()}

    found = compared(scene, event(scene[1]), bookings=[booking(scene[1], **changed)])

    assert found == {(ROOMS, field) for field in ("title", "time", "room", "people")}


def test_a_second_event_for_one_booking_is_found(scene):
    found = compared(
        scene, event(scene[1]), event(scene[1], event_id="E2"), bookings=[booking(scene[1])]
    )

    assert (EXCHANGE, f"link {LINK}") in found


def test_a_booking_that_nobody_made_is_found(scene):
    stranger = booking(scene[1], booking_id=1002, link=None, title="Wer war das?")

    found = compared(scene, event(scene[1]), bookings=[booking(scene[1]), stranger])

    assert found == {(ROOMS, "«Wer war das?»")}


def activity(source, outcome="in_step"):
    return {"at": (NOON + timedelta(seconds=1)).isoformat(), "source": source,
            "outcome": outcome, "text": "CreateEvent"}  # fmt: skip


def test_a_change_that_came_by_poll_fails_the_day():
    report = report_on(Course(started=NOON), [activity("push"), activity("poll")])

    assert report.failures == ("1 changes arrived by poll, not by push",)


def test_what_was_given_up_fails_the_day():
    report = report_on(Course(started=NOON), [activity("push", "given_up")])

    assert report.failures == ("given up: CreateEvent",)


def test_what_happened_before_the_day_does_not_count():
    report = report_on(Course(started=NOON + timedelta(hours=1)), [activity("delta")])

    assert report.failures == ("no change arrived at all",)
