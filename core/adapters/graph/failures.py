"""Which error of `core.errors` an unsuccessful answer of Graph is (graph-calendar 9).

Branches on code and status, never on the message. Texts name the call, the status, the code and
the request id: no address, no subject, no URL.
"""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any

from core.adapters.exchange.date_errors import BoundaryCrossedError, NoDateLeftError
from core.adapters.graph.reply import Reply, UnreadableReplyError
from core.adapters.retry_after import retry_after_s
from core.errors import (
    AlreadyExistsError,
    CursorExpiredError,
    InvalidPayloadError,
    LifetimeRefusedError,
    MailboxUnavailableError,
    NotFoundError,
    NotPermittedError,
    RetryClass,
    RoomSyncError,
    ServiceUnavailableError,
    StaleVersionError,
    SubscriptionLimitError,
    ThrottledError,
)


class Subject(Enum):
    """What a call is about: a 404 means different things."""

    MAILBOX = "mailbox"
    SUBSCRIPTION = "subscription"
    GROUP = "group"


_BY_CODE: dict[str, type[RoomSyncError]] = {
    "erroritemnotfound": NotFoundError,
    "errorcalendaroccurrenceisdeletedfromrecurrence": NotFoundError,
    "errorcalendaroccurrenceindexisoutofrecurrencerange": NotFoundError,
    "errorcalendarcannotupdatedeleteditem": NotFoundError,
    "erroroccurrencecrossingboundary": BoundaryCrossedError,
    "errorrecurrencehasnooccurrence": NoDateLeftError,
    "mailboxnotenabledforrestapi": MailboxUnavailableError,
    "resourcenotfound": MailboxUnavailableError,
    "request_resourcenotfound": MailboxUnavailableError,
    "errorinvaliduser": MailboxUnavailableError,
    "errorquotaexceeded": MailboxUnavailableError,
    "quotalimitreached": MailboxUnavailableError,
    "errormessagesizeexceeded": InvalidPayloadError,
    "erroraccessdenied": NotPermittedError,
    "accessdenied": NotPermittedError,
    "authorization_requestdenied": NotPermittedError,
    "invalidauthenticationtoken": NotPermittedError,
    "unauthenticated": NotPermittedError,
    "errorirresolvableconflict": StaleVersionError,
    "errorchangekeyrequiredforwriteoperations": StaleVersionError,
    "syncstatenotfound": CursorExpiredError,
    "syncstateinvalid": CursorExpiredError,
    "resyncrequired": CursorExpiredError,
    "applicationthrottled": ThrottledError,
    "toomanyrequests": ThrottledError,
    "activitylimitreached": ThrottledError,
    "errormailboxmoveinprogress": ServiceUnavailableError,
    "errormailboxstoreunavailable": ServiceUnavailableError,
    "servicenotavailable": ServiceUnavailableError,
    "extensionerror": ServiceUnavailableError,
}

_BY_STATUS: dict[int, type[RoomSyncError]] = {
    401: NotPermittedError,
    403: NotPermittedError,
    408: ServiceUnavailableError,
    409: AlreadyExistsError,
    410: CursorExpiredError,
    412: StaleVersionError,
    413: InvalidPayloadError,
    429: ThrottledError,
    507: MailboxUnavailableError,
}

_OF_SUBSCRIPTIONS: dict[int, type[RoomSyncError]] = {
    400: LifetimeRefusedError,
    403: SubscriptionLimitError,
    409: AlreadyExistsError,
}
"""What a status means for subscriptions where no code says it: their codes are not documented."""

_UNREADABLE = "no code"
_SAFE = re.compile(r"[^A-Za-z0-9_.\-]")
_SERVER_ERRORS = range(500, 600)
_NOT_FOUND = 404
_TOO_MANY = 429
_INTERNAL = 500
_HANDSHAKE_FAILED = "validationerror"
"""Our own endpoint did not answer the handshake of a new subscription: that passes."""


def failure_of(reply: Reply, doing: str, subject: Subject, *, is_create: bool) -> RoomSyncError:
    """Return the error that an unsuccessful answer stands for; `doing` names the call."""
    codes = list(_codes(reply))
    kind = _kind_of(reply.status, codes, subject)
    if kind is AlreadyExistsError and not is_create:
        kind = StaleVersionError
    text = f"Graph answered {reply.status} ({_code_text(codes)}) while {doing}{_trace(reply)}"
    if kind is ThrottledError or kind is ServiceUnavailableError:
        # 500 is mostly about this one item, outages have other numbers: another table (R-(i)).
        retry_class = RetryClass.DATA_PROCESSING if reply.status == _INTERNAL else None
        return kind(text, retry_after_s=retry_after_s(reply.headers), retry_class=retry_class)
    return kind(text)


def _kind_of(status: int, codes: list[str], subject: Subject) -> type[RoomSyncError]:
    if status in _SERVER_ERRORS or status == _TOO_MANY:
        return _BY_STATUS.get(status, ServiceUnavailableError)
    folded = [code.lower() for code in codes]
    if subject is not Subject.MAILBOX and status == _NOT_FOUND and codes:
        return NotFoundError
    if subject is Subject.SUBSCRIPTION and _HANDSHAKE_FAILED in folded:
        return ServiceUnavailableError
    known = next((_BY_CODE[code] for code in folded if code in _BY_CODE), None)
    if subject is Subject.SUBSCRIPTION and known is None and codes:
        known = _OF_SUBSCRIPTIONS.get(status)
    known = known or _BY_STATUS.get(status)
    if known is not None:
        return known
    # Every error of Graph has a code. Without one, or with a 404 of a new kind, nothing is proven.
    return InvalidPayloadError if codes and status != _NOT_FOUND else ServiceUnavailableError


def _codes(reply: Reply) -> Iterator[str]:
    """Yield the code of the error and of the inner errors, outermost first."""
    try:
        node: Any = reply.json_object().get("error")
    except UnreadableReplyError:
        return
    while isinstance(node, dict):
        code = node.get("code")
        if isinstance(code, str) and code:
            yield code
        node = node.get("innerError", node.get("innererror"))


def _code_text(codes: list[str]) -> str:
    return _SAFE.sub("", codes[0])[:80] if codes else _UNREADABLE


def _trace(reply: Reply) -> str:
    request_id = _SAFE.sub("", reply.headers.get("request-id", ""))[:64]
    return f", request-id {request_id}" if request_id else ""
