"""What holds for every test: how random examples are chosen, and who runs in one process."""

import pytest

from tests.kit import search

search.begin()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests the name by which xdist keeps a group together: what is slow is started once.

    xdist 3.8 writes it where pytest 9.2 no longer looks (pytest-dev/pytest-xdist#1386).
    """
    for item in items:
        if grouped := vars(item).get("_nodeid"):
            item._id = type(item.id).parse(grouped)
