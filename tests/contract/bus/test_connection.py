"""Clients that misbehave or disappear harm nobody but themselves, and leave nothing behind."""

import asyncio
import logging
from collections.abc import Callable

import pytest
from azure.servicebus import ServiceBusMessage

from devstack.bus.amqp.codec import Described, Symbol, decode, encode, uint, ulong
from devstack.bus.amqp.framing import AMQP_HEADER
from devstack.bus.queueing.message import parse_message
from devstack.bus.serving.connection import Connection
from devstack.bus.serving.late_writer import LateWriter
from devstack.bus.serving.links import MAX_MESSAGE_BYTES, SESSION_FILTER
from tests.contract.bus.client import bodies, receive, sessioned
from tests.contract.bus.conftest import Bus
from tests.contract.bus.raw import (
    ATTACH,
    CLOSE,
    DETACH,
    RECEIVER,
    SENDER,
    TRANSFER,
    RawClient,
    performative,
)

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.xdist_group("bus-raw")]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():  # noqa: ASYNC110 - the broker has no event for a test
            await asyncio.sleep(0.005)


@pytest.mark.parametrize(
    "garbage",
    [
        pytest.param(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", id="another protocol"),
        pytest.param(AMQP_HEADER + b"\x00\x00\x00\x0c\x02\x00\x00\x00\xff\xff\xff\xff", id="noise"),
        pytest.param(
            AMQP_HEADER + b"\x00\x00\x00\x0c\x02\x00\x00\x00\x00\x53\x11\x45", id="begin unopened"
        ),
    ],
)
async def test_malformed_bytes_end_their_connection_only_with_one_line_in_the_log(
    bus: Bus, garbage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    sender = await bus.sender("raw")
    before = set(bus.server.broker.connections)
    client = await RawClient.connect(bus.server.port)
    with caplog.at_level(logging.INFO, "devstack.bus"):
        client.writer.write(garbage)
        await client.read_to_end()
    assert len([r for r in caplog.records if r.name.startswith("devstack.bus")]) == 1
    assert bus.server.broker.connections == before
    await sender.send_messages(ServiceBusMessage("still here"))
    client.writer.close()


async def test_a_malformed_frame_in_an_open_connection_is_answered_with_the_reason(
    bus: Bus,
) -> None:
    client = await (await RawClient.connect(bus.server.port)).begin()
    client.send(performative(0x16, "no handle"))
    (error,) = await client.expect(CLOSE)
    assert error.value[0] == "amqp:connection:framing-error"
    assert error.value[1] == "field 0 of detach is a str"
    assert len(error.value) == 3
    with pytest.raises(EOFError):
        await client.next_frame()
    client.writer.close()


async def test_a_protocol_that_is_not_spoken_here_is_answered_with_the_one_that_is(
    bus: Bus,
) -> None:
    client = await RawClient.connect(bus.server.port)
    client.writer.write(b"AMQP\x02\x01\x00\x00")
    assert await client.read_to_end() == AMQP_HEADER
    client.writer.close()


async def test_a_sender_that_vanishes_in_the_middle_of_a_message_leaves_nothing(bus: Bus) -> None:
    before = set(bus.server.broker.connections)
    held = bus.server.broker.counts()["raw"].active
    client = await (await RawClient.connect(bus.server.port)).begin()
    await client.attach(0, SENDER, "raw")
    client.send_transfer(0, 0, b"\x00\x53\x75\xb0\x00\x00\x10\x00half", more=True)
    await client.writer.drain()
    await until(lambda: len(bus.server.broker.connections) > len(before))
    client.vanish()
    await until(lambda: bus.server.broker.connections == before)
    assert bus.server.broker.counts()["raw"].active == held


async def test_a_receiver_that_vanishes_frees_its_session_at_once_and_uncounted(bus: Bus) -> None:
    sender = await bus.sender("dropping")
    await sender.send_messages(sessioned("A", "a1", "a2"))
    client = await (await RawClient.connect(bus.server.port)).begin()
    fields = await client.attach(0, RECEIVER, "dropping", {Symbol(SESSION_FILTER): "A"})
    assert fields[5].value[7] == {SESSION_FILTER: "A"}
    client.send_credit(0, 10)
    await client.expect(TRANSFER)
    before = len(bus.server.broker.connections)
    client.vanish()
    await until(lambda: len(bus.server.broker.connections) < before)
    receiver = await bus.receiver("dropping", session_id="A")
    messages = await receive(receiver, 2)
    assert bodies(messages) == ["a1", "a2"]
    assert [message.delivery_count for message in messages] == [0, 0]


async def test_a_client_that_asks_for_it_gets_heartbeats_in_time(bus: Bus) -> None:
    client = await (await RawClient.connect(bus.server.port)).begin(idle_time_out_ms=100)
    started = asyncio.get_running_loop().time()
    beats = [frame async for frame in _frames(client, 3)]
    assert [frame.body for frame in beats] == [b"", b"", b""]
    assert asyncio.get_running_loop().time() - started < 1
    client.writer.close()


async def _frames(client: RawClient, count: int):
    for _ in range(count):
        yield await client.next_frame()


async def test_a_client_that_falls_silent_is_dropped(bus: Bus) -> None:
    broker = bus.server.broker
    listener = await asyncio.get_running_loop().create_server(
        lambda: Connection(broker, idle_timeout_s=0.1), "127.0.0.1", 0
    )
    client = await (await RawClient.connect(listener.sockets[0].getsockname()[1])).begin()
    (error,) = await client.expect(CLOSE)
    assert error.value[0] == "amqp:connection:forced"
    client.writer.close()
    listener.close()
    await listener.wait_closed()


async def test_a_client_with_small_frames_gets_a_message_in_pieces_that_fit(bus: Bus) -> None:
    sender = await bus.sender("in-pieces")
    await sender.send_messages(ServiceBusMessage(b"x" * 2000))
    client = await (await RawClient.connect(bus.server.port)).begin(max_frame_size=512)
    await client.attach(0, RECEIVER, "in-pieces")
    client.send_credit(0, 1)
    payload, more = b"", True
    while more:
        frame = await client.next_frame()
        assert len(frame.body) + 8 <= 512
        head, end = decode(frame.body)
        if head.descriptor == TRANSFER:
            payload, more = payload + frame.body[end:], head.value[5]
    assert decode(parse_message(payload).body)[0].value == b"x" * 2000
    client.writer.close()


async def test_a_message_that_is_too_large_ends_its_link(bus: Bus) -> None:
    client = await (await RawClient.connect(bus.server.port)).begin()
    fields = await client.attach(0, SENDER, "raw")
    assert fields[10] == MAX_MESSAGE_BYTES
    for _ in range(5):
        client.send_transfer(0, 0, b"x" * 60_000, more=True)
    fields = await client.expect(DETACH)
    assert fields[2].value[0] == "amqp:link:message-size-exceeded"
    client.send(performative(DETACH, uint(0), True))
    assert (await client.attach(0, SENDER, "raw"))[1] == 0
    client.writer.close()


async def test_a_transaction_is_refused_as_not_built(bus: Bus) -> None:
    client = await (await RawClient.connect(bus.server.port)).begin()
    coordinator = Described(ulong(0x30), [])
    client.send(performative(ATTACH, "tx", uint(0), SENDER, None, None, None, coordinator))
    fields = await client.expect(ATTACH)
    assert fields[5:7] == [None, None]
    fields = await client.expect(DETACH)
    assert fields[2].value[0] == "amqp:not-implemented"
    client.writer.close()


async def test_a_request_without_a_way_back_is_refused(bus: Bus) -> None:
    client = await (await RawClient.connect(bus.server.port)).begin()
    await client.attach(0, SENDER, "raw/$management")
    request = encode(Described(ulong(0x77), {}))
    client.send_transfer(0, 0, request, more=False)
    fields = await client.expect(0x15)
    assert fields[4].descriptor == 0x25
    assert "no receiving link for replies" in fields[4].value[0].value[1]
    client.writer.close()


async def test_late_writing_keeps_the_order_and_closes_last() -> None:
    written: list[bytes | str] = []
    writer = LateWriter(written.append)
    started = asyncio.get_running_loop().time()
    writer.write(b"at once", 0)
    assert written == [b"at once"]
    writer.write(b"late", 0.05)
    writer.write(b"behind it", 0)
    writer.close(lambda: written.append("closed"))
    await until(lambda: written[-1] == "closed")
    assert written == [b"at once", b"late", b"behind it", "closed"]
    assert asyncio.get_running_loop().time() - started >= 0.05


async def test_nothing_is_written_late_to_a_connection_that_is_gone() -> None:
    written: list[bytes] = []
    writer = LateWriter(written.append)
    writer.write(b"late", 0.01)
    writer.discard()
    await asyncio.sleep(0.03)
    assert written == []
