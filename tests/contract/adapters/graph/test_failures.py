"""Every failure of graph-calendar 9, and which error of ours it is."""

import pytest

from core.adapters.exchange.date_errors import BoundaryCrossedError, NoDateLeftError
from core.adapters.graph.failures import Subject, failure_of
from core.adapters.graph.reply import Reply
from core.domain.changes import EventChanges
from core.errors import (
    AlreadyExistsError,
    CursorExpiredError,
    InvalidPayloadError,
    MailboxUnavailableError,
    NotFoundError,
    NotPermittedError,
    RoomSyncError,
    ServiceUnavailableError,
    StaleVersionError,
    ThrottledError,
)
from tests.contract.adapters.graph.conftest import (
    ANNA,
    a_draft,
    requests_to,
)

pytestmark = pytest.mark.over_http

HTML = "<html><body>Bad Gateway</body></html>"

TABLE = [
    (400, "ErrorInvalidRequest", InvalidPayloadError),
    (400, "ErrorPropertyValidationFailure", InvalidPayloadError),
    (400, "RequestBodyRead", InvalidPayloadError),
    (400, "TimeZoneNotSupportedException", InvalidPayloadError),
    (400, "ErrorOccurrenceCrossingBoundary", BoundaryCrossedError),
    (400, "ErrorRecurrenceHasNoOccurrence", NoDateLeftError),
    (400, "ErrorCalendarOccurrenceIsDeletedFromRecurrence", NotFoundError),
    (404, "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange", NotFoundError),
    (400, "ErrorCalendarCannotUpdateDeletedItem", NotFoundError),
    (400, None, ServiceUnavailableError),
    (401, "InvalidAuthenticationToken", NotPermittedError),
    (401, "unauthenticated", NotPermittedError),
    (401, None, NotPermittedError),
    (403, "ErrorAccessDenied", NotPermittedError),
    (403, "accessDenied", NotPermittedError),
    (403, "Authorization_RequestDenied", NotPermittedError),
    (403, None, NotPermittedError),
    (404, "ErrorItemNotFound", NotFoundError),
    (404, "erroritemnotfound", NotFoundError),
    (404, "MailboxNotEnabledForRESTAPI", MailboxUnavailableError),
    (404, "ResourceNotFound", MailboxUnavailableError),
    (404, "Request_ResourceNotFound", MailboxUnavailableError),
    (404, "ErrorInvalidUser", MailboxUnavailableError),
    (404, "ErrorSomethingNew", ServiceUnavailableError),
    (404, None, ServiceUnavailableError),
    (409, "ErrorConflict", StaleVersionError),
    (409, "ErrorIrresolvableConflict", StaleVersionError),
    (410, "SyncStateNotFound", CursorExpiredError),
    (410, "resyncRequired", CursorExpiredError),
    (400, "SyncStateInvalid", CursorExpiredError),
    (410, None, CursorExpiredError),
    (412, "ErrorIrresolvableConflict", StaleVersionError),
    (412, None, StaleVersionError),
    (413, "ErrorMessageSizeExceeded", InvalidPayloadError),
    (507, "ErrorQuotaExceeded", MailboxUnavailableError),
    (403, "quotalimitreached", MailboxUnavailableError),
    (429, "ApplicationThrottled", ThrottledError),
    (429, "TooManyRequests", ThrottledError),
    (429, None, ThrottledError),
    (403, "activityLimitReached", ThrottledError),
    (500, "ErrorInternalServerError", ServiceUnavailableError),
    (500, "generalException", ServiceUnavailableError),
    (502, None, ServiceUnavailableError),
    (503, "ErrorMailboxMoveInProgress", ServiceUnavailableError),
    (503, "ErrorItemNotFound", ServiceUnavailableError),
    (504, "UnknownError", ServiceUnavailableError),
    (504, None, ServiceUnavailableError),
    (302, None, ServiceUnavailableError),
]


@pytest.mark.parametrize(("status", "code", "error"), TABLE)
async def test_an_answer_means_what_the_table_says(calendar, control, status, code, error):
    event = await calendar.create_event(ANNA, a_draft())
    content = {"error": {"code": code, "message": "about «Planung»"}} if code else HTML
    fault = {"match": {"path": "/events/"}, "times": 2, "do": {"status": status, "body": content}}
    await control("faults", fault)
    with pytest.raises(RoomSyncError) as raised:
        await calendar.update_event(event, EventChanges(subject="Neu"))
    assert type(raised.value) is error
    for secret in ("Planung", "Neu", "anna", "Bearer", "?", event.event_id):
        assert secret not in str(raised.value)


@pytest.mark.parametrize("inner", ["innerError", "innererror"])
def test_a_code_that_is_known_counts_wherever_it_is_nested(inner):
    content = (
        b'{"error": {"code": "BadRequest", "%s": {"code": "outer", "%s":'
        b' {"code": "MailboxNotEnabledForRESTAPI"}}}}'
    ) % (inner.encode(), inner.encode())
    reply = Reply(404, {"request-id": "8c5-1"}, content)
    failure = failure_of(reply, "reading", Subject.MAILBOX, is_create=False)
    assert type(failure) is MailboxUnavailableError
    assert str(failure) == "Graph answered 404 (BadRequest) while reading, request-id 8c5-1"


def test_a_conflict_means_something_else_to_a_create():
    reply = Reply(409, {}, b'{"error": {"code": "ErrorConflict"}}')
    failure = failure_of(reply, "creating", Subject.MAILBOX, is_create=True)
    assert type(failure) is AlreadyExistsError


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "17"}, 17),
        (
            {
                "Retry-After": "Mon, 02 Mar 2026 07:01:00 GMT",
                "Date": "Mon, 02 Mar 2026 07:00:00 GMT",
            },
            60,
        ),
        ({"Retry-After": "99999999"}, 86400),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-3"}, None),
        ({}, None),
    ],
)
@pytest.mark.parametrize("status", [429, 503, 504])
async def test_a_pause_that_graph_asks_for_is_passed_on(
    calendar, control, status, headers, seconds
):
    do = {"status": status, "headers": headers}
    await control("faults", {"match": {"path": "/events"}, "times": 1, "do": do})
    with pytest.raises((ThrottledError, ServiceUnavailableError)) as raised:
        await calendar.create_event(ANNA, a_draft())
    assert raised.value.retry_after_s == seconds


@pytest.mark.parametrize(
    "do",
    [
        {"drop_connection": True},
        {"half_answer": True},
        {"status": 200, "body": HTML},
        {"status": 200, "body": "[1]"},
        {"status": 200},
        {"status": 201, "body": {"id": "x"}},
        {"fail_after_success": 504},
    ],
)
async def test_what_breaks_on_the_way_leaves_the_outcome_open(calendar, control, do, simulator):
    await control("faults", {"match": {"path": "/events"}, "times": 1, "do": do})
    with pytest.raises(ServiceUnavailableError):
        await calendar.create_event(ANNA, a_draft())
    posts = requests_to(simulator, "event.create")
    assert len(posts) <= 1, "the SDK repeats nothing by itself"


@pytest.mark.parametrize("status", [429, 503, 504])
async def test_no_request_is_ever_repeated_by_the_sdk(calendar, control, simulator, status):
    do = {"status": status, "headers": {"Retry-After": "1"}}
    await control("faults", {"match": {"path": "/events"}, "times": 5, "do": do})
    with pytest.raises(RoomSyncError):
        await calendar.create_event(ANNA, a_draft())
    paths = [line.path for line in requests_to(simulator) if line.path.endswith("/events")]
    assert len(paths) == 1


async def test_a_token_that_died_is_renewed_once_and_the_call_repeated(calendar, simulator):
    await calendar.create_event(ANNA, a_draft())
    simulator.tokens.revoke_all()
    event = await calendar.create_event(ANNA, a_draft())
    assert await calendar.get_event(ANNA, event.event_id) == event
    assert len(requests_to(simulator, "token.issue")) == 2


async def test_a_token_that_is_refused_twice_is_the_operators_affair(calendar, control, simulator):
    denied = {"status": 401, "body": {"error": {"code": "InvalidAuthenticationToken"}}}
    await control("faults", {"match": {"path": "/users/"}, "times": 9, "do": denied})
    with pytest.raises(NotPermittedError):
        await calendar.create_event(ANNA, a_draft())
    assert len(requests_to(simulator, "token.issue")) == 2
