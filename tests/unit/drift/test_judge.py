"""Newer side, probable cause and what is recommended (R-843, R-847)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.drift import Advice, Cause, DriftKind, NewerSide
from core.domain.event import EventPlace, EventVersion
from core.domain.ids import BookingId, resource_mailbox
from core.domain.mapping import MappingState, Pending, PendingKind, Refusal
from core.drift.cause import DISABLED, Evidence
from core.drift.judge import is_fresh, judge
from core.sync.observed import Observed
from tests.unit.builders import (
    CONTOSO,
    NOW,
    SAENTIS,
    a_booking,
    a_context,
    a_link,
    a_new_link,
    a_pair,
    an_event,
    hours,
)


def verdict(seen, *, is_parked=False):
    return judge(Evidence(seen, is_parked=is_parked), a_context())


def a_refusal(code="occupied", **facts):
    return Refusal(
        fingerprint="1:f", aspects=frozenset(), code=code, text="", since=NOW, resource=SAENTIS,
        **facts,
    )  # fmt: skip


def test_both_sides_in_step_are_nothing():
    assert verdict(a_pair()) is None


def test_who_changed_since_both_agreed_is_newer():
    by_exchange = verdict(a_pair(an_event(subject="Neu")))
    by_rooms = verdict(a_pair(booking=a_booking(time=hours(11, 12))))

    assert (by_exchange.newer, by_exchange.advice) == (NewerSide.EXCHANGE, Advice.USE_EXCHANGE)
    assert (by_rooms.newer, by_rooms.advice) == (NewerSide.ROOMS, Advice.USE_ROOMS)


def test_both_changed_is_mixed_and_the_usual_winner_is_recommended():
    titles = verdict(a_pair(an_event(subject="Neu"), a_booking(title="Anders")))
    times = verdict(a_pair(an_event(time=hours(8, 9)), a_booking(time=hours(11, 12))))
    both = verdict(
        a_pair(
            an_event(subject="Neu", time=hours(8, 9)),
            a_booking(title="Anders", time=hours(11, 12)),
        )
    )

    assert (titles.newer, titles.advice) == (NewerSide.MIXED, Advice.USE_EXCHANGE)
    assert (times.newer, times.advice) == (NewerSide.MIXED, Advice.USE_ROOMS)
    assert (both.newer, both.advice) == (NewerSide.MIXED, Advice.CHECK)


def test_different_fields_changed_on_either_side_are_mixed_together_and_clear_one_by_one():
    found = verdict(a_pair(an_event(subject="Neu"), a_booking(time=hours(11, 12))))

    assert found.newer is NewerSide.MIXED
    assert {field.newer for field in found.fields} == {NewerSide.EXCHANGE, NewerSide.ROOMS}


@pytest.mark.parametrize(
    ("minutes", "newer"),
    [(10, NewerSide.EXCHANGE), (-10, NewerSide.ROOMS), (0, NewerSide.UNCLEAR)],
)
def test_where_neither_changed_the_later_stamp_tells(minutes, newer):
    """Both were agreed on like this once: nothing else would ever find it (S35)."""
    stamp = NOW - timedelta(hours=1)
    event = an_event(subject="Neu", modified_at=stamp + timedelta(minutes=minutes))
    booking = a_booking(modified_on=stamp.isoformat())
    found = verdict(a_pair(event, booking, agreed_event=event, agreed_booking=booking))

    assert found.newer is newer
    assert found.cause is Cause.LOST_NOTIFICATION


def test_what_was_looked_at_and_left_has_no_known_cause():
    seen = a_pair(an_event(subject="Neu"))
    link = replace(seen.mapping, event=seen.mapping.event.settle(EventVersion("v1")))

    assert verdict(replace(seen, mapping=link)).cause is Cause.UNKNOWN


def test_a_version_nobody_looked_at_is_a_lost_notification():
    assert verdict(a_pair(an_event(subject="Neu"))).cause is Cause.LOST_NOTIFICATION


def test_what_waits_for_a_parked_scope_says_so():
    assert verdict(a_pair(an_event(subject="Neu")), is_parked=True).cause is Cause.WHILE_PARKED


def test_a_refusal_is_the_cause_and_rooms_is_recommended():
    seen = a_pair(an_event(time=hours(11, 12)))
    link = replace(seen.mapping, refusals=(a_refusal(),))
    found = verdict(replace(seen, mapping=link))

    assert (found.cause, found.code, found.advice) == (Cause.REFUSED, "occupied", Advice.USE_ROOMS)


def test_what_settings_say_is_to_be_ignored():
    seen = a_pair(an_event(time=hours(11, 12)))
    link = replace(seen.mapping, refusals=(a_refusal("second_resource"),))
    found = verdict(replace(seen, mapping=link))

    assert (found.cause, found.advice) == (Cause.POLICY, Advice.IGNORE)


def test_a_meeting_whose_sync_has_ended_says_so():
    seen = a_pair(an_event(subject="Neu"))
    link = replace(seen.mapping, state=MappingState.SYNC_DISABLED)
    found = verdict(replace(seen, mapping=link))

    assert (found.cause, found.code, found.advice) == (Cause.REFUSED, DISABLED, Advice.USE_ROOMS)


def test_a_hold_that_was_edited_in_the_resource_mailbox_follows_rooms():
    place = EventPlace(CONTOSO, resource_mailbox(SAENTIS))
    hold = an_event(place=place, organizer_address="saentis@contoso.example", invitees=())
    booking = a_booking(organizer=None)
    found = verdict(
        a_pair(
            replace(hold, time=hours(11, 12)), booking, agreed_event=hold, agreed_booking=booking
        )
    )

    assert (found.cause, found.advice) == (Cause.DIRECT_EDIT, Advice.USE_ROOMS)


def test_an_event_that_was_never_booked_is_missing_in_rooms():
    found = verdict(Observed(mapping=a_new_link(), event=an_event(appointment_oid=None)))

    assert found.kind is DriftKind.MISSING_IN_ROOMS
    assert (found.newer, found.advice) == (NewerSide.EXCHANGE, Advice.USE_EXCHANGE)


def test_a_booking_that_was_ended_ends_its_event():
    link = a_link(an_event(), a_booking())
    gone = frozenset({BookingId(1001)})
    found = verdict(Observed(mapping=link, event=an_event(), bookings_gone=gone))

    assert found.kind is DriftKind.MISSING_IN_ROOMS
    assert (found.newer, found.advice) == (NewerSide.ROOMS, Advice.USE_ROOMS)


def test_an_event_that_was_deleted_cancels_its_booking():
    link = a_link(an_event(), a_booking())
    found = verdict(Observed(mapping=link, event_gone=True, bookings=(a_booking(),)))

    assert found.kind is DriftKind.MISSING_IN_EXCHANGE
    assert (found.newer, found.advice) == (NewerSide.EXCHANGE, Advice.USE_EXCHANGE)


def test_a_booking_that_was_never_shown_is_missing_in_exchange():
    booking = a_booking(appointment_oid=None)
    found = verdict(Observed(mapping=a_new_link(), bookings=(booking,)))

    assert found.kind is DriftKind.MISSING_IN_EXCHANGE
    assert (found.newer, found.advice) == (NewerSide.ROOMS, Advice.USE_ROOMS)


def test_nothing_is_missing_where_the_planner_would_do_nothing():
    over = a_link(an_event(), a_booking(), state=MappingState.CANCELLED)
    gone = frozenset({BookingId(1001)})

    assert verdict(Observed(mapping=over, event=an_event(), bookings_gone=gone)) is None
    assert verdict(Observed(mapping=a_new_link(), event=an_event(invitees=()))) is None
    assert verdict(Observed(mapping=over)) is None


def test_what_changed_a_moment_ago_is_left_to_the_sync():
    assert not is_fresh(a_pair(), NOW)
    assert is_fresh(a_pair(an_event(modified_at=NOW - timedelta(seconds=30))), NOW)
    assert is_fresh(a_pair(booking=a_booking(modified_on=NOW.isoformat())), NOW)
    assert not is_fresh(a_pair(an_event(modified_at=NOW - timedelta(minutes=5))), NOW)
    pending = Pending(kind=PendingKind.CREATE_BOOKING, lease_until=NOW)
    seen = a_pair()
    assert is_fresh(replace(seen, mapping=replace(seen.mapping, pending=pending)), NOW)
