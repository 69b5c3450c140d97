"""The package: all that the app can load is in it, and nothing that it cannot."""

import json
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from infra.package.contents import (
    COMMAND_LINE_ONLY,
    NOT_IN_PACKAGE,
    own_reach,
    sdk_reach,
    unneeded_distributions,
)
from infra.package.reach import Reach
from infra.package.supply import bill_of_materials, licence_list, locked_hashes

PROJECT = Path(__file__).parents[2]
LIBRARIES = Path(distribution("msgraph-sdk").locate_file("")).resolve()

BUILD_EVERY_REQUEST = """
import inspect, sys
from datetime import UTC, datetime
from types import SimpleNamespace
from msgraph import GraphServiceClient
import core.adapters.graph.client
from core.adapters.graph.requests import Requests
from core.domain.interval import Interval

window = Interval(datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 6, tzinfo=UTC))
VALUES = {"str": "x", "int": 5, "bool": True, "bytes": b"x", "Interval": window}
adapter = SimpleNamespace(
    base_url="https://graph.microsoft.com/v1.0", enable_backing_store=lambda _: None
)
graph = GraphServiceClient(credentials=object(), request_adapter=adapter)
requests, built = Requests(graph), 0
for name, method in inspect.getmembers(requests, inspect.ismethod):
    if name.startswith("_"):
        continue
    given = {
        each.name: VALUES.get(getattr(each.annotation, "__name__", str(each.annotation)), {})
        for each in inspect.signature(method).parameters.values()
    }
    method(**given)
    built += 1
print(built)
print(*[
    name for name, module in sys.modules.items()
    if name.partition(".")[0] == "msgraph" and module.__file__  # not a folder without a module
])
"""


def test_every_module_of_the_sdk_that_a_request_loads_is_kept():
    told = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", BUILD_EVERY_REQUEST],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    built, loaded = told.stdout.splitlines()

    kept = sdk_reach(PROJECT, LIBRARIES).modules

    assert int(built) > 20
    assert set(loaded.split()) <= kept.keys()
    assert len(kept) < 200, "a request reaches the typed models: that is forty megabytes"


@pytest.fixture(scope="module")
def reach() -> Reach:
    return own_reach(PROJECT)


def test_everything_that_the_app_can_load_is_ours_and_in_the_package(reach):
    assert {"core.adapters.ews.client", "web.app", "functions.workers"} <= reach.modules.keys()
    assert not [name for name in reach.modules if name.partition(".")[0] in NOT_IN_PACKAGE]


def test_what_only_the_command_line_needs_is_left_out(reach):
    left_out = {each.name for each in unneeded_distributions(PROJECT, LIBRARIES)}

    assert {"typer", "rich", "pytest"} <= left_out
    assert not left_out & {"tzdata", "cffi", "h2", "exchangelib", "python-multipart", "jinja2"}
    assert not reach.roots & COMMAND_LINE_ONLY


def test_an_import_is_followed_wherever_it_can_run(tmp_path):
    for name, text in {
        "start.py": "import TYPE\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n"
        "    import never\ndef late():\n    from pack import inner\n",
        "never.py": "",
        "pack/__init__.py": "",
        "pack/inner.py": "from . import beside\n",
        "pack/beside.py": "from .. import start\n",
    }.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    found = Reach([tmp_path])
    found.follow(["start"])

    assert found.modules.keys() == {"start", "pack", "pack.inner", "pack.beside"}


def test_the_bill_of_materials_says_what_needs_what():
    found = [distribution("httpx"), distribution("anyio")]
    lock = (PROJECT / "requirements.txt").read_text(encoding="utf-8")

    bill = bill_of_materials("app", "1", found, locked_hashes(lock))

    by_name = {each["name"]: each for each in bill["components"]}
    assert by_name["httpx"]["purl"] == f"pkg:pypi/httpx@{distribution('httpx').version}"
    assert by_name["httpx"]["properties"], "the lock has no hashes of httpx"
    needs = {each["ref"]: each["dependsOn"] for each in bill["dependencies"]}
    assert needs[by_name["httpx"]["bom-ref"]] == [by_name["anyio"]["bom-ref"]]
    assert json.dumps(bill) == json.dumps(
        bill_of_materials("app", "1", reversed(found), locked_hashes(lock))
    )


def test_each_library_of_the_lock_tells_its_licence():
    lock = (PROJECT / "requirements.txt").read_text(encoding="utf-8")
    names = locked_hashes(lock)
    here = [name for name in names if name not in {"colorama", "pywin32", "sspilib"}]

    lines = licence_list(distribution(name) for name in here).splitlines()

    assert len(lines) == len(here)
    assert [line for line in lines if line.endswith(": unknown")] == []
