"""Received messages as the input and the metadata of a Service Bus trigger.

Follows `functions-local` section 1: metadata as JSON, array forms for batches, and both
`UserProperties` and `ApplicationProperties`, without which the worker cannot decode.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from azure.servicebus import ServiceBusReceivedMessage
from azure.servicebus.amqp import AmqpMessageBodyType
from azure_functions_runtime.bindings.datumdef import Datum

from devstack.host.runtime import bytes_collection, bytes_value, json_value


def single_input(message: ServiceBusReceivedMessage) -> tuple[Datum, dict[str, Datum]]:
    """Return value and metadata for `Cardinality.ONE`."""
    fields = _fields(message)
    return bytes_value(_body(message)), {
        name: json_value(value) for name, value in fields.items() if value is not None
    }


def batch_input(
    messages: Sequence[ServiceBusReceivedMessage],
) -> tuple[Datum, dict[str, Datum]]:
    """Return value and metadata for `Cardinality.MANY`."""
    rows = [_fields(message) for message in messages]
    metadata = {f"{name}Array": json_value([row[name] for row in rows]) for name in rows[0]}
    return bytes_collection([_body(message) for message in messages]), metadata


def _fields(message: ServiceBusReceivedMessage) -> dict[str, Any]:
    properties = {
        _text(name): _plain(value) for name, value in (message.application_properties or {}).items()
    }
    return {
        "MessageId": message.message_id,
        "SessionId": message.session_id,
        "SequenceNumber": message.sequence_number,
        "EnqueuedSequenceNumber": message.enqueued_sequence_number,
        "DeliveryCount": (message.delivery_count or 0) + 1,
        "LockToken": str(message.lock_token) if message.lock_token else None,
        "LockedUntil": _moment(message.locked_until_utc),
        "EnqueuedTimeUtc": _moment(message.enqueued_time_utc),
        "ExpiresAtUtc": _moment(message.expires_at_utc),
        "ScheduledEnqueueTimeUtc": _moment(message.scheduled_enqueue_time_utc),
        "ContentType": message.content_type,
        "CorrelationId": message.correlation_id,
        "Subject": message.subject,
        "Label": message.subject,
        "To": message.to,
        "ReplyTo": message.reply_to,
        "ReplyToSessionId": message.reply_to_session_id,
        "PartitionKey": message.partition_key,
        "DeadLetterReason": message.dead_letter_reason,
        "DeadLetterErrorDescription": message.dead_letter_error_description,
        "DeadLetterSource": message.dead_letter_source,
        "TimeToLive": _span(message.time_to_live),
        "ApplicationProperties": properties,
        "UserProperties": properties,
    }


def _body(message: ServiceBusReceivedMessage) -> bytes:
    if message.body_type is AmqpMessageBodyType.DATA:
        return b"".join(message.body)
    return str(message).encode()


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _span(span: timedelta | None) -> str | None:
    """Write a duration as the worker reads it, `hh:mm:ss`; longer than a day cannot be said."""
    if span is None or span >= timedelta(days=1):
        return None
    seconds = int(span.total_seconds())
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _plain(value: Any) -> Any:  # noqa: ANN401 - an AMQP value of any type
    if isinstance(value, bytes):
        return _text(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    return str(value)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
