"""The byte stream of one connection, cut into protocol headers and frames (AMQP 1.0, part 2.3)."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from devstack.bus.amqp.codec import MalformedError

AMQP_FRAME, SASL_FRAME = 0, 1
AMQP_HEADER = b"AMQP\x00\x01\x00\x00"
SASL_HEADER = b"AMQP\x03\x01\x00\x00"
MAX_FRAME_BYTES = 65_536

_HEAD = struct.Struct(">IBBH")


@dataclass(frozen=True, slots=True)
class ProtocolHeader:
    """The eight bytes with which a peer says which protocol it wants to speak next."""

    content: bytes


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame; an empty body is a heartbeat."""

    kind: int
    channel: int
    body: bytes


class FrameReader:
    """Collects what arrives and gives it back in whole headers and frames."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def feed(self, data: bytes) -> Iterator[ProtocolHeader | Frame]:
        """Yield what is complete now; a frame that cannot be is a MalformedError."""
        self._pending += data
        at = 0
        try:
            while (item := self._next(at)) is not None:
                at = item[1]
                yield item[0]
        finally:
            del self._pending[:at]

    def _next(self, at: int) -> tuple[ProtocolHeader | Frame, int] | None:
        if len(self._pending) - at < _HEAD.size:
            return None
        if self._pending[at : at + 4] == b"AMQP":
            return ProtocolHeader(bytes(self._pending[at : at + 8])), at + 8
        size, offset, kind, channel = _HEAD.unpack_from(self._pending, at)
        start = offset * 4
        if not _HEAD.size <= start <= size <= MAX_FRAME_BYTES:
            raise MalformedError(f"a frame of {size} bytes with its body at {start}")
        if len(self._pending) - at < size:
            return None
        return Frame(kind, channel, bytes(self._pending[at + start : at + size])), at + size


def frame(body: bytes, channel: int = 0, kind: int = AMQP_FRAME) -> bytes:
    """Return `body` as a frame; an empty body makes a heartbeat."""
    return _HEAD.pack(_HEAD.size + len(body), 2, kind, channel) + body
