"""Which error of `core.errors` a refusal of EWS is (ews-and-security A8).

Branches on the code, never on the text: texts of servers name people, and of the library whole
answers.
"""

from core.adapters.exchange.date_errors import BoundaryCrossedError, NoDateLeftError
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
    SubscriptionLimitError,
    ThrottledError,
    TransientError,
)

_BY_CODE: dict[str, type[RoomSyncError]] = {
    "ErrorServerBusy": ThrottledError,
    "ErrorExceededConnectionCount": ThrottledError,
    "ErrorTooManyObjectsOpened": ThrottledError,
    "RateLimitError": ThrottledError,
    "ErrorTimeoutExpired": ServiceUnavailableError,
    "ErrorBatchProcessingStopped": ServiceUnavailableError,
    "ErrorInternalServerError": ServiceUnavailableError,
    "ErrorInternalServerTransientError": ServiceUnavailableError,
    "ErrorMailboxStoreUnavailable": ServiceUnavailableError,
    "ErrorMailboxMoveInProgress": ServiceUnavailableError,
    "ErrorMailboxFailover": ServiceUnavailableError,
    "ErrorConnectionFailed": ServiceUnavailableError,
    "ErrorConnectionFailedTransientError": ServiceUnavailableError,
    "ErrorADUnavailable": ServiceUnavailableError,
    # Between the servers of an installation: nothing of it is about the item.
    "ErrorADOperation": ServiceUnavailableError,
    "ErrorClientDisconnected": ServiceUnavailableError,
    "ErrorInsufficientResources": ServiceUnavailableError,
    "ErrorNoApplicableProxyCASServersAvailable": ServiceUnavailableError,
    "ErrorNoRespondingCASInDestinationSite": ServiceUnavailableError,
    "ErrorNotEnoughMemory": ServiceUnavailableError,
    "ErrorProxyCallFailed": ServiceUnavailableError,
    "ErrorProxyRequestProcessingFailed": ServiceUnavailableError,
    "ErrorProxyServiceDiscoveryFailed": ServiceUnavailableError,
    "ErrorProxyTokenExpired": ServiceUnavailableError,
    "ErrorRequestAborted": ServiceUnavailableError,
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
    "ErrorCrossSiteRequest": MailboxUnavailableError,
    "ErrorProxyRequestNotAllowed": MailboxUnavailableError,
    "ErrorWrongServerVersion": MailboxUnavailableError,
    "ErrorNonPrimarySmtpAddress": MailboxUnavailableError,
    "ErrorMailboxConfiguration": MailboxUnavailableError,
    "ErrorFolderNotFound": MailboxUnavailableError,
    "ErrorSyncFolderNotFound": MailboxUnavailableError,
    "ErrorNoCalendar": MailboxUnavailableError,
    "ErrorQuotaExceeded": MailboxUnavailableError,
    "UnauthorizedError": NotPermittedError,
    "ErrorPasswordExpired": NotPermittedError,
    "ErrorPasswordChangeRequired": NotPermittedError,
    "HttpForbidden": NotPermittedError,
    "CertificateError": NotPermittedError,
    "ErrorAccessDenied": NotPermittedError,
    "ErrorCreateItemAccessDenied": NotPermittedError,
    "ErrorMailboxLogonFailed": NotPermittedError,
    "ErrorSubscriptionAccessDenied": NotPermittedError,
    "ErrorUserNotAllowedByPolicy": NotPermittedError,
    "ErrorExceededSubscriptionCount": SubscriptionLimitError,
    "ErrorImpersonateUserDenied": NotPermittedError,
    "ErrorImpersonationDenied": NotPermittedError,
    "ErrorImpersonationFailed": NotPermittedError,
    "ErrorInvalidServerVersion": NotPermittedError,
    "ErrorInvalidSchemaVersionForMailboxVersion": NotPermittedError,
    "ErrorIncorrectSchemaVersion": NotPermittedError,
    "RedirectError": NotPermittedError,
}
_VERSION = "set `server` of this environment to the version that it has"
_RIGHT = "give the account ApplicationImpersonation, its scope with this mailbox in it"
_PAGE = (
    "something else answers there, as a proxy's login page: check the address and what is before it"
)
_ELSEWHERE = (
    "the mailbox is kept by a server that this one does not speak for: give it a sync_url of its"
    " own, or the environment in which it lives"
)
_NO_CALENDAR = "the mailbox has no calendar yet: whoever opens it in Outlook once makes it"
_ADVICE = {
    "ErrorTimeoutExpired": "no connection, or no answer in time: check the address, the network up"
    " to it and whether the server runs",
    "ErrorCrossSiteRequest": _ELSEWHERE,
    "ErrorProxyRequestNotAllowed": _ELSEWHERE,
    "ErrorWrongServerVersion": _ELSEWHERE,
    "ErrorNonPrimarySmtpAddress": "an alias opens no mailbox: name its primary address",
    "ErrorFolderNotFound": _NO_CALENDAR,
    "ErrorSyncFolderNotFound": _NO_CALENDAR,
    "ErrorNoCalendar": _NO_CALENDAR,
    "UnauthorizedError": "check user and password, and whether the account is locked; with NTLM a"
    " proxy that ends TLS is refused, too (Extended Protection)",
    "ErrorPasswordExpired": "give the account another password",
    "ErrorPasswordChangeRequired": "give the account another password",
    "HttpForbidden": "EWS is closed to this account or from here: check the EWS access policies of"
    " the installation and what is before it",
    "CertificateError": "the certificate of the server is not trusted, has expired or names another"
    " host: renew it, or name the file of its authority in `ca_file`",
    "TlsError": "no secure connection: the server must speak TLS 1.2 or later there, and nothing"
    " in between may end it",
    "ErrorImpersonateUserDenied": _RIGHT,
    "ErrorImpersonationDenied": _RIGHT,
    "ErrorImpersonationFailed": _RIGHT,
    "ErrorNonExistentMailbox": "the mailbox lives on another server, or nowhere",
    "ErrorInvalidServerVersion": _VERSION,
    "ErrorIncorrectSchemaVersion": _VERSION,
    "ErrorInvalidSchemaVersionForMailboxVersion": _VERSION,
    "RedirectError": "the address leads elsewhere; credentials are not sent there",
    "MalformedResponseError": _PAGE,
    "SOAPError": _PAGE,
}
_NO_REASON = "TokenRefused"
_REGISTER = (
    "give the application full_access_as_app with consent, and make it known to the installation"
    " (New-PartnerApplication, with an account that has ApplicationImpersonation)"
)
_TOKENS = {
    _NO_REASON: "the server takes no token of this application: see that hybrid modern"
    " authentication is set up there, then check tenant_id, client_id and scope",
    "invalid_token": _REGISTER,
    "invalid_grant": _REGISTER,
    "invalid_tenant": "the server does not trust this tenant: check tenant_id, and the"
    " authentication servers of the installation (Get-AuthServer)",
    "invalid_resource": "the token is for another host: the address of the installation, or `scope`"
    " if it is set, must be one that the server has itself; TLS must end at the server",
    "invalid_signature": "the server cannot verify it: renew the keys that it has of the tenant"
    " (Get-AuthServer, AuthMetadataUrl)",
    "token_expired": "a new one has expired, too: set the clocks, ours or that of the server",
}
"""What a server says of a token that it refuses (x-ms-diagnostics, error_category)."""
_ADVICE |= _TOKENS
_BY_CODE |= dict.fromkeys(_TOKENS, NotPermittedError)
OF_A_TOKEN = frozenset(_TOKENS)
"""What another token may mend."""
OF_THE_ACCOUNT = OF_A_TOKEN | {
    "UnauthorizedError",
    "ErrorPasswordExpired",
    "ErrorPasswordChangeRequired",
}
"""What concerns every mailbox of the environment: nobody is to try again on his own."""


def advice_on(code: str) -> str:
    """Return what to do about a code, after a colon; "" where there is nothing to be said."""
    return f": {_ADVICE[code]}" if code in _ADVICE else ""


def token_refusal(category: str) -> str:
    """Return the code of a refused token; `category` is the server's word for it, if any."""
    return category if category in _TOKENS else _NO_REASON


def failure_of(code: str, doing: str, *, back_off_s: float | None = None) -> RoomSyncError:
    """Return the error that a code stands for; `doing` names the call, `back_off_s` its wait."""
    kind = _BY_CODE.get(code, InvalidPayloadError if code.startswith("Error") else None)
    if kind is None:
        kind = ServiceUnavailableError
    message = f"EWS answered {code} while {doing}{advice_on(code)}"
    if issubclass(kind, TransientError):
        # A server error is mostly about this one item, outages have other codes: another table.
        is_own = code == "ErrorInternalServerError"
        retry_class = RetryClass.DATA_PROCESSING if is_own else None
        return kind(message, retry_after_s=back_off_s, retry_class=retry_class)
    return kind(message)
