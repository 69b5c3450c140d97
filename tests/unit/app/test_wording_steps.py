"""What the console and the command line call steps."""

import pytest

from core.app import wording


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("CreateBooking", "Create booking"),
        ("UpdateEvent (show_as, time)", "Update event (show as, time)"),
        ("Tell (rolled_back)", "Mail to the organizer: rolled back"),
        ("BookSeries (6 dates)", "Book series (6 dates)"),
        ("UpdateBooking (subject) on 2026-03-10", "Update booking (subject) on 2026-03-10"),
        ("ReinviteToSeries (2 dates)", "Reinvite to series (2 dates)"),
    ],
)
def test_a_step_is_told_in_words(step, words):
    assert wording.step(step) == words
