"""Every answer of the two systems, to what it leads: which table, how often, or given up at once.

The rows are those of graph-calendar 9 and, for ROOMS, of rooms-api 1, one by one.
"""

import json

import httpx
import pytest

from core.adapters.graph.failures import Subject, failure_of
from core.adapters.graph.reply import Reply
from core.adapters.rooms.client import RoomsConnection, SaidNoError
from core.adapters.rooms.login import RoomsLogin
from core.app.failures import delay_after, is_unforeseen, retry_class_of, said_by
from core.errors import (
    AlreadyExistsError,
    BookingRefusedError,
    ClaimedError,
    CursorExpiredError,
    GuardTrippedError,
    InvalidPayloadError,
    LockedError,
    MailboxUnavailableError,
    NotFoundError,
    NotPermittedError,
    RetryClass,
    RoomSyncError,
    ServiceUnavailableError,
    StaleVersionError,
    ThrottledError,
)
from core.sync.retry import RetryTables
from devstack.kit.clock import VirtualClock
from tests.unit.builders import NOW

GIVE_UP = None
TABLES = RetryTables()
CONNECTIVITY, PROCESSING = RetryClass.CONNECTIVITY, RetryClass.DATA_PROCESSING
PARKED, NOBODY = RetryClass.AUTHORIZATION, RetryClass.MAILBOX_UNKNOWN

ITEM_IS_WRONG = (
    "ErrorInvalidRequest",
    "ErrorPropertyValidationFailure",
    "RequestBodyRead",
    "BadRequest",
    "TimeZoneNotSupportedException",
    "ErrorInvalidTimeInterval",
    "ErrorTimeIntervalTooBig",
    "ErrorMailboxDataArrayTooBig",
    "ErrorInvalidIdMalformed",
    "ErrorInvalidRecipients",
    "ErrorCalendarIsNotOrganizer",
    "ErrorOccurrenceCrossingBoundary",
)

GRAPH = [
    *((400, code, InvalidPayloadError, GIVE_UP) for code in ITEM_IS_WRONG),
    (400, "ErrorCalendarOccurrenceIsDeletedFromRecurrence", NotFoundError, PROCESSING),
    (404, "ErrorCalendarOccurrenceIsDeletedFromRecurrence", NotFoundError, PROCESSING),
    (400, "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange", NotFoundError, PROCESSING),
    (404, "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange", NotFoundError, PROCESSING),
    (400, "ErrorCalendarCannotUpdateDeletedItem", NotFoundError, PROCESSING),
    (401, "InvalidAuthenticationToken", NotPermittedError, PARKED),
    (401, "unauthenticated", NotPermittedError, PARKED),
    (403, "ErrorAccessDenied", NotPermittedError, PARKED),
    (403, "accessDenied", NotPermittedError, PARKED),
    (403, "Authorization_RequestDenied", NotPermittedError, PARKED),
    (404, "ErrorItemNotFound", NotFoundError, PROCESSING),
    (404, "MailboxNotEnabledForRESTAPI", MailboxUnavailableError, NOBODY),
    (404, "ResourceNotFound", MailboxUnavailableError, NOBODY),
    (404, "Request_ResourceNotFound", MailboxUnavailableError, NOBODY),
    (404, "ErrorInvalidUser", MailboxUnavailableError, NOBODY),
    (409, "ErrorConflict", StaleVersionError, PROCESSING),
    (410, "SyncStateNotFound", CursorExpiredError, RetryClass.OTHER),
    (410, "resyncRequired", CursorExpiredError, RetryClass.OTHER),
    (412, "ErrorIrresolvableConflict", StaleVersionError, PROCESSING),
    (413, "ErrorMessageSizeExceeded", InvalidPayloadError, GIVE_UP),
    (507, "ErrorQuotaExceeded", MailboxUnavailableError, NOBODY),
    (403, "quotaLimitReached", MailboxUnavailableError, NOBODY),
    (429, "ApplicationThrottled", ThrottledError, CONNECTIVITY),
    (429, "TooManyRequests", ThrottledError, CONNECTIVITY),
    (429, "activityLimitReached", ThrottledError, CONNECTIVITY),
    (500, "ErrorInternalServerError", ServiceUnavailableError, PROCESSING),
    (500, "generalException", ServiceUnavailableError, PROCESSING),
    (502, None, ServiceUnavailableError, CONNECTIVITY),
    (503, "ErrorMailboxMoveInProgress", ServiceUnavailableError, CONNECTIVITY),
    (503, "ErrorMailboxStoreUnavailable", ServiceUnavailableError, CONNECTIVITY),
    (503, "serviceNotAvailable", ServiceUnavailableError, CONNECTIVITY),
    (503, "ExtensionError", ServiceUnavailableError, CONNECTIVITY),
    (504, "UnknownError", ServiceUnavailableError, CONNECTIVITY),
    (504, None, ServiceUnavailableError, CONNECTIVITY),
]


@pytest.mark.parametrize(("status", "code", "error", "kind"), GRAPH)
@pytest.mark.parametrize("spelling", [str, str.lower, str.upper])
def test_an_answer_of_graph_leads_to_its_table(status, code, error, kind, spelling):
    content = b"" if code is None else json.dumps({"error": {"code": spelling(code)}}).encode()

    failure = failure_of(Reply(status, {}, content), "writing", Subject.MAILBOX, is_create=False)

    assert isinstance(failure, error)
    assert retry_class_of(failure) == kind


def test_a_create_that_was_there_already_is_looked_at_again():
    reply = Reply(409, {}, b'{"error": {"code": "ErrorConflict"}}')

    failure = failure_of(reply, "creating", Subject.MAILBOX, is_create=True)

    assert isinstance(failure, AlreadyExistsError)
    assert retry_class_of(failure) is PROCESSING


WEB_API = {"Message": "The request is invalid.", "ModelState": {"begin": ["Termin «Planung»"]}}
SERVER_FAULT = {"Message": "An error has occurred.", "ExceptionMessage": "«Planung»"}
SAID_NO = {"id": 7, "messageList": [{"message": "«Planung»", "messageLevel": 2}]}

ROOMS = [
    (400, WEB_API, SaidNoError, GIVE_UP),
    (409, WEB_API, SaidNoError, GIVE_UP),
    (422, None, SaidNoError, GIVE_UP),
    (200, SAID_NO, SaidNoError, GIVE_UP),
    (200, {"Id": 7, "Booking": {"MessageList": SAID_NO["messageList"]}}, SaidNoError, GIVE_UP),
    (401, {"Message": "Authorization has been denied."}, NotPermittedError, PARKED),
    (403, None, NotPermittedError, PARKED),
    (404, {"Message": "No HTTP resource was found."}, NotFoundError, PROCESSING),
    (410, None, NotFoundError, PROCESSING),
    (405, {"Message": "Method not allowed."}, InvalidPayloadError, GIVE_UP),
    (415, None, InvalidPayloadError, GIVE_UP),
    (408, None, ServiceUnavailableError, CONNECTIVITY),
    (429, None, ThrottledError, CONNECTIVITY),
    (301, None, ServiceUnavailableError, CONNECTIVITY),
    (500, SERVER_FAULT, ServiceUnavailableError, CONNECTIVITY),
    (502, "<html>Planung</html>", ServiceUnavailableError, CONNECTIVITY),
    (503, "<html>Planung</html>", ServiceUnavailableError, CONNECTIVITY),
    (504, None, ServiceUnavailableError, CONNECTIVITY),
    (200, "<html>Planung</html>", ServiceUnavailableError, CONNECTIVITY),
    (400, "<html>Planung</html>", ServiceUnavailableError, CONNECTIVITY),
]


@pytest.mark.parametrize(("status", "content", "error", "kind"), ROOMS)
async def test_an_answer_of_rooms_leads_to_its_table(status, content, error, kind):
    body = content if isinstance(content, str) else "" if content is None else json.dumps(content)
    connection = RoomsConnection(
        base_url="http://127.0.0.1:7081",
        mandator="Default",
        login=RoomsLogin(api_key="1"),
        clock=VirtualClock(NOW),
        transport=httpx.MockTransport(lambda _: httpx.Response(status, text=body)),
    )

    with pytest.raises(RoomSyncError) as raised:
        await connection.put("v2.0/bookings/7/update", "changing booking 7", {"title": "Planung"})

    assert isinstance(raised.value, error)
    assert retry_class_of(raised.value) == kind
    assert "Planung" not in str(raised.value)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (TimeoutError(), CONNECTIVITY),
        (LockedError("open"), RetryClass.LOCKED),
        (ClaimedError("claimed"), RetryClass.OTHER),
        (KeyError("a bug"), RetryClass.UNFORESEEN),
        (BookingRefusedError("occupied", ""), RetryClass.UNFORESEEN),
        (GuardTrippedError("stopped"), RetryClass.UNFORESEEN),
    ],
)
def test_what_comes_from_nowhere_has_a_table_too(error, kind):
    assert retry_class_of(error) == kind


def test_a_bug_is_told_without_what_it_says():
    assert is_unforeseen(KeyError("Planung"))
    assert said_by(KeyError("Planung"), "KeyError") == "KeyError"
    assert not is_unforeseen(NotFoundError("Graph answered 404"))
    assert said_by(NotFoundError("Graph answered 404"), "NotFoundError") == "Graph answered 404"


def test_a_pause_that_the_service_asks_for_is_kept():
    throttled = ThrottledError("429", retry_after_s=600.0)

    assert delay_after(throttled, CONNECTIVITY, 1, TABLES) == 600.0
    assert delay_after(StaleVersionError("412"), PROCESSING, 1, TABLES) == 2.0
