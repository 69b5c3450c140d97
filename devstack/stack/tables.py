"""Empties the tables of the local Azurite."""

from azure.data.tables.aio import TableServiceClient


async def empty_tables(connection_string: str) -> int:
    """Drop and make anew every table; return how many there are."""
    async with TableServiceClient.from_connection_string(connection_string) as service:
        names = [table.name async for table in service.list_tables()]
        for name in names:
            await service.delete_table(name)
            await service.create_table(name)
    return len(names)
