"""Where it is kept what is parked, and what waits for it (docs/parking.md)."""

from collections.abc import Sequence
from typing import Protocol

from core.domain.parked import Parked
from core.domain.scope import Scope
from core.domain.work import MailboxJob, WorkItem
from core.sync.breaker import Breaker


class BreakerStore(Protocol):
    """One breaker per scope that ever failed; all processes share them."""

    async def all(self) -> Sequence[Breaker]:
        """Return every breaker, closed ones too, with one query."""
        ...

    async def save(self, breaker: Breaker) -> Breaker:
        """Insert (version "") or replace if unchanged; else a PreconditionFailedError."""
        ...


class ParkedStore(Protocol):
    """Dirty rows by scope."""

    async def put(self, scope: Scope, work: WorkItem | MailboxJob) -> None:
        """Keep a look or a job; what is kept under its key already is joined with it.

        What was read before is not removed any more then (`remove`).
        """
        ...

    async def of(self, scope: Scope) -> Sequence[Parked]:
        """Return all that waits for a scope, oldest first."""
        ...

    async def remove(self, parked: Parked) -> None:
        """Remove what was read; gone already, or kept anew since, is fine: that stays."""
        ...
