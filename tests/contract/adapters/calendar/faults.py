"""What a service does instead of answering, in one word for Graph and for EWS."""

BUSY_S = 17
LOGIN_PAGE = {
    "status": 200, "headers": {"content-type": "text/html"}, "body": "<html>Log in</html>",
}  # fmt: skip
BROKEN = {
    "cut off": {"drop_connection": True},
    "half": {"half_answer": True},
    "a login page": LOGIN_PAGE,
    "a gateway's page": {"status": 502, "body": "<html>Bad Gateway</html>"},
    "nothing": {"status": 503, "body": ""},
    "done and lost": {"fail_after_success": 504},
}
"""What is no answer of Exchange, and leaves the outcome open."""


GRAPH_CODES = {
    "unavailable": (503, "ServiceNotAvailable"),
    "mailbox is moving": (503, "ErrorMailboxMoveInProgress"),
    "conflict": (412, "ErrorIrresolvableConflict"),
    "not found": (404, "ErrorItemNotFound"),
    "denied": (403, "ErrorAccessDenied"),
    "no mailbox": (404, "ErrorInvalidUser"),
    "full": (507, "ErrorQuotaExceeded"),
    "nonsense": (400, "ErrorPropertyValidationFailure"),
}
METHODS = {
    "create": "POST",
    "update": "PATCH",
    "delete": "DELETE",
    "read": "GET",
    "free/busy": "POST",
}
EWS_CODES = {
    "busy": "ErrorServerBusy",
    "unavailable": "ErrorMailboxStoreUnavailable",
    "mailbox is moving": "ErrorMailboxMoveInProgress",
    "conflict": "ErrorIrresolvableConflict",
    "not found": "ErrorItemNotFound",
    "denied": "ErrorAccessDenied",
    "no mailbox": "ErrorNonExistentMailbox",
    "full": "ErrorQuotaExceeded",
    "nonsense": "ErrorCalendarInvalidAttributeValue",
}
OPERATIONS = {
    "create": "CreateItem",
    "update": "UpdateItem",
    "delete": "DeleteItem",
    "read": "GetItem|FindItem|SyncFolderItems",
    "free/busy": "GetUserAvailabilityRequest",
}


class GraphFaults:
    """Faults of Graph; `deed` is the method of the request that they strike."""

    def __init__(self, control):
        self._control = control

    async def strike(self, fault, deed, *, times=1, skip=0):
        match = {"method": METHODS[deed], "path": "/events|/calendarView|/getSchedule"}
        order = {"match": match, "times": times, "skip": skip, "do": self._done(fault)}
        await self._control("faults", order)

    def _done(self, fault):
        if fault in BROKEN:
            return BROKEN[fault]
        if fault == "busy":
            return {"status": 429, "headers": {"Retry-After": str(BUSY_S)}}
        status, code = GRAPH_CODES[fault]
        return {"status": status, "body": {"error": {"code": code, "message": "Geheimrat"}}}


class EwsFaults:
    """Faults of EWS: all is POST to one page, the deed is told by the operation."""

    def __init__(self, control):
        self._control = control

    async def strike(self, fault, deed, *, times=1, skip=0):
        match = {"path": "(?i)/EWS/", "body": rf"<\w+:({OPERATIONS[deed]})[ >]"}
        order = {"match": match, "times": times, "skip": skip}
        if fault in BROKEN:
            await self._control("faults", order | {"do": BROKEN[fault]})
            return
        wait = {"back_off_ms": BUSY_S * 1000} if fault == "busy" else {}
        code = {"code": EWS_CODES[fault], "message": "Geheimrat"}
        await self._control("soap-faults", order | code | wait)
