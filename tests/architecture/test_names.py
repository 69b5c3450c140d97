"""What belongs to the project names no machine, no registry and nobody's private tools."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN = re.compile(
    r"/work/|/root/|/home/\w|pypi\.org|pythonhosted|registry\.npmjs|\bfarm-|/farm/", re.IGNORECASE
)
TEXT = {".py", ".md", ".toml", ".json", ".txt", ".html", ".css", ".js", ".ics", ".bicep", ""}


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607 - git is on the PATH of every developer
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.splitlines()]


def test_no_machine_path_and_no_registry_host_is_named():
    found = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in tracked()
        if path.suffix in TEXT and path.is_file() and path != Path(__file__)
        for number, line in enumerate(path.read_text("utf-8", "replace").splitlines(), 1)
        if FORBIDDEN.search(line)
    ]

    assert found == []


def test_no_function_json_lies_about():
    """That would be the v1 model: the worker would index the app twice."""
    assert [path for path in tracked() if path.name == "function.json"] == []


def test_nothing_asks_the_runtime_to_retry_service_bus_functions():
    """They do nothing there (design 14): retries are ours."""
    sources = [path for path in tracked() if path.suffix == ".py" and "functions" in path.parts]
    host = (ROOT / "host.json").read_text(encoding="utf-8")

    assert "clientRetryOptions" not in host
    assert not any(re.search(r"\.retry\(", path.read_text(encoding="utf-8")) for path in sources)
