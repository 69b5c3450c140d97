"""One AMQP session of a connection: its links, deliveries under way and their settlement.

(A session in the sense of AMQP; the sessions of Service Bus are in `sessions`.)
"""

from typing import Protocol

from devstack.bus.amqp.codec import MalformedError
from devstack.bus.amqp.errors import AmqpError, Condition
from devstack.bus.amqp.performatives import (
    SENDER,
    Attach,
    Begin,
    Detach,
    Disposition,
    Flow,
    Performative,
    Transfer,
    write_begin,
    write_continuation,
    write_detach,
    write_disposition,
    write_flow,
    write_transfer,
)
from devstack.bus.queueing.locks import MessageLock
from devstack.bus.queueing.settlement import Outcome
from devstack.bus.serving.attaching import Entities, open_link
from devstack.bus.serving.links import ConsumerLink, IncomingLink, Link, OutgoingLink, refuse
from devstack.bus.serving.outcomes import echo, read_outcome, rejected

HANDLE_MAX = 1023
ID_LIMIT = 2**32
FRAME_OVERHEAD = 128  # more than a frame's head and a transfer's fields ever need
MAX_DISPOSITION_RANGE = 65_536  # a peer could claim to settle four billion deliveries


class SessionConnection(Protocol):
    """What a session needs of its connection."""

    max_frame_size: int

    def send(self, performative: bytes, channel: int) -> None: ...


class AmqpSession:
    """Keeps the ids of transfers exact both ways: the client computes its window from them."""

    def __init__(
        self, connection: SessionConnection, entities: Entities, channel: int, begin: Begin
    ) -> None:
        self._connection, self._entities, self._channel = connection, entities, channel
        self.links: dict[int, Link] = {}
        self._ended_by_us: set[int] = set()
        self._unsettled: dict[int, tuple[ConsumerLink, MessageLock]] = {}
        self._next_incoming_id = begin.next_outgoing_id
        self._next_transfer_id = self._next_delivery_id = 0
        self.send(write_begin(channel, HANDLE_MAX))

    def take(self, performative: Performative, payload: bytes) -> None:
        """Do what one frame of this session says."""
        match performative:
            case Attach():
                self._attach(performative)
            case Flow():
                self._flow(performative)
            case Transfer():
                self._transfer(performative, payload)
            case Disposition():
                self._disposition(performative)
            case Detach():
                self._detach(performative)
            case _:
                raise MalformedError(f"{type(performative).__name__} does not belong in a session")

    def close(self) -> None:
        """Let go of all links: the session ended or its connection is gone."""
        for link in list(self.links.values()):
            self.forget(link)
            link.close()

    # For the links

    def send(self, performative: bytes) -> None:
        self._connection.send(performative, self._channel)

    def send_flow(self, handle: int, delivery_count: int, credit: int, *, drain: bool) -> None:
        self.send(
            write_flow(
                self._next_incoming_id,
                self._next_transfer_id,
                handle=handle,
                delivery_count=delivery_count,
                credit=credit,
                drain=drain,
            )
        )

    def send_delivery(
        self, link: OutgoingLink, payload: bytes, tag: bytes, lock: MessageLock | None
    ) -> None:
        delivery_id, settled = self._next_delivery_id, lock is None
        self._next_delivery_id = (delivery_id + 1) % ID_LIMIT
        if lock is not None and isinstance(link, ConsumerLink):
            self._unsettled[delivery_id] = (link, lock)
        link.delivery_count = (link.delivery_count + 1) % ID_LIMIT
        link.credit -= 1
        room = self._connection.max_frame_size - FRAME_OVERHEAD
        for start in range(0, max(len(payload), 1), room):
            more = start + room < len(payload)
            if start == 0:
                head = write_transfer(link.handle, delivery_id, tag, settled=settled, more=more)
            else:
                head = write_continuation(link.handle, settled=settled, more=more)
            self._next_transfer_id = (self._next_transfer_id + 1) % ID_LIMIT
            self.send(head + payload[start : start + room])

    def forget(self, link: Link) -> None:
        """Drop a link; the client's answer to a detach of ours may still come."""
        self.links.pop(link.handle, None)
        self._ended_by_us.add(link.handle)
        self._unsettled = {
            delivery_id: entry
            for delivery_id, entry in self._unsettled.items()
            if entry[0] is not link
        }

    # Frames

    def _attach(self, attach: Attach) -> None:
        if attach.handle in self.links or attach.handle > HANDLE_MAX:
            raise MalformedError(f"handle {attach.handle} is in use or too high")
        self._ended_by_us.discard(attach.handle)
        try:
            open_link(self, attach, self._entities)
        except AmqpError as error:
            self.links.pop(attach.handle, None)
            self._ended_by_us.add(attach.handle)
            refuse(self, attach, error)

    def _flow(self, flow: Flow) -> None:
        """Note credit for a link; what a flow says about the session as a whole is not needed."""
        link = self.links.get(flow.handle) if flow.handle is not None else None
        if isinstance(link, OutgoingLink):
            count = link.delivery_count if flow.delivery_count is None else flow.delivery_count
            link.take_flow(count, flow.link_credit or 0, drain=bool(flow.drain))

    def _transfer(self, transfer: Transfer, payload: bytes) -> None:
        self._next_incoming_id = (self._next_incoming_id + 1) % ID_LIMIT
        link = self.links.get(transfer.handle)
        if isinstance(link, IncomingLink):
            link.take_transfer(transfer, payload)
        elif transfer.handle not in self._ended_by_us:
            raise MalformedError(f"a transfer on handle {transfer.handle}, which takes none")

    def _detach(self, detach: Detach) -> None:
        link = self.links.get(detach.handle)
        if link is None:
            self._ended_by_us.discard(detach.handle)
            return
        self.forget(link)
        self._ended_by_us.discard(detach.handle)
        link.close()
        self.send(write_detach(detach.handle))

    def _disposition(self, disposition: Disposition) -> None:
        """Settle deliveries of ours; the client's word on its own ones changes nothing."""
        if disposition.role is SENDER:
            return
        last = disposition.first if disposition.last is None else disposition.last
        if not 0 <= last - disposition.first < MAX_DISPOSITION_RANGE:
            raise MalformedError(f"a disposition from {disposition.first} to {last}")
        for delivery_id in range(disposition.first, last + 1):
            self._settle(delivery_id, disposition)

    def _settle(self, delivery_id: int, disposition: Disposition) -> None:
        outcome = read_outcome(disposition.state)
        if outcome is None:
            return
        try:
            self._end_delivery(delivery_id, outcome)
            state = echo(outcome)
        except AmqpError as error:
            state = rejected(error)
        if not disposition.settled:
            self.send(write_disposition(role=SENDER, delivery_id=delivery_id, state=state))

    def _end_delivery(self, delivery_id: int, outcome: Outcome) -> None:
        entry = self._unsettled.pop(delivery_id, None)
        if entry is None:
            raise AmqpError(Condition.MESSAGE_LOCK_LOST, "This delivery is not under way.")
        link, lock = entry
        link.queue.settle(link.queue.find_lock(lock.token), outcome)
