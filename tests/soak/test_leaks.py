"""What a soak tells as a leak: by its place, never by its words (P9)."""

import json
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from devstack.kit.clock import VirtualClock
from devstack.kit.journal import MailEntry
from tests.kit.canary import TEXT
from tests.kit.company import Company
from tests.kit.secrets import Secrets
from tests.soak import logs
from tests.soak.logs import Logs

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
TITLE, PRIVATE, STATE = "Entlassungen", "Scheidung", "state-of-a-client"


class StillWorld:
    """A stack in which nothing moves, with what a test puts there."""

    def __init__(self, run_dir):
        self.addresses = SimpleNamespace(run_dir=run_dir, host="http://nobody")
        self.company, self.secrets = Company(), Secrets(VirtualClock(NOW))
        self.secrets.saw(TITLE, private=False)
        self.secrets.saw(PRIVATE, private=True)
        self.stored, self.mails, self.events, self.page = [], [], [], ""

    async def shows(self, _part, path):
        return {"subscriptions": [{"clientState": STATE}]} if path == "state" else self.mails

    async def rows(self):
        return self.stored

    async def links(self):
        return {}

    async def all_events(self):
        return self.events

    def all_dates(self):
        return []

    def logs(self, text):
        (self.addresses.run_dir / "logs" / "host.log").write_text(text)


@pytest.fixture
def world(tmp_path, monkeypatch):
    for folder in ("logs", "state"):
        (tmp_path / folder).mkdir()
    (tmp_path / "local.settings.json").write_text(json.dumps({"Values": {}}))
    still = StillWorld(tmp_path)

    async def see_console(watch, _host, _links):
        watch.saw("a page of the console", still.page)

    monkeypatch.setattr(logs, "see_console", see_console)
    return still


def mailed(subject, kind="error"):
    mail = MailEntry(
        time=NOW.isoformat(), to=["a@b.example"], sender="c@d.example", kind=kind, subject=subject
    )
    return mail.as_json()


async def test_nothing_is_told_where_nothing_leaks(world):
    world.mails = [mailed(TITLE)]
    assert await Logs(world).leaks() == []


@pytest.mark.parametrize("told", [TITLE, PRIVATE, TEXT, STATE, "Anna Meier", "anna@b.example"])
async def test_a_log_a_row_and_a_page_are_searched(world, told):
    world.logs(told)
    (leak,) = await Logs(world).leaks()
    assert leak.endswith(" in the log of the host")
    world.logs("")
    world.stored = [("mappings", told)]
    (leak,) = await Logs(world).leaks()
    assert leak.endswith(" in table mappings")
    world.stored, world.page = [], told
    assert bool(await Logs(world).leaks()) is (told not in ("Anna Meier", "anna@b.example"))


async def test_a_private_title_in_a_room_or_in_a_mail_of_ours(world):
    shown = SimpleNamespace(mailbox="Säntis", subject=PRIVATE, body="", location="")
    world.events = [shown, SimpleNamespace(**vars(shown) | {"mailbox": "anna"})]
    assert await Logs(world).leaks() == ["a private title in the calendar of Säntis"]
    world.events, world.mails = [], [mailed(PRIVATE), mailed(PRIVATE, kind="update")]
    assert await Logs(world).leaks() == ["a private title in a mail of kind error"]
