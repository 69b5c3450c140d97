"""ROOMS' answers in any casing and form become the same values; ours go out as ROOMS wants."""

import contextlib
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.rooms.payloads import BookingPayload
from core.adapters.rooms.requests import confirm_edit_body, create_body, iso, update_body
from core.domain.booking import BookingStatus, Participant
from core.domain.changes import BookingChanges, BookingDraft
from core.domain.ids import MappingId, PersonId, ResourceId
from core.domain.interval import Interval
from core.domain.meeting import Attendee
from core.domain.series import WORKING_DAYS, Pattern, PatternKind, Weekday, WeekIndex
from core.domain.stamps import change_stamp
from core.errors import InvalidPayloadError

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
moments = st.integers(0, 10**15).map(lambda us: EPOCH + timedelta(microseconds=us * 3))
whole_seconds = moments.map(lambda m: m.replace(microsecond=0))
words = st.text(max_size=40)


@st.composite
def intervals(draw):
    start = draw(whole_seconds)
    return Interval(start, start + timedelta(seconds=draw(st.integers(0, 10**7))))


def spelt(name, casing):
    return {"camel": name, "pascal": name[:1].upper() + name[1:], "lower": name.lower()}[casing]


@given(
    title=words,
    time=intervals(),
    private=st.booleans(),
    casing=st.sampled_from(["camel", "pascal", "lower"]),
    resource_key=st.sampled_from(["ressourceId", "resourceId"]),
    zone=st.sampled_from(["", "Z", "+00:00"]),
    address=st.emails(),
)
def test_a_booking_reads_the_same_in_every_casing_and_form(
    *, title, time, private, casing, resource_key, zone, address
):
    def stamp(moment):
        return moment.replace(tzinfo=None).isoformat() + zone

    content = {
        "id": 7,
        "title": title,
        "begin": stamp(time.start),
        "end": stamp(time.end),
        resource_key: 101,
        "organizerId": 11,
        "istPrivat": private,
        "participantDtoList": [{"id": 0, "eMail": address.upper(), "name": None}],
        "statusDto": None,
        "serienId": 0,
        "syncAppointmentOid": "3F0C1F0E-6F5C-4A51-9D0B-0A7F6F3B1C11",
        "fieldValues": {"MyField": 1},
        "unknown": {"x": 1},
    }
    spelling = {spelt(name, casing): value for name, value in content.items()}
    booking = BookingPayload.read(spelling, "booking").to_domain("Default", BookingStatus.OTHER)
    assert (booking.title, booking.time, booking.resource) == (title, time, 101)
    assert (booking.is_private, booking.series_id) == (private, None)
    assert booking.participants == (Participant(address.upper().strip().lower(), ""),)
    assert booking.appointment_oid == "3f0c1f0e-6f5c-4a51-9d0b-0a7f6f3b1c11"
    assert booking.custom_fields == {"MyField": "1"}, "names of custom fields keep their case"


@given(
    content=st.recursive(
        st.none() | st.integers() | words,
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(["id", "begin", "end", "ressourceId", "title", "statusDto"]), x
            )
        ),
    )
)
def test_garbage_is_a_clear_error_or_a_booking_with_an_id(content):
    with contextlib.suppress(InvalidPayloadError):
        payload = BookingPayload.read(content, "booking")
        booking = payload.to_domain("Default", BookingStatus.OTHER)
        assert booking.booking_id > 0


@pytest.mark.parametrize("oid", ["", None, "00000000-0000-0000-0000-000000000000"])
def test_an_empty_link_is_no_link(oid):
    content = {
        "id": 7,
        "begin": "2026-03-03T09:00:00Z",
        "end": "2026-03-03T10:00:00Z",
        "ressourceId": 1,
        "syncAppointmentOid": oid,
    }
    booking = BookingPayload.read(content, "booking").to_domain("Default", BookingStatus.OTHER)
    assert booking.appointment_oid is None


@given(one=moments, other=moments, naive=st.booleans())
def test_stamps_order_as_text_as_they_do_in_time(one, other, naive):
    def dotnet(moment):
        text = moment.strftime("%Y-%m-%dT%H:%M:%S")
        fraction = f".{moment.microsecond:06d}".rstrip("0") if moment.microsecond else ""
        return text + fraction + ("" if naive else "Z")

    assert (change_stamp(dotnet(one)) < change_stamp(dotnet(other))) == (one < other)
    assert change_stamp(change_stamp(dotnet(one))) == change_stamp(dotnet(one))


def test_a_stamp_that_is_no_time_is_kept_as_it_came():
    assert change_stamp("v7") == "v7"


@given(moment=whole_seconds, offset=st.integers(-11, 14))
def test_times_go_out_in_utc_with_seconds_and_z(moment, offset):
    local = moment.astimezone(timezone(timedelta(hours=offset)))
    assert iso(local) == moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@given(time=intervals(), title=words)
def test_a_new_booking_goes_out_with_every_side_effect_switched_off(time, title):
    draft = BookingDraft(
        appointment_oid=MappingId("x"),
        title=title,
        time=time,
        resource=ResourceId(1),
        organizer=PersonId(2),
        attendees=(Attendee("a@x.example", "A"), Attendee("b@x.example")),
    )
    body = create_body(draft, {"a@x.example": PersonId(5)}.get)
    assert (body["sendNotification"], body["syncWithCalendar"]) == (False, False)
    assert body["teilnehmerCollection"] == [5]
    assert body["teilnehmerNeuList"] == [
        {"isExternal": True, "name": "b@x.example", "eMail": "b@x.example"}
    ]
    assert datetime.fromisoformat(body["beginn"]) == time.start
    assert datetime.fromisoformat(body["ende"]) == time.end


@given(
    title=st.none() | words,
    time=st.none() | intervals(),
    resource=st.none() | st.integers(1, 9).map(ResourceId),
    organizer=st.none() | st.integers(1, 9).map(PersonId),
)
def test_what_is_not_changed_is_not_sent(title, time, resource, organizer):
    changes = BookingChanges(title=title, time=time, resource=resource, organizer=organizer)
    wanted = sum(
        n for n, part in ((1, title), (2, time), (1, resource), (1, organizer)) if part is not None
    )
    assert len(update_body(changes)) == wanted
    assert len(confirm_edit_body(1, changes, {}.get)) == wanted + 2


@pytest.mark.parametrize(
    ("begin", "end", "prepared"),
    [
        ("2026-03-03T08:45:00Z", "2026-03-03T10:30:00Z", (15, 30)),
        ("2026-03-03T09:00:00Z", "2026-03-03T10:00:00Z", (0, 0)),
        ("2026-03-03T09:30:00Z", "2026-03-03T09:40:00Z", (0, 0)),
        ("0001-01-01T00:00:00", "9999-12-31T23:59:59", (0, 0)),
        ("0001-01-01T00:00:00+01:00", "soon", None),
        (None, None, None),
        ([], {}, None),
    ],
)
def test_lead_and_follow_up_time_are_read_where_they_can_be(begin, end, prepared):
    content = {
        "id": 1,
        "ressourceId": 101,
        "begin": "2026-03-03T09:00:00Z",
        "end": "2026-03-03T10:00:00Z",
        "beginPreparation": begin,
        "endFollowUp": end,
    }
    booking = BookingPayload.read(content, "booking").to_domain("Default", BookingStatus.OTHER)
    found = booking.prepared and (
        (booking.time.start - booking.prepared.start).total_seconds() / 60,
        (booking.prepared.end - booking.time.end).total_seconds() / 60,
    )
    assert found == prepared


A_BOOKING = {
    "id": 7,
    "begin": "2026-03-10T08:00:00",
    "end": "2026-03-10T09:00:00",
    "ressourceId": 101,
    "serienId": 3001,
}


@pytest.mark.parametrize(
    ("series", "pattern"),
    [
        (
            {"RecurrenceType": "Yearly", "DayInMonth": 29, "MonthOfYear": 2, "Interval": 1},
            Pattern(kind=PatternKind.ABSOLUTE_YEARLY, day_of_month=29, month=2),
        ),
        (
            {"recurrenceType": "RelativeMonthly", "weekNumber": 2, "days": [5]},
            Pattern(
                kind=PatternKind.RELATIVE_MONTHLY,
                weekdays=frozenset({Weekday.FRIDAY}),
                index=WeekIndex.SECOND,
            ),
        ),
        (
            {"recurrenceType": "Daily", "everyWeekDay": True},
            Pattern(kind=PatternKind.WEEKLY, weekdays=WORKING_DAYS),
        ),
        ({"recurrenceType": "Daily", "interval": 0}, None),
        ({"recurrenceType": "Monthly"}, None),
        ({"recurrenceType": "Weekly", "days": []}, None),
        ({"recurrenceType": "Sometimes"}, None),
        ({"interval": "x"}, None),
        ("weekly", None),
        (None, None),
    ],
)
def test_a_pattern_is_read_or_left_out_and_never_costs_the_booking(series, pattern):
    content = {**A_BOOKING, "series": series}

    booking = BookingPayload.read(content, "booking").to_domain("Default", BookingStatus.OTHER)

    assert (booking.series_id, booking.series_pattern) == (3001, pattern)
