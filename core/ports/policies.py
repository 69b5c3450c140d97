"""Where our copies of room policies are kept."""

from typing import Protocol

from core.domain.event import EventPlace
from core.domain.room_policy import PolicyCopy


class PolicyStore(Protocol):
    """One copy per resource mailbox; the last writer wins."""

    async def get(self, place: EventPlace) -> PolicyCopy | None:
        """Return a mailbox's copy, None when there is none."""
        ...

    async def put(self, place: EventPlace, copy: PolicyCopy) -> None:
        """Insert or replace."""
        ...
