"""The simulator as a process of its own: `python -m devstack.rooms`."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.contract.rooms.conftest import WORLD
from tests.contract.rooms.requests import draft_body

REPOSITORY = Path(__file__).parents[3]

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("rooms-process")]


class Process:
    """Starts the simulator on one state folder, kills it, starts it again."""

    def __init__(self, folder: Path) -> None:
        self._arguments = ["--port", "0", "--state", str(folder / "state")]
        self._arguments += ["--clock", str(folder / "clock.json")]
        self._running: subprocess.Popen[str] | None = None

    def start(self, *more: str) -> httpx.Client:
        self._running = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-m", "devstack.rooms", *self._arguments, *more],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._running.stdout is not None
        address = self._running.stdout.readline().removeprefix("rooms: ").strip()
        return httpx.Client(base_url=address, headers={"APIKEY": "900001"}, trust_env=False)

    def kill(self) -> None:
        if self._running is not None:
            self._running.kill()
            self._running.communicate()
            self._running = None


@pytest.fixture
def process(tmp_path: Path) -> Iterator[Process]:
    process = Process(tmp_path)
    yield process
    process.kill()


def test_what_was_answered_survives_kill_9(process, tmp_path):
    file = tmp_path / "world.json"
    file.write_text(json.dumps(WORLD), encoding="utf-8")
    (tmp_path / "clock.json").write_text(json.dumps({"offset_s": 0}), encoding="utf-8")
    body = draft_body(beginn="2126-03-05T08:00:00Z", ende="2126-03-05T09:00:00Z")
    with process.start("--world", str(file)) as client:
        draft = client.post("/Default/api/v1.0/reservation/create", json=body).json()
    process.kill()

    with process.start("--world", str(file)) as client:
        answer = client.put(
            "/Default/api/v1.0/reservation/confirm",
            json={"tempdataContextId": draft["TempdataContextId"]},
        )
        dropped = {"match": {"path": "status"}, "do": {"drop_connection": True}}
        client.post("/_control/faults", json=dropped)
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/Default/api/v1.0/status")

    assert answer.json()["Status"] == "Besetzt (definitiv)"


def test_without_a_world_only_the_api_user_exists(process):
    with process.start("--mandator", "Kunde") as client:
        answer = client.get("/Kunde/api/v1.0/person/userinfo")

    assert answer.json()["Name"] == "API Sync"


@pytest.mark.parametrize(
    "arguments",
    [
        ["--webhook-url", "http://x"],
        ["--webhook-url", "http://x", "--webhook-secret", "%"],
        ["--world", "missing.json"],
    ],
)
def test_bad_arguments_are_named(tmp_path, arguments):
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "devstack.rooms", "--state", str(tmp_path), *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert done.stderr.startswith("rooms: ")
