"""The three-way merge: who follows whom, aspect by aspect."""

import pytest

from core.domain.mapping import Baseline
from core.domain.meeting import Aspect, Attendee, Meeting, ShowAs
from core.sync.fingerprint import HashKeys, fingerprint
from core.sync.merge import MergeRules, changed_aspects, merge
from tests.unit.builders import ANNA, KEYS, SAENTIS, hours

NEUTRAL = "Privat"
MARC = Attendee("marc@contoso.example", "Marc")
LEA = Attendee("lea@contoso.example", "Lea")
EVA = Attendee("eva@other.example", "Eva")
BY_NAME = Attendee("", "Herr Muster")


def a_meeting(**facts) -> Meeting:
    defaults = {
        "subject": "Planung",
        "time": hours(9, 10),
        "resources": (SAENTIS,),
        "organizer": ANNA,
        "attendees": (MARC,),
    }
    return Meeting(**{**defaults, **facts})


def merged(exchange: Meeting, rooms: Meeting, agreed: Meeting | None = None, *, masked=False):
    baseline = None
    if agreed is not None:
        marks = fingerprint(agreed, KEYS)
        there = fingerprint(a_meeting(subject=NEUTRAL, attendees=()), KEYS) if masked else marks
        baseline = Baseline(key_version="1", exchange=marks, rooms=there, masked=masked)
    changes = changed_aspects(exchange, rooms, baseline, KEYS)
    rules = MergeRules(baseline=baseline, keys=KEYS, neutral_title=NEUTRAL)
    return merge(exchange, rooms, changes, rules)


CHANGES = [
    ("subject", "Neuer Titel"),
    ("time", hours(11, 12)),
]


@pytest.mark.parametrize(("aspect", "value"), CHANGES)
def test_a_change_in_exchange_goes_to_rooms(aspect, value):
    result = merged(a_meeting(**{aspect: value}), a_meeting(), a_meeting())

    assert value == getattr(result.to_rooms, aspect)
    assert value == getattr(result.to_exchange, aspect)


@pytest.mark.parametrize(("aspect", "value"), CHANGES)
def test_a_change_in_rooms_goes_to_exchange(aspect, value):
    result = merged(a_meeting(), a_meeting(**{aspect: value}), a_meeting())

    assert value == getattr(result.to_exchange, aspect)
    assert value == getattr(result.to_rooms, aspect)


def test_different_aspects_changed_on_both_sides_are_both_kept():
    result = merged(a_meeting(subject="Aus Outlook"), a_meeting(time=hours(14, 15)), a_meeting())

    assert ("Aus Outlook", hours(14, 15)) == (result.to_rooms.subject, result.to_rooms.time)
    assert ("Aus Outlook", hours(14, 15)) == (result.to_exchange.subject, result.to_exchange.time)


def test_exchange_wins_the_subject_and_rooms_the_time_when_both_changed_it():
    result = merged(
        a_meeting(subject="Outlook", time=hours(12, 13)),
        a_meeting(subject="ROOMS", time=hours(14, 15)),
        a_meeting(),
    )

    assert result.to_rooms.subject == "Outlook"
    assert hours(14, 15) == result.to_exchange.time


def test_the_same_change_on_both_sides_is_no_conflict():
    same = a_meeting(subject="Gleich", time=hours(14, 15))

    result = merged(same, same, a_meeting())

    assert (same, same) == (result.to_exchange, result.to_rooms)


def test_what_differs_but_was_agreed_on_is_left_alone():
    """ROOMS may cut a title: both sides keep what they showed when they last agreed."""
    exchange, rooms = a_meeting(subject="Ein sehr langer Titel"), a_meeting(subject="Ein sehr")
    baseline = Baseline(
        key_version="1", exchange=fingerprint(exchange, KEYS), rooms=fingerprint(rooms, KEYS)
    )
    changes = changed_aspects(exchange, rooms, baseline, KEYS)

    result = merge(
        exchange, rooms, changes, MergeRules(baseline=baseline, keys=KEYS, neutral_title=NEUTRAL)
    )

    assert (exchange, rooms) == (result.to_exchange, result.to_rooms)


def test_white_space_is_no_change_of_a_subject():
    result = merged(a_meeting(subject="  Planung   Q2 "), a_meeting(subject="Planung Q2"))

    assert result.to_rooms.subject == "Planung Q2"


def test_attendees_added_on_both_sides_are_all_kept():
    result = merged(a_meeting(attendees=(MARC, LEA)), a_meeting(attendees=(MARC, EVA)), a_meeting())

    assert {MARC, LEA, EVA} == set(result.to_rooms.attendees) == set(result.to_exchange.attendees)


def test_an_attendee_removed_on_one_side_leaves_the_other():
    gone_here = merged(a_meeting(attendees=()), a_meeting(), a_meeting())
    gone_there = merged(a_meeting(), a_meeting(attendees=()), a_meeting())

    assert gone_here.to_rooms.attendees == ()
    assert gone_there.to_exchange.attendees == ()


def test_one_removes_and_the_other_adds_both_happens():
    result = merged(a_meeting(attendees=(MARC, LEA)), a_meeting(attendees=()), a_meeting())

    assert (LEA,) == result.to_rooms.attendees == result.to_exchange.attendees


def test_somebody_known_to_rooms_by_name_only_is_not_invited_by_exchange():
    result = merged(a_meeting(), a_meeting(attendees=(MARC, BY_NAME)), a_meeting())

    assert result.to_exchange.attendees == (MARC,)
    assert {MARC, BY_NAME} == set(result.to_rooms.attendees)


def test_at_linking_rooms_is_master_and_nobody_is_uninvited():
    """R-305: what was changed before the link existed is decided by ROOMS."""
    result = merged(
        a_meeting(subject="Outlook", attendees=(MARC, LEA)),
        a_meeting(subject="ROOMS", attendees=(EVA,)),
    )

    assert result.to_exchange.subject == "ROOMS"
    assert {MARC, LEA, EVA} == set(result.to_exchange.attendees) == set(result.to_rooms.attendees)


def test_made_private_later_rooms_gets_a_neutral_title_and_no_people():
    result = merged(a_meeting(private=True), a_meeting(), a_meeting())

    assert result.masked
    assert (result.to_rooms.subject, result.to_rooms.attendees) == (NEUTRAL, ())
    assert (result.to_exchange.subject, result.to_exchange.attendees) == ("Planung", (MARC,))


def test_while_masked_nothing_of_the_placeholder_reaches_exchange():
    result = merged(
        a_meeting(private=True),
        a_meeting(subject="Umbenannt", attendees=()),
        a_meeting(private=True),
        masked=True,
    )

    assert (result.to_rooms.subject, result.to_rooms.attendees) == (NEUTRAL, ())
    assert (result.to_exchange.subject, result.to_exchange.attendees) == ("Planung", (MARC,))


def test_no_longer_private_the_title_and_the_people_come_back():
    result = merged(
        a_meeting(private=False),
        a_meeting(subject=NEUTRAL, attendees=()),
        a_meeting(private=True),
        masked=True,
    )

    assert not result.masked
    assert (result.to_rooms.subject, result.to_rooms.attendees) == ("Planung", (MARC,))
    assert result.to_exchange.attendees == (MARC,)


def test_private_at_creation_and_cleared_later_rooms_keeps_its_flag():
    """The API cannot clear it: a known limit, not a difference (design 5.2)."""
    was = a_meeting(private=True)

    result = merged(a_meeting(private=False), was, was)

    assert not result.to_exchange.private
    assert result.to_rooms.private
    assert not result.masked


def test_what_rooms_does_not_carry_is_never_corrected():
    exchange = a_meeting(show_as=ShowAs.FREE, reminder_minutes=15)

    result = merged(exchange, a_meeting(), a_meeting(show_as=ShowAs.BUSY, reminder_minutes=30))

    assert (result.to_exchange.show_as, result.to_exchange.reminder_minutes) == (ShowAs.FREE, 15)
    assert result.to_rooms.show_as is None
    assert result.to_rooms.reminder_minutes is None


def test_free_busy_in_a_custom_field_is_merged_like_anything_else():
    was = a_meeting(show_as=ShowAs.BUSY)

    result = merged(was, a_meeting(show_as=ShowAs.OUT_OF_OFFICE), was)

    assert result.to_exchange.show_as == ShowAs.OUT_OF_OFFICE


def test_a_new_hash_key_is_no_mass_change():
    """design 5.2: hashes carry their key's version, and old keys stay for a while."""
    rotated = HashKeys(current="2", secrets={"2": b"another key, newer", **KEYS.secrets})
    marks = fingerprint(a_meeting(), KEYS)
    baseline = Baseline(key_version="1", exchange=marks, rooms=marks)

    changes = changed_aspects(a_meeting(), a_meeting(), baseline, rotated)

    assert (frozenset(), frozenset()) == (changes.exchange, changes.rooms)


def test_a_baseline_whose_key_is_gone_counts_as_none():
    marks = fingerprint(a_meeting(), KEYS)
    baseline = Baseline(key_version="0", exchange=marks, rooms=marks)

    changes = changed_aspects(a_meeting(), a_meeting(), baseline, KEYS)

    assert changes.is_first
    assert changes.found() == ()


def test_the_changes_found_are_told_without_values():
    changes = changed_aspects(
        a_meeting(subject="Geheim"), a_meeting(time=hours(11, 12)), _agreed(), KEYS
    )

    assert changes.found() == ("exchange:subject", "rooms:time")
    assert {Aspect.SUBJECT} == changes.exchange


def _agreed() -> Baseline:
    marks = fingerprint(a_meeting(), KEYS)
    return Baseline(key_version="1", exchange=marks, rooms=marks)
