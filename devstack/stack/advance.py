"""Moves the one clock of the stack from due moment to due moment (contract section 2, /clock)."""

from datetime import UTC, datetime, timedelta

import aiohttp

from devstack.addresses import Addresses
from devstack.kit.clock import SharedClock
from devstack.stack.watch import Look, Watch


class BackwardsError(Exception):
    """The clock was asked to run backwards."""


class ClockMover:
    """Writes the offset file and waits at each stop until what became due has been done."""

    def __init__(
        self,
        addresses: Addresses,
        clock: SharedClock,
        watch: Watch,
        client: aiohttp.ClientSession,
    ) -> None:
        self._host, self._clock, self._watch, self._client = addresses.host, clock, watch, client

    async def advance_to(self, target: datetime) -> datetime:
        """Move to `target`, stopping wherever something is due; return the present moment then.

        Real time goes on meanwhile: what the stops cost beyond `target` cannot be taken back.
        """
        if target < self._clock.now():
            raise BackwardsError(
                f"the clock never runs backwards: it is {self._clock.now().isoformat()},"
                f" asked for {target.isoformat()}"
            )
        look = await self._watch.settled()
        while (due := look.next_due) is not None and due <= target:
            look = await self._stop_at(due)
        if self._clock.now() < target:
            await self._stop_at(target)
        return self._clock.now()

    def start_at(self, moment: datetime | None) -> None:
        """Set the clock for a new world, also backwards; None = real time."""
        offset = timedelta(0) if moment is None else moment - datetime.now(UTC)
        self._clock.write_offset(offset)

    async def _stop_at(self, moment: datetime) -> Look:
        if moment > self._clock.now():
            self._clock.write_offset(moment - datetime.now(UTC))
        try:
            async with self._client.post(f"{self._host}/admin/devstack/tick"):
                pass
        except (OSError, aiohttp.ClientError):
            # The host may be down on purpose; its timers notice the clock when it is back.
            pass
        return await self._watch.settled()
