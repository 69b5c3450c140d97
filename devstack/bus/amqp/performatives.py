"""The performatives of AMQP 1.0 (part 2.7): read what a client sends, write what it expects.

Only the fields that this broker looks at are read; each is checked for its type.
"""

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from devstack.bus.amqp.codec import (
    SYMBOL_ARRAY,
    Described,
    MalformedError,
    Symbol,
    Value,
    array,
    decode,
    encode,
    ubyte,
    uint,
    ulong,
    ushort,
)
from devstack.bus.amqp.errors import AmqpError

WINDOW: Final = 0x7FFF_FFFF
"""The incoming window we offer. The client's own is not tracked: link credit stays far below it."""

RECEIVER, SENDER = True, False  # the role field
SETTLED_BY_SENDER = 1  # snd-settle-mode of receive-and-delete
MIXED = 2  # snd-settle-mode when the client leaves it open

SOURCE, TARGET = 0x28, 0x29
ACCEPTED, REJECTED, RELEASED, MODIFIED = 0x24, 0x25, 0x26, 0x27


@dataclass(frozen=True, slots=True)
class Open:
    """`idle_time_out` in milliseconds, as on the wire."""

    max_frame_size: int | None
    idle_time_out: int | None


@dataclass(frozen=True, slots=True)
class Begin:
    next_outgoing_id: int


@dataclass(frozen=True, slots=True)
class Attach:
    name: str
    handle: int
    role: bool
    snd_settle_mode: int | None
    rcv_settle_mode: int | None
    source: Described | None
    target: Described | None
    properties: dict[Any, Any] | None


@dataclass(frozen=True, slots=True)
class Flow:
    handle: int | None
    delivery_count: int | None
    link_credit: int | None
    drain: bool | None


@dataclass(frozen=True, slots=True)
class Transfer:
    handle: int
    delivery_id: int | None
    message_format: int | None
    settled: bool | None
    more: bool | None
    aborted: bool | None


@dataclass(frozen=True, slots=True)
class Disposition:
    role: bool
    first: int
    last: int | None
    settled: bool | None
    state: Described | None


@dataclass(frozen=True, slots=True)
class Detach:
    handle: int


@dataclass(frozen=True, slots=True)
class End:
    pass


@dataclass(frozen=True, slots=True)
class Close:
    pass


@dataclass(frozen=True, slots=True)
class SaslInit:
    pass


Performative = (
    Open | Begin | Attach | Flow | Transfer | Disposition | Detach | End | Close | SaslInit
)

Kinds = type | tuple[type, ...]


class _Shape(NamedTuple):
    """A performative's class, and which wire fields it takes, with the types they may have."""

    make: type[Performative]
    fields: tuple[tuple[int, Kinds], ...]


_NONE = type(None)
_INT, _BOOL, _MAP = (int, _NONE), (bool, _NONE), (dict, _NONE)
_DESCRIBED = (Described, _NONE)

_SHAPES = {
    0x10: _Shape(Open, ((2, _INT), (4, _INT))),
    0x11: _Shape(Begin, ((1, int),)),
    0x12: _Shape(
        Attach,
        (
            (0, str),
            (1, int),
            (2, bool),
            (3, _INT),
            (4, _INT),
            (5, _DESCRIBED),
            (6, _DESCRIBED),
            (13, _MAP),
        ),
    ),
    0x13: _Shape(Flow, ((4, _INT), (5, _INT), (6, _INT), (8, _BOOL))),
    0x14: _Shape(Transfer, ((0, int), (1, _INT), (3, _INT), (4, _BOOL), (5, _BOOL), (9, _BOOL))),
    0x15: _Shape(Disposition, ((0, bool), (1, int), (2, _INT), (3, _BOOL), (4, _DESCRIBED))),
    0x16: _Shape(Detach, ((0, int),)),
    0x17: _Shape(End, ()),
    0x18: _Shape(Close, ()),
    0x41: _Shape(SaslInit, ()),
}


def read_performative(body: bytes) -> tuple[Performative, bytes]:
    """Return what a frame says and the payload behind it; anything unexpected is malformed."""
    described, end = decode(body)
    if not isinstance(described, Described) or not isinstance(described.value, list):
        raise MalformedError("a frame does not start with a performative")
    shape = _SHAPES.get(described.descriptor)
    if shape is None:
        raise MalformedError(f"unknown performative {described.descriptor!r}")
    wire = described.value
    values: list[Any] = []
    for position, kinds in shape.fields:
        value = wire[position] if position < len(wire) else None
        if not isinstance(value, kinds):
            name = shape.make.__name__.lower()
            raise MalformedError(f"field {position} of {name} is a {type(value).__name__}")
        values.append(value)
    return shape.make(*values), body[end:]


def _write(code: int, *values: Value) -> bytes:
    return encode(Described(ulong(code), list(values)))


def write_open(max_frame_size: int, channel_max: int, idle_time_out_s: float) -> bytes:
    idle_ms = uint(int(idle_time_out_s * 1000))
    return _write(0x10, "devstack-bus", None, uint(max_frame_size), ushort(channel_max), idle_ms)


def write_begin(remote_channel: int, handle_max: int) -> bytes:
    return _write(
        0x11, ushort(remote_channel), uint(0), uint(WINDOW), uint(WINDOW), uint(handle_max)
    )


def write_attach(
    attach: Attach,
    *,
    source: Described | None,
    target: Described | None,
    max_message_size: int,
    properties: dict[Symbol, Value] | None = None,
) -> bytes:
    """Answer `attach` under the client's own handle: handles count per session and direction.

    The properties are never null: the client's callback looks something up in them (facts).
    """
    return _write(
        0x12,
        attach.name,
        uint(attach.handle),
        not attach.role,
        ubyte(MIXED if attach.snd_settle_mode is None else attach.snd_settle_mode),
        ubyte(attach.rcv_settle_mode or 0),
        source,
        target,
        None,
        False,
        uint(0) if attach.role is RECEIVER else None,
        ulong(max_message_size),
        None,
        None,
        properties or {},
    )


def write_flow(
    next_incoming_id: int,
    next_outgoing_id: int,
    *,
    handle: int,
    delivery_count: int,
    credit: int,
    drain: bool = False,
) -> bytes:
    return _write(
        0x13,
        uint(next_incoming_id),
        uint(WINDOW),
        uint(next_outgoing_id),
        uint(WINDOW),
        uint(handle),
        uint(delivery_count),
        uint(credit),
        None,
        drain,
        False,
    )


def write_transfer(
    handle: int, delivery_id: int, tag: bytes, *, settled: bool, more: bool
) -> bytes:
    """Write the head of a delivery's first frame; a piece of the message follows it there."""
    return _write(0x14, uint(handle), uint(delivery_id), tag, uint(0), settled, more)


def write_continuation(handle: int, *, settled: bool, more: bool) -> bytes:
    """Write the head of a delivery's later frames."""
    return _write(0x14, uint(handle), None, None, None, settled, more)


def write_disposition(*, role: bool, delivery_id: int, state: Described | None) -> bytes:
    """Settle one delivery."""
    return _write(0x15, role, uint(delivery_id), uint(delivery_id), True, state)


def write_detach(handle: int, error: AmqpError | None = None) -> bytes:
    return _write(0x16, uint(handle), True, None if error is None else error.described())


def write_end() -> bytes:
    return _write(0x17)


def write_close(error: AmqpError | None = None) -> bytes:
    return _write(0x18, None if error is None else error.described())


def write_sasl_mechanisms() -> bytes:
    """Offer the only mechanism there is; the client wants an array even of one."""
    return _write(0x40, array(SYMBOL_ARRAY, [b"\x09ANONYMOUS"]))


def write_sasl_outcome() -> bytes:
    """Let the client in: nothing is checked."""
    return _write(0x44, ubyte(0))
