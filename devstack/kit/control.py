"""The control API that both simulators have in common (contract section 5)."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from devstack.kit.clock import Clock
from devstack.kit.faults import FaultRule, Faults
from devstack.kit.journal import Ledger, MailEntry, RequestEntry
from devstack.kit.shelf import Shelf
from devstack.kit.switches import Switches

Handler = Callable[[Request], Awaitable[Response]]

YEAR_S = 366 * 24 * 3600
Seconds = Annotated[float, Field(ge=0, le=YEAR_S)]


class ControlRefusedError(Exception):
    """The control call cannot be done; the text says what was wrong and what is possible."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.status = status


class Delivery(BaseModel):
    """How notifications travel: lost, doubled, late, out of order, or not at all."""

    model_config = ConfigDict(extra="forbid")
    drop: Annotated[float, Field(ge=0, le=1)] = 0.0
    duplicate: Annotated[float, Field(ge=0, le=100)] = 0.0
    delay_s: tuple[Seconds, Seconds] | None = None
    reorder: bool = False
    silent: bool = False

    @field_validator("delay_s")
    @classmethod
    def _from_to(cls, span: tuple[float, float] | None) -> tuple[float, float] | None:
        if span is not None and span[0] > span[1]:
            raise ValueError("the first number is the shortest delay, the second the longest")
        return span


class Skew(BaseModel):
    """How far this simulator's own time stamps are off."""

    model_config = ConfigDict(extra="forbid")
    skew_s: Annotated[float, Field(ge=-YEAR_S, le=YEAR_S)]


@dataclass(slots=True)
class StampClock:
    """The clock with which a simulator writes time stamps: the stack's clock plus its own skew."""

    clock: Clock
    skew: timedelta = timedelta(0)

    def now(self) -> datetime:
        return self.clock.now() + self.skew


@dataclass(slots=True)
class Controls:
    """What the common control calls act on; each simulator owns one."""

    stamps: StampClock
    shelf: Shelf
    requests: Ledger[RequestEntry]
    mails: Ledger[MailEntry]
    switches: Switches
    faults: Faults = field(default_factory=Faults)
    delivery: Delivery = field(default_factory=Delivery)


def common_routes(  # noqa: C901 - a list of small handlers that share one argument
    controls: Controls,
    *,
    pending: Callable[[], dict[str, Any]],
    state: Callable[[], dict[str, Any]],
    keep: Callable[[], None],
) -> list[Route]:
    """Return the `/_control` routes that need nothing of a particular simulator.

    `keep` makes delivery, skew and switches durable; it is called before the answer leaves.
    """

    async def faults(request: Request) -> Response:
        if request.method == "DELETE":
            controls.faults.clear()
        else:
            controls.faults.add(await parsed(request, FaultRule))
        return done()

    async def notifications(request: Request) -> Response:
        controls.delivery = (
            Delivery() if request.method == "DELETE" else await parsed(request, Delivery)
        )
        keep()
        return done()

    async def clock(request: Request) -> Response:
        controls.stamps.skew = timedelta(seconds=(await parsed(request, Skew)).skew_s)
        keep()
        return done()

    async def switches(request: Request) -> Response:
        if request.method == "POST":
            wanted = await json_object(request)
            try:
                for name, value in wanted.items():
                    controls.switches.check(name, value)
            except ValueError as error:
                raise ControlRefusedError(str(error)) from error
            for name, value in wanted.items():
                controls.switches.set(name, value)
            keep()
        return JSONResponse(controls.switches.as_json())

    async def requests_log(request: Request) -> Response:
        if request.method == "DELETE":
            controls.requests.clear()
            controls.shelf.flush()
            return done()
        lines = controls.requests.since(since(request))
        return JSONResponse([line.model_dump(mode="json") for line in lines])

    async def mails_log(request: Request) -> Response:
        if request.method == "DELETE":
            controls.mails.clear()
            controls.shelf.flush()
            return done()
        return JSONResponse([line.as_json() for line in controls.mails.since(since(request))])

    async def show_pending(_: Request) -> Response:
        return JSONResponse(pending())

    async def show_state(_: Request) -> Response:
        return JSONResponse(state())

    return [
        control("faults", faults, "POST", "DELETE"),
        control("notifications", notifications, "POST", "DELETE"),
        control("clock", clock, "POST"),
        control("switches", switches, "GET", "POST"),
        control("requests", requests_log, "GET", "DELETE"),
        control("mails", mails_log, "GET", "DELETE"),
        control("pending", show_pending, "GET"),
        control("state", show_state, "GET"),
    ]


def control(name: str, handler: Handler, *methods: str) -> Route:
    """Make a `/_control/<name>` route whose refusals become a clear 4xx."""

    async def guarded(request: Request) -> Response:
        try:
            return await handler(request)
        except ControlRefusedError as refused:
            return JSONResponse({"error": str(refused)}, refused.status)

    return Route(f"/_control/{name}", guarded, methods=list(methods))


async def json_object(request: Request) -> dict[str, Any]:
    """Return the body as a JSON object; an empty body is an empty object."""
    raw = await request.body()
    try:
        content = json.loads(raw) if raw else {}
    except ValueError as error:
        raise ControlRefusedError(f"the body is not JSON: {error}") from error
    if not isinstance(content, dict):
        raise ControlRefusedError("the body must be a JSON object")
    return content


async def parsed[Model: BaseModel](request: Request, model: type[Model]) -> Model:
    """Return the body as `model`; unknown keys and wrong values are refused with their place."""
    try:
        return model.model_validate(await json_object(request))
    except ValidationError as error:
        places = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'body'}: {e['msg']}" for e in error.errors()
        )
        raise ControlRefusedError(places) from error


def since(request: Request) -> int:
    """Return the `since` number of a log request, 0 when absent."""
    value = request.query_params.get("since", "0")
    if not value.isdigit():
        raise ControlRefusedError(f"since must be a number, not {value!r}")
    return int(value)


def done() -> Response:
    """Answer a control call that has nothing to say."""
    return JSONResponse({"ok": True})
