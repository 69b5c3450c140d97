"""The company of the scenarios with its web application, called as a browser or a program does."""

import pytest

from tests.kit.scenario import a_world, pytest_runtest_makereport
from web.access import Role

__all__ = ["a_world", "as_role", "pytest_runtest_makereport", "world"]

ZURICH = {"time_zone": "Europe/Zurich"}


@pytest.fixture
async def world(a_world):
    return await a_world(resources=dict.fromkeys(("Säntis", "Eiger", "Pilatus"), ZURICH))


@pytest.fixture
def as_role(world):
    """Let whoever calls have a role from now on; None is nobody."""

    def switch(role: Role | None) -> None:
        world.settings["dev_role"] = "" if role is None else role.word
        world.restarts()

    yield switch
    switch(Role.ADMIN)
