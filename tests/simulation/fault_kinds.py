"""The kinds of faults that are committed: what a caller meets, over HTTP and at a port."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import httpx

from core.errors import NotPermittedError, ServiceUnavailableError, ThrottledError
from devstack.exchange.ews.errors import SoapFaultError, fault
from devstack.exchange.ews.soap import envelope
from tests.kit.canary import TEXT

REPEATS = f"a fault of the simulation, at: {TEXT}"
"""What both systems, proxies and libraries say: they repeat what they were sent."""


class FaultKind(StrEnum):
    """Every kind; over a run each of them fires (issue: every kind of fault)."""

    GRAPH_DOWN = "Graph answers 503"
    GRAPH_LOST_ANSWER = "Graph does it and answers 504"
    GRAPH_RESET = "the connection to Graph breaks before anything is done"
    GRAPH_RESET_AFTER = "the connection to Graph breaks once it is done"
    GRAPH_THROTTLES = "Graph answers 429 with a pause"
    GRAPH_THROTTLES_MUTELY = "Graph answers 429 and says no pause"
    GRAPH_HALF_ANSWER = "Graph's answer ends in the middle"
    GRAPH_WRONG_TYPE = "a proxy answers for Graph with a page"
    GRAPH_REFUSES = "Graph answers 403 for a while"
    GRAPH_SLOW = "Graph does not answer in time"
    ROOMS_DOWN = "ROOMS answers 500"
    ROOMS_LOST_ANSWER = "ROOMS does it and answers 502"
    ROOMS_RESET = "the connection to ROOMS breaks before anything is done"
    ROOMS_RESET_AFTER = "the connection to ROOMS breaks once it is done"
    ROOMS_HALF_ANSWER = "ROOMS' answer ends in the middle"
    ROOMS_WRONG_TYPE = "a proxy answers for ROOMS with a page"
    ROOMS_SLOW = "ROOMS does not answer in time"
    TABLES_DOWN = "the tables cannot be reached"
    TABLES_LOST_ANSWER = "the tables do it and do not answer"
    BUS_DOWN = "the queues cannot be reached"
    BUS_LOST_ANSWER = "the queues take it and do not answer"
    PUSH_DROPPED = "every other notification is lost"
    PUSH_DOUBLED = "every notification comes twice"
    PUSH_LATE = "notifications come late and out of order"
    PUSH_SILENT = "no notification comes any more"
    HOST_DOWN = "our host does not answer"
    WORKERS_DOUBLED = "a lock is lost: two workers have the same messages"
    MESSAGE_DOUBLED = "messages are delivered twice"
    SUBSCRIPTIONS_GONE = "Graph forgets all subscriptions"
    DELTA_EXPIRED = "Graph forgets where delta reads were"
    CLOCK_JUMPS = "the clock jumps ahead by two hours"
    OUTAGE_OF_GRAPH = "Graph is down for an hour"
    OUTAGE_OF_ROOMS = "ROOMS is down for an hour"
    RESTART = "the process is replaced by a new one"


@dataclass(frozen=True, slots=True)
class CallFault:
    """A fault that hits single calls: `pattern` of their names, what comes instead of an answer.

    `is_done`: the call has had its effect. `http` makes the answer or raises; `port` is the error
    that the adapter would make of it; a fault of tables or queues is that error itself.
    """

    pattern: str
    is_done: bool
    port: Callable[[], Exception]
    http: "_Answer | None" = None


type _Answer = Callable[[httpx.Request], httpx.Response]

_XML = {"content-type": "text/xml; charset=utf-8"}


def _answers(status: int, **more: object) -> _Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(status, request=request, **more)  # type: ignore[arg-type]

    return answer


def _breaks(error: type[httpx.TransportError]) -> _Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        raise error(REPEATS, request=request)

    return answer


def _half(request: httpx.Request) -> httpx.Response:
    headers = {"content-type": "application/json"}
    return httpx.Response(200, headers=headers, content=b'{"value": [{"id": "AA', request=request)


def _half_soap(request: httpx.Request) -> httpx.Response:
    content = envelope(None, fault(SoapFaultError("ErrorServerBusy", "", {})))
    return httpx.Response(200, headers=_XML, content=content[: len(content) // 2], request=request)


def _soap(code: str, **values: str) -> _Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        content = envelope(None, fault(SoapFaultError(code, REPEATS, values)))
        return httpx.Response(500, headers=_XML, content=content, request=request)

    return answer


def _either(graph: _Answer, ews: _Answer) -> _Answer:
    """Return what an environment online answers, or one on premises."""

    def answer(request: httpx.Request) -> httpx.Response:
        is_ews = request.url.path.lower().endswith("/exchange.asmx")
        return ews(request) if is_ews else graph(request)

    return answer


def _unavailable() -> Exception:
    return ServiceUnavailableError("a fault of the simulation")


def _throttled(pause_s: float | None) -> Callable[[], Exception]:
    return lambda: ThrottledError("a fault of the simulation", retry_after_s=pause_s)


def _error(code: str) -> dict[str, object]:
    return {"error": {"code": code, "message": REPEATS}}


_PAGE = {
    "headers": {"content-type": "text/html"},
    "content": f"<html>Bad gateway: {TEXT}</html>".encode(),
}
_GRAPH, _ROOMS = r"^(graph\.(?!POST\./[^/]+/oauth2)|ews\.)", r"^rooms\.(?!POST\./connect)"
_TABLES, _BUS = r"^tables\.", r"^bus\.(sync-items|mailbox-jobs|notices)\.send$"

CALL_FAULTS: dict[FaultKind, CallFault] = {
    FaultKind.GRAPH_DOWN: CallFault(
        _GRAPH, False, _unavailable, _answers(503, json=_error("serviceNotAvailable"))
    ),
    FaultKind.GRAPH_LOST_ANSWER: CallFault(_GRAPH, True, _unavailable, _answers(504)),
    FaultKind.GRAPH_RESET: CallFault(_GRAPH, False, _unavailable, _breaks(httpx.ConnectError)),
    FaultKind.GRAPH_RESET_AFTER: CallFault(_GRAPH, True, _unavailable, _breaks(httpx.ReadError)),
    FaultKind.GRAPH_THROTTLES: CallFault(
        _GRAPH,
        False,
        _throttled(20.0),
        _either(
            _answers(429, headers={"Retry-After": "20"}, json=_error("ApplicationThrottled")),
            _soap("ErrorServerBusy", BackOffMilliseconds="20000"),
        ),
    ),
    FaultKind.GRAPH_THROTTLES_MUTELY: CallFault(
        _GRAPH,
        False,
        _throttled(None),
        _either(_answers(429, json=_error("TooManyRequests")), _soap("ErrorServerBusy")),
    ),
    FaultKind.GRAPH_HALF_ANSWER: CallFault(_GRAPH, True, _unavailable, _either(_half, _half_soap)),
    FaultKind.GRAPH_WRONG_TYPE: CallFault(_GRAPH, False, _unavailable, _answers(200, **_PAGE)),
    FaultKind.GRAPH_REFUSES: CallFault(
        _GRAPH,
        False,
        lambda: NotPermittedError("a fault of the simulation"),
        _either(_answers(403, json=_error("ErrorAccessDenied")), _soap("ErrorAccessDenied")),
    ),
    FaultKind.GRAPH_SLOW: CallFault(_GRAPH, True, _unavailable, _breaks(httpx.ReadTimeout)),
    FaultKind.ROOMS_DOWN: CallFault(_ROOMS, False, _unavailable, _answers(500, text=REPEATS)),
    FaultKind.ROOMS_LOST_ANSWER: CallFault(_ROOMS, True, _unavailable, _answers(502)),
    FaultKind.ROOMS_RESET: CallFault(_ROOMS, False, _unavailable, _breaks(httpx.ConnectError)),
    FaultKind.ROOMS_RESET_AFTER: CallFault(_ROOMS, True, _unavailable, _breaks(httpx.ReadError)),
    FaultKind.ROOMS_HALF_ANSWER: CallFault(_ROOMS, True, _unavailable, _half),
    FaultKind.ROOMS_WRONG_TYPE: CallFault(_ROOMS, False, _unavailable, _answers(200, **_PAGE)),
    FaultKind.ROOMS_SLOW: CallFault(_ROOMS, True, _unavailable, _breaks(httpx.ReadTimeout)),
    FaultKind.TABLES_DOWN: CallFault(_TABLES, False, _unavailable),
    FaultKind.TABLES_LOST_ANSWER: CallFault(_TABLES, True, _unavailable),
    FaultKind.BUS_DOWN: CallFault(_BUS, False, _unavailable),
    FaultKind.BUS_LOST_ANSWER: CallFault(_BUS, True, _unavailable),
}
