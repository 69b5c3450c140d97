"""Every error that crosses a port, and what the caller does about it.

    RoomSyncError
    ├── TransientError            try again later; `retry_after_s` when the service said when
    │   ├── ThrottledError        the service asks for a pause
    │   ├── ServiceUnavailableError   down, timed out or moving; the outcome of a write is unknown
    │   ├── LockedError           somebody edits the booking in ROOMS, or a draft holds the slot
    │   └── ClaimedError          another worker is creating the same item right now
    ├── PermanentError            trying again changes nothing: give up, tell the operator
    │   ├── InvalidPayloadError   what came in cannot be read
    │   │   ├── LaterFormError    a later version wrote it: leave it alone, try again
    │   │   ├── MalformedSeriesError  a recurrence or its exceptions mean nothing: say so, go on
    │   │   └── LifetimeRefusedError  a subscription for too long a time: ask for less
    │   ├── NotPermittedError     credentials, consent or mailbox scope
    │   │   └── SubscriptionLimitError    no more subscriptions for this mailbox or application
    │   └── MailboxUnavailableError   no such mailbox, or none that can be used
    ├── PreconditionFailedError   what was assumed is not so: observe again, plan again
    │   ├── NotFoundError
    │   ├── AlreadyExistsError
    │   ├── NotASeriesError       the event is a single one (by now)
    │   └── StaleVersionError
    ├── CursorExpiredError        a delta link is too old: start a new round
    ├── BookingRefusedError       ROOMS says no: a fact to plan with, not a failure
    ├── SeriesNotTakenError       ROOMS takes these dates only one by one: book them so
    ├── CrossingBoundaryError     Exchange keeps a date between its neighbours
    ├── MessageRejectedError      a webhook call that is not taken, with the HTTP status to answer
    └── GuardTrippedError         too many creates or cancels: stop this mailbox, ask a person

Texts are for operators: what, where, what to do. They never hold a subject, an attendee or a token.
"""

from datetime import datetime
from enum import StrEnum


class RoomSyncError(Exception):
    """Root of all errors that this project raises on purpose.

    `origin` is the name of the scope (`core.domain.scope`) whose answer it was: that of a mailbox,
    an environment or ROOMS; "" for everything else. `is_answer` says that it is an answer to reckon
    with, no failure: in telemetry it makes nothing red.
    """

    origin = ""
    is_answer = False


class RetryClass(StrEnum):
    """Which row of the retry tables applies (R-(i))."""

    DATA_PROCESSING = "data_processing"
    CONNECTIVITY = "connectivity"
    AUTHORIZATION = "authorization"
    MAILBOX_UNKNOWN = "mailbox_unknown"
    BACK_SYNC = "back_sync"
    LOCKED = "locked"
    UNFORESEEN = "unforeseen"
    OTHER = "other"


class TransientError(RoomSyncError):
    """The call may succeed later; the kind decides on its table, a `retry_class` on top of that."""

    retry_class = RetryClass.OTHER

    def __init__(
        self,
        message: str,
        *,
        retry_after_s: float | None = None,
        retry_class: RetryClass | None = None,
    ) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        if retry_class is not None:
            self.retry_class = retry_class


class ThrottledError(TransientError):
    """429: wait as long as the service says."""

    retry_class = RetryClass.CONNECTIVITY


class ServiceUnavailableError(TransientError):
    """The service is down, slow or moving; a write may or may not have happened."""

    retry_class = RetryClass.CONNECTIVITY


class LockedError(TransientError):
    """The booking is open in somebody's editor, or a draft holds the slot: never a refusal."""

    is_answer = True

    retry_class = RetryClass.LOCKED


class ClaimedError(TransientError):
    """Another worker holds the claim on this item; its lease will end."""

    is_answer = True


class PermanentError(RoomSyncError):
    """Trying again changes nothing."""

    retry_class = RetryClass.DATA_PROCESSING


class InvalidPayloadError(PermanentError):
    """A message or an answer does not have the form that it must have."""


class LaterFormError(InvalidPayloadError):
    """A later version of this app has stored or sent it: neither changed nor thrown away here.

    It is tried again like a service that does not answer, as that version may be about to run.
    """


class MalformedSeriesError(InvalidPayloadError):
    """A series that cannot be read: a pattern without a meaning, two exceptions on one date."""


class LifetimeRefusedError(InvalidPayloadError):
    """The service does not take a subscription as it was asked for, mostly for too long a time."""

    is_answer = True


class NotPermittedError(PermanentError):
    """The service refuses us: credentials, consent, mailbox scope or rights need a person."""

    retry_class = RetryClass.AUTHORIZATION


class SubscriptionLimitError(NotPermittedError):
    """There are too many subscriptions, all applications together (graph-calendar 1.1)."""


class MailboxUnavailableError(PermanentError):
    """The mailbox does not exist, has no licence or lies elsewhere."""

    retry_class = RetryClass.MAILBOX_UNKNOWN


class PreconditionFailedError(RoomSyncError):
    """The state is not what the plan assumed."""

    is_answer = True


class NotFoundError(PreconditionFailedError):
    """The item is not there. Alone this proves no deletion (design 5.1)."""


class AlreadyExistsError(PreconditionFailedError):
    """Somebody was faster."""


class NotASeriesError(PreconditionFailedError):
    """What was a series, or was taken for one, is a single event."""


class StaleVersionError(PreconditionFailedError):
    """The item was changed since it was read."""


class CursorExpiredError(RoomSyncError):
    """The cursor of an incremental read is no longer known to the service."""


class BookingRefusedError(RoomSyncError):
    """ROOMS does not take the booking; `code` is a RefusalCode, `text` is what ROOMS said."""

    is_answer = True

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"ROOMS refused the booking ({code})")
        self.code, self.text = code, text


class SeriesNotTakenError(RoomSyncError):
    """ROOMS has no such series: a pattern, a length or dates that only single bookings can hold."""

    is_answer = True


class CrossingBoundaryError(RoomSyncError):
    """A date of a series cannot pass its neighbours in Exchange (graph-calendar 3.3)."""

    is_answer = True

    def __init__(self, original_start: datetime) -> None:
        super().__init__(
            "Exchange does not move a date of a series past the one before or after it"
        )
        self.original_start = original_start


class MessageRejectedError(RoomSyncError):
    """A call to one of our webhooks is refused; `status` is what the caller gets."""

    is_answer = True

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class GuardTrippedError(RoomSyncError):
    """More creates or cancels than one mailbox should ever see: a person must look (design 6)."""
