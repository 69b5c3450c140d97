"""The control API of the stack (contract section 2)."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal

import aiohttp
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from devstack.kit.control import ControlRefusedError, done, json_object, parsed
from devstack.kit.journal import iso
from devstack.kit.world import World
from devstack.stack.advance import BackwardsError
from devstack.stack.parts import PartFailedError
from devstack.stack.reset import ResetFailedError, WorldRefusedError
from devstack.stack.supervisor import Stack
from devstack.stack.watch import NotQuietError

Handler = Callable[[Request], Awaitable[Response]]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ResetOrder(_Strict):
    """`POST /reset`."""

    world: World


class ClockOrder(_Strict):
    """`POST /clock`: one of the two."""

    advance_s: Annotated[float, Field(allow_inf_nan=False)] | None = None
    set: AwareDatetime | None = None


class KillOrder(_Strict):
    """`POST /kill`."""

    part: Literal["host", "bus", "azurite", "exchange", "rooms"]
    restart: bool = True


class BusFaults(_Strict):
    """`POST /bus/faults`."""

    drop_connections: bool = False
    delay_ms: Annotated[int, Field(ge=0)] = 0


class StackControl:
    """Handlers of the control API; what changes the stack waits for its turn."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def app(self) -> Starlette:
        """Return the ASGI application."""
        return Starlette(
            routes=[
                self._route("/status", self._status, "GET"),
                self._route("/reset", self._reset, "POST"),
                self._route("/clock", self._clock, "POST"),
                self._route("/run/{function}", self._run, "POST"),
                self._route("/full-pass", self._full_pass, "POST"),
                self._route("/kill", self._kill, "POST"),
                self._route("/bus/faults", self._bus_faults, "POST", "DELETE"),
            ]
        )

    def _route(self, path: str, handler: Handler, *methods: str) -> Route:
        async def guarded(request: Request) -> Response:
            try:
                return await handler(request)
            except ControlRefusedError as refused:
                return JSONResponse({"error": str(refused)}, refused.status)
            except WorldRefusedError as refused:
                return JSONResponse({"error": str(refused)}, 400)
            except BackwardsError as backwards:
                return JSONResponse({"error": str(backwards)}, 409)
            except (ResetFailedError, PartFailedError, aiohttp.ClientError) as failed:
                return JSONResponse({"error": str(failed)}, 502)
            except (NotQuietError, TimeoutError) as late:
                return JSONResponse({"error": str(late)}, 504)

        return Route(path, guarded, methods=list(methods))

    async def _status(self, _: Request) -> Response:
        return JSONResponse(await self._stack.status())

    async def _reset(self, request: Request) -> Response:
        order = await parsed(request, ResetOrder)
        async with self._turn():
            await self._stack.reset(order.world, "(reset)")
        return JSONResponse({"now": iso(self._stack.clock.now())})

    async def _clock(self, request: Request) -> Response:
        order = await parsed(request, ClockOrder)
        async with self._turn():
            target = _target(order, self._stack.clock.now())
            now = await self._stack.mover.advance_to(target)
        return JSONResponse({"now": iso(now)})

    async def _run(self, request: Request) -> Response:
        await _nothing_in(request)
        async with self._turn():
            name = request.path_params["function"]
            return await self._relay("POST", f"{self._host}/admin/functions/{name}")

    async def _full_pass(self, request: Request) -> Response:
        await _nothing_in(request)
        async with self._turn():
            answer = await self._relay("POST", f"{self._host}/api/dev/full-pass")
            if answer.status_code < 400:
                look = await self._stack.watch.quiet()
                return JSONResponse({"now": iso(look.now)})
            return answer

    async def _kill(self, request: Request) -> Response:
        order = await parsed(request, KillOrder)
        await self._stack.kill(order.part, restart=order.restart)
        return JSONResponse({"pid": self._stack.parts[order.part].pid})

    async def _bus_faults(self, request: Request) -> Response:
        url = f"{self._stack.plan.addresses.bus_control}/faults"
        if request.method == "DELETE":
            return await self._relay("DELETE", url)
        order = await parsed(request, BusFaults)
        return await self._relay("POST", url, order.model_dump(exclude_unset=True))

    @property
    def _host(self) -> str:
        return self._stack.plan.addresses.host

    def _turn(self) -> asyncio.Lock:
        if not self._stack.is_ready:
            raise ControlRefusedError("the stack is not ready yet: wait for GET /status", 503)
        return self._stack.one_at_a_time

    async def _relay(self, method: str, url: str, content: Any = None) -> Response:  # noqa: ANN401 - JSON
        """Pass a call on to a part; its refusal is passed back as it is."""
        async with self._stack.client.request(method, url, json=content) as answer:
            body = await answer.read()
            if answer.status < 400:
                return done()
            return Response(body, answer.status, media_type=answer.content_type)


def _target(order: ClockOrder, now: datetime) -> datetime:
    if (order.advance_s is None) == (order.set is None):
        raise ControlRefusedError('give either "advance_s" (seconds) or "set" (a moment)')
    if order.set is not None:
        return order.set.astimezone(UTC)
    return now + timedelta(seconds=order.advance_s or 0)


async def _nothing_in(request: Request) -> None:
    unknown = sorted(await json_object(request))
    if unknown:
        raise ControlRefusedError(f"unknown keys: {', '.join(unknown)}; this call takes none")
