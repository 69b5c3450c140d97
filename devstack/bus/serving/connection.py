"""One client's connection: protocol headers, SASL, open and close, heartbeats, its AMQP sessions.

Whatever goes wrong here ends this connection only, with one line in the log.
"""

import asyncio
import logging
import socket
import struct
from typing import Protocol, cast, override

from devstack.bus.amqp.codec import MalformedError
from devstack.bus.amqp.errors import AmqpError, Condition
from devstack.bus.amqp.framing import (
    AMQP_FRAME,
    AMQP_HEADER,
    MAX_FRAME_BYTES,
    SASL_FRAME,
    SASL_HEADER,
    Frame,
    FrameReader,
    ProtocolHeader,
    frame,
)
from devstack.bus.amqp.performatives import (
    Begin,
    Close,
    End,
    Open,
    Performative,
    SaslInit,
    read_performative,
    write_close,
    write_end,
    write_open,
    write_sasl_mechanisms,
    write_sasl_outcome,
)
from devstack.bus.serving.amqp_session import AmqpSession
from devstack.bus.serving.attaching import Entities
from devstack.bus.serving.late_writer import LateWriter

log = logging.getLogger(__name__)

CHANNEL_MAX = 4999
HEARTBEAT_S = 10.0
IDLE_TIMEOUT_S = 240.0
"""A peer that says nothing for so long is dropped; it is told so in `open`, as Azure does."""
MIN_FRAME_BYTES = 512


class ConnectionBroker(Entities, Protocol):
    """What a connection needs of its broker."""

    def joined(self, connection: "Connection") -> None: ...

    def left(self, connection: "Connection") -> None: ...

    def has_output(self, connection: "Connection") -> None:
        """Have `write_out` called once everything that led to the output is durable."""
        ...


class Connection(asyncio.Protocol):
    """Collects its output; the broker has it written when what it acknowledges is durable."""

    def __init__(self, broker: ConnectionBroker, idle_timeout_s: float = IDLE_TIMEOUT_S) -> None:
        self._broker, self._idle_timeout_s = broker, idle_timeout_s
        self._reader = FrameReader()
        self._sessions: dict[int, AmqpSession] = {}
        self._output: list[bytes] = []
        self._is_open = self._is_closing = False
        self._heartbeat: asyncio.TimerHandle | None = None
        self._heartbeat_s = min(HEARTBEAT_S, idle_timeout_s / 2)
        self.max_frame_size = MAX_FRAME_BYTES
        self._transport: asyncio.Transport
        self._late: LateWriter
        self._last_heard = 0.0

    # Called by asyncio

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # what a TCP server gets
        self._late = LateWriter(self._transport.write)
        self._socket().setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._beat()
        self._broker.joined(self)

    @override
    def data_received(self, data: bytes) -> None:
        self._last_heard = asyncio.get_running_loop().time()
        try:
            for item in self._reader.feed(data):
                if not self._is_closing:
                    self._take(item)
        except MalformedError as error:
            log.warning("a client's bytes are not AMQP, its connection ends: %s", error)
            self._end(AmqpError(Condition.FRAMING_ERROR, str(error)))
        except Exception:
            log.exception("a client's frame could not be handled, its connection ends")
            self.reset()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of everything the client held; it may have vanished in the middle of a frame."""
        self._let_go()
        self._late.discard()
        self._output.clear()
        if self._heartbeat is not None:
            self._heartbeat.cancel()
        self._broker.left(self)

    # Output

    def send(self, performative: bytes, channel: int) -> None:
        self._send_bytes(frame(performative, channel))

    def write_out(self, delay_s: float) -> None:
        """Write what has collected, late by `delay_s`; then close, if that was the last."""
        if self._transport.is_closing():
            self._output.clear()
            return
        if self._output:
            self._late.write(b"".join(self._output), delay_s)
            self._output.clear()
        if self._is_closing:
            self._late.close(self._transport.close)

    def reset(self) -> None:
        """Break the connection off without a word, as a network does."""
        self._let_go()
        if not self._transport.is_closing():
            linger_not = struct.pack("ii", 1, 0)
            self._socket().setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)
        self._transport.abort()

    def _send_bytes(self, data: bytes) -> None:
        if not self._transport.is_closing():
            self._output.append(data)
            self._broker.has_output(self)

    def _end(self, error: AmqpError | None = None) -> None:
        """Say good-bye and close once that is written."""
        self._let_go()
        if self._is_open:
            self.send(write_close(error), 0)
        self._broker.has_output(self)

    def _let_go(self) -> None:
        """Take no more input, and free what the client's links held."""
        self._is_closing = True
        for session in self._sessions.values():
            session.close()
        self._sessions.clear()

    def _beat(self) -> None:
        """Show the client that we are here, and see whether it is."""
        loop = asyncio.get_running_loop()
        self._last_heard = self._last_heard or loop.time()
        if loop.time() - self._last_heard > self._idle_timeout_s:
            log.warning("a client was silent too long (%s s), it is out", self._idle_timeout_s)
            self._end(AmqpError(Condition.CONNECTION_FORCED, "The connection was idle too long."))
            return
        if self._is_open:
            self._send_bytes(frame(b""))
        self._heartbeat = loop.call_later(self._heartbeat_s, self._beat)

    def _socket(self) -> socket.socket:
        opened: socket.socket = self._transport.get_extra_info("socket")
        return opened

    # Input

    def _take(self, item: ProtocolHeader | Frame) -> None:
        if isinstance(item, ProtocolHeader):
            self._greet(item)
        elif item.body and item.kind in (AMQP_FRAME, SASL_FRAME):
            performative, payload = read_performative(item.body)
            self._take_performative(performative, item.channel, payload)

    def _greet(self, header: ProtocolHeader) -> None:
        """Answer the header; to a protocol that is not ours with the one that is, and good-bye."""
        if self._is_open:
            raise MalformedError("a protocol header in an open connection")
        if header.content == SASL_HEADER:
            self._send_bytes(SASL_HEADER + frame(write_sasl_mechanisms(), kind=SASL_FRAME))
        else:
            self._send_bytes(AMQP_HEADER)
            if header.content != AMQP_HEADER:
                self._end()

    def _take_performative(self, performative: Performative, channel: int, payload: bytes) -> None:
        match performative:
            case SaslInit():
                self._send_bytes(frame(write_sasl_outcome(), kind=SASL_FRAME))
            case Open():
                self._open(performative)
            case Close():
                self._end()
            case _ if not self._is_open:
                raise MalformedError(f"{type(performative).__name__} before open")
            case Begin():
                self._begin(performative, channel)
            case End():
                self._session(channel).close()
                del self._sessions[channel]
                self.send(write_end(), channel)
            case _:
                self._session(channel).take(performative, payload)

    def _open(self, performative: Open) -> None:
        if self._is_open:
            raise MalformedError("open twice")
        self._is_open = True
        asked = performative.max_frame_size or MAX_FRAME_BYTES
        self.max_frame_size = min(max(asked, MIN_FRAME_BYTES), MAX_FRAME_BYTES)
        if performative.idle_time_out:
            self._heartbeat_s = min(self._heartbeat_s, performative.idle_time_out / 2000)
        self.send(write_open(MAX_FRAME_BYTES, CHANNEL_MAX, self._idle_timeout_s), 0)
        if self._heartbeat is not None:
            self._heartbeat.cancel()
        self._beat()

    def _begin(self, performative: Begin, channel: int) -> None:
        if channel in self._sessions or channel > CHANNEL_MAX:
            raise MalformedError(f"channel {channel} is in use or too high")
        self._sessions[channel] = AmqpSession(self, self._broker, channel, performative)

    def _session(self, channel: int) -> AmqpSession:
        session = self._sessions.get(channel)
        if session is None:
            raise MalformedError(f"no session on channel {channel}")
        return session
