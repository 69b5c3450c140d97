"""What holds for every test: which random examples it gets, in which process it runs."""

import pytest

from tests.kit import quick, search

quick.begin()
search.begin()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests the name by which xdist keeps a group together: what is slow is started once.

    xdist 3.8 writes it where pytest 9.2 no longer looks (pytest-dev/pytest-xdist#1386).
    """
    for item in items:
        if grouped := vars(item).get("_nodeid"):
            item._id = type(item.id).parse(grouped)
