"""The command line against a company of the scenarios, as an operator types it."""

import asyncio
import os
from dataclasses import dataclass

import pytest

from core.bootstrap import replace_app
from roomsync.cli import main
from tests.kit.canary import WATCH
from tests.kit.scenario import a_world, pytest_runtest_makereport, world

WITH_TITLES = "--words"
"""By this an operator asks for the titles of one difference."""

__all__ = ["a_world", "pytest_runtest_makereport", "world"]


@dataclass(frozen=True, slots=True)
class Ended:
    """What a command came to; blanks are folded, so that tables read as lines."""

    code: int
    out: str
    err: str

    @property
    def words(self) -> str:
        return " ".join(self.out.split())


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch, tmp_path):
    """A wide terminal, no settings of this machine."""
    for name in [name for name in os.environ if name.startswith("ROOMSYNC_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("RUN_DIR", str(tmp_path / "no-stack"))
    monkeypatch.setenv("COLUMNS", "220")
    monkeypatch.setenv("NO_COLOR", "1")
    yield
    replace_app(None)


@pytest.fixture
def types(capsys):
    """Types a command; without a world it finds the app's settings by itself."""

    def run(*arguments: str) -> Ended:
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        printed = capsys.readouterr()
        if WITH_TITLES not in arguments:
            WATCH.saw("what the command line prints", f"{printed.out} {printed.err}")
        return Ended(int(ended.value.code or 0), printed.out, printed.err)

    return run


@pytest.fixture
def operator_of(types):
    """Types commands against a world: each in a process of its own, as far as the app can tell."""

    def of(world):
        async def run(*arguments: str) -> Ended:
            replace_app(world._new_app())
            return await asyncio.to_thread(types, *arguments)

        return run

    return of


@pytest.fixture
def operator(world, operator_of):
    return operator_of(world)
