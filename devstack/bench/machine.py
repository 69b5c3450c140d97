"""The machine and the state of the source that figures were measured with."""

import os
import platform
import subprocess
from pathlib import Path
from typing import Any

import psutil

from devstack.stack.plan import REPOSITORY


def machine_facts() -> dict[str, Any]:
    """Return what a reader needs to compare figures."""
    return {
        "system": platform.platform(),
        "processor": _processor(),
        "processors": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1024**3, 1),
        "python": platform.python_version(),
        "load_before": [round(value, 2) for value in os.getloadavg()],
        "commit": _commit(),
    }


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor()


def _commit() -> str | None:
    command = ["git", "-C", str(REPOSITORY), "rev-parse", "--short", "HEAD"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed words
    except FileNotFoundError:
        return None
    return done.stdout.strip() or None
