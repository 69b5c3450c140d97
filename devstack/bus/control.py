"""The broker's control over HTTP (contract devstack.md section 2): counts, faults, purge, a look.

`/queues`, `/next-due` and `/messages/…` first do what is due, so they never lag behind the clock.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from devstack.bus.amqp.errors import AmqpError
from devstack.bus.broker import Broker
from devstack.bus.message_view import as_json
from devstack.bus.queueing.message import Message, MessageState
from devstack.bus.queueing.message_queue import MessageQueue
from devstack.kit.control import ControlRefusedError, done, parsed
from devstack.kit.journal import iso

SUB_QUEUES = ("active", "dead", "deferred", "scheduled")


class FaultOrder(BaseModel):
    """What `POST /faults` takes: reset all connections once; be late by so much from now on."""

    model_config = ConfigDict(extra="forbid")
    drop_connections: bool = False
    delay_ms: Annotated[int, Field(ge=0)] | None = None


class NoOrder(BaseModel):
    """The body of a call that takes nothing."""

    model_config = ConfigDict(extra="forbid")


class Control:
    """The handlers, one per call."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    async def health(self, _: Request) -> Response:
        return JSONResponse({"status": "ok", "connections": len(self._broker.connections)})

    async def queues(self, request: Request) -> Response:
        """Count messages per queue; what counts as what is told at `QueueCounts`."""
        _only(request, ())
        self._broker.tick()
        return JSONResponse(
            {name: asdict(counts) for name, counts in self._broker.counts().items()}
        )

    async def status(self, request: Request) -> Response:
        """Tell in one answer what a supervisor asks again and again."""
        _only(request, ())
        self._broker.tick()
        moment = self._broker.next_due()
        return JSONResponse(
            {
                "queues": {name: asdict(n) for name, n in self._broker.counts().items()},
                "enqueued": self._broker.enqueued(),
                "next_due": None if moment is None else iso(moment),
            }
        )

    async def next_due(self, request: Request) -> Response:
        _only(request, ())
        self._broker.tick()
        moment = self._broker.next_due()
        return JSONResponse({"next_due": None if moment is None else iso(moment)})

    async def messages(self, request: Request) -> Response:
        """Show the messages of a queue or, with `sub`, of another part of it."""
        _only(request, ("sub",))
        sub = request.query_params.get("sub", "active")
        if sub not in SUB_QUEUES:
            raise ControlRefusedError(f"sub must be one of {', '.join(SUB_QUEUES)}, not {sub!r}")
        self._broker.tick()
        try:
            queue = self._broker.find_queue(request.path_params["queue"])
        except AmqpError as error:
            raise ControlRefusedError(error.description, 404) from error
        return JSONResponse(_show(queue, sub))

    async def faults(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._broker.delay_s = 0.0
            return done()
        order = await parsed(request, FaultOrder)
        if order.delay_ms is not None:
            self._broker.delay_s = order.delay_ms / 1000
        if order.drop_connections:
            self._broker.drop_connections()
        return done()

    async def purge(self, request: Request) -> Response:
        await parsed(request, NoOrder)
        self._broker.purge()
        return done()


def control_app(broker: Broker) -> Starlette:
    """Return the control API of a broker."""
    control = Control(broker)
    return Starlette(
        routes=[
            Route("/health", control.health, methods=["GET"]),
            Route("/queues", control.queues, methods=["GET"]),
            Route("/status", control.status, methods=["GET"]),
            Route("/next-due", control.next_due, methods=["GET"]),
            Route("/messages/{queue}", control.messages, methods=["GET"]),
            Route("/faults", control.faults, methods=["POST", "DELETE"]),
            Route("/purge", control.purge, methods=["POST"]),
        ],
        exception_handlers={ControlRefusedError: _refused},
    )


async def _refused(_: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, ControlRefusedError) else 400
    return JSONResponse({"error": str(error)}, status)


def _only(request: Request, known: Iterable[str]) -> None:
    unknown = sorted(set(request.query_params) - set(known))
    if unknown:
        raise ControlRefusedError(f"unknown query parameters: {', '.join(unknown)}")


def _show(queue: MessageQueue, sub: str) -> list[dict[str, object]]:
    if sub == "dead":
        queue = queue.dead_letters or queue
        shown: Iterable[Message] = queue.backlog.store.messages.values()
    else:
        state = MessageState[sub.upper()]
        shown = (m for m in queue.backlog.store.messages.values() if m.state is state)
    ordered = sorted(shown, key=lambda message: message.sequence_number)
    return [as_json(message, is_locked=queue.is_locked(message)) for message in ordered]
