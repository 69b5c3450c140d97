"""AMQP 1.0 types as bytes and back (OASIS AMQP 1.0, part 1): pure, no I/O.

A Python `int` is written as `long`, a `float` as `double`; the other numeric types are made by the
functions below and carried as `Encoded`. Whatever cannot be read is a `MalformedError`.
"""

import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

Value = Any  # whatever AMQP can carry; narrowed where it is used

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MAX_COUNT = 65_536  # elements of zero width cost no bytes: a peer could claim four billion of them

UUID_ARRAY, LONG_ARRAY, TIMESTAMP_ARRAY, SYMBOL_ARRAY = 0x98, 0x81, 0x83, 0xA3


class MalformedError(ValueError):
    """The bytes are not what AMQP 1.0 allows; the connection they came on must end."""


class Symbol(str):
    """An AMQP symbol: a name from a closed vocabulary."""

    __slots__ = ()


class Encoded(bytes):
    """A value that already is in its encoded form, constructor included."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Described:
    """A value with a descriptor that says what it means."""

    descriptor: Value
    value: Value


_FIXED = {
    0x50: struct.Struct(">B"),
    0x60: struct.Struct(">H"),
    0x70: struct.Struct(">I"),
    0x80: struct.Struct(">Q"),
    0x51: struct.Struct(">b"),
    0x61: struct.Struct(">h"),
    0x71: struct.Struct(">i"),
    0x81: struct.Struct(">q"),
    0x72: struct.Struct(">f"),
    0x82: struct.Struct(">d"),
    0x83: struct.Struct(">q"),
    0x52: struct.Struct(">B"),
    0x53: struct.Struct(">B"),
    0x54: struct.Struct(">b"),
    0x55: struct.Struct(">b"),
    0x73: struct.Struct(">I"),
}
_OPAQUE = {0x74: 4, 0x84: 8, 0x94: 16}  # decimals: nobody here calculates with them
_CONSTANT: dict[int, Callable[[], Value]] = {
    0x40: lambda: None,
    0x41: lambda: True,
    0x42: lambda: False,
    0x43: lambda: 0,
    0x44: lambda: 0,
    0x45: list,
}
_U32 = struct.Struct(">I")
_TWO_U32 = struct.Struct(">II")


def decode(data: bytes, position: int = 0) -> tuple[Value, int]:
    """Return the value that starts at `position`, and where the next one starts."""
    try:
        return _read(data, position)
    except MalformedError:
        raise
    except (struct.error, IndexError, UnicodeDecodeError, RecursionError, TypeError) as error:
        raise MalformedError(f"not AMQP at byte {position}: {error}") from error


def _read(data: bytes, at: int) -> tuple[Value, int]:
    code = data[at]
    if code == 0:
        descriptor, at = _read(data, at + 1)
        value, at = _read(data, at)
        return Described(descriptor, value), at
    return _read_coded(data, at + 1, code)


def _read_coded(data: bytes, at: int, code: int) -> tuple[Value, int]:
    """Read what follows constructor `code`; in an array one constructor serves all elements."""
    if (fixed := _FIXED.get(code)) is not None:
        return fixed.unpack_from(data, at)[0], at + fixed.size
    if (constant := _CONSTANT.get(code)) is not None:
        return constant(), at
    match code >> 4:
        case 0xA | 0xB:
            return _read_variable(data, at, code)
        case 0xC | 0xD:
            return _read_compound(data, at, code)
        case 0xE | 0xF:
            return _read_array(data, at, code)
    return _read_rare(data, at, code)


def _read_rare(data: bytes, at: int, code: int) -> tuple[Value, int]:
    if code == 0x56:
        return data[at] == 1, at + 1
    if code == 0x98:
        return UUID(bytes=_slice(data, at, at + 16)), at + 16
    if code in _OPAQUE:
        end = at + _OPAQUE[code]
        return _slice(data, at, end), end
    raise MalformedError(f"unknown constructor {code:#04x} at byte {at - 1}")


def _read_variable(data: bytes, at: int, code: int) -> tuple[Value, int]:
    if code < 0xB0:
        start = at + 1
        end = start + data[at]
    else:
        start = at + 4
        end = start + _U32.unpack_from(data, at)[0]
    content = _slice(data, start, end)
    match code & 0x0F:
        case 0x0:
            return content, end
        case 0x1:
            return content.decode("utf-8"), end
        case 0x3:
            return Symbol(content.decode("ascii")), end
    raise MalformedError(f"unknown constructor {code:#04x} at byte {at - 1}")


def _read_compound(data: bytes, at: int, code: int) -> tuple[Value, int]:
    count, start, end = _compound_header(data, at, code)
    items = []
    for _ in range(count):
        item, start = _read(data, start)
        items.append(item)
    if start != end:
        raise MalformedError(f"a list or map at byte {at} is not as long as it says")
    if code & 0x0F == 0:
        return items, end
    if code & 0x0F != 1 or count % 2:
        raise MalformedError(f"a map at byte {at} has a key without a value")
    return dict(zip(items[::2], items[1::2], strict=True)), end


def _read_array(data: bytes, at: int, code: int) -> tuple[Value, int]:
    count, start, end = _compound_header(data, at, code)
    if count == 0:
        return [], end
    element = data[start]
    start += 1
    items = []
    for _ in range(count):
        item, start = _read_coded(data, start, element)
        items.append(item)
    if start != end:
        raise MalformedError(f"an array at byte {at} is not as long as it says")
    return items, end


def _compound_header(data: bytes, at: int, code: int) -> tuple[int, int, int]:
    """Return the number of elements, where they start and where they end."""
    if code in (0xC0, 0xC1, 0xE0):
        end, count, start = at + 1 + data[at], data[at + 1], at + 2
    elif code in (0xD0, 0xD1, 0xF0):
        size, count = _TWO_U32.unpack_from(data, at)
        end, start = at + 4 + size, at + 8
    else:
        raise MalformedError(f"unknown constructor {code:#04x} at byte {at - 1}")
    if end > len(data) or count > max(end - start, MAX_COUNT):
        raise MalformedError(f"a compound at byte {at} claims more than there is")
    return count, start, end


def _slice(data: bytes, start: int, end: int) -> bytes:
    if end > len(data):
        raise MalformedError(f"{end - len(data)} bytes are missing after byte {len(data)}")
    return bytes(data[start:end])


def decode_raw_map(data: bytes, at: int = 0) -> dict[str, Encoded]:
    """Return the map at `at` with its values still encoded, so that their types survive a rewrite.

    Keys are symbols or strings; null is an empty map.
    """
    try:
        code = data[at]
        if code == 0x40:
            return {}
        if code not in (0xC1, 0xD1):
            raise MalformedError(f"a map was expected at byte {at}")
        count, start, _ = _compound_header(data, at + 1, code)
    except (struct.error, IndexError) as error:
        raise MalformedError(f"not an AMQP map at byte {at}: {error}") from error
    values: dict[str, Encoded] = {}
    for _ in range(count // 2):
        key, start = decode(data, start)
        if not isinstance(key, str):
            raise MalformedError(f"a map key before byte {start} is no string")
        _, end = decode(data, start)
        values[key] = Encoded(data[start:end])
        start = end
    return values


def encode(value: Value) -> bytes:
    """Return `value` in its encoded form; a type AMQP does not know is a TypeError."""
    writer = _WRITERS.get(type(value))
    if writer is None:
        raise TypeError(f"AMQP cannot carry a {type(value).__name__}")
    return writer(value)


def _variable(code: int, content: bytes) -> bytes:
    if len(content) < 256:
        return bytes((code, len(content))) + content
    return bytes((code + 0x10,)) + _U32.pack(len(content)) + content


def _compound(code: int, count: int, content: bytes) -> bytes:
    return bytes((code,)) + _TWO_U32.pack(len(content) + 4, count) + content


def _encode_map(value: dict[Value, Value]) -> bytes:
    content = b"".join(encode(key) + encode(item) for key, item in value.items())
    return _compound(0xD1, 2 * len(value), content)


_WRITERS: dict[type, Callable[[Value], bytes]] = {
    Encoded: bytes,
    type(None): lambda _: b"\x40",
    bool: lambda value: b"\x41" if value else b"\x42",
    int: lambda value: b"\x81" + struct.pack(">q", value),
    float: lambda value: b"\x82" + struct.pack(">d", value),
    str: lambda value: _variable(0xA1, value.encode()),
    Symbol: lambda value: _variable(0xA3, value.encode("ascii")),
    bytes: lambda value: _variable(0xA0, value),
    UUID: lambda value: b"\x98" + value.bytes,
    Described: lambda value: b"\x00" + encode(value.descriptor) + encode(value.value),
    list: lambda value: _compound(0xD0, len(value), b"".join(map(encode, value))),
    dict: _encode_map,
}


def ubyte(value: int) -> Encoded:
    return Encoded(b"\x50" + bytes((value,)))


def ushort(value: int) -> Encoded:
    return Encoded(b"\x60" + struct.pack(">H", value))


def uint(value: int) -> Encoded:
    if value == 0:
        return Encoded(b"\x43")
    if value < 256:
        return Encoded(bytes((0x52, value)))
    return Encoded(b"\x70" + _U32.pack(value))


def ulong(value: int) -> Encoded:
    if value == 0:
        return Encoded(b"\x44")
    if value < 256:
        return Encoded(bytes((0x53, value)))
    return Encoded(b"\x80" + struct.pack(">Q", value))


def int32(value: int) -> Encoded:
    return Encoded(b"\x71" + struct.pack(">i", value))


def long(value: int) -> Encoded:
    return Encoded(b"\x81" + struct.pack(">q", value))


def timestamp(moment: datetime) -> Encoded:
    """Write a moment as AMQP does: milliseconds since 1970, UTC."""
    return Encoded(b"\x83" + struct.pack(">q", milliseconds(moment)))


def milliseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(milliseconds=1)


def array(element: int, values: Iterable[Encoded | bytes]) -> Encoded:
    """Write an array whose elements share the constructor `element`; the values come without it."""
    contents = list(values)
    content = bytes((element,)) + b"".join(contents)
    return Encoded(_compound(0xF0, len(contents), content))
