"""A Functions host in this process: it runs the app's own functions, found by their metadata."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import azure.functions as func
import httpx

from core.bootstrap import App, replace_app
from devstack.host.schedule import Schedule, parse_schedule

PREFIX = "/api/"
NOT_FOUND = httpx.codes.NOT_FOUND

Function = Callable[..., Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer function and when it is due."""

    name: str
    schedule: Schedule
    function: Function


@dataclass(frozen=True, slots=True)
class Functions:
    """What function_app.py registers, by trigger."""

    routes: dict[tuple[str, str], Function]
    queues: dict[str, Function]
    timers: tuple[Timer, ...]


@cache
def functions() -> Functions:
    """Return the functions of the app; indexing them twice is not foreseen by the library."""
    import function_app  # noqa: PLC0415 - indexes the app

    routes: dict[tuple[str, str], Function] = {}
    queues: dict[str, Function] = {}
    timers: list[Timer] = []
    for function in function_app.app.get_functions():
        trigger = function.get_trigger().get_dict_repr()
        deed = function.get_user_function()
        match trigger["type"]:
            case "httpTrigger":
                for method in trigger["methods"]:
                    routes[method.value, f"{PREFIX}{trigger['route']}"] = deed
            case "serviceBusTrigger":
                queues[trigger["queueName"]] = deed
            case "timerTrigger":
                schedule = parse_schedule(trigger["schedule"])
                timers.append(Timer(function.get_function_name(), schedule, deed))
    return Functions(routes, queues, tuple(timers))


class Host(httpx.AsyncBaseTransport):
    """Runs functions for one app; as a transport it is how the simulators reach the webhooks.

    `is_down` refuses connections, as a host that restarts does.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        self.is_down = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer an HTTP call by the function of its route."""
        if self.is_down:
            raise httpx.ConnectError("connection refused", request=request)
        function = functions().routes.get((request.method, request.url.path))
        if function is None:
            return httpx.Response(NOT_FOUND)
        answer = await self._run(function, await _http_request(request))
        return httpx.Response(
            answer.status_code,
            headers={**answer.headers, "content-type": f"{answer.mimetype}; charset=utf-8"},
            content=answer.get_body(),
        )

    async def run_batch(self, queue: str, bodies: list[bytes]) -> None:
        """Hand a batch of messages to the queue's function."""
        messages = [func.ServiceBusMessage(body=body) for body in bodies]
        await self._run(functions().queues[queue], messages)

    async def run_timer(self, timer: Timer) -> None:
        """Run a timer function now."""
        await self._run(timer.function, None)

    async def _run(self, function: Function, argument: Any) -> Any:
        replace_app(self.app)
        return await function(argument)


async def _http_request(request: httpx.Request) -> func.HttpRequest:
    return func.HttpRequest(
        method=request.method,
        url=str(request.url),
        headers=dict(request.headers),
        params=dict(parse_qsl(request.url.query.decode(), keep_blank_values=True)),
        body=await request.aread(),
    )
