"""Words for people: every code has some."""

from datetime import UTC, datetime

import pytest

from core.app import wording
from core.app.timeline.values import Latency
from core.domain.mapping import MappingState
from core.domain.refusal import RefusalCode
from core.domain.room_policy import PolicyCopy, PolicyState, RoomPolicy


@pytest.mark.parametrize("code", RefusalCode)
def test_every_refusal_has_words(code):
    words = wording.refusal(str(code))
    assert words == wording.REFUSALS[code]
    assert " " in words, "a code is no sentence"


def test_no_two_refusals_have_the_same_words():
    assert len(set(wording.REFUSALS.values())) == len(RefusalCode)


@pytest.mark.parametrize("state", MappingState)
def test_every_state_of_a_link_has_words(state):
    assert state in wording.STATES


@pytest.mark.parametrize("state", PolicyState)
def test_every_state_of_a_policy_has_words(state):
    assert state in wording.POLICIES


def test_what_a_mailbox_did_not_tell_is_named():
    now = datetime(2026, 3, 2, tzinfo=UTC)
    copy = PolicyCopy(policy=RoomPolicy(allow_conflicts=False), fetched_at=now)
    text = wording.policy(copy, now)
    assert text.startswith("The rules of the mailbox are applied; not told: automate processing")
    assert "allow conflicts" not in text


def test_of_the_way_of_a_change_what_took_time_is_told():
    latency = Latency(total=900, provider=4000, queue=0, own=400, write=500)
    told = "until we were told 4.0 s, looking 400 ms, writing 500 ms"
    assert wording.parts(latency) == told
    assert wording.parts(Latency(total=900)) == ""
