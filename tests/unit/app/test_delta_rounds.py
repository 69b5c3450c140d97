"""When rounds begin anew, and how they are stored."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest

from core.app import catch_up as catching_up
from core.app.catch_up import ROUND, SPREAD, Round, catch_up, read_round, round_of
from core.domain.event import EventPlace
from core.domain.ids import EventId, MailboxKey
from core.domain.interval import Interval
from core.domain.mapping import MappingState
from core.domain.stagger import share
from core.domain.work import EventKey
from core.errors import CursorExpiredError, InvalidPayloadError, ServiceUnavailableError
from core.ports.exchange import ChangePage
from tests.unit.builders import CONTOSO, LEA, NOW, a_booking, a_directory, a_link, an_event, hours


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


class TestWhereNoOldRoundCanBeReadOn:
    """A new round names nothing that is gone: the links say what should be there (S14)."""

    @pytest.fixture
    def mailbox(self, monkeypatch):
        async def is_same_mailbox(*_: object) -> bool:
            return True

        monkeypatch.setattr(catching_up, "is_same_mailbox", is_same_mailbox)
        return Mailbox()

    async def test_a_linked_event_that_the_new_round_does_not_show_is_looked_at(self, mailbox):
        mailbox.shows("there")
        mailbox.links("there", "gone")
        await catch_up(PLACE, mailbox.services)
        assert mailbox.deleted() == ["gone"]
        assert "new" in mailbox.stored

    async def test_so_it_is_after_a_kill_when_the_expired_token_is_gone_already(self, mailbox):
        mailbox.stored = None
        mailbox.links("gone")
        await catch_up(PLACE, mailbox.services)
        assert mailbox.deleted() == ["gone"]

    async def test_what_it_need_not_show_is_not_looked_at(self, mailbox):
        mailbox.links("over", time=hours(-30, -29))
        mailbox.links("far ahead", time=hours(500 * 24, 500 * 24 + 1))
        mailbox.links("ended", state=MappingState.CANCELLED)
        mailbox.links("elsewhere", home=EventPlace(CONTOSO, MailboxKey(f"p{LEA}")))
        await catch_up(PLACE, mailbox.services)
        assert mailbox.looks == []

    async def test_the_token_is_stored_after_the_looks_at_what_is_missing_are_queued(self, mailbox):
        mailbox.links("gone")
        mailbox.is_queue_down = True
        with pytest.raises(ServiceUnavailableError):
            await catch_up(PLACE, mailbox.services)
        assert mailbox.stored is None

    async def test_an_old_round_that_is_due_is_read_to_its_end_first(self, mailbox):
        """What was deleted since it was last read is in it, and in no other."""
        mailbox.stored = begun(NOW - ROUND - timedelta(minutes=1))
        mailbox.pages = {"old": page(removed=["removed"]), None: page(cursor="new")}
        mailbox.links("not compared")
        await catch_up(PLACE, mailbox.services)
        assert mailbox.deleted() == ["removed"]
        assert "new" in mailbox.stored

    async def test_a_round_that_is_not_due_goes_on(self, mailbox):
        mailbox.stored = begun(NOW - timedelta(days=1))
        mailbox.pages = {"old": page(cursor="later")}
        assert await catch_up(PLACE, mailbox.services) == 0
        assert "later" in mailbox.stored

    async def test_an_old_round_that_is_due_and_cannot_be_read_ever_again_keeps_no_new_one_away(
        self, mailbox
    ):
        """Nothing but a new round would end that; what the old one held is found in the links."""
        mailbox.stored = begun(NOW - ROUND - timedelta(minutes=1))
        mailbox.pages = {"old": InvalidPayloadError("malformed"), None: page(cursor="new")}
        mailbox.links("gone")
        await catch_up(PLACE, mailbox.services)
        assert mailbox.deleted() == ["gone"]
        assert "new" in mailbox.stored

    async def test_an_outage_is_waited_for_and_the_old_round_kept(self, mailbox):
        mailbox.stored = known = begun(NOW - ROUND - timedelta(minutes=1))
        mailbox.pages = {"old": ServiceUnavailableError("down"), None: page(cursor="new")}
        with pytest.raises(ServiceUnavailableError):
            await catch_up(PLACE, mailbox.services)
        assert mailbox.stored == known

    async def test_pages_without_an_end_are_left_and_no_token_is_stored(self, mailbox, monkeypatch):
        """Whoever reads them holds a session that mailboxes of other environments wait for."""
        monkeypatch.setattr(catching_up, "MOST_PAGES", 3)
        mailbox.stored = None
        numbers = iter(range(1000))

        async def changes(*_):
            return replace(page(), cursor=str(next(numbers)), is_last=False)

        mailbox.changes = changes
        with pytest.raises(ServiceUnavailableError, match="no end"):
            await catch_up(PLACE, mailbox.services)
        assert mailbox.stored is None
        assert next(numbers) == 3


PLACE = EventPlace(CONTOSO, MailboxKey("p11"))


def begun(at):
    return Round(at, Interval(at, at + timedelta(days=400)), "old", at).as_text()


def page(*, events=(), removed=(), cursor="new"):
    return ChangePage(events=tuple(events), removed=tuple(removed), cursor=cursor, is_last=True)


class Mailbox:
    """A mailbox whose token has expired, and the tables and queues around it."""

    def __init__(self):
        self.stored = begun(NOW - timedelta(days=1))
        self.pages = {None: page()}
        self.mappings, self.looks, self.is_queue_down = [], [], False
        self.services = SimpleNamespace(
            clock=SimpleNamespace(now=lambda: NOW),
            cursors=self,
            calendars={CONTOSO: self},
            roster=SimpleNamespace(directory=self._directory),
            limits=SimpleNamespace(window=lambda now: Interval(now, now + timedelta(days=400))),
            mappings=SimpleNamespace(all=self._all),
            pointers=SimpleNamespace(find=self._pointer),
            queue=SimpleNamespace(send=self._send),
        )

    def shows(self, *names):
        self.pages = {None: page(events=[an_event(event_id=EventId(n)) for n in names])}

    def links(self, *names, **facts):
        for name in names:
            self.mappings.append(a_link(an_event(event_id=EventId(name)), a_booking(), **facts))

    def deleted(self):
        return [look.key.event_id for look in self.looks if look.deleted]

    async def get(self, _):
        return self.stored

    async def put(self, _, value):
        self.stored = value

    async def remove(self, _):
        self.stored = None

    async def changes(self, _place, _window, cursor):
        if cursor not in self.pages:
            raise CursorExpiredError("the token is too old")
        if isinstance(found := self.pages[cursor], Exception):
            raise found
        return found

    async def _directory(self):
        return a_directory()

    async def _all(self):
        for mapping in self.mappings:
            yield mapping

    async def _pointer(self, _):
        return SimpleNamespace(mapping_id="known")

    async def _send(self, looks):
        if self.is_queue_down and looks:
            raise ServiceUnavailableError("the queues cannot be reached")
        assert all(isinstance(look.key, EventKey) for look in looks)
        self.looks += looks
