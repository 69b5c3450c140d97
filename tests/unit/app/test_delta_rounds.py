"""When rounds begin anew, and how they are stored."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from core.app.catch_up import ROUND, SPREAD, Round, catch_up, read_round, round_of
from core.domain.event import EventPlace
from core.domain.ids import MailboxKey
from core.domain.interval import Interval
from core.domain.stagger import share
from core.errors import ServiceUnavailableError
from core.ports.exchange import ChangePage
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


async def test_pages_that_lead_back_to_themselves_are_left_and_no_token_is_stored():
    place, stored = EventPlace(CONTOSO, MailboxKey("p11")), {}
    begun = Round(NOW, Interval(NOW, NOW + timedelta(days=400)), "again", NOW)

    async def known(_: str) -> str:
        return begun.as_text()

    async def put(name: str, value: str) -> None:
        stored[name] = value

    async def changes(*_: object) -> ChangePage:
        return ChangePage(events=(), removed=(), cursor="again", is_last=False)

    async def directory() -> None:
        return None

    services = SimpleNamespace(
        clock=SimpleNamespace(now=lambda: NOW),
        cursors=SimpleNamespace(get=known, put=put),
        calendars={CONTOSO: SimpleNamespace(changes=changes)},
        roster=SimpleNamespace(directory=directory),
    )
    with pytest.raises(ServiceUnavailableError, match="circles"):
        await catch_up(place, services)
    assert stored == {}
