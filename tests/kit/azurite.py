"""One Azurite per test process: real tables, blobs and queues, in memory, on free ports."""

import contextlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.kit.ports import free_ports

ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""The well-known account and key of every Azurite."""
SCRIPT = Path(__file__).parents[2] / "devstack/azurite/node_modules/azurite/dist/src/azurite.js"
START_S = 20


@dataclass(frozen=True, slots=True)
class Azurite:
    """Where a running Azurite listens."""

    blob_port: int
    queue_port: int
    table_port: int

    @property
    def connection_string(self) -> str:
        """What the SDKs are given."""
        address = f"http://127.0.0.1:{{}}/{ACCOUNT}"
        return (
            f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={KEY};"
            f"BlobEndpoint={address.format(self.blob_port)};"
            f"QueueEndpoint={address.format(self.queue_port)};"
            f"TableEndpoint={address.format(self.table_port)};"
        )


@contextlib.contextmanager
def running_azurite(folder: Path) -> Iterator[Azurite]:
    """Start Azurite, wait until it listens, end it with the block; `folder` takes its litter."""
    node = shutil.which("node")
    if node is None or not SCRIPT.exists():
        pytest.fail("Azurite is not installed: run `make setup` (it needs Node 20)")
    azurite = Azurite(*free_ports(3))
    command = [node, str(SCRIPT), "--inMemoryPersistence", "--silent", "--skipApiVersionCheck"]
    command += ["--disableTelemetry", "--blobPort", str(azurite.blob_port)]
    command += ["--queuePort", str(azurite.queue_port), "--tablePort", str(azurite.table_port)]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - our own command line
        try:
            _await_listening(process, azurite)
            yield azurite
        finally:
            process.kill()


@pytest.fixture(scope="session")
def azurite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Azurite]:
    """One Azurite for all tests of this process; import the name into a conftest to use it."""
    with running_azurite(tmp_path_factory.mktemp("azurite")) as started:
        yield started


def _await_listening(process: subprocess.Popen[bytes], azurite: Azurite) -> None:
    deadline = time.monotonic() + START_S
    waiting = {azurite.blob_port, azurite.queue_port, azurite.table_port}
    while waiting:
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"Azurite did not start within {START_S} s (exit code {process.poll()})")
        waiting = {port for port in waiting if not _listens(port)}
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
