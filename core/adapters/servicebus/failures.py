"""Errors of azure-servicebus, told in the words of `core.errors`. Importing it loads the SDK.

All but a message that is too large are transient: it is our own bus, and no item is to be given up
because a role is missing or a queue was not provisioned.
"""

from azure.core.exceptions import AzureError
from azure.servicebus.exceptions import (
    MessageSizeExceededError,
    MessagingEntityDisabledError,
    MessagingEntityNotFoundError,
    ServiceBusAuthenticationError,
    ServiceBusAuthorizationError,
    ServiceBusQuotaExceededError,
    ServiceBusServerBusyError,
)

from core.errors import (
    InvalidPayloadError,
    RoomSyncError,
    ServiceUnavailableError,
    ThrottledError,
)

BUSY_S = 10.0
"""Seconds that Service Bus asks for when it is busy."""
BUS_ERRORS = (AzureError, OSError, ValueError)
"""What the SDK raises for a broken connection, a timeout, a closed link or a refusal."""
_ADVICE: dict[type[Exception], str] = {
    ServiceBusAuthenticationError: "check the connection string or the identity's login",
    ServiceBusAuthorizationError: "grant the identity Azure Service Bus Data Sender",
    MessagingEntityNotFoundError: "the queue does not exist; provision it first",
    MessagingEntityDisabledError: "the queue is disabled",
    ServiceBusQuotaExceededError: "the queue is full",
}
_REFUSALS = (*_ADVICE, MessageSizeExceededError, ServiceBusServerBusyError)


def is_refusal(error: Exception) -> bool:
    """Tell whether the bus has said no, so that the same call at once would get the same answer."""
    return isinstance(error, _REFUSALS)


def translated(error: Exception, queue: str) -> RoomSyncError:
    """Return what `error` means for a send to `queue`; the text never holds a message."""
    where = f"queue {queue}: send failed"
    if isinstance(error, MessageSizeExceededError):
        return InvalidPayloadError(f"{where}: the message is larger than the queue takes")
    if isinstance(error, ServiceBusServerBusyError):
        return ThrottledError(f"{where}: the bus is busy", retry_after_s=BUSY_S)
    advice = _ADVICE.get(type(error), "no answer, or a broken connection")
    return ServiceUnavailableError(f"{where}: {advice} ({type(error).__name__})")
