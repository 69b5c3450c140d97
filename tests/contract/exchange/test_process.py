import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from devstack.addresses import LOOPBACK
from tests.contract.exchange.company import ANNA, SAENTIS, meeting, world

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("exchange-process")]


@contextmanager
def running(folder: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """Run the simulator on a free port, with its state in `folder`."""
    command = [
        sys.executable, "-m", "devstack.exchange", "--port", "0", "--state", str(folder),
        "--clock", str(folder / "clock.json"), *more,
    ]  # fmt: skip
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            address = process.stdout.readline().removeprefix("exchange: ").strip()
            headers = {"Authorization": f"Bearer user:{ANNA}"}
            with httpx.Client(base_url=address, headers=headers, trust_env=False) as client:
                yield process, client
        finally:
            process.kill()


def test_a_process_serves_does_things_by_itself_and_survives_a_kill(tmp_path: Path):
    file = tmp_path / "world.json"
    file.write_text(world().model_dump_json(), encoding="utf-8")
    with running(tmp_path, "--world", str(file)) as (process, client):
        assert client.base_url.host == LOOPBACK
        created = client.post("/v1.0/me/events", json=meeting(SAENTIS)).json()
        wait_until_nothing_is_pending(client)
        process.send_signal(signal.SIGKILL)
        process.wait()

    with running(tmp_path, "--world", str(file)) as (_, client):
        found = client.get(f"/v1.0/me/events/{created['id']}").json()
        assert len(client.get("/_control/requests").json()) == 2
    assert found["attendees"][0]["status"]["response"] == "accepted"


def test_a_world_that_cannot_be_ends_with_a_clear_word(tmp_path: Path):
    content = json.loads(world().model_dump_json())
    content["events"] = [{"mailbox": "nobody@x.example", "event": meeting()}]
    file = tmp_path / "world.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    command = [sys.executable, "-m", "devstack.exchange", "--port", "0", "--world", str(file)]
    ended = subprocess.run(  # noqa: S603 - our own command
        command, capture_output=True, text=True, check=False
    )

    assert ended.returncode == 2
    assert ended.stderr == "exchange: events[0]: there is no mailbox 'nobody@x.example'\n"


def wait_until_nothing_is_pending(client: httpx.Client) -> None:
    until = time.monotonic() + 10
    while client.get("/_control/pending").json()["assistant"]:
        assert time.monotonic() < until
        time.sleep(0.02)
