"""One stack with the product for all tests that only need one: each gives it a world first."""

import json
from collections.abc import Iterator

import pytest

from tests.contract.stack.world import contract_world
from tests.kit.canary_stack import TELLING, assert_nothing_leaked
from tests.kit.stacks import REPOSITORY, RunningStack, start


@pytest.fixture(scope="session")
def product_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """Return a stack in whatever state the test before has left it: reset it."""
    folder = tmp_path_factory.mktemp("product-stack")
    world = folder / "world.json"
    world.write_text(json.dumps(contract_world()))
    stack = start(folder / "run", REPOSITORY, "--world", str(world), **TELLING)
    stack.watch = assert_nothing_leaked
    yield stack
    try:
        assert_nothing_leaked(stack)
    finally:
        stack.stop()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep who asks for it in one process: a second stack would be as slow as many tests."""
    for item in items:
        if "product_stack" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("product-stack"))
