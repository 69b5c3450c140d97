"""What the console and the command line call steps."""

import pytest

from core.app import wording


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("CreateBooking", "Create booking"),
        ("UpdateEvent (show_as, time)", "Update event (show as, time)"),
        ("Tell (rolled_back)", "Mail to the organizer: rolled back"),
    ],
)
def test_a_step_is_told_in_words(step, words):
    assert wording.step(step) == words
