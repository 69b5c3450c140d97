"""What the EWS adapter reads, and with how many requests."""

from datetime import UTC, datetime, timedelta

import pytest

from core.adapters.ews.mailboxes import EwsMailboxDirectory
from core.adapters.ews.uids import global_object_id
from core.domain.buffer_mark import BufferKind, BufferMark
from core.domain.event import Answer, AttendeeRole, EventKind
from core.domain.ids import EventId, ICalUid, MappingId, series_uid
from core.domain.interval import Interval
from core.domain.meeting import Attendee, ShowAs
from core.domain.room_policy import AutomateProcessing
from core.domain.series import PatternKind, Weekday
from core.errors import CursorExpiredError, NotASeriesError, NotFoundError
from core.ports.mailboxes import MailboxKind
from devstack.stack.stack_file import APPOINTMENT_OID_PROPERTY
from tests.contract.adapters.ews.conftest import ANNA, BEAT, CELLAR, ROOM
from tests.contract.adapters.graph.conftest import OID, START, WINDOW, an_event, at

MAIL = "anna@contoso.example"


def invited(*mails, kind="required"):
    return [{"type": kind, "emailAddress": {"address": m, "name": m.split("@")[0]}} for m in mails]


def linked(value):
    return {"singleValueExtendedProperties": [{"id": APPOINTMENT_OID_PROPERTY, "value": value}]}


WEEKLY = {
    "pattern": {"type": "weekly", "interval": 1, "daysOfWeek": ["tuesday"]},
    "range": {"type": "numbered", "startDate": "2026-03-03", "numberOfOccurrences": 5},
}


async def test_an_event_is_read_whole_in_one_request(on_premises, outlook, asked):
    people = invited("beat@contoso.example") + invited("saentis@contoso.example", kind="resource")
    body = an_event(
        sensitivity="confidential", showAs="tentative", reminderMinutesBeforeStart=20,
        attendees=people, location={"displayName": "Säntis"}, **linked(OID.upper()),
    )  # fmt: skip
    made = await outlook(MAIL, "POST", "events", body)
    found = await on_premises.find_by_ical_uid(ANNA, ICalUid(made["iCalUId"]))
    asked()
    event = await on_premises.get_event(ANNA, found.event_id)

    assert asked() == ["ews.GetItem"]
    assert event == found
    assert (event.subject, event.location, event.time) == ("Sitzung", "Säntis", at(9))
    assert (event.time_zone, event.kind) == ("Europe/Berlin", EventKind.SINGLE_INSTANCE)
    assert (event.sensitive, event.show_as, event.reminder_minutes) == (True, ShowAs.TENTATIVE, 20)
    assert (event.is_organizer, event.organizer_address) == (True, MAIL)
    assert event.own_answer is Answer.ORGANIZER
    assert [(i.address, i.role, i.answer) for i in event.invitees] == [
        ("beat@contoso.example", AttendeeRole.REQUIRED, Answer.NONE),
        ("saentis@contoso.example", AttendeeRole.RESOURCE, Answer.ACCEPTED),
    ]
    assert (event.appointment_oid, event.buffer) == (OID, None)
    assert event.created_at == START
    copy = await on_premises.find_by_ical_uid(BEAT, event.ical_uid)
    assert (copy.is_organizer, copy.own_answer, copy.appointment_oid) == (
        False, Answer.NOT_RESPONDED, None,
    )  # fmt: skip
    room = await on_premises.find_by_ical_uid(ROOM, event.ical_uid)
    assert (room.own_answer, room.time) == (Answer.ACCEPTED, event.time)
    assert await on_premises.find_by_ical_uid(BEAT, ICalUid("somebody-else@example.com")) is None


async def test_whole_days_are_midnights_of_their_own_zone(on_premises, outlook):
    days = {"dateTime": "2026-03-03T00:00:00", "timeZone": "America/New_York"}
    body = an_event(isAllDay=True, start=days, end=days | {"dateTime": "2026-03-05T00:00:00"})
    made = await outlook(MAIL, "POST", "events", body)
    event = await on_premises.find_by_ical_uid(ANNA, ICalUid(made["iCalUId"]))
    assert (event.is_all_day, event.time_zone) == (True, "America/New_York")
    assert event.time == Interval(
        datetime(2026, 3, 3, 5, tzinfo=UTC), datetime(2026, 3, 5, 5, tzinfo=UTC)
    )


async def test_links_and_buffers_are_found_by_the_property(on_premises, outlook, asked):
    mark = BufferMark(MappingId(OID), BufferKind.LEAD)
    await outlook(MAIL, "POST", "events", an_event(**linked(OID)))
    await outlook(MAIL, "POST", "events", an_event(subject="Vorlauf", **linked(mark.text)))
    asked()
    (event,) = await on_premises.find_by_appointment_oid(ANNA, MappingId(OID))
    assert (event.subject, event.appointment_oid) == ("Sitzung", OID)
    assert asked() == ["ews.FindItem", "ews.GetItem"]
    (buffer,) = await on_premises.find_buffers(ANNA, mark)
    assert (buffer.subject, buffer.buffer) == ("Vorlauf", mark)
    assert await on_premises.find_by_appointment_oid(BEAT, MappingId(OID)) == []


async def test_a_series_is_read_with_what_its_dates_say(on_premises, outlook, asked):
    made = await outlook(MAIL, "POST", "events", an_event(recurrence=WEEKLY, **linked(OID)))
    window = "startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-04-30T00:00:00Z"
    view = (await outlook(MAIL, "GET", f"calendarView?{window}"))["value"]
    moved = {"dateTime": "2026-03-11T14:00:00", "timeZone": "Europe/Zurich"}
    until = moved | {"dateTime": "2026-03-11T15:00:00"}
    await outlook(MAIL, "PATCH", f"events/{view[1]['id']}", {"start": moved, "end": until})
    await outlook(MAIL, "DELETE", f"events/{view[4]['id']}")
    found = await on_premises.find_by_ical_uid(ANNA, ICalUid(made["iCalUId"]))
    asked()
    series = await on_premises.get_series(ANNA, found.event_id)

    assert asked() == ["ews.GetItem", "ews.GetItem"]
    assert (series.master, series.master.kind) == (found, EventKind.SERIES_MASTER)
    assert series.recurrence.pattern.kind is PatternKind.WEEKLY
    assert series.recurrence.pattern.weekdays == {Weekday.TUESDAY}
    assert (series.recurrence.range.count, series.recurrence.zone) == (5, "Europe/Berlin")
    (start,) = series.exceptions
    exception = series.exceptions[start]
    assert (start, exception.time) == (at(9, day=10).start, at(13, day=11))
    assert (exception.series_master, exception.appointment_oid) == (found.event_id, OID)
    assert series.cancelled == {datetime(2026, 3, 31, 8, tzinfo=UTC)}
    date = await on_premises.get_event(ANNA, exception.event_id)
    assert (date.kind, date.series_master) == (EventKind.EXCEPTION, found.event_id)
    assert series_uid(date.ical_uid) == found.ical_uid
    single = await outlook(MAIL, "POST", "events", an_event())
    alone = await on_premises.find_by_ical_uid(ANNA, ICalUid(single["iCalUId"]))
    with pytest.raises(NotASeriesError):
        await on_premises.get_series(ANNA, alone.event_id)


async def test_a_window_shows_dates_that_name_their_master(on_premises, outlook, asked):
    made = await outlook(MAIL, "POST", "events", an_event(recurrence=WEEKLY))
    await outlook(MAIL, "POST", "events", an_event(subject="Allein"))
    master = await on_premises.find_by_ical_uid(ANNA, ICalUid(made["iCalUId"]))
    asked()
    shown = [event async for event in on_premises.list_events(ANNA, WINDOW)]
    assert asked() == ["ews.FindItem", "ews.GetItem", "ews.GetItem"]
    assert [e.kind.value for e in shown].count("occurrence") == 5
    assert {e.series_master for e in shown} == {master.event_id, None}
    march = Interval(at(0).start, at(0).start + timedelta(days=10))
    assert await on_premises.is_in_calendar(ANNA, master.event_id, march)
    assert asked() == ["ews.FindItem", "ews.GetItem"]
    (single,) = [e for e in shown if e.series_master is None]
    assert await on_premises.is_in_calendar(ANNA, single.event_id, march)
    assert asked() == ["ews.FindItem"]
    later = Interval(march.end, march.end + timedelta(days=1000))
    assert not await on_premises.is_in_calendar(ANNA, single.event_id, later)
    await outlook(MAIL, "DELETE", f"events/{made['id']}")
    with pytest.raises(NotFoundError):
        await on_premises.get_event(ANNA, master.event_id)
    assert not await on_premises.is_in_calendar(ANNA, master.event_id, WINDOW)


async def test_more_than_one_view_holds_comes_in_narrower_ones(on_premises, outlook, monkeypatch):
    monkeypatch.setattr("core.adapters.ews.items.MOST_IN_VIEW", 2)
    monkeypatch.setattr("core.adapters.ews.items.AT_ONCE", 2)
    await outlook(MAIL, "POST", "events", an_event(recurrence=WEEKLY))
    shown = [event async for event in on_premises.list_events(ANNA, WINDOW)]
    assert [e.time.start.day for e in sorted(shown, key=lambda e: e.time.start)] == [
        3, 10, 17, 24, 31,
    ]  # fmt: skip


async def test_changes_follow_from_state_to_state(on_premises, outlook, control, asked):
    old = {"dateTime": "2020-03-03T10:00:00", "timeZone": "Europe/Zurich"}
    await outlook(MAIL, "POST", "events", an_event(start=old, end=old))
    made = await outlook(MAIL, "POST", "events", an_event(**linked(OID)))
    await outlook(MAIL, "POST", "events", an_event(subject="Reihe", recurrence=WEEKLY))
    asked()
    first = await on_premises.changes(ANNA, WINDOW, None)
    assert ([e.subject for e in first.events], first.removed, first.is_last) == (
        ["Sitzung"], (), False,
    )  # fmt: skip
    assert first.events[0].appointment_oid == OID
    second = await on_premises.changes(ANNA, WINDOW, first.cursor)
    assert ([e.kind for e in second.events], second.is_last) == ([EventKind.SERIES_MASTER], True)
    assert asked() == ["ews.SyncFolderItems", "ews.GetItem"] * 2
    still = await on_premises.changes(ANNA, WINDOW, second.cursor)
    assert (still.events, still.removed, asked()) == ((), (), ["ews.SyncFolderItems"])

    await outlook(MAIL, "PATCH", f"events/{made['id']}", {"start": old, "end": old})
    away = await on_premises.changes(ANNA, WINDOW, still.cursor)
    assert (away.events, away.removed) == ((), (first.events[0].event_id,))
    await outlook(MAIL, "DELETE", f"events/{made['id']}")
    gone = await on_premises.changes(ANNA, WINDOW, away.cursor)
    assert (gone.events, gone.removed) == ((), (first.events[0].event_id,))
    for thin in ("whole", "thin"):
        await control("switches", {"ews_sync_error": thin})
        with pytest.raises(CursorExpiredError):
            await on_premises.changes(BEAT, WINDOW, gone.cursor)
    assert await on_premises.changes(ANNA, WINDOW, gone.cursor)


async def test_an_on_premises_group_is_its_people_through_all_levels(on_premises, asked):
    assert await on_premises.group_members("team@contoso.example") == (
        Attendee(MAIL, "Anna Meier"),
        Attendee("beat@contoso.example", "Beat Kunz"),
        Attendee("guest@fabrikam.example", "guest@fabrikam.example"),
    )
    assert asked() == ["ews.ExpandDL", "ews.ExpandDL"]
    assert await on_premises.group_members("nobody@contoso.example") is None


async def test_a_room_s_policy_is_read_under_either_name(on_premises, control, asked):
    for name in ("Calendar", "IPM.Configuration.Calendar"):
        await control("switches", {"configuration_id": name})
        policy = await on_premises.read_policy(ROOM)
        assert policy.automate_processing is AutomateProcessing.AUTO_ACCEPT
        assert policy.booking_window_days == 180
    assert asked() == ["ews.GetUserConfiguration"] * 3
    assert await on_premises.read_policy(ANNA) is None


async def test_an_address_is_looked_up_and_its_calendar_opened(connect, control, simulator):
    connection = connect()
    book = EwsMailboxDirectory(lambda _: connection)
    await control("mailboxes", {"mail": MAIL, "new_mail": "anna.neu@contoso.example"})
    facts = await book.find(CELLAR, MAIL)
    assert (facts.address, facts.aliases) == ("anna.neu@contoso.example", (MAIL,))
    assert (facts.is_usable, bool(facts.mailbox_id)) == (True, True)
    assert (await book.find(CELLAR, "Anna.Neu@contoso.example")) == facts
    assert (await book.find(CELLAR, "team@contoso.example")).kind is MailboxKind.OTHER
    assert await book.find(CELLAR, "nobody@contoso.example") is None
    await control("impersonation", {"mailboxes": []})
    assert (await book.find(CELLAR, MAIL)).is_usable is None
    await control("mailboxes", {"mail": MAIL, "licensed": False})
    assert (await book.find(CELLAR, MAIL)).is_usable is False


def test_an_id_of_another_system_is_searched_for_wrapped():
    own = ICalUid("040000008200E00074C5B7101A82E008" + "07EA0303" + "00" * 30)
    whole = ICalUid("040000008200E00074C5B7101A82E008" + "00000000" + "00" * 30)
    assert global_object_id(own) == global_object_id(whole)
    assert global_object_id(ICalUid("abc@google.com")) != global_object_id(ICalUid("abd"))
    assert EventId(global_object_id(ICalUid("abc"))).startswith("BAAAAIIA4AB0xbcQGoLgCA")
