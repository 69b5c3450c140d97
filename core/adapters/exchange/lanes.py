"""What Exchange allows per mailbox, kept without a lock between processes (graph-calendar 7).

Four requests at a time per mailbox: its two queue sessions have one each, over all processes; all
that comes from elsewhere goes one at a time per process. Ten thousand requests in ten minutes: a
part of them per process. A pause that Exchange asks for is kept by everybody in this process.
Nobody waits here for time to pass: a ThrottledError says when to come back.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.interval import Interval
from core.errors import ThrottledError
from core.ports.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneLimits:
    """What one process may ask of an environment and of each of its mailboxes."""

    environment_parallel: int = 64
    mailbox_parallel: int = 4
    mailbox_calls: int = 8000
    """Of the 10,000 in ten minutes: another process may need some of them."""
    mailbox_window_s: float = 600.0


@dataclass(slots=True)
class Bucket:
    """Calls that may still be made: `size` of them at once, and as many per `window_s`."""

    size: int
    window_s: float
    level: float
    at: datetime

    def take(self, now: datetime) -> float:
        """Take one call and return 0, or the seconds until there is one again."""
        per_s = self.size / self.window_s
        passed_s = max((now - self.at).total_seconds(), 0.0)
        self.level, self.at = min(self.level + passed_s * per_s, self.size), now
        if self.level < 1:
            return (1 - self.level) / per_s
        self.level -= 1
        return 0.0


class _Lane:
    """One mailbox as this process uses it."""

    def __init__(self, limits: LaneLimits, now: datetime) -> None:
        self.strangers = asyncio.Semaphore(1)
        self.all = asyncio.Semaphore(limits.mailbox_parallel)
        self.bucket = Bucket(
            limits.mailbox_calls, limits.mailbox_window_s, limits.mailbox_calls, now
        )
        self.pause: Interval | None = None


class Lanes:
    """The lanes of one environment; one per process and environment."""

    def __init__(self, clock: Clock, limits: LaneLimits | None = None) -> None:
        self._clock, self._limits = clock, limits or LaneLimits()
        self._all = asyncio.Semaphore(self._limits.environment_parallel)
        self._lanes: dict[str, _Lane] = {}

    @asynccontextmanager
    async def enter(self, mailbox: str, *, is_own: bool) -> AsyncIterator[None]:
        """Wait for a free lane to a mailbox, "" for calls that are about none.

        ThrottledError while it is paused, or its calls are used up: nothing was sent.
        """
        if not mailbox:
            async with self._all:
                yield
            return
        lane = self._lane(mailbox)
        self._require_open(lane)
        if is_own:
            async with lane.all, self._all:
                self._take(lane)
                yield
            return
        async with lane.strangers, lane.all, self._all:
            self._take(lane)
            yield

    def pause(self, mailbox: str, seconds: float) -> None:
        """Keep this process away from a mailbox, as Exchange has asked for."""
        if mailbox:
            lane, now = self._lane(mailbox), self._clock.now()
            until = now + timedelta(seconds=seconds)
            kept = lane.pause.end if lane.pause is not None and now >= lane.pause.start else until
            lane.pause = Interval(now, max(kept, until))

    def used(self, mailbox: str) -> float:
        """Return which share of a mailbox's calls is used up."""
        lane = self._lanes.get(mailbox)
        return 0.0 if lane is None else 1.0 - lane.bucket.level / lane.bucket.size

    def _lane(self, mailbox: str) -> _Lane:
        lane = self._lanes.get(mailbox)
        if lane is None:
            lane = self._lanes[mailbox] = _Lane(self._limits, self._clock.now())
        return lane

    def _take(self, lane: _Lane) -> None:
        # Whoever waited for the lane may have waited while the pause was asked for.
        self._require_open(lane)
        wait_s = lane.bucket.take(self._clock.now())
        if wait_s:
            raise ThrottledError(
                "the requests that one mailbox may get in ten minutes are used up",
                retry_after_s=wait_s,
            )

    def _require_open(self, lane: _Lane) -> None:
        now = self._clock.now()
        # Should the clock have been set back since it was asked for, nobody knows what is left.
        if lane.pause is not None and lane.pause.start <= now < lane.pause.end:
            left = (lane.pause.end - now).total_seconds()
            raise ThrottledError("Exchange has asked for a pause", retry_after_s=left)
