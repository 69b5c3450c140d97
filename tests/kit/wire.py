"""The network of a scenario: ASGI instead of sockets, every call noted in one order."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from devstack.kit.desk import ConnectionAbortedByFaultError
from tests.kit.canary import WATCH, Kind
from tests.kit.direct import Direct
from tests.kit.interruptions import Interruptions, OtherAnswer

READS = ("GET", "HEAD")
CREDENTIALS = ("authorization", "apikey", "host", "x-anchormailbox")
"""Headers that say who asks whom, and of whose mailbox."""
EXCHANGE = ("graph", "ews")
"""The sides of Exchange: its two faces."""

_PUSHED_TO, _KEY = b"PushSubscriptionRequest", re.compile(rb"[?]key=([\w%~.-]+)")
"""How Exchange on premises is told where to push: the key in that address proves a notification."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call that the service made; `status` 0 is no answer at all."""

    side: str
    method: str
    path: str
    status: int
    at: datetime

    @property
    def is_login(self) -> bool:
        return "/oauth2/" in self.path or self.path.endswith("/connect/token")

    @property
    def is_read(self) -> bool:
        return self.method in READS or self.path.endswith("/getSchedule")

    @property
    def is_write(self) -> bool:
        """Whether the call may change what users see: no token, no subscription."""
        return not (self.is_read or self.is_login or "/subscriptions" in self.path)


def is_create(call: Call) -> bool:
    """Tell whether a call makes an event, in the words of either kind of Exchange."""
    is_there = "/events" in call.path or call.path.endswith("/CreateItem")
    return call.method == "POST" and is_there


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody was answered who said something to a simulator."""

    is_success: bool
    content: Any
    text: str = ""


def said(answer: httpx.Response) -> Said:
    """Return an HTTP answer in this form."""
    content = answer.json() if answer.content else {}
    return Said(answer.is_success, content, f"{answer.status_code} {answer.text}")


class Wire(httpx.AsyncBaseTransport):
    """Leads to one application in this process; a cut connection looks as it would on the wire.

    With a `log` every call is noted there; `interruptions` may strike before a call leaves or after
    it was answered, under the name "<side>.<METHOD>.<path>".
    """

    def __init__(
        self,
        side: str,
        app: Any,
        *,
        now: Callable[[], datetime],
        log: list[Call] | None = None,
        interruptions: Interruptions | None = None,
    ) -> None:
        self._side, self._inner, self._now = side, Direct(app), now
        self._is_service = log is not None
        self._log = [] if log is None else log
        self._interruptions = interruptions or Interruptions()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one request."""
        if self._is_service:
            _plants_credentials(request)
            beside = {k: v for k, v in request.headers.items() if k not in CREDENTIALS}
            WATCH.saw(f"a header of a call to {self._side}", str(beside))
        name = ".".join((self._side, *self.named(request)))
        try:
            await self._interruptions.before(name)
            answer = await self._answer(request)
            await self._interruptions.after(name)
        except OtherAnswer as other:
            return other.answer(request)
        return answer

    def named(self, request: httpx.Request) -> tuple[str, str]:
        """Return the method and path by which a call is known."""
        return request.method, request.url.path

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        status = 0
        try:
            answer = await self._inner.handle_async_request(request)
            status = answer.status_code
        except ConnectionAbortedByFaultError as error:
            raise httpx.ReadError("connection reset", request=request) from error
        finally:
            method, path = self.named(request)
            self._log.append(Call(self._side, method, path, status, self._now()))
        return answer


def _plants_credentials(request: httpx.Request) -> None:
    """Look for what opens Exchange and ROOMS, and for what proves a notification."""
    WATCH.plants(Kind.TOKEN, request.headers.get("authorization", "").rpartition(" ")[2])
    if request.method == "POST" and request.url.path.endswith("/subscriptions"):
        asked = json.loads(request.content)
        WATCH.plants(Kind.SECRET, str(asked.get("clientState") or ""))
    if _PUSHED_TO in request.content:
        WATCH.plants(Kind.SECRET, *(key.decode() for key in _KEY.findall(request.content)))
