"""What both of our own kinds of credential have in common with those of azure-identity."""

from types import TracebackType

from azure.core.credentials_async import AsyncTokenCredential


class ClosingCredential(AsyncTokenCredential):
    """A credential that is closed when the block that it is used in ends."""

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None = None,
        exc_value: BaseException | None = None,
        traceback: TracebackType | None = None,
    ) -> None:
        await self.close()
