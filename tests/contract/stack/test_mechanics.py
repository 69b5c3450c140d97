"""What the supervisor does with its parts and the clock, shown with the sample app."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import httpx
import psutil
import pytest

from tests.kit.processes import eventually
from tests.kit.stacks import (
    PARTS,
    REPOSITORY,
    SAMPLE_APP,
    RunningStack,
    command,
    stack_environment,
    start,
)

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("stack")]


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """Return a stack whose app is the sample app: it notes whatever the host did."""
    stack = start(tmp_path_factory.mktemp("sample-stack"), SAMPLE_APP)
    yield stack
    stack.stop()


@pytest.fixture
def stack(running):
    running.until_quiet()
    running.forget()
    return running


def now(stack):
    return datetime.fromisoformat(stack.status()["now"])


def last(entries):
    return [datetime.fromisoformat(e["last"]) for e in entries]


def test_an_hour_passes_in_seconds_and_every_timer_fires_at_each_of_its_moments(stack):
    before, began = now(stack), time.monotonic()

    answer = stack.post("/clock", {"advance_s": 3600})

    assert answer.status_code == 200
    assert time.monotonic() - began < 20
    minutes = last(stack.journal("minutely"))
    assert [later - earlier for earlier, later in pairwise(minutes)] == [timedelta(minutes=1)] * 59
    assert minutes[0] > before
    assert all(not e["past_due"] for e in stack.journal("minutely"))


def test_a_timer_of_ten_seconds_fires_at_most_once_a_virtual_minute(stack):
    stack.post("/clock", {"advance_s": 600})

    moments = last(stack.journal("often"))
    spans = [later - earlier for earlier, later in pairwise(moments[1:])]
    assert len(moments) >= 9
    assert all(span >= timedelta(minutes=1) for span in spans)


def test_the_clock_ends_at_the_target(stack):
    target = (now(stack) + timedelta(minutes=7)).replace(microsecond=0)

    answer = stack.post("/clock", {"set": target.isoformat()})

    reached = datetime.fromisoformat(answer.json()["now"])
    assert timedelta(0) <= reached - target < timedelta(seconds=1)


def test_a_scheduled_message_is_handled_at_its_moment_before_the_clock_goes_on(stack):
    due = now(stack) + timedelta(minutes=90)
    stack.send("notices", "later", message_id="later", scheduled_enqueue_time_utc=due)
    assert stack.status()["retries_pending"] == 1
    assert stack.status()["quiet"] is True

    stack.post("/clock", {"advance_s": 80 * 60})
    assert stack.journal("notices") == []
    stack.post("/clock", {"advance_s": 20 * 60})

    assert [e["bodies"] for e in stack.journal("notices")] == [["later"]]
    assert stack.status()["retries_pending"] == 0


def test_it_is_not_quiet_while_a_function_runs_and_quiet_soon_after(stack):
    stack.send("notices", "sleep 0.5")
    eventually(lambda: stack.journal("begins"))

    busy = stack.status()
    eventually(lambda: stack.journal("notices"))
    ended = time.monotonic()
    stack.until_quiet()

    assert busy["quiet"] is False
    assert "notices runs" in " ".join(busy["busy"])
    assert time.monotonic() - ended < 1


def test_counters_only_grow(stack):
    before = stack.status()["counters"]
    stack.send("notices", "one more")
    eventually(lambda: stack.journal("notices"))

    after = stack.until_quiet()["counters"]

    assert after["enqueued"] == before["enqueued"] + 1
    assert after["processed"] == before["processed"] + 1


@pytest.mark.parametrize("part", PARTS)
def test_a_killed_part_is_another_process_and_works_again(stack, part):
    before = stack.status()["parts"][part]["pid"]

    answer = stack.post("/kill", {"part": part, "restart": True})

    after = stack.status()["parts"][part]
    assert answer.json()["pid"] == after["pid"] != before
    assert after["state"] == "running"
    assert not psutil.pid_exists(before)
    assert stack.file["pids"][part] == after["pid"]
    stack.send("notices", f"after {part}")
    eventually(lambda: [e for e in stack.journal("notices") if e["bodies"] == [f"after {part}"]])
    stack.until_quiet()


def test_a_part_may_stay_dead_while_the_clock_goes_on(stack):
    stack.post("/kill", {"part": "host", "restart": False})
    assert stack.status()["parts"]["host"]["state"] == "exited (-9)"
    assert stack.status()["quiet"] is False

    assert stack.post("/clock", {"advance_s": 7200}).status_code == 200

    assert stack.post("/kill", {"part": "host", "restart": True}).status_code == 200
    # When a minute is over meanwhile, its own firing follows.
    missed, *_ = eventually(lambda: stack.journal("minutely"))
    assert missed["past_due"] is True


def test_messages_survive_a_kill_of_the_broker(stack):
    due = now(stack) + timedelta(hours=1)
    stack.send("notices", "kept", message_id="kept", scheduled_enqueue_time_utc=due)

    stack.post("/kill", {"part": "bus", "restart": True})

    assert stack.status()["queues"]["notices"]["scheduled"] == 1
    stack.post("/clock", {"advance_s": 3600})
    assert [e["bodies"] for e in stack.journal("notices")] == [["kept"]]


def test_a_reset_forgets_what_was_queued_and_starts_at_the_worlds_start(stack):
    due = now(stack) + timedelta(hours=1)
    stack.send("notices", "forgotten", scheduled_enqueue_time_utc=due)
    world = {
        "environments": [{"id": "contoso", "domains": ["contoso.example"]}],
        "start": "2026-03-02T07:00:00Z",
    }

    assert stack.post("/reset", {"world": world}).status_code == 200

    status = stack.status()
    assert status["queues"]["notices"] == {"active": 0, "scheduled": 0, "dead": 0}
    begun = datetime.fromisoformat(status["now"]) - datetime(2026, 3, 2, 7, tzinfo=UTC)
    assert begun < timedelta(seconds=20)
    assert [e["persons"] for e in stack.journal("world")] == [0]
    following = datetime.fromisoformat(status["next_due"])
    assert following - datetime.fromisoformat(status["now"]) <= timedelta(minutes=1)


def test_a_world_for_another_mandator_reaches_app_and_stack_file(stack):
    world = {"mandator": "Other", "environments": [{"id": "c", "domains": ["c.example"]}]}

    stack.post("/reset", {"world": world})

    assert stack.file["mandator"] == "Other"
    settings = (stack.run_dir / "local.settings.json").read_text()
    assert '"ROOMSYNC_ROOMS_MANDATOR": "Other"' in settings


def test_a_failing_app_import_fails_the_reset_and_says_where(stack):
    world = {"environments": [{"id": "c", "domains": ["refuse.example"]}]}

    answer = stack.post("/reset", {"world": world})

    assert answer.status_code == 502
    assert "/api/dev/world answered 422: not this world" in answer.json()["error"]
    assert stack.status()["quiet"] is False
    world["environments"][0]["domains"] = ["c.example"]
    assert stack.post("/reset", {"world": world}).status_code == 200


def test_a_port_in_use_is_named_with_its_variable(tmp_path):
    environment = stack_environment(tmp_path / "run")
    with socket.create_server(("127.0.0.1", int(environment["ROOMS_PORT"]))):
        refused = command(environment, "run", "--app", str(SAMPLE_APP))

    assert refused.returncode == 1
    assert f"port {environment['ROOMS_PORT']} is in use" in refused.stderr
    assert "set ROOMS_PORT to a free port" in refused.stderr


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        ("{", "cannot be read as JSON"),
        ('{"environments": []}', "environments: List should have at least 1 item"),
        ('{"environments": [{"id": "a", "domains": []}], "x": 1}', "x: Extra inputs"),
    ],
)
def test_a_wrong_world_file_is_refused_with_its_place(tmp_path, content, complaint):
    path = tmp_path / "world.json"
    path.write_text(content)

    refused = command(stack_environment(tmp_path / "run"), "run", "--world", str(path))

    assert refused.returncode == 1
    assert str(path) in refused.stderr
    assert complaint in refused.stderr


def test_a_second_run_in_the_same_folder_is_refused(stack):
    refused = command(stack.environment, "run")

    assert refused.returncode == 1
    assert "a stack runs already" in refused.stderr


def test_two_stacks_run_side_by_side_and_a_killed_supervisor_leaves_nothing(stack, tmp_path):
    other = start(tmp_path, SAMPLE_APP)
    processes = other.processes()
    supervisor = psutil.Process(other.file["pids"]["stack"])
    other.send("notices", "only here")
    eventually(lambda: other.journal("notices"))

    supervisor.kill()

    eventually(lambda: not any(p.is_running() and p.status() != "zombie" for p in processes))
    assert json.loads(command(stack.environment, "status").stdout)["ready"] is True
    assert stack.journal("notices") == []
    assert "no stack runs" in command(other.environment, "stop").stdout


def test_ctrl_c_ends_every_part_and_stop_is_content_when_nothing_runs(tmp_path):
    environment = stack_environment(tmp_path)
    foreground = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "devstack.cli", "run", "--app", str(SAMPLE_APP)],
        cwd=REPOSITORY,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    printed = list(iter(foreground.stdout.readline, "ready\n"))
    running = RunningStack(environment, "".join(printed))
    processes = running.processes()

    os.killpg(foreground.pid, signal.SIGINT)

    assert foreground.wait(20) == 0
    foreground.stdout.close()
    assert not any(p.is_running() and p.status() != "zombie" for p in processes)
    assert not Path(tmp_path / "stack.json").exists()
    assert "no stack runs" in command(environment, "stop").stdout
    with pytest.raises(httpx.TransportError):
        running.get("/status")


def test_a_part_that_does_not_start_is_shown_with_its_log(tmp_path):
    failed = command(
        stack_environment(tmp_path) | {"MINUTELY": "never"},
        *("run", "--detach", "--app", str(SAMPLE_APP)),
    )

    assert failed.returncode == 1
    assert "host has ended: exited (2); last lines of" in failed.stderr
    assert "function minutely: schedule 'never'" in failed.stderr
