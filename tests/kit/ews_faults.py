"""A fault of Graph told in the words of EWS: the same thing goes wrong with mailboxes on premises.

Scenarios name Graph's requests. Each of them has an operation of EWS that does the same, all of
which are POST to one page; what a status says is a code there.
"""

import re
from typing import Any

type Json = dict[str, Any]

_READS = "GetItem|FindItem|SyncFolderItems|GetFolder|ResolveNames|ExpandDL|GetUserConfiguration"
_WRITES = "CreateItem|UpdateItem|DeleteItem|Subscribe"
_DEEDS = (
    ("POST", "sendMail", r"CreateItem[\s\S]*<\w+:Message[ >]"),
    ("POST", "events", r"CreateItem[\s\S]*<\w+:CalendarItem[ >]"),
    ("PATCH", "events", r"UpdateItem[ >]"),
    ("DELETE", "events", r"DeleteItem[ >]"),
    ("GET", "deltatoken", r"SyncFolderItems[\s\S]*<\w+:SyncState>[^<]"),
    ("GET", "calendarView/delta", r"SyncFolderItems[ >]"),
    ("GET", "calendarView", r"FindItem[\s\S]*<\w+:CalendarView[ /]"),
    ("GET", "events", r"GetItem[ >]"),
    ("GET", "", rf"({_READS})[ >]"),
    ("POST", "", rf"({_WRITES})[ >]"),
)
_CODES = {
    400: "ErrorInvalidPropertySet",
    403: "ErrorAccessDenied",
    404: "ErrorItemNotFound",
    412: "ErrorIrresolvableConflict",
}
_OK = 200
_MAILBOX = re.compile(r"[\w.]+@[\w.]+|\w+\.\w+(?=\b)")
_NOTHING = (
    '<?xml version="1.0" encoding="utf-8"?>'
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><m:FindItemResponse'
    ' xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"'
    ' xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><m:ResponseMessages>'
    '<m:FindItemResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>'
    '<m:RootFolder TotalItemsInView="0" IncludesLastItemInRange="true"><t:Items/></m:RootFolder>'
    "</m:FindItemResponseMessage></m:ResponseMessages></m:FindItemResponse></s:Body></s:Envelope>"
)


def order_of(method: str, path: str, times: int, do: Json) -> tuple[str, Json]:
    """Return the control call and its order that do to EWS what was meant for Graph."""
    deed = next(body for known, part, body in _DEEDS if known == method and part in path)
    named = _MAILBOX.search(path.replace("\\", ""))
    whose = rf"PrimarySmtpAddress>{re.escape(named[0])}[\s\S]*" if named else ""
    match = {"path": "(?i)/EWS/", "actor": "service", "body": rf"{whose}<\w+:{deed}"}
    order: Json = {"match": match, "times": times}
    status = do.get("status")
    if status == _OK and do.get("body") == {"value": []}:
        xml = {"content-type": "text/xml; charset=utf-8"}
        return "faults", order | {"do": {"status": status, "headers": xml, "body": _NOTHING}}
    if status in _CODES:
        error = (do.get("body") or {}).get("error", {})
        return "soap-faults", order | {"code": error.get("code") or _CODES[status]}
    return "faults", order | {"do": do}
