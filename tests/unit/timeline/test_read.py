"""One timeline out of everything that is remembered of a meeting."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.app.timeline.read import read_timeline
from core.app.timeline.values import EntryKind, Latency, Sight
from core.domain.booking import BookingStatus
from core.domain.drift import (
    Advice,
    Cause,
    Drift,
    DriftKind,
    DriftState,
    Element,
    FieldDrift,
    NewerSide,
)
from core.domain.event import EventPlace
from core.domain.given_up import GivenUpEntry
from core.domain.history import HISTORY_CAP, Activity, Evidence, HistoryEntry, Parts
from core.domain.ids import BookingId, EnvironmentId, ICalUid, MailboxKey, MappingId
from core.domain.mapping import Mapping, MappingState, Refusal
from core.domain.meeting import Aspect
from core.domain.pointers import Pointer, booking_pointer, event_pointer, series_pointer
from core.domain.scope import ROOMS
from core.domain.waiting import Waiting
from core.domain.work import BookingKey, EventKey, ICalKey, MappingKey, Source, WorkItem
from core.errors import ServiceUnavailableError
from core.ports.mail import NoticeMark, NoticeState
from core.sync.breaker import Breaker, BreakerState
from tests.unit.builders import CONTOSO, NOW, PILATUS, SAENTIS, a_booking, a_link, an_event, hours
from tests.unit.series_builders import a_date, a_master, a_series
from tests.unit.timeline.memory import a_memory

OTHER = MappingId("99999999-2222-3333-4444-555555555555")
EVENT, BOOKING = an_event(), a_booking()
KEY = BookingKey("Default", BOOKING.booking_id)


def minutes(number):
    return NOW + timedelta(minutes=number)


def a_pass(number, **facts):
    return HistoryEntry(
        **{"at": minutes(number), "source": "push", "outcome": "in_step", "trace_id": f"t{number}"}
        | facts
    )


def settled(link: Mapping) -> Mapping:
    """A link that has dealt with what both sides show."""
    bookings = tuple(each.settle("s1") for each in link.bookings)
    event = None if link.event is None else link.event.settle(EVENT.version)
    return replace(link, event=event, bookings=bookings)


async def test_everything_that_is_remembered_is_in_one_line_oldest_first():
    memory = await a_memory(events=[EVENT], bookings=[BOOKING])
    link = await memory.keep(
        a_link(EVENT, BOOKING),
        a_pass(1, steps=(("CreateEvent", "it was booked in ROOMS (R-301)"),)),
        a_pass(4, steps=(("Tell (not_booked)", "ROOMS refused it (R-401, R-403)"),)),
    )
    for number, outcome in ((1, "in_step"), (3, "nothing"), (8, "given_up")):
        await memory.activity.add(
            Activity(
                at=minutes(number),
                mapping_id=link.id,
                outcome=outcome,
                text="an echo",
                source="operator",
                trace_id=f"t{number}",
            )
        )
    await memory.activity.add(
        Activity(at=minutes(2), mapping_id=OTHER, outcome="nothing", text="", source="push")
    )
    mark = NoticeMark(notice_id="n", state=NoticeState.SENT, at=minutes(5), kind="not_booked")
    await memory.notices.claim(replace(mark, mapping_id=link.id))
    await memory.notices.claim(replace(mark, notice_id="m", mapping_id=OTHER))

    timeline = await read_timeline(KEY, memory)

    assert [(e.at, e.kind, e.trace_id) for e in timeline.entries] == [
        (minutes(1), EntryKind.LOOK, "t1"),
        (minutes(3), EntryKind.ANSWER, "t3"),
        (minutes(4), EntryKind.LOOK, "t4"),
        (minutes(5), EntryKind.MAIL, ""),
        (minutes(8), EntryKind.GIVEN_UP, "t8"),
    ]
    first, answer, _, mail, _ = timeline.entries
    assert (first.rules, first.writes) == (("R-301",), 1)
    assert (answer.text, answer.writes) == ("an echo", 0)
    assert (mail.outcome, mail.state) == ("not_booked", "sent")
    assert timeline.is_complete


@pytest.mark.parametrize(
    "key",
    [
        KEY,
        EventKey(EVENT.place, EVENT.event_id),
        ICalKey(EVENT.place, EVENT.ical_uid),
        MappingKey(a_link(EVENT, None).id, EVENT.place),
    ],
)
async def test_every_name_of_a_meeting_leads_to_it(key):
    memory = await a_memory(events=[EVENT], bookings=[BOOKING])
    link = await memory.keep(a_link(EVENT, BOOKING), a_pass(1))
    timeline = await read_timeline(key, memory)
    assert [told.id for told in timeline.links] == [link.id]
    assert len(timeline.entries) == 1


async def test_versions_and_parts_of_the_way_are_told_as_noted():
    memory = await a_memory(events=[EVENT], bookings=[BOOKING])
    await memory.keep(
        a_link(EVENT, BOOKING),
        a_pass(1, latency_ms=900),
        a_pass(
            2,
            latency_ms=900,
            parts=Parts(provider_ms=4000, queue_ms=200, write_ms=300),
            evidence=Evidence(exchange=("v0", "v1"), rooms=("s1",)),
        ),
        a_pass(3, latency_ms=100, parts=Parts(queue_ms=200, write_ms=0)),
    )
    before, now, odd = (await read_timeline(KEY, memory)).entries
    assert before.latency == Latency(total=900), "what was written before has no parts"
    assert now.latency == Latency(total=900, provider=4000, queue=200, own=400, write=300)
    assert (now.exchange, now.rooms) == (("v0", "v1"), ("s1",))
    assert odd.latency.own == 0


async def test_a_mail_that_was_told_and_not_sent_yet_is_on_its_way():
    memory = await a_memory(events=[EVENT], bookings=[BOOKING])
    long_ago = a_pass(-60 * 24 * 3, evidence=Evidence(notices=("n0",)))
    told = a_pass(-1, evidence=Evidence(notices=("n1", "n2")))
    link = await memory.keep(a_link(EVENT, BOOKING), long_ago, told)
    mark = NoticeMark(notice_id="n1", state=NoticeState.SENT, at=NOW, kind="not_booked")
    await memory.notices.claim(replace(mark, mapping_id=link.id))
    entries = (await read_timeline(KEY, memory)).entries
    mails = [(each.at, each.state) for each in entries if each.kind is EntryKind.MAIL]
    assert mails == [(minutes(-1), "queued"), (NOW, "sent")]


async def test_what_nobody_knows_has_no_history():
    memory = await a_memory()
    assert await read_timeline(KEY, memory) is None


@pytest.mark.parametrize("private", [False, True])
async def test_what_a_comparison_has_found_is_told_with_its_state(private):
    memory = await a_memory(events=[replace(EVENT, sensitive=private)], bookings=[BOOKING])
    link = await memory.keep(a_link(EVENT, BOOKING))
    drift = Drift(
        id="d1",
        place=link.home,
        mandator="Default",
        element=Element.SINGLE,
        kind=DriftKind.DIFFERS,
        fields=(FieldDrift(Aspect.TIME, NewerSide.ROOMS),),
        newer=NewerSide.ROOMS,
        cause=Cause.LOST_NOTIFICATION,
        advice=Advice.USE_ROOMS,
        mapping_id=link.id,
        state=DriftState.IGNORED,
        found_at=minutes(3),
        checked_at=minutes(9),
    )
    await memory.drifts.put([drift, replace(drift, id="d2", mapping_id=OTHER)])
    (entry,) = (await read_timeline(KEY, memory)).entries
    assert (entry.at, entry.kind, entry.state) == (minutes(3), EntryKind.DIFFERENCE, "ignored")
    assert entry.changed == (() if private else ("rooms:time",))
    assert entry.text == "newer: rooms, cause: lost notification, advice: use rooms"


class TestHowItStandsNow:
    async def test_what_both_sides_show_is_told_as_versions(self):
        memory = await a_memory(events=[EVENT], bookings=[BOOKING])
        await memory.keep(settled(a_link(EVENT, BOOKING)))

        event, booking = (await read_timeline(KEY, memory)).now

        assert (event.version, event.is_dealt_with, event.is_linked) == ("v1", True, True)
        assert (booking.version, booking.state) == ("s1", BookingStatus.DEFINITIVE)
        assert booking.is_dealt_with

    async def test_a_version_that_no_look_has_met_is_told_as_such(self):
        memory = await a_memory(events=[EVENT], bookings=[replace(BOOKING, modified_on="s2")])
        await memory.keep(settled(a_link(EVENT, BOOKING)))
        event, booking = (await read_timeline(KEY, memory)).now
        assert (event.is_dealt_with, booking.is_dealt_with) == (True, False)

    async def test_what_is_gone_and_what_does_not_answer_are_two_things(self):
        memory = await a_memory(events=[EVENT])
        memory.calendars[CONTOSO].error = ServiceUnavailableError("Exchange is down")
        await memory.keep(a_link(EVENT, BOOKING), a_pass(1))

        timeline = await read_timeline(KEY, memory)

        event, booking = timeline.now
        assert (event.sight, event.trouble) == (Sight.UNREADABLE, "Exchange is down")
        assert (booking.sight, booking.trouble) == (Sight.GONE, "")
        assert len(timeline.entries) == 1, "the rest stands"

    async def test_a_mailbox_of_an_environment_that_is_not_connected_is_told(self):
        memory = await a_memory(bookings=[BOOKING])
        place = EventPlace(EnvironmentId("gone"), MailboxKey("p11"))
        await memory.keep(a_link(EVENT, BOOKING, home=place))
        event, _ = (await read_timeline(KEY, memory)).now
        assert (event.sight, event.trouble) == (
            Sight.UNREADABLE,
            "its environment is not connected",
        )

    async def test_of_a_series_the_next_bookings_are_read(self):
        memory = await a_memory(events=[a_master()])
        dates = [a_date(number) for number in range(-5, 30)]
        link = await memory.keep(a_series(*dates))
        timeline = await read_timeline(MappingKey(link.id, link.home), memory)
        (told,) = timeline.links
        assert [each.booking_id for each in told.bookings] == list(range(2000, 2010))
        assert (told.more_bookings, told.booked, told.dates) == (25, ((SAENTIS, 35),), 35)
        assert told.series.startswith("09:00")

    async def test_whoever_waits_for_a_slot_is_told_with_the_refusal(self):
        refusal = Refusal(
            fingerprint="f",
            aspects=frozenset(),
            code="occupied",
            text="",
            since=NOW,
            resource=PILATUS,
        )
        memory = await a_memory(events=[EVENT], bookings=[BOOKING])
        link = await memory.keep(a_link(EVENT, BOOKING, refusals=(refusal, refusal)))
        await memory.waiting.put(
            Waiting(resource=PILATUS, mapping_id=link.id, home=link.home, time=hours(9, 10))
        )
        (told,) = (await read_timeline(KEY, memory)).links
        assert [(each.code, each.rules) for each in told.refusals] == [("occupied", ("R-404",))]
        assert told.waits_for == (PILATUS,)

    async def test_a_history_of_which_the_oldest_was_dropped_says_so(self):
        memory = await a_memory(events=[EVENT], bookings=[BOOKING])
        entries = [a_pass(number) for number in range(HISTORY_CAP)]
        await memory.keep(a_link(EVENT, BOOKING), *entries)
        assert not (await read_timeline(KEY, memory)).is_complete


class TestWhatIsNotOver:
    async def test_what_is_given_up_is_told_once_with_its_reason(self):
        memory = await a_memory(events=[EVENT], bookings=[BOOKING])
        link = await memory.keep(a_link(EVENT, BOOKING))
        await memory.given_up.put(
            GivenUpEntry(
                id=f"link/{link.id}",
                reason="guard",
                text="too many cancels",
                item=WorkItem(key=KEY, source=Source.PUSH, first_seen=NOW),
                mapping_id=link.id,
                first_at=minutes(3),
                last_at=minutes(9),
                times=4,
            )
        )
        for number in (1, 3):
            await memory.activity.add(
                Activity(
                    at=minutes(number),
                    mapping_id=link.id,
                    outcome="given_up",
                    text="guard: too many cancels",
                    source="push",
                )
            )
        before, now = (await read_timeline(KEY, memory)).entries
        assert (before.at, before.state) == (minutes(1), ""), "it was made good since"
        assert (now.at, now.state, now.attempt) == (minutes(9), "guard", 4)

    async def test_what_was_given_up_before_there_was_a_link_is_found_by_its_key(self):
        memory = await a_memory()
        await memory.given_up.put(
            GivenUpEntry(
                id="booking/Default/1001",
                reason="worker_died",
                text="",
                item=WorkItem(
                    key=replace(KEY, home=EVENT.place), source=Source.PUSH, first_seen=NOW
                ),
                first_at=NOW,
                last_at=NOW,
            )
        )
        timeline = await read_timeline(KEY, memory)
        assert timeline.links == ()
        assert [entry.state for entry in timeline.entries] == ["worker_died"]

    async def test_what_is_parked_says_for_what_it_waits(self):
        memory = await a_memory(events=[EVENT], bookings=[BOOKING])
        link = await memory.keep(a_link(EVENT, BOOKING))
        await memory.breakers.save(
            Breaker(
                scope=ROOMS,
                state=BreakerState.OPEN,
                since=NOW,
                kind="connectivity",
                why="ROOMS does not answer",
                due=NOW,
            )
        )
        for key in (replace(KEY, home=EVENT.place), BookingKey("Default", BookingId(7))):
            look = WorkItem(key=key, source=Source.PUSH, first_seen=minutes(2))
            await memory.parked.put(ROOMS, look)
        (entry,) = (await read_timeline(KEY, memory)).entries
        assert (entry.kind, entry.link, entry.at) == (EntryKind.PARKED, link.id, minutes(2))
        assert entry.text == "rooms: ROOMS does not answer"


class TestLinksAreFollowed:
    async def test_from_a_date_that_left_its_series_to_that_series(self):
        series = a_series(event=a_link(a_master(event_id="series-1"), None).event, id=OTHER)
        booking = replace(BOOKING, series_id=7)
        memory = await a_memory(events=[EVENT, a_master(event_id="series-1")], bookings=[booking])
        link = await memory.keep(a_link(EVENT, booking), a_pass(5))
        await memory.keep(series, a_pass(1, steps=(("Release (1 date)", "R-611"),)))
        await memory.pointers.replace(series_pointer("Default", 7), Pointer(mapping_id=OTHER))

        timeline = await read_timeline(KEY, memory)

        assert [told.id for told in timeline.links] == [link.id, OTHER]
        assert [(e.link, e.at) for e in timeline.entries] == [
            (OTHER, minutes(1)),
            (link.id, minutes(5)),
        ]

    async def test_from_an_item_that_carries_another_link_to_that_link(self):
        memory = await a_memory(
            events=[replace(EVENT, appointment_oid=OTHER.upper())], bookings=[BOOKING]
        )
        link = await memory.keep(a_link(EVENT, BOOKING))
        await memory.keep(a_link(None, None, id=OTHER, state=MappingState.CANCELLED), a_pass(1))
        timeline = await read_timeline(KEY, memory)
        assert [told.id for told in timeline.links] == [link.id, OTHER]

    async def test_from_a_link_whose_booking_another_one_has_by_now(self):
        memory = await a_memory(events=[EVENT], bookings=[BOOKING])
        link = await memory.keep(a_link(EVENT, BOOKING))
        moved = an_event(event_id="event-2", ical_uid=ICalUid("ical-2"))
        await memory.keep(a_link(moved, None, id=OTHER))
        await memory.pointers.replace(
            booking_pointer("Default", BOOKING.booking_id), Pointer(mapping_id=OTHER)
        )
        timeline = await read_timeline(MappingKey(link.id, link.home), memory)
        assert [told.id for told in timeline.links] == [link.id, OTHER]

    async def test_an_event_that_was_left_behind_leads_to_the_link_that_left_it(self):
        memory = await a_memory(bookings=[BOOKING])
        link = await memory.keep(a_link(EVENT, BOOKING))
        old = EventPlace(CONTOSO, MailboxKey("p12"))
        await memory.pointers.replace(event_pointer(old, "old"), Pointer(mapping_id=link.id))
        timeline = await read_timeline(EventKey(old, "old"), memory)
        assert [told.id for told in timeline.links] == [link.id]

    async def test_from_a_series_to_what_left_it_and_back(self):
        memory = await a_memory(events=[EVENT], bookings=[BOOKING])
        gone = a_pass(1, evidence=Evidence(links=(OTHER, MappingId("not stored"))))
        link = await memory.keep(a_link(EVENT, BOOKING), gone)
        moved = an_event(event_id="event-2", ical_uid=ICalUid("ical-2"))
        came = a_pass(2, evidence=Evidence(links=(link.id,)))
        other = await memory.keep(a_link(moved, None, id=OTHER), came)
        for first, second in ((link, other), (other, link)):
            timeline = await read_timeline(MappingKey(first.id, first.home), memory)
            assert [told.id for told in timeline.links] == [first.id, second.id]
            assert [entry.link for entry in timeline.entries] == [link.id, OTHER]

    async def test_rings_of_links_end(self):
        memory = await a_memory(
            events=[replace(EVENT, appointment_oid=OTHER)],
            bookings=[replace(BOOKING, appointment_oid=OTHER)],
        )
        link = await memory.keep(a_link(EVENT, BOOKING))
        other = a_link(an_event(event_id="event-2", ical_uid=ICalUid("ical-2")), BOOKING, id=OTHER)
        await memory.keep(other)
        timeline = await read_timeline(MappingKey(link.id, link.home), memory)
        assert [told.id for told in timeline.links] == [link.id, OTHER]
