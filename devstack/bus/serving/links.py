"""Our ends of a client's links that carry messages of queues: one receives, one sends.

Terms are ours: a `ConsumerLink` belongs to a client's receiver, a `ProducerLink` to its sender.
"""

from typing import Protocol
from uuid import uuid4

from devstack.bus.amqp.codec import Described, MalformedError, Symbol, Value, decode, long, ulong
from devstack.bus.amqp.errors import AmqpError, Condition
from devstack.bus.amqp.performatives import (
    RECEIVER,
    SETTLED_BY_SENDER,
    SOURCE,
    TARGET,
    Attach,
    Transfer,
    write_attach,
    write_detach,
    write_disposition,
)
from devstack.bus.queueing.locks import MessageLock, SessionLock, as_real_time
from devstack.bus.queueing.message import DATA, Message, encode_message, parse_message
from devstack.bus.queueing.message_queue import MessageQueue
from devstack.bus.serving.entity_path import terminus_address
from devstack.bus.serving.outcomes import accepted, rejected

MAX_MESSAGE_BYTES = 262_144  # the Standard tier's limit, batches included
LINK_CREDIT = 500  # what a sender may have under way; the proof's value, topped up at half
BATCH_FORMAT = 0x8001_3700
TICKS_AT_EPOCH = 621_355_968_000_000_000  # .NET counts 100 ns since the year 1

SESSION_FILTER = "com.microsoft:session-filter"


class LinkSession(Protocol):
    """What a link needs of the AMQP session it lives in."""

    def send(self, performative: bytes) -> None: ...

    def send_flow(self, handle: int, delivery_count: int, credit: int, *, drain: bool) -> None: ...

    def send_delivery(
        self, link: "OutgoingLink", payload: bytes, tag: bytes, lock: MessageLock | None
    ) -> None:
        """Send a message in as many frames as it takes; with a lock it waits to be settled."""
        ...

    def forget(self, link: "Link") -> None:
        """Drop a link that was refused or ended from our side."""
        ...


class Link:
    """What both directions have in common: attaching, refusing, ending."""

    def __init__(self, session: LinkSession, attach: Attach) -> None:
        self.session, self.attach = session, attach
        self.handle = attach.handle
        self.address = terminus_address(attach.source if attach.role is RECEIVER else attach.target)
        self.delivery_count = self.credit = 0
        self._is_attached = False

    def confirm(
        self, source: Described | None = None, properties: dict[Symbol, Value] | None = None
    ) -> None:
        """Tell the client that its link stands; source and target must not be null (facts)."""
        self._is_attached = True
        self.session.send(
            write_attach(
                self.attach,
                source=source or _plain(SOURCE, self.attach.source),
                target=_plain(TARGET, self.attach.target),
                max_message_size=MAX_MESSAGE_BYTES,
                properties=properties,
            )
        )

    def fail(self, error: AmqpError) -> None:
        """End the link; before it stands this is a refusal."""
        if self._is_attached:
            self.session.send(write_detach(self.handle, error))
        else:
            refuse(self.session, self.attach, error)
        self.session.forget(self)

    def close(self) -> None:
        """Let go of what the link held: it was detached, or its connection is gone."""


def refuse(session: LinkSession, attach: Attach, error: AmqpError) -> None:
    """Turn an attach down.

    Source and target are null: otherwise the client believes it is attached (facts, «Attach»).
    """
    session.send(write_attach(attach, source=None, target=None, max_message_size=MAX_MESSAGE_BYTES))
    session.send(write_detach(attach.handle, error))


def _plain(code: int, terminus: Described | None) -> Described:
    """Return a source or target with nothing but its address, which may be null."""
    fields = terminus.value if terminus is not None else None
    address = fields[0] if isinstance(fields, list) and fields else None
    return Described(ulong(code), [address])


class OutgoingLink(Link):
    """A link on which we send; `credit` is what the client lets us."""

    def take_flow(self, client_count: int, link_credit: int, *, drain: bool) -> None:
        """Note the client's credit; draining uses it up at once."""
        self.credit = client_count + link_credit - self.delivery_count
        if not drain:
            self.use_credit(at_once=False)
            return
        self.use_credit(at_once=True)
        self.delivery_count += max(self.credit, 0)
        self.credit = 0
        self.session.send_flow(self.handle, self.delivery_count, 0, drain=True)

    def use_credit(self, *, at_once: bool) -> None:
        """Send what there is to send; nothing of its own accord here."""


class ConsumerLink(OutgoingLink):
    """The link of a client's receiver; a `Consumer` for its queue."""

    def __init__(self, session: LinkSession, attach: Attach, queue: MessageQueue) -> None:
        super().__init__(session, attach)
        self.queue = queue
        self.settles_on_delivery = attach.snd_settle_mode == SETTLED_BY_SENDER

    def deliver(self, message: Message, lock: MessageLock | None) -> None:
        """Send a message; the delivery tag is the lock token in .NET's byte order."""
        if lock is None:
            self.session.send_delivery(self, encode_message(message), uuid4().bytes_le, None)
            return
        locked_until = as_real_time(lock.until, self.queue.now)
        payload = encode_message(message, locked_until=locked_until)
        self.session.send_delivery(self, payload, lock.token.bytes_le, lock)

    def grant(self, session: SessionLock) -> None:
        """Confirm the link with the session it got; the address must be the one asked for."""
        locked_until = as_real_time(session.until, self.queue.now)
        ticks = int(locked_until.timestamp() * 10_000_000) + TICKS_AT_EPOCH
        filters = {Symbol(SESSION_FILTER): session.session_id}
        source = Described(ulong(SOURCE), [self.address, *[None] * 6, filters])
        self.confirm(source, {Symbol("com.microsoft:locked-until-utc"): long(ticks)})

    def use_credit(self, *, at_once: bool) -> None:
        if at_once:
            self.queue.dispatch()
        else:
            self.queue.wake()

    def close(self) -> None:
        self.queue.leave(self)


class IncomingLink(Link):
    """A link on which the client sends; it gets credit as soon as it stands."""

    def __init__(self, session: LinkSession, attach: Attach) -> None:
        super().__init__(session, attach)
        self._first: Transfer | None = None
        self._parts: list[bytes] = []
        self._size = 0

    def offer_credit(self) -> None:
        self.credit = LINK_CREDIT
        self.session.send_flow(self.handle, self.delivery_count, self.credit, drain=False)

    def take_transfer(self, transfer: Transfer, payload: bytes) -> None:
        """Collect the frames of one message; the last one has it taken in and settled."""
        if transfer.aborted:
            self._start_over()
            return
        self._first = self._first or transfer
        self._parts.append(payload)
        self._size += len(payload)
        if self._size > MAX_MESSAGE_BYTES:
            self.fail(
                AmqpError(
                    Condition.MESSAGE_TOO_LARGE,
                    f"The message is larger than {MAX_MESSAGE_BYTES} bytes.",
                )
            )
        elif not transfer.more:
            first, data = self._first, b"".join(self._parts)
            self._start_over()
            self._take_whole(first, data)

    def _take_whole(self, first: Transfer, data: bytes) -> None:
        if first.delivery_id is None:
            raise MalformedError("the first transfer of a message has no delivery id")
        self.delivery_count += 1
        self.credit -= 1
        try:
            self.take_message(data, first.message_format)
            state = accepted()
        except AmqpError as error:
            state = rejected(error)
        if not first.settled:
            delivery_id = first.delivery_id
            self.session.send(
                write_disposition(role=RECEIVER, delivery_id=delivery_id, state=state)
            )
        if self.credit < LINK_CREDIT // 2:
            self.offer_credit()

    def take_message(self, data: bytes, message_format: int | None) -> None:
        """Do with a whole message what the link is for; an AmqpError refuses it."""
        raise NotImplementedError

    def _start_over(self) -> None:
        self._first, self._parts, self._size = None, [], 0


class ProducerLink(IncomingLink):
    """The link of a client's sender to a queue."""

    def __init__(self, session: LinkSession, attach: Attach, queue: MessageQueue) -> None:
        super().__init__(session, attach)
        self._queue = queue

    def take_message(self, data: bytes, message_format: int | None) -> None:
        """Enqueue one message or a batch; a batch is taken whole or not at all."""
        encoded = split_batch(data) if message_format == BATCH_FORMAT else [data]
        self._queue.backlog.enqueue_all([parse_message(one) for one in encoded])


def split_batch(data: bytes) -> list[bytes]:
    """Return the messages of a batch: each data section is one complete encoded message."""
    messages, at = [], 0
    while at < len(data):
        section, at = decode(data, at)
        if not isinstance(section, Described):
            raise MalformedError("a batch must consist of sections")
        if section.descriptor != DATA:
            continue
        if not isinstance(section.value, bytes):
            raise MalformedError("a data section of a batch is not binary")
        messages.append(section.value)
    return messages
