"""The REST face as an ASGI app: routes from the operation table, errors as Web API writes them."""

import json
from functools import cache
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from devstack.rooms.contract.not_served import NOT_SERVED
from devstack.rooms.contract.operation import Operation
from devstack.rooms.contract.operations import SERVED
from devstack.rooms.face import (
    bookings,
    calendar,
    configuration,
    locations,
    persons,
    reservation,
    resources,
    series,
)
from devstack.rooms.face.auth import Gate
from devstack.rooms.face.binding import BadRequestError, bind_body, bind_query
from devstack.rooms.face.booking_views import BookingViews
from devstack.rooms.face.call import SERVICES, Call, Service
from devstack.rooms.face.casing import Dictionary, Style, style_of, write
from devstack.rooms.face.errors import (
    UnauthorizedError,
    UnsupportedMediaTypeError,
    problem,
    refusal_answer,
    refusal_problem,
)
from devstack.rooms.model.house import House
from devstack.rooms.model.person import Person
from devstack.rooms.model.refusal import (
    ForbiddenError,
    MissingError,
    NotModelledError,
    RefusedError,
)

HANDLERS = (  # importing them registers what they serve
    bookings,
    calendar,
    configuration,
    locations,
    persons,
    reservation,
    resources,
    series,
)

JSON_TYPES = ("application/json", "text/json", "text/javascript")
STATUS_OF: dict[type[Exception], int] = {
    UnauthorizedError: 401,
    ForbiddenError: 403,
    MissingError: 404,
    UnsupportedMediaTypeError: 415,
    NotModelledError: 501,
}


class RestFace:
    """Binds, checks and answers requests; all rules live in the model."""

    def __init__(self, house: House, gate: Gate, views: BookingViews) -> None:
        self._house, self._gate, self._views = house, gate, views
        self._touched: list[int] = []
        house.store.listeners.append(lambda booking_id, _: self._touched.append(booking_id))
        self.app = Starlette(
            routes=_routes(),
            exception_handlers={HTTPException: self._nothing_here},
        )
        self.app.state.face = self

    async def serve(self, request: Request, operation: Operation, service: Service) -> Response:
        """Answer a call of an operation that is served."""
        style = self._style(request)
        raw = await request.body()
        try:
            actor = self._admit(request)
            body = _body(request, raw, operation, service)
            call = Call(
                house=self._house,
                views=self._views,
                actor=actor,
                style=style,
                path=request.path_params,
                query=bind_query(operation.query, request.query_params),
                body=body,
                local_zone=self._local_zone(request, actor),
            )
            return _json(write(self._carried_out(request, call, service), style))
        except RefusedError as error:
            if self._house.switches["refusal"] == "200":
                return _json(write(refusal_answer(error, operation.answer), style))
            return _json(write(refusal_problem(error), style), 400)
        except BadRequestError as error:
            content = {"message": str(error), "modelState": Dictionary(error.state)}
            return _json(write(content, style), 400)
        except tuple(STATUS_OF) as error:
            return _json(write(problem(str(error)), style), STATUS_OF[type(error)])

    def _carried_out(self, request: Request, call: Call, service: Service) -> object:
        entry, house = request.scope["journal_entry"], self._house
        house.cause = {"actor": entry.actor, "request": entry.number}
        revision = house.store.revision
        self._touched.clear()
        try:
            return service.handler(call)
        finally:
            entry.changed = house.store.revision != revision
            entry.item = self._touched[0] if self._touched else None

    def _admit(self, request: Request) -> Person:
        """Return the caller; a wrong mandator is 404 even before the key is looked at."""
        mandator = request.path_params["mandator"]
        if mandator.lower() != str(self._house.store.settings.get("mandator", "")).lower():
            raise MissingError(f"Es gibt keinen Mandanten «{mandator}».")
        person = self._gate.person(request.headers)
        if person is None:
            raise UnauthorizedError("Authorization has been denied for this request.")
        return person

    def guarded_refusal(self, request: Request, error: Exception) -> Response:
        """Answer a call of what is not served: who may not call learns no more than that."""
        style = self._style(request)
        try:
            self._admit(request)
        except (MissingError, UnauthorizedError) as first:
            return _json(write(problem(str(first)), style), STATUS_OF[type(first)])
        return _json(write(problem(str(error)), style), STATUS_OF[type(error)])

    def _local_zone(self, request: Request, actor: Person) -> ZoneInfo:
        named = request.headers.get("x-timezone-locationid", "")
        if not named:
            return actor.zone
        if not named.isdigit():
            raise BadRequestError({"X-timezone-locationId": ["must be the id of a location"]})
        return ZoneInfo(self._house.store.location(int(named)).time_zone)

    def _style(self, request: Request) -> Style:
        return style_of(request.headers, self._house.switches["timestamps"])

    async def token(self, request: Request) -> Response:
        """Give out a token for `/connect/token`."""
        request.scope["journal_entry"].operation = "connect_token"
        status, content = self._gate.token((await request.body()).decode("utf-8", "replace"))
        return JSONResponse(content, status)

    async def _nothing_here(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        texts = {
            404: f"No HTTP resource was found that matches the request URI '{request.url.path}'.",
            405: f"The requested resource does not support http method '{request.method}'.",
        }
        content = problem(texts.get(status, str(error)))
        return _json(write(content, self._style(request)), status)


@cache
def _routes() -> tuple[Route, ...]:
    """Return the table of routes, the same for every installation: each asks its own face."""
    routes = [_serving_route(operation) for operation in SERVED]
    routes += [_refusing_route(method, path) for method, path in NOT_SERVED]
    routes.append(Route("/connect/token", _give_token, methods=["POST"]))
    return tuple(sorted(routes, key=_literal_first))


def _serving_route(operation: Operation) -> Route:
    service = SERVICES[operation.id]

    async def endpoint(request: Request) -> Response:
        request.scope["journal_entry"].operation = operation.id
        return await _face(request).serve(request, operation, service)

    return Route("/{mandator}/api" + operation.path, endpoint, methods=[operation.method])


def _refusing_route(method: str, path: str) -> Route:
    async def endpoint(request: Request) -> Response:
        return _face(request).guarded_refusal(
            request, NotModelledError(f"{method} {path} is not served by this simulator")
        )

    return Route("/{mandator}/api" + path, endpoint, methods=[method])


async def _give_token(request: Request) -> Response:
    return await _face(request).token(request)


def _face(request: Request) -> RestFace:
    face: RestFace = request.app.state.face
    return face


def _body(request: Request, raw: bytes, operation: Operation, service: Service) -> object:
    if service.body is None or operation.body is None:
        return None
    name = operation.body[0]
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in JSON_TYPES:
        raise UnsupportedMediaTypeError(
            f"The media type '{kind}' of the body is not read here: send application/json."
        )
    try:
        content = json.loads(raw)
    except ValueError as error:
        raise BadRequestError({name: [f"The body is not JSON: {error}"]}) from error
    if not service.many:
        return bind_body(name, service.body, content)
    if not isinstance(content, list):
        raise BadRequestError({name: ["The body must be a list."]})
    return [bind_body(f"{name}[{at}]", service.body, each) for at, each in enumerate(content)]


def _literal_first(route: Route) -> list[int]:
    """Rank a route so that a literal segment is tried before an id, and ids before free text."""
    return [
        2 if part.endswith(":str}") else int(part.startswith("{")) for part in route.path.split("/")
    ]


def _json(text: str, status: int = 200) -> Response:
    return Response(text, status, media_type="application/json")
