"""What is asked of the place where secrets lie: when they end. Their values come as settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SecretEnd:
    """A secret or certificate, by its name in the vault, and when it ends."""

    name: str
    ends_at: datetime


class SecretEnds(Protocol):
    """Knows which secrets end."""

    async def ends(self) -> Sequence[SecretEnd]:
        """Return the secrets in use that have an end; RoomSyncError where it cannot be told."""
        ...
