"""Every test of this folder runs over both tables: in memory, and in Azurite."""

import uuid
from collections.abc import AsyncIterator

import pytest

from core.adapters.tables.azure_table import AzureTables
from core.adapters.tables.provision import create_tables
from core.adapters.tables.table import Tables
from tests.kit.azurite import azurite
from tests.kit.memory_tables import MemoryTables

__all__ = ["azurite"]

BOTH = [
    "memory",
    pytest.param("azurite", marks=[pytest.mark.stack, pytest.mark.xdist_group("azurite")]),
]


@pytest.fixture(params=BOTH)
async def bare_tables(request: pytest.FixtureRequest) -> AsyncIterator[Tables]:
    """An installation whose tables have not been created."""
    if request.param == "memory":
        yield MemoryTables()
        return
    started = request.getfixturevalue("azurite")
    tables = AzureTables(
        connection_string=started.connection_string, prefix=f"t{uuid.uuid4().hex[:12]}"
    )
    yield tables
    await tables.close()


@pytest.fixture
async def tables(bare_tables: Tables) -> Tables:
    """A provisioned installation without any row."""
    await create_tables(bare_tables)
    return bare_tables
