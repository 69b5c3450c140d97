"""Words for people: every code has some."""

import pytest

from core.app import wording
from core.domain.mapping import MappingState
from core.domain.refusal import RefusalCode


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
