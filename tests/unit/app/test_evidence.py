"""What a pass notes down beside its steps: parts of its time, versions, mails, other links."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.app.evidence import (
    LONGEST,
    MOST_LINKS,
    MOST_VERSIONS,
    Beginning,
    evidence_of,
    parts_of,
)
from core.domain.history import Evidence
from core.domain.ids import BookingId, MappingId
from core.domain.work import BookingKey, EventKey, MappingKey, Source, WorkItem
from tests.unit.builders import LINK, NOW, a_booking, an_event

OTHER = MappingId("99999999-2222-3333-4444-555555555555")
EVENT = an_event(modified_at=NOW)
BOOKING = a_booking(modified_on="2026-03-02T06:59:50Z")
BEGAN = Beginning(at=NOW + timedelta(seconds=5), event=EVENT, bookings=(BOOKING,))
AT_EVENT = EventKey(EVENT.place, EVENT.event_id)
AT_BOOKING = BookingKey("Default", BOOKING.booking_id)
AT_LINK = MappingKey(LINK, EVENT.place)


def a_look(key=AT_EVENT, source=Source.PUSH, after_s=2.0):
    return WorkItem(key=key, source=source, first_seen=NOW + timedelta(seconds=after_s))


def parts(item, found=(), began=BEGAN, written_s=0.5):
    return parts_of(item, began, found, timedelta(seconds=written_s))


def test_a_way_is_the_provider_then_the_queue_then_the_writes():
    told = parts(a_look(), found=("exchange:time",))
    assert (told.provider_ms, told.queue_ms, told.write_ms) == (2000, 3000, 500)


@pytest.mark.parametrize(
    ("key", "found", "provider_ms"),
    [
        (AT_EVENT, (), 2000),
        (AT_BOOKING, (), 12000),
        (AT_LINK, ("exchange:time", "exchange:subject"), 2000),
        (AT_LINK, ("rooms:time",), 12000),
        (AT_BOOKING, ("exchange:time",), 2000),
        (AT_BOOKING, ("exchange:time", "rooms:time"), 12000),
        (AT_EVENT, ("exchange:time", "rooms:time"), 2000),
        (AT_LINK, ("exchange:time", "rooms:time"), None),
        (AT_LINK, (), None),
    ],
)
def test_the_side_that_was_changed_says_when(key, found, provider_ms):
    assert parts(a_look(key), found).provider_ms == provider_ms


@pytest.mark.parametrize(
    ("after_s", "provider_ms"),
    [(0, 0), (-1, 0), (-5, 0), (-6, None), (86400, 86400 * 1000), (86401, None)],
    ids=["at once", "skew", "most skew", "a later change", "a day", "another change"],
)
def test_other_clocks_never_make_it_negative(after_s, provider_ms):
    assert parts(a_look(after_s=after_s)).provider_ms == provider_ms


@pytest.mark.parametrize("source", Source)
def test_only_what_came_by_itself_was_on_its_way(source):
    came = source in {Source.PUSH, Source.WAKE_UP, Source.POLL, Source.DELTA}
    assert (parts(a_look(source=source)).provider_ms is not None) == came


@pytest.mark.parametrize(
    "began",
    [
        Beginning(at=NOW),
        replace(BEGAN, event=replace(EVENT, modified_at=None)),
        replace(BEGAN, event=None),
    ],
)
def test_without_a_stamp_nobody_can_say(began):
    assert parts(a_look(), began=began).provider_ms is None
    odd = replace(BEGAN, bookings=(replace(BOOKING, modified_on="soon"),))
    assert parts(a_look(AT_BOOKING), began=odd).provider_ms is None


def test_of_several_bookings_the_one_that_told_counts():
    other = replace(BOOKING, booking_id=BookingId(7), modified_on="2026-03-02T06:59:59Z")
    began = replace(BEGAN, bookings=(other, BOOKING))
    assert parts(a_look(AT_BOOKING), began=began).provider_ms == 12000
    assert parts(a_look(AT_LINK), ("rooms:time",), began=began).provider_ms == 3000


def test_a_clock_that_was_set_back_makes_no_part_negative():
    told = parts(a_look(after_s=9), written_s=-3)
    assert (told.queue_ms, told.write_ms) == (0, 0)


def noted(began=BEGAN, **facts):
    return evidence_of(LINK, began, **{"events": (), "bookings": (), "notices": ()} | facts)


def test_what_was_met_and_what_was_made_is_noted_once_each():
    assert noted(events=["v2", "v1", "v2", ""], bookings=["s2"], notices=["n1"]) == Evidence(
        exchange=("v1", "v2"), rooms=(BOOKING.modified_on, "s2"), notices=("n1",)
    )


def test_a_pass_over_hundreds_of_bookings_notes_few():
    many = [f"s{number}" + "x" * 999 for number in range(500)]
    evidence = noted(bookings=many, released_to=[MappingId(f"l{n}") for n in range(500)])
    assert len(evidence.rooms) == MOST_VERSIONS
    assert {len(stamp) for stamp in evidence.rooms} == {LONGEST}
    assert len(evidence.links) == MOST_LINKS


def test_links_that_had_the_bookings_and_those_that_get_some_are_noted():
    began = replace(
        BEGAN,
        bookings=(
            replace(BOOKING, appointment_oid=LINK.upper()),
            replace(BOOKING, appointment_oid=OTHER.upper()),
            replace(BOOKING, appointment_oid=None),
        ),
    )
    named = MappingId("88888888-2222-3333-4444-555555555555")
    assert noted(began, released_to=[named, OTHER]).links == (OTHER, named)


def test_nothing_seen_is_nothing_noted():
    assert noted(Beginning(at=NOW)) == Evidence()
