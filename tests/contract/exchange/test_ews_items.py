"""Single items as Exchange 2016 keeps and shows them (ews A5, A6, A7)."""

from datetime import timedelta

import pytest
from exchangelib import EWSDate, EWSTimeZone, Q
from exchangelib.errors import (
    ErrorCalendarEndDateIsEarlierThanStartDate,
    ErrorCalendarViewRangeTooBig,
    ErrorChangeKeyRequiredForWriteOperations,
    ErrorInvalidIdMalformed,
    ErrorInvalidPropertyRequest,
    ErrorInvalidPropertySet,
    ErrorIrresolvableConflict,
    ErrorItemNotFound,
    ErrorTimeZone,
)
from exchangelib.fields import FieldPath
from exchangelib.items import MOVE_TO_DELETED_ITEMS
from exchangelib.properties import ItemId
from exchangelib.services import FindItem

from devstack.stack.stack_file import APPOINTMENT_OID_PROPERTY
from tests.contract.exchange.company import BOB, DORA
from tests.contract.exchange.ews_company import BERLIN, EMIL, KELLER, Cellar, at, story

NEVER = {"conflict_resolution": "NeverOverwrite"}


@story
def test_what_is_saved_is_shown_as_exchange_keeps_it(cellar: Cellar):
    cellar.book(
        body="Numbers\nand more", location="Bern; oben", sensitivity="Private",
        legacy_free_busy_status="OOF", categories=["Red"], reminder_is_set=True,
        reminder_minutes_before_start=30, required_attendees=[EMIL, "zoe@partner.example"],
        optional_attendees=[BOB], resources=[KELLER], importance="High", appointment_oid="0b1e-47",
        public_note="known by its set's name",
    )  # fmt: skip
    item = cellar.only()

    assert (item.subject, item.location, item.sensitivity) == ("Budget", "Bern; oben", "Private")
    assert (item.start, item.end, item._start_timezone) == (at(9), at(10), BERLIN)
    assert (item.legacy_free_busy_status, item.importance) == ("OOF", "High")
    assert item.body.startswith("<html>")
    assert "Numbers<br>" in item.body
    assert (item.reminder_minutes_before_start, item.categories) == (30, ["Red"])
    assert [a.mailbox.email_address for a in item.required_attendees][1] == "zoe@partner.example"
    (room,) = item.resources
    assert (room.mailbox.email_address, room.response_type) == (KELLER, "Accept")
    assert (item.type, item.my_response_type) == ("Single", "Organizer")
    assert (item.organizer.email_address, item.is_meeting, item.meeting_request_was_sent) == (
        DORA, True, True,
    )  # fmt: skip
    assert (item.appointment_oid, item.public_note) == ("0b1e-47", "known by its set's name")
    assert b'DistinguishedPropertySetId="PublicStrings"' in cellar.adapter.last_answer
    assert item.global_id == bytes.fromhex(item.uid)

    copy = cellar.only(EMIL)
    assert (copy.uid, copy.my_response_type) == (item.uid, "NoResponseReceived")
    assert (copy.appointment_oid, copy.appointment_state) == (None, ("Meeting", "Received"))
    shown = cellar.wait(cellar.company.outlook(DORA).only())
    assert shown["iCalUId"] == item.uid
    assert shown["id"] != item.id
    dora = cellar.company.outlook(DORA)
    query = f"?$expand=singleValueExtendedProperties($filter=id eq '{APPOINTMENT_OID_PROPERTY}')"
    (with_property,) = cellar.wait(dora.events(query=query))
    assert with_property["singleValueExtendedProperties"][0]["value"] == "0b1e-47"


@story
def test_whole_days_are_pushed_to_midnight_of_their_zone(cellar: Cellar):
    days = {"start": EWSDate(2026, 3, 3), "end": EWSDate(2026, 3, 4), "is_all_day": True}
    item = cellar.new(EMIL, **days)
    item.account.default_timezone = BERLIN
    item.save(send_meeting_invitations="SendToNone")
    odd = cellar.new(KELLER, start=at(9, 30), end=at(15), is_all_day=True)
    odd.save(send_meeting_invitations="SendToNone")

    seen = cellar.only(EMIL)
    assert (seen.start, seen.end) == (EWSDate(2026, 3, 3), EWSDate(2026, 3, 4))
    graph = cellar.wait(cellar.company.outlook(EMIL).only())
    assert (graph["start"]["dateTime"][:16], graph["end"]["dateTime"][:16]) == (
        "2026-03-02T23:00", "2026-03-04T23:00",
    )  # fmt: skip
    pushed = cellar.only(KELLER)
    assert (pushed.start, pushed.end) == (EWSDate(2026, 3, 3), EWSDate(2026, 3, 3))
    pushed.end = EWSDate(2026, 3, 5)
    pushed.save(update_fields=["end"], send_meeting_invitations="SendToNone", **NEVER)
    assert cellar.only(KELLER).end == EWSDate(2026, 3, 5)


@story
def test_times_come_in_the_zone_that_the_request_names(cellar: Cellar):
    cellar.book()
    local = cellar.mailbox(DORA, zone=EWSTimeZone("America/New_York"))
    assert [i.start for i in local.calendar.all().only("start")] == [at(9)]
    assert b"<t:Start>2026-03-03T03:00:00-05:00</t:Start>" in cellar.adapter.last_answer
    assert [i.start for i in cellar.mailbox(DORA).calendar.all().only("start")] == [at(9)]
    assert b"<t:Start>2026-03-03T08:00:00Z</t:Start>" in cellar.adapter.last_answer
    item = cellar.new()
    item._start_timezone = _zone_called("Mars Standard Time")
    with pytest.raises(ErrorTimeZone):
        item.save()


def _zone_called(name: str) -> EWSTimeZone:
    zone = EWSTimeZone("Europe/Paris")
    zone.ms_id = name
    return zone


@story
def test_a_stale_change_key_is_a_conflict_unless_told_otherwise(cellar: Cellar):
    mine = cellar.book(location="Bern")
    other = cellar.only()
    other.location = "Basel"
    other.save(update_fields=["location"], send_meeting_invitations="SendToNone", **NEVER)
    mine.subject = "Mine"
    with pytest.raises(ErrorIrresolvableConflict):
        mine.save(update_fields=["subject"], send_meeting_invitations="SendToNone", **NEVER)
    mine.save(update_fields=["subject"], send_meeting_invitations="SendToNone")
    now = cellar.only()
    assert (now.subject, now.location, now.changekey) == ("Mine", "Basel", mine.changekey)
    keyless = ItemId(id=now.id)
    changes = [(cellar.new(subject="X"), ["subject"])]
    changes[0][0]._id = keyless
    with pytest.raises(ErrorChangeKeyRequiredForWriteOperations):
        cellar.mailbox(DORA).bulk_update(
            changes, send_meeting_invitations_or_cancellations="SendToNone"
        )


@story
def test_who_is_written_to_is_the_organizers_choice(cellar: Cellar):
    silent = cellar.new(required_attendees=[EMIL])
    silent.save(send_meeting_invitations="SendToNone")
    cellar.settle()
    assert (cellar.mails(), cellar.mailbox(EMIL).calendar.all().count()) == ([], 0)
    assert not cellar.only().meeting_request_was_sent

    silent.appointment_oid = "4711"
    silent.save(update_fields=["appointment_oid"], send_meeting_invitations="SendToAllAndSaveCopy")
    cellar.settle()
    assert cellar.mails() == [("update", [EMIL])]
    assert cellar.only(EMIL).subject == "Budget"
    silent.optional_attendees = [BOB]
    silent.save(update_fields=["optional_attendees"],
                send_meeting_invitations="SendToChangedAndSaveCopy")  # fmt: skip
    assert cellar.mails()[1:] == [("invitation", [BOB])]
    silent.start, silent.end = at(11), at(12)
    silent.save(update_fields=["start", "end"], send_meeting_invitations="SendToNone", **NEVER)
    cellar.settle()
    assert (len(cellar.mails()), cellar.only(EMIL).start) == (2, at(9))
    assert [a.mailbox.email_address for a in cellar.only().required_attendees] == [EMIL]
    silent.delete(send_meeting_cancellations="SendToAllAndSaveCopy")
    cellar.settle()
    assert cellar.mails("cancellation") == [("cancellation", [EMIL, BOB])]
    assert cellar.only(EMIL).is_cancelled


@story
def test_fields_and_properties_can_be_deleted(cellar: Cellar):
    item = cellar.book(location="Bern", required_attendees=[EMIL], appointment_oid="1")
    item.location = item.required_attendees = item.appointment_oid = None
    fields = ["location", "required_attendees", "appointment_oid"]
    item.save(update_fields=fields, send_meeting_invitations="SendToNone", **NEVER)
    seen = cellar.only()
    assert (seen.location, seen.required_attendees, seen.appointment_oid) == (None, None, None)
    key = seen.changekey
    seen.subject = "Budget"
    seen.save(update_fields=["subject"], send_meeting_invitations="SendToNone", **NEVER)
    (*_, last) = cellar.wait(cellar.company.requests())
    assert (last["operation"], last["changed"]) == ("ews.UpdateItem", False)
    assert seen.changekey != key


@story
def test_lists_show_columns_and_conditions_find_items(cellar: Cellar):
    for hour, oid in ((9, "a"), (11, "b"), (13, "c")):
        cellar.book(subject=f"At {hour}", start=at(hour), end=at(hour + 1), appointment_oid=oid)
    calendar = cellar.mailbox(DORA).calendar

    assert [i.subject for i in calendar.filter(appointment_oid="b")] == ["At 11"]
    uid = calendar.get(subject="At 9").global_id
    assert [i.subject for i in calendar.filter(global_id=uid)] == ["At 9"]
    late = calendar.filter(Q(start__gte=at(10)) & ~Q(subject__contains="13")).only("subject")
    assert [i.subject for i in late] == ["At 11"]
    ordered = calendar.all().order_by("-start").only("subject")
    assert [i.subject for i in ordered] == ["At 13", "At 11", "At 9"]
    assert [i.subject for i in ordered[1:2]] == ["At 11"]
    assert calendar.filter(subject__istartswith="at 1").count() == 2
    field = FieldPath(field=calendar.get_item_field_by_fieldname("required_attendees"))
    asked = FindItem(account=calendar.account).call(
        folders=[calendar], additional_fields=[field], restriction=None, order_fields=None,
        shape="IdOnly", query_string=None, depth="Shallow", calendar_view=None, max_items=5,
        offset=0,
    )  # fmt: skip
    with pytest.raises(ErrorInvalidPropertyRequest):
        list(asked)
    view = calendar.view(start=at(10), end=at(14), max_items=1)
    assert [i.subject for i in view] == ["At 11"]
    with pytest.raises(ErrorCalendarViewRangeTooBig):
        list(calendar.view(start=at(9), end=at(9) + timedelta(days=800)))


@story
def test_what_is_gone_or_makes_no_sense_is_refused_one_by_one(cellar: Cellar):
    item, other = cellar.book(), cellar.book(subject="Other")
    dora, old_id = cellar.mailbox(DORA), item.id
    item.move_to_trash(send_meeting_cancellations="SendToNone")
    gone, kept, odd = dora.fetch(
        [ItemId(old_id, ""), (other.id, other.changekey), ItemId("xyz", "")],
        only_fields=["subject"],
    )
    assert isinstance(gone, ErrorItemNotFound)
    assert kept.subject == "Other"
    assert isinstance(odd, ErrorInvalidIdMalformed)
    foreign = ItemId(cellar.book(EMIL).id, "")
    assert isinstance(next(dora.fetch([foreign])), ErrorItemNotFound)
    ident = (other.id, other.changekey)
    other.delete(send_meeting_cancellations="SendToNone")
    (again,) = dora.bulk_delete(
        [ident], delete_type=MOVE_TO_DELETED_ITEMS,
        send_meeting_cancellations="SendToNone",
    )  # fmt: skip
    assert isinstance(again, ErrorItemNotFound)
    assert [i.subject for i in dora.trash.all()] == ["Budget"]
    backwards = cellar.new()
    backwards.clean = lambda version=None: backwards.clean_timezone_fields(version)
    backwards.end = at(8)
    with pytest.raises(ErrorCalendarEndDateIsEarlierThanStartDate):
        backwards.save()
    with pytest.raises(ErrorInvalidPropertySet):
        cellar.new(when="soon").save()
