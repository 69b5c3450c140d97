"""A vault whose secrets end, or that cannot be asked."""

from core.errors import RoomSyncError
from core.ports.vault import SecretEnd


class EndingVault:
    """SecretEnds: those that it is made with, or the error."""

    def __init__(self, *ends: SecretEnd, error: RoomSyncError | None = None) -> None:
        self._ends, self._error = ends, error

    async def ends(self) -> list[SecretEnd]:
        """Return them."""
        if self._error is not None:
            raise self._error
        return list(self._ends)

    async def close(self) -> None:
        """There is nothing to close."""
