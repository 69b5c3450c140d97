"""When rounds begin anew, and how they are stored."""

from datetime import timedelta

from core.app.catch_up import ROUND, SPREAD, Round, read_round, round_of
from core.domain.event import EventPlace
from core.domain.ids import MailboxKey
from core.domain.interval import Interval
from core.domain.stagger import share
from tests.unit.builders import CONTOSO, NOW


def test_a_round_is_stored_with_all_that_it_needs():
    window = Interval(NOW, NOW + timedelta(days=400))
    for read_at in (None, NOW + timedelta(minutes=5)):
        known = Round(NOW, window, "https://graph/delta?$deltatoken=x", read_at)
        assert read_round(known.as_text()) == known


def test_mailboxes_that_began_together_begin_again_at_different_times():
    rounds = [round_of(EventPlace(CONTOSO, MailboxKey(f"p{n}"))) for n in range(300)]
    assert ROUND - SPREAD <= min(rounds) <= max(rounds) <= ROUND
    slots = [length // timedelta(minutes=5) for length in rounds]
    assert max(slots.count(slot) for slot in slots) <= 6


def test_a_share_is_always_the_same_and_spreads_evenly():
    shares = sorted(share(f"contoso/p{n}") for n in range(1000))
    assert share("contoso/p1") == share("contoso/p1")
    assert all(abs(s - n / 1000) < 0.06 for n, s in enumerate(shares))
