"""What the broker refuses, as AMQP error conditions that the client turns into its exceptions."""

from enum import StrEnum

from devstack.bus.amqp.codec import Described, Symbol, ulong

ERROR_DESCRIPTOR = ulong(0x1D)


class Condition(StrEnum):
    """The conditions this broker answers with (facts/local-broker.md, «Attach», «$management»)."""

    NOT_FOUND = "amqp:not-found"
    NOT_ALLOWED = "amqp:not-allowed"
    NOT_IMPLEMENTED = "amqp:not-implemented"
    INVALID_FIELD = "amqp:invalid-field"
    DECODE_ERROR = "amqp:decode-error"
    FRAMING_ERROR = "amqp:connection:framing-error"
    CONNECTION_FORCED = "amqp:connection:forced"
    MESSAGE_TOO_LARGE = "amqp:link:message-size-exceeded"
    SESSION_CANNOT_BE_LOCKED = "com.microsoft:session-cannot-be-locked"
    SESSION_LOCK_LOST = "com.microsoft:session-lock-lost"
    MESSAGE_LOCK_LOST = "com.microsoft:message-lock-lost"
    MESSAGE_NOT_FOUND = "com.microsoft:message-not-found"
    TIMEOUT = "com.microsoft:timeout"
    ARGUMENT_ERROR = "com.microsoft:argument-error"


class AmqpError(Exception):
    """A refusal that reaches the client as an AMQP error; nothing else is wrong."""

    def __init__(self, condition: Condition, description: str) -> None:
        super().__init__(f"{condition}: {description}")
        self.condition, self.description = condition, description

    def described(self) -> Described:
        """Return the error as an AMQP value, always with all three fields: the client reads [2]."""
        fields = [Symbol(self.condition.value), self.description, None]
        return Described(ERROR_DESCRIPTOR, fields)
