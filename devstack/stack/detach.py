"""Runs a stack in the background, and ends one that runs there."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from devstack.addresses import Addresses
from devstack.stack.stack_file import pid_file

_START_PATIENCE_S = 120.0
_STOP_PATIENCE_S = 20.0
_PAUSE_S = 0.05


class DetachError(Exception):
    """The stack in the background did not get ready, or does not end."""


def run_detached(addresses: Addresses, arguments: list[str]) -> str:
    """Start `devstack.cli run` in the background; return what it printed when it is ready."""
    log = addresses.run_dir / "logs" / "stack.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, "-m", "devstack.cli", "run", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    until = time.monotonic() + _START_PATIENCE_S
    while time.monotonic() < until:
        text = _read(log)
        if "ready" in text.splitlines():
            return text
        if process.poll() is not None:
            raise DetachError(text.strip() or f"the stack has ended ({process.returncode})")
        time.sleep(_PAUSE_S)
    os.kill(process.pid, signal.SIGTERM)
    raise DetachError(f"the stack is not ready after {_START_PATIENCE_S:.0f} s; see {log}")


def running_pid(addresses: Addresses) -> int | None:
    """Return the process id of the stack in this RUN_DIR, None when there is none."""
    try:
        pid = int(pid_file(addresses).read_text(encoding="utf-8"))
        command = psutil.Process(pid).cmdline()
    except (FileNotFoundError, ValueError, psutil.Error):
        return None
    return pid if any("devstack" in word for word in command) else None


def stop_running(addresses: Addresses) -> bool:
    """End the stack in this RUN_DIR and all its parts; False when there is none."""
    pid = running_pid(addresses)
    if pid is None:
        return False
    try:
        process = psutil.Process(pid)
        process.send_signal(signal.SIGTERM)
        if not _has_ended(process, _STOP_PATIENCE_S):
            process.kill()
            _has_ended(process, _STOP_PATIENCE_S)
            pid_file(addresses).unlink(missing_ok=True)
    except psutil.NoSuchProcess:
        pass
    return True


def _has_ended(process: psutil.Process, patience_s: float) -> bool:
    """Wait for the end of a process; nobody may be there to reap it, as in many containers."""
    until = time.monotonic() + patience_s
    while process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > until:
            return False
        time.sleep(_PAUSE_S)
    return True


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
