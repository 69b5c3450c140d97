"""The host outlives a broker that goes away, and its own death loses no message."""

import signal
import time
from datetime import timedelta

import psutil
import pytest

from tests.contract.host.conftest import make_bus, make_host
from tests.kit.processes import HTTP, eventually

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("host")]


@pytest.fixture(scope="module")
def own_bus(tmp_path_factory):
    running = make_bus(tmp_path_factory.mktemp("mortal-bus"))
    yield running
    running.process.end()


@pytest.fixture(scope="module")
def mortal_host(tmp_path_factory, own_bus):
    running = make_host(tmp_path_factory.mktemp("mortal-host"), own_bus.connection_string)
    yield running
    running.process.end(signal.SIGKILL)


@pytest.fixture
def own_host(mortal_host, own_bus):
    """Return a host that may be killed, with nothing left of the test before."""
    HTTP.post(f"{own_bus.control}/purge")
    mortal_host.forget()
    return mortal_host


def test_a_killed_broker_is_found_again_without_a_busy_loop(own_host, own_bus):
    own_bus.send("notices", "before")
    eventually(lambda: own_host.journal("notices"))
    eventually(lambda: own_bus.counts("notices")["active"] == 0)  # settled: it comes no second time

    own_bus.kill()
    time.sleep(1)
    used = psutil.Process(own_host.process.pid).cpu_times()
    time.sleep(1)
    more = psutil.Process(own_host.process.pid).cpu_times()
    assert more.user + more.system - used.user - used.system < 0.5
    assert own_host.get("/api/echo/a/latest").status_code == 200

    own_bus.process.start()
    own_bus.send("notices", "after")
    own_bus.send("sync-items", "after", session="s")
    eventually(lambda: len(own_host.journal("notices")) == 2)
    eventually(lambda: own_host.journal("sessions"))
    eventually(lambda: own_host.log.read_text().count("receiving from queue") == 2)
    assert own_host.log.read_text().count("cannot be received from") == 2


def test_dropped_connections_are_opened_again(own_host, own_bus):
    for number in range(3):
        own_bus.drop_connections()
        own_bus.send("sync-items", f"m{number}", session="s")

    eventually(lambda: sum(len(e["bodies"]) for e in own_host.journal("sessions")) >= 3)


def test_a_killed_host_leaves_its_messages_to_the_next_one(own_host, own_bus):
    own_bus.send("sync-items", "sleep 30", session="s")
    eventually(lambda: own_host.journal("begins"))

    own_host.process.end(signal.SIGKILL)
    own_host.process.start()

    eventually(lambda: own_host.journal("begins"))


def test_a_timer_missed_while_the_host_was_dead_fires_late_once(own_host):
    own_host.jump(timedelta(minutes=1))
    eventually(lambda: own_host.journal("minutely"))
    own_host.process.end(signal.SIGKILL)
    own_host.clock.write_offset(own_host.clock.offset() + timedelta(minutes=10))

    own_host.process.start()

    (entry,) = eventually(lambda: own_host.journal("minutely"))
    assert entry["past_due"] is True


def test_an_orderly_end_lets_a_running_function_finish(own_host, own_bus):
    own_bus.send("notices", "sleep 0.6")
    eventually(lambda: own_host.journal("begins"))

    own_host.process.end(signal.SIGTERM)

    eventually(lambda: own_bus.counts("notices")["active"] == 0, 2)
    own_host.process.start()


def test_an_app_that_cannot_be_served_ends_the_host_with_a_clear_line(own_host):
    settings = own_host.log.parent / "settings.json"
    kept = settings.read_text()
    settings.write_text('{"Values": {}}')
    own_host.process.end()

    assert own_host.process.run() == 2
    assert "function minutely: app setting 'MINUTELY'" in own_host.log.read_text()
    settings.write_text(kept)
    own_host.process.start()
