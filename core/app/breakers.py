"""What this process knows of parked scopes, and what has failed in it lately (docs/parking.md).

While all is well nothing is read: a process learns of a parked scope when a call of its own fails.
"""

import asyncio
from collections.abc import Iterable
from datetime import datetime, timedelta

from core.domain.ids import EnvironmentId
from core.domain.scope import ROOMS, Scope, scope_named, scope_of
from core.domain.work import ItemKey, home_of
from core.errors import (
    MailboxUnavailableError,
    NotPermittedError,
    PermanentError,
    PreconditionFailedError,
    ServiceUnavailableError,
    ThrottledError,
    TransientError,
)
from core.ports.clock import Clock
from core.ports.parking import BreakerStore
from core.sync.breaker import (
    Breaker,
    BreakerLimits,
    BreakerState,
    Failure,
    Strikes,
    is_enough,
    struck,
    without,
)

FRESH = timedelta(seconds=5)
"""How long what was read is believed."""

COUNTING = (
    ThrottledError,
    ServiceUnavailableError,
    NotPermittedError,
    MailboxUnavailableError,
)
"""Failures that may be those of a whole mailbox or system, not of one item."""


def failed_scope(error: BaseException) -> Scope | None:
    """Return whose failure an error is; None for one that says nothing about a scope."""
    return scope_named(error.origin) if isinstance(error, COUNTING) else None


def failure_in(error: BaseException) -> Failure:
    """Return what is remembered of an error; what is no error of ours is no answer in time."""
    if isinstance(error, TransientError | PermanentError):
        hint = error.retry_after_s if isinstance(error, TransientError) else None
        return Failure(kind=error.retry_class, why=str(error), hint_s=hint)
    return Failure(kind=ServiceUnavailableError.retry_class, why="no answer in time")


class BreakerBook:
    """Breakers as far as this process needs to know them; one per process."""

    def __init__(
        self, store: BreakerStore, clock: Clock, limits: BreakerLimits | None = None
    ) -> None:
        self.store, self.limits = store, limits or BreakerLimits()
        self._clock = clock
        self._asking: dict[EnvironmentId | None, asyncio.Lock] = {}
        self._strikes: Strikes = {}
        self._known: dict[Scope, Breaker] = {}
        self._read_at: datetime | None = None

    def asking(self, scope: Scope) -> asyncio.Lock:
        """Return what is held by whoever asks a scope: a hundred failures at once ask once.

        Each system has its own: one that keeps us waiting holds up nobody who asks another.
        """
        return self._asking.setdefault(scope.environment, asyncio.Lock())

    async def parking(self, scopes: Iterable[Scope]) -> Breaker | None:
        """Return an open breaker that covers one of the scopes; reads only if some may be open."""
        if not any(breaker.is_parking for breaker in self._known.values()):
            return None
        await self.refresh()
        return self._covering(scopes)

    async def read_parking(self, scope: Scope) -> Breaker | None:
        """Return an open breaker that covers a scope, as the store has it now."""
        await self.refresh(max_age=timedelta(0))
        return self._covering([scope])

    def is_parked_itself(self, scope: Scope) -> bool:
        """Tell whether exactly this scope is parked, as far as this process knows."""
        known = self._known.get(scope)
        return known is not None and known.is_parking

    async def known(self, scope: Scope) -> Breaker | None:
        """Return the breaker of exactly this scope, None if it has never been parked."""
        await self.refresh()
        return self._known.get(scope)

    def everything(self) -> tuple[Breaker, ...]:
        """Return all breakers as they were last read."""
        return tuple(self._known.values())

    async def refresh(self, max_age: timedelta = FRESH) -> None:
        """Read all breakers if what is known is older than that."""
        now = self._clock.now()
        if self._read_at is None or not (now - max_age < self._read_at <= now):
            found = await self.store.all()
            self._known = {breaker.scope: breaker for breaker in found}
            self._read_at = now

    async def save(self, breaker: Breaker) -> bool:
        """Write a breaker; False if another process was faster: what it wrote is known then."""
        try:
            saved = await self.store.save(breaker)
        except PreconditionFailedError:
            await self.refresh(max_age=timedelta(0))
            return False
        self._known[saved.scope] = saved
        return True

    def strike(self, scope: Scope, failure: Failure, tries: int = 1) -> bool:
        """Note a failure; tell whether to ask the scope: at the first one after a reopening.

        `tries` is how often the same work has failed, here or in a process that is no more.
        """
        self._strikes = struck(self._strikes, scope, self._clock.now(), self.limits)
        is_on_trial = any(
            breaker.state is BreakerState.HALF_OPEN and breaker.scope.covers(scope)
            for breaker in self._known.values()
        )
        if is_on_trial or tries >= self.limits.enough(scope, failure.kind):
            return True
        return is_enough(self._strikes, scope, failure, self.limits)

    def forgive(self, scope: Scope) -> None:
        """Forget the failures of a scope that answers."""
        self._strikes = without(self._strikes, scope)

    def _covering(self, scopes: Iterable[Scope]) -> Breaker | None:
        wanted = tuple(scopes)
        for breaker in self._known.values():
            if breaker.is_parking and any(breaker.scope.covers(scope) for scope in wanted):
                return breaker
        return None


def scopes_of(key: ItemKey) -> tuple[Scope, ...]:
    """Return what a look needs: ROOMS, and the mailbox in whose session it is taken."""
    home = home_of(key)
    return (ROOMS,) if home is None else (ROOMS, scope_of(home))
