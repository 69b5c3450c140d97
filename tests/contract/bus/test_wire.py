"""Frames and performatives: pieces are put together, nonsense is refused with its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devstack.bus.amqp.codec import Described, MalformedError, Symbol, encode, uint, ulong
from devstack.bus.amqp.framing import (
    AMQP_HEADER,
    MAX_FRAME_BYTES,
    Frame,
    FrameReader,
    ProtocolHeader,
    frame,
)
from devstack.bus.amqp.performatives import Detach, Flow, read_performative
from devstack.bus.queueing.settlement import COMPLETED, RELEASED, Outcome, Settlement
from devstack.bus.serving.entity_path import EntityPath, parse_entity_path
from devstack.bus.serving.outcomes import read_outcome


@given(st.lists(st.binary(max_size=50), max_size=5), st.data())
def test_frames_come_out_whole_however_they_arrive(
    bodies: list[bytes], data: st.DataObject
) -> None:
    stream = AMQP_HEADER + b"".join(frame(body, channel=3) for body in bodies)
    reader, got = FrameReader(), []
    while stream:
        cut = data.draw(st.integers(1, len(stream)))
        got += list(reader.feed(stream[:cut]))
        stream = stream[cut:]
    assert got == [ProtocolHeader(AMQP_HEADER), *(Frame(0, 3, body) for body in bodies)]


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"\x00\x00\x00\x04\x02\x00\x00\x00", id="shorter than its own head"),
        pytest.param(b"\x00\x00\x00\x09\x01\x00\x00\x00", id="body inside the head"),
        pytest.param(b"\x00\x00\x00\x0c\x09\x00\x00\x00", id="body behind the end"),
        pytest.param((MAX_FRAME_BYTES + 1).to_bytes(4) + b"\x02\x00\x00\x00", id="too long"),
        pytest.param(b"GET / HTTP/1.1\r\n", id="another protocol"),
    ],
)
def test_an_impossible_frame_is_refused_before_it_is_collected(head: bytes) -> None:
    with pytest.raises(MalformedError):
        list(FrameReader().feed(head))


def test_fields_that_are_left_out_at_the_end_are_null() -> None:
    body = encode(Described(ulong(0x13), [None, uint(5), uint(0), uint(5)]))
    assert read_performative(body + b"rest") == (Flow(None, None, None, None), b"rest")


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (Described(ulong(0x99), []), "unknown performative"),
        (Described(ulong(0x16), ["one"]), "field 0 of detach is a str"),
        (Described(ulong(0x16), []), "field 0 of detach is a NoneType"),
        (Described(ulong(0x16), {}), "does not start with a performative"),
        ([1, 2], "does not start with a performative"),
    ],
)
def test_a_wrong_performative_is_refused_with_its_place(value: object, complaint: str) -> None:
    with pytest.raises(MalformedError, match=complaint):
        read_performative(encode(value))


def test_a_right_performative_is_read() -> None:
    assert read_performative(encode(Described(ulong(0x16), [uint(4)])))[0] == Detach(4)


@pytest.mark.parametrize(
    ("state", "outcome"),
    [
        (Described(0x24, []), COMPLETED),
        (Described(0x26, []), RELEASED),
        (Described(0x27, [True, False]), Outcome(settlement=Settlement.ABANDON)),
        (Described(0x27, [True, True]), Outcome(settlement=Settlement.DEFER)),
        (Described(0x27, []), RELEASED),
        (Described(0x25, []), Outcome(settlement=Settlement.DEAD_LETTER)),
        (
            Described(0x25, [Described(0x1D, [Symbol("x"), None, {"DeadLetterReason": "bad"}])]),
            Outcome(settlement=Settlement.DEAD_LETTER, reason="bad"),
        ),
        (Described(0x23, [1, 2]), None),
        (None, RELEASED),
    ],
)
def test_a_delivery_state_says_how_to_settle(
    state: Described | None, outcome: Outcome | None
) -> None:
    assert read_outcome(state) == outcome


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("amqps://127.0.0.1:5673/queue", EntityPath("queue", False, False)),
        ("amqps://127.0.0.1/queue/$deadletterQUEUE", EntityPath("queue", True, False)),
        ("queue/$management", EntityPath("queue", False, True)),
        ("queue/$DeadLetterQueue/$management", EntityPath("queue", True, True)),
        ("amqps://127.0.0.1", EntityPath("", False, False)),
    ],
)
def test_an_address_names_a_queue_and_a_side_of_it(address: str, path: EntityPath) -> None:
    assert parse_entity_path(address) == path
