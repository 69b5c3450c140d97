"""The fixtures of every scenario; the closing assertions come with them and cannot be forgotten.

A conftest imports `a_world`, `world` and the hook `pytest_runtest_makereport`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Generator

import pytest

from tests.kit.closing import assert_closed
from tests.kit.world import World
from tests.kit.world import a_world as make_world

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


@pytest.fixture
async def a_world(request: pytest.FixtureRequest) -> AsyncIterator[Callable[..., Awaitable[World]]]:
    """Makes worlds that are otherwise than usual; each is closed at the end."""
    worlds: list[World] = []

    async def make(**changes: object) -> World:
        worlds.append(await make_world(**changes))  # type: ignore[arg-type]
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
