"""What is written reads back as what was meant; what is odd is never a crash."""

import contextlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.adapters.exchange.link_property import LinkProperty
from core.adapters.graph.bodies import create_body, update_body
from core.adapters.graph.payloads import EventPayload
from core.domain.changes import EventChanges, EventDraft, Venue
from core.domain.event import Answer, AttendeeRole, Invitee
from core.domain.ids import MappingId
from core.domain.interval import Interval
from core.domain.meeting import ShowAs
from core.errors import InvalidPayloadError
from tests.contract.adapters.graph.conftest import ANNA

LINK = LinkProperty()
MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
words = st.text(max_size=40)
intervals = st.tuples(st.integers(0, 10**6), st.integers(0, 5000)).map(
    lambda minutes: Interval(
        MIDNIGHT + timedelta(minutes=minutes[0]),
        MIDNIGHT + timedelta(minutes=minutes[0] + minutes[1]),
    )
)
invitees = st.lists(
    st.builds(Invitee, st.emails(), words, st.sampled_from(AttendeeRole), st.just(Answer.NONE)),
    max_size=4,
).map(tuple)
venues = st.none() | st.builds(Venue, words.filter(bool), st.just("") | st.emails())
drafts = st.builds(
    EventDraft,
    appointment_oid=st.uuids().map(lambda u: MappingId(str(u))),
    transaction_id=words,
    subject=words,
    time=intervals,
    time_zone=st.sampled_from(["UTC", "Europe/Zurich", "America/New_York", "Asia/Kathmandu"]),
    invitees=invitees,
    venue=venues,
    private=st.booleans(),
    show_as=st.sampled_from(list(ShowAs)),
    reminder_minutes=st.none() | st.integers(-1, 10_000).filter(lambda m: m >= -1),
)


def stored(body, **more):
    """Return what a service would show that stores a POST as it came."""
    content = {
        "id": "id-1",
        "@odata.etag": 'W/"1"',
        "originalStartTimeZone": body["start"]["timeZone"],
        **body,
        **more,
    }
    return EventPayload.read(content, "event").to_domain(ANNA, LINK, "UTC")


@given(draft=drafts)
def test_a_draft_that_is_stored_as_sent_reads_back_as_drafted(draft):
    event = stored(create_body(draft, LINK))
    assert (event.subject, event.time) == (draft.subject, draft.time)
    assert event.invitees == draft.invitees
    assert event.location == (draft.venue.name if draft.venue else "")
    assert (event.sensitive, event.show_as) == (draft.private, draft.show_as)
    assert event.appointment_oid == draft.appointment_oid
    assert event.reminder_minutes == (
        -1 if draft.reminder_minutes is None else draft.reminder_minutes
    )
    assert not event.is_all_day


@given(
    draft=drafts,
    subject=st.none() | words,
    time=st.none() | intervals,
    private=st.none() | st.booleans(),
    show_as=st.none() | st.sampled_from(list(ShowAs)),
    reminder=st.none() | st.integers(-1, 100),
    people=st.none() | invitees,
)
def test_a_change_touches_its_own_parts_and_no_other(
    *, draft, subject, time, private, show_as, reminder, people
):
    body = create_body(draft, LINK)
    before = stored(body)
    changes = EventChanges(
        subject=subject,
        time=time,
        private=private,
        show_as=show_as,
        reminder_minutes=reminder,
        invitees=people,
    )
    patch = update_body(before, changes, LINK)
    after = stored({**body, **patch}, originalStartTimeZone=before.time_zone)
    wanted = {
        "subject": subject,
        "time": time,
        "sensitive": private,
        "show_as": show_as,
        "reminder_minutes": reminder,
        "invitees": people,
    }
    expected = replace(before, **{k: v for k, v in wanted.items() if v is not None})
    assert after == expected
    assert not {"body", "id", "organizer"} & set(patch)
    if all(value is None for value in wanted.values()):
        assert patch == {}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "start",
                    "end",
                    "dateTime",
                    "timeZone",
                    "attendees",
                    "emailAddress",
                    "location",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(content=json_values)
def test_garbage_is_a_clear_error_and_never_a_crash(content):
    with contextlib.suppress(InvalidPayloadError):
        payload = EventPayload.read(content, "event")
        assert payload.to_domain(ANNA, LINK, "UTC").event_id


@pytest.mark.parametrize(
    "member",
    [
        {"type": "somethingNew"},
        {"showAs": "dozing"},
        {"sensitivity": "cosmic"},
        {"attendees": [{"type": "robot", "status": {"response": "maybe"}, "emailAddress": None}]},
        {"attendees": None, "location": None, "organizer": None, "originalStartTimeZone": None},
        {"createdDateTime": "0001-01-01T00:00:00Z"},
        {"originalStartTimeZone": "tzone://Microsoft/Custom", "isAllDay": True},
    ],
)
def test_an_unknown_word_does_not_hide_an_event(member):
    moment = {"dateTime": "2026-03-02T09:00:00.0000000", "timeZone": "UTC"}
    content = {"id": "id-1", "start": moment, "end": moment, **member}
    event = EventPayload.read(content, "event").to_domain(ANNA, LINK, "Europe/Zurich")
    assert event.event_id == "id-1"


def test_an_error_about_an_answer_shows_none_of_it():
    content = {"id": "id-1", "subject": ["Geheim"], "start": {"dateTime": 7}}
    with pytest.raises(InvalidPayloadError) as raised:
        EventPayload.read(content, "event")
    assert "subject" in str(raised.value)
    assert "Geheim" not in str(raised.value)


@pytest.mark.parametrize("sensitivity", ["private", "confidential"])
def test_private_and_confidential_are_sensitive_and_both_stay(sensitivity):
    moment = {"dateTime": "2026-03-02T09:00:00", "timeZone": "UTC"}
    content = {"id": "id-1", "start": moment, "end": moment, "sensitivity": sensitivity}
    event = EventPayload.read(content, "event").to_domain(ANNA, LINK, "UTC")
    assert event.sensitive
    assert update_body(event, EventChanges(private=True), LINK) == {}
    assert update_body(event, EventChanges(private=False), LINK) == {"sensitivity": "normal"}


@pytest.mark.parametrize("wrong", ["", "AppointmentOid", "String {x} Name A", "String 0x3001"])
def test_a_link_property_that_is_none_is_refused(wrong):
    with pytest.raises(ValueError, match="property id"):
        LinkProperty(wrong)


def test_the_name_of_the_link_property_is_case_sensitive_its_guid_is_not():
    assert LINK.is_named(LINK.id.replace("00337680-3e6d", "00337680-3E6D"))
    assert not LINK.is_named(LINK.id.lower())
    assert not LINK.is_named("String 0x3001")
