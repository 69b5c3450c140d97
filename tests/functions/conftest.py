"""The company of the scenarios, in its own time zone, looked at through the app's pages."""

import pytest

from tests.kit.scenario import a_world, pytest_runtest_makereport

__all__ = ["a_world", "pytest_runtest_makereport", "world"]

ZURICH = {"time_zone": "Europe/Zurich"}


@pytest.fixture
async def world(a_world):
    return await a_world(resources=dict.fromkeys(("Säntis", "Eiger", "Pilatus"), ZURICH))
