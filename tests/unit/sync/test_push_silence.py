"""From a change that had to be found to a certainty, and back (S16)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.event import EventPlace
from core.domain.ids import MailboxKey
from core.domain.push import PushRecord
from core.sync.push_silence import (
    BACKLOG,
    FORGOTTEN,
    GRACE,
    HEALED_AGAIN,
    HEALING,
    calmed,
    ends_doubt,
    is_doubted,
    is_to_be_made_anew,
    judged,
    silent_environments,
    silent_with,
    untold,
)
from tests.unit.builders import CONTOSO, NOW

SECOND = timedelta(seconds=1)


def place(number: int) -> EventPlace:
    return EventPlace(CONTOSO, MailboxKey(f"p{number}"))


def silent(number: int) -> PushRecord:
    return PushRecord(place=place(number), untold_since=NOW, untold_at=NOW, silent_since=NOW)


def test_the_first_change_that_had_to_be_found_raises_a_doubt_and_later_ones_keep_its_time():
    first = untold(None, place(1), NOW)
    again = untold(first, place(1), NOW + timedelta(minutes=5))
    assert is_doubted(first)
    assert not is_doubted(None)
    assert (again.untold_since, again.untold_at) == (NOW, NOW + timedelta(minutes=5))


def test_a_doubt_becomes_a_certainty_only_after_the_grace():
    doubted = untold(None, place(1), NOW)
    assert judged(doubted, NOW + GRACE - SECOND) == doubted
    found = judged(doubted, NOW + GRACE)
    assert found is not None
    assert found.silent_since == NOW
    assert judged(found, NOW + 2 * GRACE) == found


def test_a_silence_in_which_nothing_more_was_found_is_forgotten_after_a_day():
    assert judged(silent(1), NOW + FORGOTTEN) is None
    heard_before = replace(silent(1), place=None, heard_at=NOW)
    assert judged(heard_before, NOW + FORGOTTEN) == PushRecord(place=None, heard_at=NOW)


def test_a_place_without_a_doubt_stays_as_it_is():
    assert judged(PushRecord(place=None, heard_at=NOW), NOW) == PushRecord(place=None, heard_at=NOW)


@pytest.mark.parametrize(
    ("taken", "ends"),
    [
        (NOW, True),
        (NOW - BACKLOG, True),
        (NOW - BACKLOG - SECOND, False),
        (NOW + timedelta(hours=3), True),
    ],
)
def test_a_notification_of_the_time_of_the_change_or_later_ends_a_doubt(taken, ends):
    assert ends_doubt(silent(1), taken) is ends


def test_what_is_not_doubted_needs_no_end():
    assert not ends_doubt(PushRecord(place=None, heard_at=NOW), NOW)
    assert calmed(silent(1)) == PushRecord(place=place(1))


def test_a_silent_subscription_is_made_anew_after_a_while_and_then_seldom():
    assert not is_to_be_made_anew(silent(1), NOW + HEALING - SECOND)
    assert is_to_be_made_anew(silent(1), NOW + HEALING)
    healed = replace(silent(1), made_anew_at=NOW + HEALING)
    assert not is_to_be_made_anew(healed, NOW + HEALED_AGAIN)
    assert is_to_be_made_anew(healed, NOW + HEALING + HEALED_AGAIN)
    assert not is_to_be_made_anew(untold(None, place(1), NOW), NOW + HEALING)
    assert not is_to_be_made_anew(replace(silent(1), place=None), NOW + HEALING)


@pytest.mark.parametrize(
    ("silent_ones", "watched", "is_silent"),
    [(0, 10, False), (1, 10, False), (2, 10, False), (3, 10, True), (1, 2, True), (1, 3, False)],
)
def test_several_silent_mailboxes_or_half_of_few_are_a_silent_environment(
    silent_ones, watched, is_silent
):
    found = silent_environments(map(place, range(silent_ones)), map(place, range(watched)))
    assert bool(found) is is_silent


def test_a_mailbox_that_is_not_watched_any_more_makes_no_environment_silent():
    assert silent_environments([place(1)], []) == ()


def test_where_the_way_was_blocked_one_that_is_heard_speaks_for_all():
    all_silent = [silent(n) for n in (1, 2, 3)]
    assert silent_with(all_silent[0], all_silent) == (all_silent[1], all_silent[2])
    assert silent_with(all_silent[0], all_silent[:2]) == ()
    assert silent_with(untold(None, place(9), NOW), all_silent) == ()
