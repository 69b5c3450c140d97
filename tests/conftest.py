"""What holds for every test: which random examples it gets, in which process it runs."""

import gc

import pytest

from tests.kit import quick, search

quick.begin()
search.begin()


OBJECTS_AT_A_TIME = 20_000


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
