"""One message as the broker keeps it: sections as they came, and what the broker adds to them."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from devstack.bus.amqp.codec import (
    EPOCH,
    Described,
    Encoded,
    MalformedError,
    Symbol,
    decode,
    decode_raw_map,
    encode,
    int32,
    long,
    timestamp,
    ubyte,
    uint,
    ulong,
)
from devstack.bus.amqp.errors import AmqpError, Condition

HEADER, DELIVERY_ANNOTATIONS, MESSAGE_ANNOTATIONS = 0x70, 0x71, 0x72
PROPERTIES, APPLICATION_PROPERTIES = 0x73, 0x74
DATA, VALUE = 0x75, 0x77

MESSAGE_ID, CORRELATION_ID, GROUP_ID = 0, 5, 10  # positions in the properties section

SCHEDULED_ENQUEUE_TIME = "x-opt-scheduled-enqueue-time"


class MessageState(IntEnum):
    """What `x-opt-message-state` says; a lock is no state, it is kept in the lock table."""

    ACTIVE = 0
    DEFERRED = 1
    SCHEDULED = 2


@dataclass(slots=True, kw_only=True)
class Message:
    """A message with everything that must survive a restart; moments on the stack's clock.

    Properties and body stay as raw bytes and annotations as raw values, so that what a sender wrote
    reaches the receiver with its types (facts/local-broker.md, «Sending to the broker»).
    """

    header: list[Any] = field(default_factory=list)
    annotations: dict[str, Encoded] = field(default_factory=dict)
    properties: bytes = b""
    application_properties: dict[str, Encoded] = field(default_factory=dict)
    body: bytes = b""
    message_id: str | None = None
    session_id: str | None = None
    scheduled_for: datetime | None = None
    sequence_number: int = 0
    enqueued_sequence_number: int = 0
    enqueued_at: datetime = EPOCH
    expires_at: datetime | None = None
    delivery_count: int = 0
    state: MessageState = MessageState.ACTIVE
    dead_letter_source: str | None = None

    @property
    def ttl(self) -> timedelta | None:
        """The sender's time to live; 0 means none, as the client writes it (facts: truncated)."""
        milliseconds = self.header[2] if len(self.header) > 2 else None
        return timedelta(milliseconds=milliseconds) if milliseconds else None


def parse_message(data: bytes) -> Message:
    """Read an encoded message; the client writes delivery annotations last, so order is free."""
    message, body, at = Message(), [], 0
    while at < len(data):
        start = at
        if data[at] != 0:
            raise MalformedError(f"a message section was expected at byte {at}")
        descriptor, value_at = decode(data, at + 1)
        value, at = decode(data, value_at)
        match descriptor:
            case 0x70:
                message.header = _fields(value)
            case 0x72:
                message.annotations = decode_raw_map(data, value_at)
            case 0x73:
                message.properties = data[start:at]
                _take_properties(message, _fields(value))
            case 0x74:
                message.application_properties = decode_raw_map(data, value_at)
            case 0x71:
                continue
            case _:
                body.append(data[start:at])
    message.body = b"".join(body)
    message.scheduled_for = _scheduled_for(message.annotations)
    return message


def _fields(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise MalformedError("a message section that must be a list is none")
    return value


def _take_properties(message: Message, fields: list[Any]) -> None:
    if fields and fields[MESSAGE_ID] is not None:
        message.message_id = str(fields[MESSAGE_ID])
    if len(fields) > GROUP_ID and fields[GROUP_ID] is not None:
        message.session_id = str(fields[GROUP_ID])


def _scheduled_for(annotations: dict[str, Encoded]) -> datetime | None:
    raw = annotations.get(SCHEDULED_ENQUEUE_TIME)
    milliseconds = decode(raw)[0] if raw else None
    if not milliseconds:
        return None
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except (OverflowError, TypeError) as error:
        raise AmqpError(
            Condition.ARGUMENT_ERROR,
            f"{SCHEDULED_ENQUEUE_TIME} is no moment: {milliseconds!r}",
        ) from error


def encode_message(message: Message, *, locked_until: datetime | None = None) -> bytes:
    """Write a message for a receiver; `locked_until` is real time, the client compares it so."""
    parts = [_encode_header(message), _encode_annotations(message, locked_until)]
    parts.append(message.properties)
    if message.application_properties:
        section = Described(ulong(APPLICATION_PROPERTIES), message.application_properties)
        parts.append(encode(section))
    parts.append(message.body)
    return b"".join(parts)


def _encode_header(message: Message) -> bytes:
    durable, priority, ttl, first_acquirer = [*message.header, None, None, None, None][:4]
    fields = [
        durable,
        None if priority is None else ubyte(priority),
        None if ttl is None else uint(ttl),
        first_acquirer,
        uint(message.delivery_count),
    ]
    return encode(Described(ulong(HEADER), fields))


def _encode_annotations(message: Message, locked_until: datetime | None) -> bytes:
    annotations: dict[Symbol, Any] = {
        Symbol(name): value for name, value in message.annotations.items()
    }
    annotations |= {
        Symbol("x-opt-sequence-number"): long(message.sequence_number),
        Symbol("x-opt-enqueue-sequence-number"): long(message.enqueued_sequence_number),
        Symbol("x-opt-enqueued-time"): timestamp(message.enqueued_at),
        Symbol("x-opt-message-state"): int32(message.state),
    }
    if locked_until is not None:
        annotations[Symbol("x-opt-locked-until")] = timestamp(locked_until)
    if message.dead_letter_source is not None:
        annotations[Symbol("x-opt-deadletter-source")] = message.dead_letter_source
    return encode(Described(ulong(MESSAGE_ANNOTATIONS), annotations))
