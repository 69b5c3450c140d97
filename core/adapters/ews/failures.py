"""Which error of `core.errors` a refusal of EWS is (ews-and-security A8).

Branches on the code, never on the text: texts of servers name people, and of the library whole
answers.
"""

from core.adapters.graph.failures import BoundaryCrossedError, NoDateLeftError
from core.errors import (
    CursorExpiredError,
    InvalidPayloadError,
    MailboxUnavailableError,
    NotFoundError,
    NotPermittedError,
    RetryClass,
    RoomSyncError,
    ServiceUnavailableError,
    StaleVersionError,
    ThrottledError,
    TransientError,
)

_BY_CODE: dict[str, type[RoomSyncError]] = {
    "ErrorServerBusy": ThrottledError,
    "ErrorExceededConnectionCount": ThrottledError,
    "ErrorTooManyObjectsOpened": ThrottledError,
    "RateLimitError": ThrottledError,
    "ErrorTimeoutExpired": ServiceUnavailableError,
    "ErrorInternalServerError": ServiceUnavailableError,
    "ErrorInternalServerTransientError": ServiceUnavailableError,
    "ErrorMailboxStoreUnavailable": ServiceUnavailableError,
    "ErrorMailboxMoveInProgress": ServiceUnavailableError,
    "ErrorMailboxFailover": ServiceUnavailableError,
    "ErrorConnectionFailed": ServiceUnavailableError,
    "ErrorConnectionFailedTransientError": ServiceUnavailableError,
    "ErrorADUnavailable": ServiceUnavailableError,
    "ErrorItemNotFound": NotFoundError,
    # An id of another server, from before a mailbox moved, means nothing here.
    "ErrorInvalidId": NotFoundError,
    "ErrorInvalidIdMalformed": NotFoundError,
    "ErrorInvalidIdMalformedEwsLegacyIdFormat": NotFoundError,
    "ErrorCalendarOccurrenceIsDeletedFromRecurrence": NotFoundError,
    "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange": NotFoundError,
    "ErrorCalendarCannotUpdateDeletedItem": NotFoundError,
    "ErrorOccurrenceCrossingBoundary": BoundaryCrossedError,
    "ErrorRecurrenceHasNoOccurrence": NoDateLeftError,
    "ErrorIrresolvableConflict": StaleVersionError,
    "ErrorStaleObject": StaleVersionError,
    "ErrorInvalidChangeKey": StaleVersionError,
    "ErrorChangeKeyRequired": StaleVersionError,
    "ErrorChangeKeyRequiredForWriteOperations": StaleVersionError,
    "ErrorInvalidSyncStateData": CursorExpiredError,
    "ErrorNonExistentMailbox": MailboxUnavailableError,
    "ErrorMailboxNotFound": MailboxUnavailableError,
    "ErrorAccountDisabled": MailboxUnavailableError,
    "ErrorQuotaExceeded": MailboxUnavailableError,
    "UnauthorizedError": NotPermittedError,
    "ErrorAccessDenied": NotPermittedError,
    "ErrorImpersonateUserDenied": NotPermittedError,
    "ErrorImpersonationDenied": NotPermittedError,
    "ErrorImpersonationFailed": NotPermittedError,
    "ErrorInvalidServerVersion": NotPermittedError,
    "ErrorInvalidSchemaVersionForMailboxVersion": NotPermittedError,
    "RedirectError": NotPermittedError,
}
_ADVICE = {
    "UnauthorizedError": "check user and password; tries are not repeated, the account may lock",
    "ErrorImpersonateUserDenied": "give the account ApplicationImpersonation for this mailbox",
    "ErrorNonExistentMailbox": "the mailbox lives on another server, or nowhere",
    "ErrorInvalidSchemaVersionForMailboxVersion": "set the server version of this environment",
    "RedirectError": "the address leads elsewhere; credentials are not sent there",
}


def failure_of(code: str, doing: str, *, back_off_s: float | None = None) -> RoomSyncError:
    """Return the error that a code stands for; `doing` names the call, `back_off_s` its wait."""
    kind = _BY_CODE.get(code, InvalidPayloadError if code.startswith("Error") else None)
    if kind is None:
        kind = ServiceUnavailableError
    advice = f": {_ADVICE[code]}" if code in _ADVICE else ""
    message = f"EWS answered {code} while {doing}{advice}"
    if issubclass(kind, TransientError):
        # A server error is mostly about this one item, outages have other codes: another table.
        is_own = code == "ErrorInternalServerError"
        retry_class = RetryClass.DATA_PROCESSING if is_own else None
        return kind(message, retry_after_s=back_off_s, retry_class=retry_class)
    return kind(message)
