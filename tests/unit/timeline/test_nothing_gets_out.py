"""D13: whatever subject, person or text of theirs goes in, none of it is in a history."""

import asyncio
import json
from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.app.timeline.export import exported
from core.app.timeline.read import read_timeline
from core.app.timeline.redaction.entries import given_up_told
from core.app.timeline.redaction.words import SIDES
from core.domain.event import AttendeeRole, Invitee
from core.domain.given_up import GivenUpEntry
from core.domain.history import Activity, HistoryEntry
from core.domain.mapping import Mapping, MappingState, Refusal
from core.domain.notice import NoticeKind
from core.domain.refusal import RefusalCode
from core.domain.scope import ROOMS
from core.domain.work import BookingKey, MappingKey, Source, WorkItem
from core.ports.mail import NoticeMark, NoticeState
from core.sync.breaker import Breaker, BreakerState
from core.sync.series.steps import OnDate, SeriesStep, TellOfDates
from core.sync.steps import Step
from tests.kit.canary import WATCH
from tests.kit.search import examples
from tests.unit.builders import (
    NOW,
    SAENTIS,
    a_booking,
    a_directory,
    a_link,
    a_participant,
    an_event,
    hours,
    room,
)
from tests.unit.series_builders import a_master, a_refused_date, a_series
from tests.unit.timeline.memory import a_memory

WORDS = st.text(
    alphabet=st.characters(categories=("Lu", "Ll", "Nd", "Po", "Zs")), min_size=1, max_size=30
).map(lambda text: f"Qx{text}xQ")
"""Whatever people write; marked, so that no word of ours is taken for theirs."""

WHERE_PRIVATE = st.sampled_from(("nowhere", "event", "booking", "agreed", "masked", "old key"))
WHEN = hours(9, 10)


def _sides(words, where):
    subject, person, place = words
    event = an_event(
        subject=subject,
        location=place,
        organizer_address=f"{person}@contoso.example",
        invitees=(room(), Invitee(f"{person}@x.example", person, AttendeeRole.REQUIRED)),
        sensitive=where == "event",
    )
    booking = a_booking(
        title=subject,
        organizer_address=f"{person}@contoso.example",
        participants=(a_participant(f"{person}@x.example"),),
        is_private=where == "booking",
        custom_fields={place: subject},
    )
    return event, booking


def _link(event, booking, words, where) -> Mapping:
    subject, person, _ = words
    was = replace(event, sensitive=where == "agreed")
    link = a_link(was, booking)
    refusal = Refusal(
        fingerprint="f",
        aspects=frozenset(),
        code=RefusalCode.OCCUPIED,
        text=f"{subject} von {person}",
        since=NOW,
        resource=SAENTIS,
    )
    baseline = link.baseline
    assert baseline is not None
    if where == "masked":
        baseline = replace(baseline, masked=True)
    if where == "old key":
        baseline = replace(baseline, key_version="0")
    return replace(link, refusals=(refusal,), baseline=baseline)


def _entry(words) -> HistoryEntry:
    """A pass as we write it; and with words of theirs where a bug might have put them."""
    subject, person, place = words
    return HistoryEntry(
        at=NOW,
        source=subject,
        outcome=person,
        steps=(
            ("UpdateEvent (subject, time)", "it was changed in ROOMS (R-308)"),
            (f"UpdateEvent ({subject})", "it was changed in ROOMS (R-308)"),
            (subject, place),
            ("UpdateBooking (time) on 2026-03-03", subject),
        ),
        found=("rooms:time", f"rooms:{subject}", person),
        latency_ms=5,
    )


async def _remembered(words, where):
    subject, person, _ = words
    event, booking = _sides(words, where)
    memory = await a_memory(events=[event], bookings=[booking])
    link = await memory.keep(_link(event, booking, words, where), _entry(words))
    key = MappingKey(link.id, link.home)
    look = WorkItem(key=key, source=Source.PUSH, first_seen=NOW)
    await memory.activity.add(
        Activity(
            at=NOW + timedelta(minutes=1),
            mapping_id=link.id,
            outcome="rejected",
            text=f"occupied: {subject} von {person}",
            source="push",
            resource=SAENTIS,
            time=WHEN,
        )
    )
    await memory.given_up.put(
        GivenUpEntry(
            id=f"link/{link.id}",
            reason=subject,
            text="ROOMS did not answer Anna Meier",
            item=look,
            mapping_id=link.id,
            first_at=NOW,
            last_at=NOW,
        )
    )
    await memory.parked.put(ROOMS, look)
    await memory.breakers.save(
        Breaker(
            scope=ROOMS,
            state=BreakerState.OPEN,
            since=NOW,
            kind="connectivity",
            why="no answer",
            due=NOW,
        )
    )
    await memory.notices.claim(
        NoticeMark(
            notice_id=f"{subject}/{person}",
            state=NoticeState.SENT,
            at=NOW,
            reason=subject,
            kind=NoticeKind.NOT_BOOKED,
            mapping_id=link.id,
        )
    )
    return await read_timeline(key, memory)


@given(st.tuples(WORDS, WORDS, WORDS), WHERE_PRIVATE)
@example(("Qx", "xQ", "QxxQ"), "nowhere")
@examples(40)
def test_no_word_of_theirs_gets_out(words, where):
    timeline = asyncio.run(_remembered(words, where))
    told = json.dumps(exported(timeline), ensure_ascii=False)

    assert [word for word in words if word in told and len(word) > 2] == []
    assert "Anna" not in told
    assert len(timeline.entries) == 5, "everything that happened is there all the same"


@given(st.tuples(WORDS, WORDS, WORDS), WHERE_PRIVATE.filter(lambda where: where != "nowhere"))
@examples(25)
def test_of_a_private_meeting_only_ids_and_states_are_told(words, where):
    timeline = asyncio.run(_remembered(words, where))

    assert timeline.is_private
    (link,) = timeline.links
    assert (link.time, link.booked, link.waits_for) == (None, (), ())
    assert {booking.resource for booking in link.bookings} == {None}
    assert {refusal.resource for refusal in link.refusals} == {None}
    assert {entry.changed for entry in timeline.entries} == {()}
    steps = [step.name for entry in timeline.entries for step in entry.steps]
    assert set(steps) == {"UpdateEvent", "UpdateBooking", "UnknownStep"}
    told = json.dumps(exported(timeline))
    for moment in (WHEN.start, WHEN.end):
        assert moment.isoformat()[:16] not in told
    assert str(SAENTIS) not in told


def test_of_a_public_one_times_resources_and_aspects_are_told():
    words = ("Qxa", "Qxb", "Qxc")
    timeline = asyncio.run(_remembered(words, "nowhere"))

    assert not timeline.is_private
    (link,) = timeline.links
    assert (link.time, link.booked) == (WHEN, ((SAENTIS, 1),))
    look = next(entry for entry in timeline.entries if entry.kind == "look")
    assert look.changed == ("rooms:time",)
    assert [step.name for step in look.steps] == [
        "UpdateEvent (subject, time)",
        "UnknownStep",
        "UnknownStep",
        "UpdateBooking (time) on 2026-03-03",
    ]


async def test_what_nobody_can_tell_is_told_like_what_is_private():
    refused = a_link(None, None, state=MappingState.REJECTED, time=WHEN)
    memory = await a_memory()
    link = await memory.keep(refused)

    timeline = await read_timeline(MappingKey(link.id, link.home), memory)

    assert timeline.is_private
    assert timeline.links[0].time is None


async def test_of_a_private_series_neither_rule_nor_dates_are_told():
    series = a_series(a_refused_date(0), event=a_link(a_master(), None).event)
    memory = await a_memory(events=[a_master(sensitive=True)])
    link = await memory.keep(series)

    timeline = await read_timeline(MappingKey(link.id, link.home), memory)

    told = timeline.links[0]
    assert (told.dates, told.series, told.special_dates, told.time) == (1, "", (), None)


async def test_an_address_in_a_text_of_ours_is_taken_out():
    memory = await a_memory()
    key = BookingKey("Default", a_booking().booking_id)
    await memory.given_up.put(
        GivenUpEntry(
            id="booking/Default/1001",
            reason="tries_used_up:connectivity",
            text="mailbox anna@contoso.example does not answer",
            item=WorkItem(key=key, source=Source.PUSH, first_seen=NOW),
            first_at=NOW,
            last_at=NOW,
        )
    )
    (entry,) = (await read_timeline(key, memory)).entries
    assert entry.text == "", "nothing is known of it: it may be private"
    told = given_up_told((await memory.given_up.all())[0], a_directory(), private=False)
    assert told.text == "mailbox … does not answer"
    assert WATCH.complaints() == ["an address in table givenup"], "which this test has put there"


ALL_STEPS = {
    kind.__name__ for kind in (*get_args(Step), *get_args(SeriesStep)) if kind is not OnDate
} - {TellOfDates.__name__}
"""A step on a date is called by what is done there, a mail about dates like any other mail."""


@pytest.mark.parametrize("name", sorted(ALL_STEPS))
def test_every_step_is_known_with_what_it_writes_to(name):
    assert name in SIDES


def test_no_other_step_is_known():
    assert set(SIDES) == ALL_STEPS
