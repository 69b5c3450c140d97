"""The broker: its queues, its connections, and the turns in which anything becomes visible.

A turn hands out what is ready, makes every change durable and only then writes to the clients, so
nothing is acknowledged that a `kill -9` could undo; what several clients ask at once shares a turn.
"""

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from devstack.bus.amqp.errors import AmqpError, Condition
from devstack.bus.queueing.backlog import QueueCounts
from devstack.bus.queueing.message_queue import MessageQueue, Surroundings
from devstack.bus.queues import QueueConfig
from devstack.bus.serving.connection import Connection
from devstack.kit.clock import Clock
from devstack.kit.shelf import Shelf

log = logging.getLogger(__name__)

TICK_S = 0.02
"""How soon the broker notices that the stack's clock has moved."""


class Broker:
    """Queues by name in any case. Its turns need a running loop, its queues do not."""

    def __init__(
        self,
        queues: Mapping[str, QueueConfig],
        *,
        clock: Clock,
        shelf: Shelf,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._shelf = shelf
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_turn_due = self._is_shelf_broken = False
        self._awake: set[MessageQueue] = set()
        self._writers: set[Connection] = set()
        self.connections: set[Connection] = set()
        self.delay_s = 0.0
        around = Surroundings(clock=clock, monotonic=monotonic, shelf=shelf, wake=self._wake)
        self._queues = {
            name.lower(): MessageQueue(name, config, around) for name, config in queues.items()
        }

    async def run(self) -> None:
        """Keep the queues going until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            self.tick()
            await asyncio.sleep(TICK_S)

    def tick(self) -> None:
        """Do what has become due on either clock, and let the clients see it."""
        for queue in self._queues.values():
            queue.tick()
        self._turn()

    # For connections

    def find_queue(self, name: str) -> MessageQueue:
        queue = self._queues.get(name.lower())
        if queue is None:
            raise AmqpError(
                Condition.NOT_FOUND, f"The messaging entity '{name}' could not be found."
            )
        return queue

    def joined(self, connection: Connection) -> None:
        self.connections.add(connection)

    def left(self, connection: Connection) -> None:
        self.connections.discard(connection)
        self._writers.discard(connection)

    def has_output(self, connection: Connection) -> None:
        self._writers.add(connection)
        self._request_turn()

    # For operators

    def counts(self) -> dict[str, QueueCounts]:
        return {queue.name: queue.backlog.counts() for queue in self._queues.values()}

    def enqueued(self) -> int:
        """Count the messages that ever came in; it only grows, and survives a kill."""
        return sum(queue.backlog.store.last_number for queue in self._queues.values())

    def next_due(self) -> datetime | None:
        """Return when the next scheduled message of any queue is due."""
        moments = [queue.backlog.next_scheduled() for queue in self._queues.values()]
        return min((moment for moment in moments if moment is not None), default=None)

    def purge(self) -> None:
        """Empty all queues, durably when this returns."""
        for queue in self._queues.values():
            queue.purge()
        self._turn()

    def drop_connections(self) -> None:
        """Reset every connection there is now; clients may connect again at once."""
        for connection in list(self.connections):
            connection.reset()

    # Turns

    def _wake(self, queue: MessageQueue) -> None:
        self._awake.add(queue)
        self._request_turn()

    def _request_turn(self) -> None:
        if self._loop is not None and not self._is_turn_due:
            self._is_turn_due = True
            self._loop.call_soon(self._turn)

    def _turn(self) -> None:
        self._is_turn_due = False
        while self._awake:
            queue = self._awake.pop()
            queue.tick()
            queue.dispatch()
        self._make_durable()
        writers, self._writers = self._writers, set()
        for connection in writers:
            connection.write_out(self.delay_s)

    def _make_durable(self) -> None:
        """Write all changes; what cannot be written is not acknowledged either."""
        try:
            self._shelf.flush()
        except sqlite3.Error:
            if not self._is_shelf_broken:
                log.exception("the state cannot be written: every connection is dropped until then")
            self._is_shelf_broken = True
            self.drop_connections()
        else:
            self._is_shelf_broken = False
