"""A client that speaks AMQP by hand: it can stop in the middle, lie, or say nothing."""

import asyncio
import socket
import struct
from typing import Any, Self

from devstack.bus.amqp.codec import Described, decode, encode, uint, ulong
from devstack.bus.amqp.framing import AMQP_HEADER, Frame, FrameReader, frame

OPEN, BEGIN, ATTACH, FLOW, TRANSFER, DISPOSITION, DETACH, CLOSE = (
    0x10,
    0x11,
    0x12,
    0x13,
    0x14,
    0x15,
    0x16,
    0x18,
)
RECEIVER, SENDER = True, False


def performative(code: int, *fields: Any) -> bytes:
    return encode(Described(ulong(code), list(fields)))


class RawClient:
    """One connection without SASL, with one session on channel 0 once `begin` was called."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self.writer = reader, writer
        self._frames = FrameReader()
        self._received: list[Frame] = []

    @classmethod
    async def connect(cls, port: int) -> Self:
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def begin(
        self, *, idle_time_out_ms: int | None = None, max_frame_size: int | None = None
    ) -> Self:
        """Open the connection and a session."""
        idle, size = (
            None if value is None else uint(value) for value in (idle_time_out_ms, max_frame_size)
        )
        self.writer.write(AMQP_HEADER)
        self.send(performative(OPEN, "raw", None, size, None, idle))
        self.send(performative(BEGIN, None, uint(0), uint(100), uint(100)))
        await self.expect(BEGIN)
        return self

    async def attach(
        self, handle: int, role: bool, queue: str, filters: dict[Any, Any] | None = None
    ) -> list[Any]:
        """Attach a link and return the fields of the answer."""
        address = f"amqps://127.0.0.1/{queue}"
        source = Described(ulong(0x28), [address, *[None] * 6, filters])
        target = Described(ulong(0x29), [address])
        self.send(
            performative(ATTACH, f"link-{handle}", uint(handle), role, None, None, source, target)
        )
        return await self.expect(ATTACH)

    def send(self, body: bytes) -> None:
        self.writer.write(frame(body))

    def send_credit(self, handle: int, credit: int) -> None:
        window = uint(100)
        fields = (None, window, uint(0), window, uint(handle), uint(0), uint(credit), None, False)
        self.send(performative(FLOW, *fields))

    def send_transfer(self, handle: int, delivery_id: int, payload: bytes, *, more: bool) -> None:
        head = performative(TRANSFER, uint(handle), uint(delivery_id), b"t", uint(0), False, more)
        self.send(head + payload)

    async def expect(self, code: int) -> list[Any]:
        """Return the fields of the next performative of this kind, skipping others."""
        while True:
            body = (await self.next_frame()).body
            value = decode(body)[0] if body else None
            if isinstance(value, Described) and value.descriptor == code:
                return list(value.value)

    async def next_frame(self) -> Frame:
        """Return the next frame; an end of the stream is an EOFError."""
        while not self._received:
            data = await asyncio.wait_for(self._reader.read(65_536), 5)
            if not data:
                raise EOFError
            self._received += [f for f in self._frames.feed(data) if isinstance(f, Frame)]
        return self._received.pop(0)

    async def read_to_end(self) -> bytes:
        return await asyncio.wait_for(self._reader.read(), 5)

    def vanish(self) -> None:
        """Break off as a killed process does."""
        opened = self.writer.get_extra_info("socket")
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()
