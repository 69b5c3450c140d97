"""The admin face: what the real host has, and `/admin/devstack` for whoever drives the stack."""

import time
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from devstack.host.metadata import HttpFunction
from devstack.kit.journal import iso

if TYPE_CHECKING:
    from devstack.host.server import Host


class AdminFace:
    """The routes under `/admin`; they need no key, because the host binds to loopback only."""

    def __init__(self, host: "Host") -> None:
        self._host = host

    def routes(self) -> list[Route]:
        return [
            Route("/admin/host/status", self._status),
            Route("/admin/functions", self._functions),
            Route("/admin/functions/{name}", self._run, methods=["POST"]),
            Route("/admin/devstack/pause", self._pause, methods=["POST"]),
            Route("/admin/devstack/resume", self._resume, methods=["POST"]),
            Route("/admin/devstack/tick", self._tick, methods=["POST"]),
            Route("/admin/devstack/next-due", self._next_due),
            Route("/admin/devstack/activity", self._activity),
        ]

    async def _status(self, _: Request) -> Response:
        return JSONResponse(
            {
                "id": "local",
                "state": "Running",
                "version": "devstack",
                "processUptime": int((time.monotonic() - self._host.started_at) * 1000),
            }
        )

    async def _functions(self, request: Request) -> Response:
        base = str(request.base_url).rstrip("/")
        return JSONResponse([_function_json(f, base) for f in self._host.functions])

    async def _run(self, request: Request) -> Response:
        """Run a timer function and answer when it is done: 202, as the real host, or 500."""
        name, timers = request.path_params["name"], self._host.timers
        if name not in timers.names:
            known = ", ".join(timers.names) or "none"
            return JSONResponse(
                {"error": f"no timer function {name!r}; timer functions: {known}"}, 404
            )
        outcome = await timers.run_now(name)
        if outcome.failure is not None:
            return JSONResponse({"error": outcome.failure}, 500)
        return Response(status_code=202)

    async def _pause(self, request: Request) -> Response:
        """Pause everything, or with `?only=timers` the timers: queues go on being worked on."""
        if request.query_params.get("only") == "timers":
            self._host.timers.pause()
        else:
            await self._host.pause()
        return JSONResponse({"paused": True})

    async def _resume(self, _: Request) -> Response:
        await self._host.resume()
        return JSONResponse({"paused": False})

    async def _tick(self, _: Request) -> Response:
        """Look at the clock now instead of at the next poll."""
        started = self._host.timers.tick()
        return JSONResponse({"started": started, "now": iso(self._host.clock.now())})

    async def _next_due(self, request: Request) -> Response:
        stride = request.query_params.get("stride") == "true"
        due = self._host.timers.next_due(stride=stride)
        return JSONResponse({name: iso(moment) for name, moment in sorted(due.items())})

    async def _activity(self, _: Request) -> Response:
        host = self._host
        due = host.timers.next_due(stride=True)
        return JSONResponse(
            host.activity.as_json()
            | {
                "paused": host.paused,
                "now": iso(host.clock.now()),
                "next_due": {name: iso(moment) for name, moment in sorted(due.items())},
                "queues": sorted({queue.function.queue for queue in host.queues}),
                "lanes": {queue.function.name: queue.lanes for queue in host.queues},
            }
        )


def _function_json(function: Any, base: str) -> dict[str, Any]:  # noqa: ANN401 - one of three
    content = {
        "name": function.name,
        "language": "python",
        "href": f"{base}/admin/functions/{function.name}",
        "isDisabled": False,
        "config": {"name": function.name, "bindings": list(function.bindings)},
    }
    if isinstance(function, HttpFunction):
        content["invoke_url_template"] = f"{base}/{function.route.template}"
    return content
