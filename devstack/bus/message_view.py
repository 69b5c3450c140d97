"""A message as JSON, for operators and tests: what it says and how it stands."""

from datetime import datetime
from typing import Any

from devstack.bus.amqp.codec import Described, Value, decode
from devstack.bus.queueing.message import DATA, Message
from devstack.kit.journal import iso

_PROPERTY_NAMES = {0: "message_id", 3: "subject", 5: "correlation_id", 6: "content_type"}


def as_json(message: Message, *, is_locked: bool) -> dict[str, Any]:
    """Show a message; `state` is `locked` while somebody holds it, whatever else it is."""
    application = {
        name: _plain(decode(raw)[0]) for name, raw in message.application_properties.items()
    }
    reason = application.pop("DeadLetterReason", None)
    description = application.pop("DeadLetterErrorDescription", None)
    return {
        "sequence_number": message.sequence_number,
        **_properties(message),
        "session_id": message.session_id,
        "state": "locked" if is_locked else message.state.name.lower(),
        "delivery_count": message.delivery_count,
        "enqueued_at": iso(message.enqueued_at),
        "scheduled_for": _iso_or_none(message.scheduled_for),
        "expires_at": _iso_or_none(message.expires_at),
        "dead_letter_reason": reason,
        "dead_letter_description": description,
        "application_properties": application,
        "body": body_text(message),
    }


def body_text(message: Message) -> str:
    """Return the body as text: data sections as UTF-8, other kinds as Python writes them."""
    parts, at = [], 0
    while at < len(message.body):
        section, at = decode(message.body, at)
        is_data = section.descriptor == DATA and isinstance(section.value, bytes)
        parts.append(
            section.value.decode("utf-8", "replace") if is_data else str(_plain(section.value))
        )
    return "".join(parts)


def _properties(message: Message) -> dict[str, Any]:
    fields: list[Any] = []
    if message.properties:
        section, _ = decode(message.properties)
        fields = section.value
    return {
        name: _plain(fields[position]) if position < len(fields) else None
        for position, name in _PROPERTY_NAMES.items()
    }


def _plain(value: Value) -> Any:  # noqa: ANN401 - whatever JSON can show
    if isinstance(value, Described):
        return _plain(value.value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)


def _iso_or_none(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
