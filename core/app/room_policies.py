"""Keeps copies of the room policies, so that a look knows what a mailbox would decline (R-901)."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.event import EventPlace
from core.domain.ids import EnvironmentId
from core.domain.room_policy import PolicyCopy, RoomPolicy
from core.errors import RoomSyncError, TransientError
from core.ports.clock import Clock
from core.ports.exchange import ExchangeCalendar
from core.ports.policies import PolicyStore

log = logging.getLogger(__name__)

_KEPT_FOR = timedelta(minutes=5)


class RoomPolicies:
    """Reads, keeps and hands out policies; reading one never changes Exchange or a booking.

    A copy stays in memory for five minutes: a look costs no read, another process' fresh copy is
    seen a little later.
    """

    def __init__(
        self,
        store: PolicyStore,
        calendars: Mapping[EnvironmentId, ExchangeCalendar],
        clock: Clock,
    ) -> None:
        self._store, self._calendars, self._clock = store, calendars, clock
        self._memory: dict[EventPlace, tuple[datetime, PolicyCopy]] = {}

    async def usable(self, place: EventPlace) -> RoomPolicy | None:
        """Return a mailbox's policy if a valid copy is there; None: only ROOMS' rules apply."""
        return (await self.known(place)).usable(self._clock.now())

    async def known(self, place: EventPlace) -> PolicyCopy:
        """Return what is known of a mailbox's policy, with its state for an operator (R-902)."""
        now = self._clock.now()
        kept = self._memory.get(place)
        if kept is not None and now < kept[0] + _KEPT_FOR:
            return kept[1]
        try:
            copy = await self._store.get(place) or PolicyCopy()
        except TransientError as error:
            # A look goes on with ROOMS' rules alone: Exchange's answer decides anyhow (R-900).
            log.warning("policies_unreadable", extra={"why": str(error)})
            copy = PolicyCopy()
        self._memory[place] = (now, copy)
        return copy

    async def refresh_if_due(self, place: EventPlace) -> None:
        """Read a mailbox's policy if its copy is a day old or has never been read."""
        copy = await self._store.get(place) or PolicyCopy()
        if copy.is_due(self._clock.now()):
            await self._refresh(place, copy)

    async def fetch_now(self, place: EventPlace) -> PolicyCopy:
        """Read a mailbox's policy whatever the age of its copy: what an operator asks for."""
        return await self._refresh(place, await self._store.get(place) or PolicyCopy())

    async def _refresh(self, place: EventPlace, copy: PolicyCopy) -> PolicyCopy:
        """Read and keep; a failure keeps the old copy and never makes it live longer."""
        now = self._clock.now()
        try:
            policy = await self._calendars[place.environment].read_policy(place)
            fresh = PolicyCopy(policy=policy, fetched_at=now)
        except (RoomSyncError, KeyError) as error:
            log.info("policy_not_read", extra={"mailbox": place.mailbox, "why": str(error)})
            fresh = replace(copy, failed_at=now, failure=type(error).__name__)
        await self._store.put(place, fresh)
        self._memory[place] = (now, fresh)
        return fresh
