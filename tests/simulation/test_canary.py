"""P9 can fail: whatever is put out of a meeting while a history is played is a violation of it."""

import logging

import httpx
import pytest

from core.app import sync_item
from core.errors import ServiceUnavailableError
from core.telemetry.metrics import count
from core.telemetry.tracing import annotate
from core.telemetry.vocabulary import RETRIES
from tests.kit.canary import WATCH, Kind
from tests.kit.host import Host
from tests.simulation.drawing import history
from tests.simulation.playing import PORTS, play

BEGINNING = history(0)[:8]
"""Somebody invites a room."""


def tells_with(monkeypatch, tell):
    """Let each look tell something of what it sees, by `tell`."""
    observe = sync_item.observe

    async def telling(*args):
        seen = await observe(*args)
        if seen.event is not None:
            tell(seen.event)
        return seen

    monkeypatch.setattr(sync_item, "observe", telling)


async def leaks_of_the_beginning():
    outcome = await play(0, BEGINNING, PORTS)
    assert all(line.startswith("P9: ") for line in outcome.wrong), outcome.wrong
    return {line.removeprefix("P9: ") for line in outcome.wrong}


@pytest.mark.parametrize(
    ("tell", "found"),
    [
        (lambda e: logging.getLogger("core").debug("saw %s", e.subject), "a title in a log line"),
        (
            lambda e: logging.getLogger("httpx").warning(e.organizer_address),
            "an address in a log line",
        ),
        (lambda e: annotate("roomsync.environment", e.subject), "a title in a span look"),
        (lambda e: count(RETRIES, work=e.subject), "a title in the metric roomsync.retries"),
        (lambda e: ServiceUnavailableError(e.subject), "a title in an error text"),
    ],
)
async def test_a_leak_of_a_look_is_named_and_not_repeated(monkeypatch, tell, found):
    tells_with(monkeypatch, tell)
    leaks = await leaks_of_the_beginning()
    assert any(leak.startswith(found) for leak in leaks), leaks
    assert not any("Anlass" in leak or "@" in leak for leak in leaks)


async def test_a_title_on_a_page_of_the_console(monkeypatch):
    answers = Host.handle_async_request

    async def telling(host, request):
        answer = await answers(host, request)
        if request.url.path != "/api/console/mails":
            return answer
        return httpx.Response(200, text="<td>Reservation 1.</td>")

    monkeypatch.setattr(Host, "handle_async_request", telling)
    assert await leaks_of_the_beginning() == {"a title in a page of the console"}


async def test_nothing_is_told_where_nothing_leaks():
    assert await leaks_of_the_beginning() == set()


async def test_what_one_history_has_planted_or_put_out_is_not_of_the_next():
    WATCH.plants(Kind.TITLE, "Anlass 1.")
    WATCH.saw("somewhere", "Anlass 1.")
    assert "a title in somewhere" in await leaks_of_the_beginning()
    WATCH.saw("somewhere", "Anlass 1.")
    assert WATCH.complaints() == []
