"""The tables of an installation, and how they come into being."""

import asyncio

from core.adapters.tables.table import Tables

TABLE_NAMES = (
    "mappings",
    "pointers",
    "settings",
    "subscriptions",
    "cursors",
    "activity",
    "guard",
    "policies",
    "notices",
    "waiting",
    "outbox",
    "push",
    "breakers",
    "parked",
    "givenup",
    "measures",
    "deeds",
    "drifts",
    "scans",
    "selftests",
)


async def create_tables(tables: Tables) -> None:
    """Create what is missing; for provisioning and tests, never on the way of a message."""
    await asyncio.gather(*(tables.table(name).create_if_missing() for name in TABLE_NAMES))
