"""A Service Bus trigger: as many lanes as are needed, up to what host.json allows."""

import asyncio
import contextlib
import logging

from devstack.host.bus_lane import LOST, Lane, LaneEvents, LocksLostError
from devstack.host.host_json import BusOptions
from devstack.host.invoker import Invoker
from devstack.host.metadata import BusFunction

log = logging.getLogger("host.bus")

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 1.0
_UNHURRIED_S = 0.05
_CONVINCING_S = 1.5


class BusTrigger:
    """Keeps some lanes waiting, so that a message never waits for a connection to be opened."""

    def __init__(
        self, function: BusFunction, options: BusOptions, invoker: Invoker, *, spare: int = 4
    ) -> None:
        self.function = function
        self._options, self._invoker, self._spare = options, invoker, spare
        self._limit = max(
            1,
            options.max_concurrent_sessions if function.sessions else options.max_concurrent_calls,
        )
        if function.many and not function.sessions:
            self._limit = 1
        self._lanes: dict[asyncio.Task[None], Lane] = {}
        self._waiting: set[Lane] = set()
        self._stopping = asyncio.Event()
        self._is_lost = False
        self._losses = 0

    def start(self) -> None:
        """Open the first lanes."""
        self._stopping = asyncio.Event()
        self._fill()

    async def stop(self, patience_s: float = 30.0) -> None:
        """Let what runs end (up to `patience_s`), drop what waits."""
        self._stopping.set()
        for task, lane in list(self._lanes.items()):
            lane.stopping = True
            if not lane.working:
                task.cancel()
        if self._lanes:
            _, late = await asyncio.wait(self._lanes, timeout=patience_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self._lanes.clear()
        self._waiting.clear()

    @property
    def lanes(self) -> int:
        return len(self._lanes)

    def _fill(self) -> None:
        """Add lanes until enough are waiting or the limit is reached."""
        if self._stopping.is_set():
            return
        opening = self._spare - len(self._waiting)
        for _ in range(min(opening, self._limit - len(self._lanes))):
            self._add()

    def _add(self) -> None:
        lane = Lane(
            self.function,
            self._options,
            self._invoker,
            LaneEvents(
                waiting=lambda: self._now_waiting(lane),
                busy=lambda: self._now_busy(lane),
                is_crowded=self._is_crowded,
            ),
        )
        self._waiting.add(lane)
        task = asyncio.create_task(self._keep(lane))
        self._lanes[task] = lane
        task.add_done_callback(lambda done: self._lanes.pop(done, None))

    async def _keep(self, lane: Lane) -> None:
        """Run a lane again and again; a broker that is gone is asked again, less and less often."""
        pause = _FIRST_PAUSE_S
        loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            started = loop.time()
            try:
                await lane.run()
            except LocksLostError as error:
                log.warning("%s: will be delivered again: %s", self.function.name, error)
            except LOST as error:
                self._report_lost(error)
            except Exception:
                # A lane that ended for good would silently make the trigger narrower.
                log.exception("%s: a lane failed", self.function.name)
            self._waiting.add(lane)
            if loop.time() - started > 2 * _LONGEST_PAUSE_S:
                pause = _FIRST_PAUSE_S
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    def _now_waiting(self, lane: Lane) -> None:
        self._waiting.add(lane)
        if self._is_lost:
            losses = self._losses
            asyncio.get_running_loop().call_later(_CONVINCING_S, self._found_again, losses)

    def _now_busy(self, lane: Lane) -> None:
        self._waiting.discard(lane)
        if not self._waiting:
            self._fill()
        elif len(self._waiting) < self._spare:
            # Opening a connection takes some milliseconds that the message just taken should have.
            asyncio.get_running_loop().call_later(_UNHURRIED_S, self._fill)

    def _is_crowded(self) -> bool:
        """Tell whether a session that comes now would find no lane."""
        return not self._waiting and len(self._lanes) >= self._limit

    def _found_again(self, losses: int) -> None:
        """End an outage when no lane has failed since it seemed to be over."""
        if self._is_lost and losses == self._losses:
            self._is_lost = False
            log.info("%s: receiving from queue %s again", self.function.name, self.function.queue)

    def _report_lost(self, error: BaseException) -> None:
        """Log the first failure of an outage; the other lanes meet the same one."""
        self._losses += 1
        if self._is_lost or self._stopping.is_set():
            return
        self._is_lost = True
        log.warning(
            "%s: queue %s cannot be received from, trying again: %s",
            self.function.name,
            self.function.queue,
            error,
        )
