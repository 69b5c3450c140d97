"""A Functions host in this process: it runs the app's own functions, found by their metadata."""

import contextlib
import traceback
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import azure.functions as func
import httpx

from core.bootstrap import App, replace_app
from core.errors import RoomSyncError
from devstack.host.routes import RouteTemplate, compile_route
from devstack.host.schedule import Schedule, parse_schedule
from functions.answers import refusal
from functions.failures import failing_plainly
from tests.kit.canary import WATCH

PREFIX = "/api/"
BEHIND_SIGN_IN = ("/api/console/", "/api/dev/")
"""What not everybody on the internet is answered."""
NOT_FOUND = httpx.codes.NOT_FOUND

Function = Callable[..., Awaitable[Any]]


class _Message(func.ServiceBusMessage):
    """A message as the functions get it from the host."""

    def __init__(self, body: bytes, delivery_count: int) -> None:
        super().__init__(body=body)
        self._delivery_count = delivery_count

    @property
    def delivery_count(self) -> int:
        return self._delivery_count


class WorkerKilledError(BaseException):
    """The process is gone in the middle of its work; nothing in the app may catch this."""


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer function and when it is due."""

    name: str
    schedule: Schedule
    function: Function


@dataclass(frozen=True, slots=True)
class Functions:
    """What function_app.py registers, by trigger."""

    routes: tuple[tuple[frozenset[str], RouteTemplate, Function], ...]
    queues: dict[str, Function]
    timers: tuple[Timer, ...]


@cache
def functions() -> Functions:
    """Return the functions of the app; indexing them twice is not foreseen by the library."""
    import function_app  # noqa: PLC0415 - indexes the app

    routes: list[tuple[frozenset[str], RouteTemplate, Function]] = []
    queues: dict[str, Function] = {}
    timers: list[Timer] = []
    for function in function_app.app.get_functions():
        trigger = function.get_trigger().get_dict_repr()
        deed = function.get_user_function()
        match trigger["type"]:
            case "httpTrigger":
                methods = frozenset(method.value for method in trigger["methods"])
                routes.append((methods, compile_route(f"{PREFIX}{trigger['route']}"), deed))
            case "serviceBusTrigger":
                queues[trigger["queueName"]] = deed
            case "timerTrigger":
                schedule = parse_schedule(trigger["schedule"])
                timers.append(Timer(function.get_function_name(), schedule, deed))
    routes.sort(key=lambda route: route[1].rank)
    return Functions(tuple(routes), queues, tuple(timers))


def function_at(method: str, path: str) -> Function | None:
    """Return the function of a route, None where there is none."""
    return next(
        (
            function
            for methods, route, function in functions().routes
            if method in methods and route.match(path) is not None
        ),
        None,
    )


class Host(httpx.AsyncBaseTransport):
    """Runs functions for one app; as a transport it is how the simulators reach the webhooks.

    `is_down` refuses connections, as a host that restarts does. A process that is killed in the
    middle of a call is followed by one that `start_again` returns; who called finds nobody there.
    """

    def __init__(self, start_again: Callable[[], App]) -> None:
        self._start_again = start_again
        self._app: App | None = None
        self.is_down = False
        self.timers_may_fail = False
        self.kills = 0

    @property
    def app(self) -> App:
        """Return the process that is running."""
        if self._app is None:
            self._app = self._start_again()
        return self._app

    def restart(self) -> None:
        """Replace the process by a new one: everything it knew by heart is gone."""
        self._app = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer an HTTP call by the function of its route."""
        if self.is_down:
            raise httpx.ConnectError("connection refused", request=request)
        function = function_at(request.method, request.url.path)
        if function is None:
            return httpx.Response(NOT_FOUND)
        try:
            answer = await self._run(function, await _http_request(request))
        except WorkerKilledError:
            raise httpx.ReadError("the host is gone", request=request) from None
        if not request.url.path.startswith(BEHIND_SIGN_IN):
            WATCH.saw("an answer to anybody", f"{answer.get_body()!r} {dict(answer.headers)}")
        return httpx.Response(
            answer.status_code,
            headers={"content-type": f"{answer.mimetype}; charset=utf-8"} | dict(answer.headers),
            content=answer.get_body(),
        )

    async def posts(self, url: str, body: bytes) -> func.HttpResponse | None:
        """Hand over a POST without any HTTP; None is no answer."""
        if self.is_down:
            return None
        parts = urlsplit(url)
        params = dict(parse_qsl(parts.query, keep_blank_values=True))
        function = function_at("POST", parts.path)
        assert function is not None, url
        try:
            answer = await self._run(
                function, func.HttpRequest(method="POST", url=url, params=params, body=body)
            )
        except WorkerKilledError:
            return None
        assert isinstance(answer, func.HttpResponse)
        return answer

    async def takes(self, deed: Callable[[App], Awaitable[object]]) -> int:
        """Let the app take what reaches it without HTTP; return the status, 0 for no answer."""
        if self.is_down:
            return 0
        try:
            await self._run(failing_plainly(deed), self.app)
        except WorkerKilledError:
            return 0
        except RoomSyncError as error:
            return refusal(error).status_code
        return httpx.codes.ACCEPTED

    async def run_batch(
        self, queue: str, bodies: list[bytes], deliveries: Sequence[int] = ()
    ) -> None:
        """Hand a batch of messages to the queue's function, and how often each was delivered."""
        counts = deliveries or [1] * len(bodies)
        messages = [_Message(body, count) for body, count in zip(bodies, counts, strict=True)]
        await self._run(functions().queues[queue], messages)

    async def run_timer(self, timer: Timer) -> None:
        """Run a timer function now; killed (or failed, where it may) it waits for its next time."""
        tolerated = Exception if self.timers_may_fail else WorkerKilledError
        with contextlib.suppress(WorkerKilledError, tolerated):
            await self._run(timer.function, None)

    async def _run(self, function: Function, argument: Any) -> Any:
        replace_app(self.app)
        try:
            return await function(argument)
        except WorkerKilledError:
            self.kills += 1
            self.restart()
            raise
        except Exception as error:
            # The platform's worker logs all of it, with what led to it (azure_functions_runtime).
            WATCH.saw("a failure of a function", "".join(traceback.format_exception(error)))
            raise


async def _http_request(request: httpx.Request) -> func.HttpRequest:
    return func.HttpRequest(
        method=request.method,
        url=str(request.url),
        headers=dict(request.headers),
        params=dict(parse_qsl(request.url.query.decode(), keep_blank_values=True)),
        body=await request.aread(),
    )
