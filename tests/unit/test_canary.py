"""The watch over all output is able to fail: a leak in each kind of output is found."""

import logging
import subprocess
import sys
import threading
import warnings
from datetime import UTC, datetime

import httpx
import pytest
from pydantic import SecretStr

from core.adapters.servicebus.bus import Outgoing
from core.adapters.tables.table import Put, Row
from core.errors import InvalidPayloadError, LockedError, ServiceUnavailableError
from core.settings import Settings
from core.telemetry.logs import TALKATIVE
from core.telemetry.recorder import EventRecord, Recorder, Segment, SpanRecord
from core.telemetry.vocabulary import GRAPH, RETRIES
from devstack.kit.clock import VirtualClock
from tests.kit import canary
from tests.kit.canary import MAY_HOLD, PLACE, TEXT, WATCH, Kind
from tests.kit.host import Host
from tests.kit.memory_queue import MemoryBus
from tests.kit.memory_tables import MemoryTables
from tests.kit.wire import Wire

NOW = datetime(2026, 3, 2, 7, tzinfo=UTC)
TITLE, PERSON, ADDRESS = "Entlassungen", "Anna Meier", "anna.meier@contoso.example"
TOKEN, SECRET = "dG9rZW4tb2YtdGhlLWFwcA", "a-key-that-opens-rooms"
TOLD = [TITLE, TEXT, PLACE, PERSON, ADDRESS, TOKEN, SECRET, f"Bearer {TOKEN[::-1]}"]


@pytest.fixture(autouse=True)
def planted():
    WATCH.plants(Kind.TITLE, TITLE)
    WATCH.plants(Kind.PERSON, PERSON)
    WATCH.plants(Kind.TOKEN, TOKEN)
    WATCH.plants(Kind.SECRET, SECRET)


@pytest.mark.parametrize("told", TOLD)
def test_any_canary_in_a_log_line_is_found(told):
    logging.getLogger("core.app.sync_item").debug("looked at %s", told)
    assert [line.partition(" in ")[2] for line in WATCH.complaints()] == [
        "a log line of core.app.sync_item"
    ]


@pytest.mark.parametrize("library", ["azure.core", "httpx", "urllib3.connectionpool", "msal"])
def test_a_warning_of_any_library_is_watched(library):
    logging.getLogger(library).warning("answer: %s", TITLE)
    assert WATCH.complaints() == [f"a title in a log line of {library}"]


@pytest.mark.parametrize("library", TALKATIVE)
def test_the_product_holds_back_what_libraries_say_of_single_requests(library):
    logging.getLogger(f"{library}.anything").debug("header: %s", SECRET)
    logging.getLogger(f"{library}.anything").info("header: %s", SECRET)
    assert WATCH.complaints() == []


def test_a_field_of_a_log_line_is_searched():
    logging.getLogger("roomsync").info("looked", extra={"fields": {"who": ADDRESS}})
    assert WATCH.complaints() == ["an address in a log line of roomsync"]


def test_a_logged_traceback_is_searched_to_its_cause():
    failure = KeyError("x")
    failure.__cause__ = ValueError(TITLE)
    logging.getLogger("core.app").error("failed", exc_info=failure)
    assert WATCH.complaints() == ["a title in a log line of core.app"]


@pytest.mark.parametrize("kind", [InvalidPayloadError, ServiceUnavailableError, LockedError])
def test_an_error_text_is_searched_whether_it_is_logged_or_not(kind):
    kind(f"mailbox {ADDRESS}: gone")
    assert WATCH.complaints() == [f"an address in an error text of {kind.__name__}"]


def test_what_a_task_that_nobody_waits_for_failed_with_is_searched():
    """As asyncio says it: "Task exception was never retrieved"."""
    logging.getLogger("asyncio").error("never retrieved", exc_info=ValueError(TITLE))
    assert WATCH.complaints() == ["a title in a log line of asyncio"]


def test_a_warning_is_searched():
    with warnings.catch_warnings():
        warnings.showwarning = lambda *_, **__: None
        canary.watch_warnings()
        warnings.simplefilter("always")
        warnings.warn(f"{TITLE} is deprecated", stacklevel=1)
    assert WATCH.complaints() == ["a title in a warning"]


def test_what_ends_a_thread_is_searched_to_its_cause():
    failure = KeyError("x")
    failure.__cause__ = ValueError(TITLE)
    told = threading.ExceptHookArgs((KeyError, failure, None, None))
    canary.what_nobody_caught(lambda _: None)(told)
    assert WATCH.complaints() == ["a title in an error that nobody caught"]


@pytest.mark.parametrize("owner", ["sys.unraisablehook", "threading.excepthook"])
def test_python_s_own_hooks_are_watched(owner):
    module, _, name = owner.partition(".")
    hook = getattr(sys.modules[module], name)
    assert hook.__qualname__.startswith("what_nobody_caught.")


async def test_what_a_function_lets_through_is_searched_to_its_cause():
    async def fails(_):
        raise ServiceUnavailableError("down") from ValueError(TITLE)

    host = Host(lambda: None)
    with pytest.raises(ServiceUnavailableError):
        await host._run(fails, None)
    assert WATCH.complaints() == ["a title in a failure of a function"]


async def nobody(_scope, _receive, send):
    """Answer as somebody who has nothing to say."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def test_a_header_of_a_call_is_searched_but_for_who_asks():
    wire = Wire("graph", nobody, now=lambda: NOW, log=[])
    for header in ("traceparent", "client-request-id", "baggage", "user-agent"):
        await wire.handle_async_request(httpx.Request("GET", "http://x", headers={header: TITLE}))
        assert WATCH.complaints() == ["a title in a header of a call to graph"]
    credentials = {"authorization": f"Bearer {TOKEN}", "x-anchormailbox": ADDRESS}
    await wire.handle_async_request(httpx.Request("GET", "http://x", headers=credentials))
    assert WATCH.complaints() == []


async def test_the_key_of_a_push_address_is_looked_for():
    body = b"<m:PushSubscriptionRequest><t:URL>https://a/b?key=k-3y_of.push</t:URL>"
    wire = Wire("ews", nobody, now=lambda: NOW, log=[])
    await wire.handle_async_request(httpx.Request("POST", "http://x", content=body))
    logging.getLogger("core").info("POST /api/webhooks/exchange?key=k-3y_of.push")
    assert WATCH.complaints() == ["a secret in a log line of core"]


async def test_a_row_is_searched_even_if_it_is_gone_again():
    table = MemoryTables().table("mappings")
    await table.create_if_missing()
    await table.transact([Put(Row("p", "k", {"text": TITLE}))])
    await table.put(Row("p", "k", {"text": "-"}))
    assert WATCH.complaints() == ["a title in table mappings"]


async def test_a_key_of_a_row_is_searched():
    table = MemoryTables().table("pointers")
    await table.create_if_missing()
    await table.put(Row(ADDRESS, "k"))
    assert WATCH.complaints() == ["an address in table pointers"]


@pytest.mark.parametrize("kind", [TITLE, PERSON, ADDRESS, SECRET])
async def test_the_settings_may_name_people_and_nothing_else(kind):
    table = MemoryTables().table("settings")
    await table.create_if_missing()
    await table.put(Row("person", "11", {"who": kind}))
    assert bool(WATCH.complaints()) == (kind in (TITLE, SECRET))


@pytest.mark.parametrize(
    "message",
    [
        Outgoing(body=TITLE.encode(), message_id="1", session="s"),
        Outgoing(body=b"{}", message_id="1", session=TITLE),
        Outgoing(body=b"{}", message_id=TITLE, session="s"),
        Outgoing(body=b"{}", message_id="1", session="s", correlation_id=TITLE),
        Outgoing(body=b"{}", message_id="1", session="s", properties={"x": TITLE}),
        Outgoing(body=b"{}", message_id="1", session="s", properties={TITLE: 1}),
    ],
)
async def test_all_of_a_message_is_searched(message):
    await MemoryBus(VirtualClock(NOW)).send("sync-items", [message])
    assert WATCH.complaints() == ["a title in a queue message to sync-items"]


def a_span(name: str, **attributes: str) -> SpanRecord:
    return SpanRecord(GRAPH, name, 1, 2, 0, False, 0, 1, attributes, (), False)


@pytest.mark.parametrize(
    ("note", "where"),
    [
        (lambda r: r.ended(a_span(f"graph {TITLE}"), Segment(1, True), is_first=True), "span"),
        (lambda r: r.ended(a_span("graph", by=TITLE), Segment(1, True), is_first=True), "span"),
        (lambda r: r.add(RETRIES, 1, (("work", TITLE),)), "metric"),
        (lambda r: r.put(RETRIES, 1.0, (("work", TITLE),)), "metric"),
        (lambda r: r.measure(RETRIES, 1.0, (("work", TITLE),)), "metric"),
        (lambda r: r.tell(EventRecord(0, 20, "core", "job_failed", {"why": TITLE}, 0, 0)), "event"),
    ],
)
def test_whatever_telemetry_notes_is_searched(note, where):
    note(Recorder(lambda: 1, lambda _: 1))
    (complaint,) = WATCH.complaints()
    assert complaint.startswith("a title in ")
    assert where in complaint


def test_every_secret_of_the_settings_is_looked_for():
    opens = Settings(
        tables_connection=SecretStr("in memory"),
        bus_connection=SecretStr("in memory"),
        rooms_base_url="http://127.0.0.1",
        webhook_base_url="http://127.0.0.1",
        fingerprint_keys="1:one-long-enough-key",
        rooms_api_key=SecretStr("0123456789-a"),
        rooms_webhook_secrets="bmV3IG9uZSBvZiB0aGUgdGVzdHM= whsec_dGhlIG9sZCBvbmUgb2YgdGhlIHRlc3Rz",
        graph_environments={
            "tochter": {
                "tenant_id": "00000000-0000-0000-0000-000000000001",
                "client_id": "00000000-0000-0000-0000-000000000002",
                "client_secret": "that-of-the-daughter",
            }
        },
    )
    WATCH.plants_settings(opens)
    for secret in (
        "0123456789-a",
        "whsec_dGhlIG9sZCBvbmUgb2YgdGhlIHRlc3Rz",
        "that-of-the-daughter",
    ):
        logging.getLogger("core").info(secret)
        assert WATCH.complaints() == ["a secret in a log line of core"]


def test_a_long_history_is_searched_as_it_goes(monkeypatch):
    monkeypatch.setattr(canary, "MOST_KEPT", 10)
    WATCH.saw("somewhere", f"a first line with {TITLE}")
    assert WATCH._seen == {}
    assert WATCH.complaints() == ["a title in somewhere"]


def test_what_one_test_has_planted_the_next_does_not_look_for():
    watch = canary.Watch()
    watch.plants(Kind.TITLE, TITLE)
    watch.forgets()
    watch.saw("somewhere", TITLE)
    assert watch.complaints() == []


def test_each_exemption_says_why():
    assert all(reason for _, reason in MAY_HOLD.values())


def test_a_test_that_leaks_fails(tmp_path):
    test = tmp_path / "test_leak.py"
    test.write_text(
        "import logging\ndef test_it():\n    logging.getLogger('core').info('anna@b.example')\n"
    )
    ran = subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.conftest", "--rootdir", tmp_path, test],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "an address in a log line of core" in ran.stdout
    assert ran.returncode == 1
