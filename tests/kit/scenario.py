"""The fixtures of every scenario; the closing assertions come with them and cannot be forgotten.

A conftest imports `a_world`, `world` and both hooks. Scenarios marked `in_both_depths` are told in
depth `ports` of the simulation, too; with DEPTH=ports all are (those about HTTP cannot hold there).
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Generator

import pytest

from tests.kit.closing import assert_closed
from tests.kit.on_premises import GRAPH, usual_exchange
from tests.kit.world import World
from tests.kit.world import a_world as make_world
from tests.simulation.ports.world import PortsWorld

PORTS = "ports"
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember whether the scenario itself has failed: then its end says nothing more."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tell a marked scenario once per depth."""
    if "a_world" not in metafunc.fixturenames:
        return
    if usual_exchange() != GRAPH:
        return  # The depth without HTTP has Graph's ports only.
    if os.environ.get("DEPTH") == PORTS:
        metafunc.parametrize("a_world", [PORTS], indirect=True)
    elif metafunc.definition.get_closest_marker("in_both_depths"):
        metafunc.parametrize("a_world", ["protocol", PORTS], indirect=True)


@pytest.fixture
async def a_world(request: pytest.FixtureRequest) -> AsyncIterator[Callable[..., Awaitable[World]]]:
    """Makes worlds that are otherwise than usual; each is closed at the end."""
    worlds: list[World] = []
    made_by = PortsWorld if getattr(request, "param", "") == PORTS else World

    async def make(**changes: object) -> World:
        worlds.append(await make_world(made_by=made_by, **changes))  # type: ignore[arg-type]
        return worlds[-1]

    yield make
    try:
        if not request.node.stash.get(FAILED, False):
            for world in worlds:
                await assert_closed(world)
    finally:
        for world in worlds:
            await world.ends()


@pytest.fixture
async def world(a_world: Callable[..., Awaitable[World]]) -> World:
    """The company of tests/kit/company.py on a Monday morning."""
    return await a_world()
