"""Talks to the simulator in-process and checks every answer and every accepted request."""

import json
import re
from dataclasses import dataclass
from typing import Any

import httpx

from tests.contract.exchange.graph_types import GraphTypes

ONE, MANY, NOTHING = "one", "many", "nothing"


@dataclass(frozen=True)
class Shape:
    """What a path takes and gives: types by name, an action by its name."""

    method: str
    path: re.Pattern[str]
    takes: str | None
    gives: str | None
    how: str = ONE


def _shape(method: str, path: str, takes: str | None, gives: str | None, how: str = ONE) -> Shape:
    return Shape(method, re.compile(f"/v1.0/(users/[^/]+|me){path}"), takes, gives, how)


_CALENDAR = r"(/calendar|/calendars/[^/]+)?"
_EVENT, _USER = "microsoft.graph.event", "microsoft.graph.user"
_SUBSCRIPTION = "microsoft.graph.subscription"
SHAPES = [
    _shape("GET", f"{_CALENDAR}/events", None, _EVENT, MANY),
    _shape("POST", f"{_CALENDAR}/events", _EVENT, _EVENT),
    _shape("GET", f"{_CALENDAR}/events/[^/]+", None, _EVENT),
    _shape("PATCH", f"{_CALENDAR}/events/[^/]+", _EVENT, _EVENT),
    _shape("DELETE", f"{_CALENDAR}/events/[^/]+", None, None, NOTHING),
    _shape("POST", f"{_CALENDAR}/events/[^/]+/cancel", "cancel", None, NOTHING),
    _shape("POST", f"{_CALENDAR}/events/[^/]+/accept", "accept", None, NOTHING),
    _shape("POST", f"{_CALENDAR}/events/[^/]+/decline", "decline", None, NOTHING),
    _shape(
        "POST", f"{_CALENDAR}/events/[^/]+/tentativelyAccept", "tentativelyAccept", None, NOTHING
    ),
    _shape("GET", f"{_CALENDAR}/events/[^/]+/instances", None, _EVENT, MANY),
    _shape("GET", f"{_CALENDAR}/calendarView", None, _EVENT, MANY),
    _shape("GET", rf"{_CALENDAR}/calendarView/delta(\(\))?", None, _EVENT, MANY),
    _shape("GET", "/calendars", None, "microsoft.graph.calendar", MANY),
    _shape("GET", "/calendar", None, "microsoft.graph.calendar"),
    _shape(
        "POST", "/calendar/getSchedule", "getSchedule", "microsoft.graph.scheduleInformation", MANY
    ),
    _shape("GET", "/mailboxSettings", None, "microsoft.graph.mailboxSettings"),
    _shape(
        "POST", "/translateExchangeIds", "translateExchangeIds",
        "microsoft.graph.convertIdResult", MANY,
    ),
    _shape("POST", "/sendMail", "sendMail", None, NOTHING),
    _shape("GET", "/mailFolders/[^/]+", None, "microsoft.graph.mailFolder"),
    _shape("GET", "/mailFolders/[^/]+/messages", None, "microsoft.graph.message", MANY),
    _shape("GET", "", None, _USER),
    Shape("GET", re.compile("/v1.0/users"), None, _USER, MANY),
    Shape("GET", re.compile("/v1.0/groups"), None, "microsoft.graph.group", MANY),
    Shape("GET", re.compile("/v1.0/groups/[^/]+/transitiveMembers/.*user"), None, _USER, MANY),
    Shape("GET", re.compile("/v1.0/places/(microsoft.)?graph.room"), None,
          "microsoft.graph.room", MANY),
    Shape("POST", re.compile("/v1.0/subscriptions"), _SUBSCRIPTION, _SUBSCRIPTION),
    Shape("GET", re.compile("/v1.0/subscriptions"), None, _SUBSCRIPTION, MANY),
    Shape("PATCH", re.compile("/v1.0/subscriptions/[^/]+"), _SUBSCRIPTION, _SUBSCRIPTION),
]  # fmt: skip


class CheckedTransport(httpx.AsyncBaseTransport):
    """An ASGI transport whose traffic must be as the metadata has it.

    `checked` counts what was checked, so that a test can tell that it was.
    """

    def __init__(self, inner: httpx.AsyncBaseTransport, types: GraphTypes | None) -> None:
        self._inner, self._types = inner, types
        self.checked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        await response.aread()
        path = request.url.raw_path.decode().split("?")[0]
        if path.startswith("/v1.0") and response.status_code >= 400:
            check_error(response)
        elif self._types is not None:
            for shape in SHAPES:
                if shape.method == request.method and shape.path.fullmatch(path):
                    self._check(self._types, shape, request, response)
                    break
        return response

    def _check(
        self, types: GraphTypes, shape: Shape, request: httpx.Request, response: httpx.Response
    ) -> None:
        self.checked += 1
        is_mime = request.headers.get("content-type", "").startswith("text/plain")
        if request.content and shape.takes is not None and not is_mime:
            sent = json.loads(request.content)
            if shape.takes.startswith("microsoft.graph."):
                types.check(shape.takes, sent)
            else:
                types.check_parameters(shape.takes, sent)
        if shape.how == NOTHING:
            assert response.content == b""
        elif shape.how == MANY:
            for number, entry in enumerate(response.json()["value"]):
                types.check(str(shape.gives), entry, f"value[{number}]")
        else:
            types.check(str(shape.gives), response.json())


def check_error(response: httpx.Response) -> None:
    """Assert the error envelope and its headers (graph-calendar 9)."""
    error: dict[str, Any] = response.json()["error"]
    assert set(error) == {"code", "message", "innerError"}
    assert set(error["innerError"]) == {"date", "request-id", "client-request-id"}
    assert response.headers["request-id"] == error["innerError"]["request-id"]
    assert response.headers["client-request-id"] == error["innerError"]["client-request-id"]
    assert "x-ms-ags-diagnostic" in response.headers
    assert "date" in response.headers
