"""AMQP values survive the wire, and no bytes at all make the reader do anything but refuse."""

import struct
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devstack.bus.amqp.codec import (
    EPOCH,
    UUID_ARRAY,
    Described,
    Encoded,
    MalformedError,
    Symbol,
    array,
    decode,
    decode_raw_map,
    encode,
    int32,
    long,
    milliseconds,
    timestamp,
    ubyte,
    uint,
    ulong,
    ushort,
)

LONGS = st.integers(min_value=-(2**63), max_value=2**63 - 1)
SYMBOLS = st.text(st.characters(codec="ascii"), max_size=300).map(Symbol)
SCALARS = (
    st.none()
    | st.booleans()
    | LONGS
    | st.floats(allow_nan=False)
    | st.text(max_size=300)
    | st.binary(max_size=300)
    | SYMBOLS
    | st.uuids()
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(SYMBOLS | LONGS, inner, max_size=5)
        | st.builds(Described, LONGS, inner)
    ),
    max_leaves=20,
)


@given(VALUES)
def test_a_value_comes_back_as_it_went(value: Any) -> None:
    encoded = encode(value)
    assert decode(encoded) == (value, len(encoded))


@given(VALUES)
def test_the_type_of_a_text_comes_back_too(value: Any) -> None:
    decoded, _ = decode(encode([value, Symbol("name"), "text"]))
    assert [type(item) for item in decoded[1:]] == [Symbol, str]


@pytest.mark.parametrize(
    ("write", "low", "high"),
    [
        (ubyte, 0, 2**8 - 1),
        (ushort, 0, 2**16 - 1),
        (uint, 0, 2**32 - 1),
        (ulong, 0, 2**64 - 1),
        (int32, -(2**31), 2**31 - 1),
        (long, -(2**63), 2**63 - 1),
    ],
)
def test_every_numeric_type_holds_its_whole_range(write: Any, low: int, high: int) -> None:
    for number in (low, 0, 1, 255, high):
        assert decode(write(number))[0] == number


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_moment_keeps_its_milliseconds(moment: datetime) -> None:
    back = EPOCH + timedelta(milliseconds=decode(timestamp(moment))[0])
    assert timedelta(0) <= moment - back < timedelta(milliseconds=1)
    assert milliseconds(back) == milliseconds(moment)


@given(st.lists(st.uuids(), max_size=5))
def test_an_array_gives_its_elements(tokens: list[UUID]) -> None:
    encoded = array(UUID_ARRAY, [token.bytes for token in tokens])
    assert decode(encoded) == (tokens, len(encoded))


@given(st.dictionaries(SYMBOLS, VALUES, max_size=5))
def test_a_raw_map_keeps_every_value_in_the_bytes_it_had(content: dict[Symbol, Any]) -> None:
    raw = decode_raw_map(encode(content))
    assert raw == {name: encode(value) for name, value in content.items()}
    assert encode(raw) == encode(content)


def test_a_number_keeps_its_width_in_a_raw_map() -> None:
    raw = decode_raw_map(encode({Symbol("a"): int32(7), Symbol("b"): ubyte(7)}))
    assert raw == {"a": int32(7), "b": ubyte(7)}


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_read_or_refused(data: bytes) -> None:
    for read in (decode, decode_raw_map):
        try:
            read(data)
        except MalformedError:
            continue


@given(VALUES, st.data())
def test_a_value_that_is_cut_short_is_refused(value: Any, data: st.DataObject) -> None:
    encoded = encode(value)
    end = data.draw(st.integers(0, len(encoded) - 1))
    with pytest.raises(MalformedError):
        decode(encoded[:end])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"\xf0" + struct.pack(">II", 5, 2**32 - 1) + b"\x40", id="array of nulls"),
        pytest.param(b"\xd0" + struct.pack(">II", 2**32 - 1, 1) + b"\x40", id="endless list"),
        pytest.param(b"\xc1\x02\x01\x40", id="key without a value"),
        pytest.param(b"\xc1\x03\x02\x45\x40", id="a list as a key"),
        pytest.param(b"\xc0\x03\x01\x40\x40", id="list with something left over"),
        pytest.param(b"\xa1\x02\xff\xff", id="text that is not UTF-8"),
        pytest.param(b"\x3f", id="unknown constructor"),
        pytest.param(b"\x00" * 100_000, id="descriptors all the way down"),
    ],
)
def test_what_claims_more_than_it_is_gets_refused(data: bytes) -> None:
    with pytest.raises(MalformedError):
        decode(data)


def test_a_type_that_amqp_does_not_know_is_a_mistake_of_ours() -> None:
    with pytest.raises(TypeError, match="AMQP cannot carry a set"):
        encode({1, 2})


def test_what_is_encoded_already_is_left_alone() -> None:
    assert encode(Encoded(b"\x40")) == b"\x40"
