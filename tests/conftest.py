"""What holds for every test: which random examples it gets, in which process it runs."""

import gc
from collections.abc import Generator

import pytest

from tests.kit import canary, quick, search

quick.begin()
search.begin()


OBJECTS_AT_A_TIME = 20_000


def pytest_sessionstart() -> None:
    """Watch from here on: pytest's own hooks for what nobody caught are in place."""
    canary.begin()


def pytest_collection_finish() -> None:
    """Search the SDK and thousands of collected tests, which stay, for garbage no more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_AT_A_TIME, 20, 100)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests the name by which xdist keeps a group together: what is slow is started once.

    xdist 3.8 writes it where pytest 9.2 no longer looks (pytest-dev/pytest-xdist#1386).
    """
    for item in items:
        if grouped := vars(item).get("_nodeid"):
            item._id = type(item.id).parse(grouped)


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_teardown() -> Generator[None]:
    """Let nothing through that the product has put out and must not have (tests/kit/canary.py)."""
    yield
    if found := canary.WATCH.forgets():
        pytest.fail("put out by this test:\n- " + "\n- ".join(found), pytrace=False)
