"""How routes are made: pages with what they need, operations of the JSON API with their types.

    @routes.read("/v1/parked", Role.VIEWER)           its query is `Asked`, its answer `ParkedList`;
    async def parked(request: Request, asked: Asked) -> ParkedList: ...     the document says both

What comes in is checked by pydantic before the function is called; a deed's input is its JSON body.
"""

import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from web.access import Role
from web.gate import Endpoint, GuardedRoute, Public
from web.problems import Problem

BASE = "/api/console"
"""Where the application is, with the host's route prefix (host.json)."""

LARGEST_BODY = 32 * 1024 * 1024
"""Bytes: a settings file of the largest company, as text in JSON."""


class Shape(BaseModel):
    """What goes in or comes out of the JSON API; what it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(Shape):
    """An operation that needs no input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What the OpenAPI document says of one operation."""

    method: str
    path: str
    role: Role
    name: str
    summary: str
    given: type[BaseModel]
    answer: type[BaseModel]


Handler = Callable[[Request, Any], Awaitable[BaseModel]]


class Routes:
    """Collects the routes of one module."""

    def __init__(self) -> None:
        self.all: list[GuardedRoute] = []
        self.operations: list[Operation] = []

    def get[E: Endpoint](self, path: str, role: Role | Public) -> Callable[[E], E]:
        """Make a page, or a part of one."""
        return self._page("GET", path, role)

    def post[E: Endpoint](self, path: str, role: Role) -> Callable[[E], E]:
        """Make what a form of a page is sent to."""
        return self._page("POST", path, role)

    def read[H: Handler](self, path: str, role: Role) -> Callable[[H], H]:
        """Make an operation that changes nothing; its input are query parameters."""
        return self._operation("GET", path, role)

    def deed[H: Handler](self, method: str, path: str, role: Role) -> Callable[[H], H]:
        """Make an operation that changes something; its input is a JSON body."""
        return self._operation(method, path, role)

    def _page[E: Endpoint](self, method: str, path: str, role: Role | Public) -> Callable[[E], E]:
        def add(endpoint: E) -> E:
            self.all.append(GuardedRoute(method, BASE + path, endpoint, role))
            return endpoint

        return add

    def _operation[H: Handler](self, method: str, path: str, role: Role) -> Callable[[H], H]:
        def add(handler: H) -> H:
            hints = get_type_hints(handler)
            given: type[BaseModel] = next(
                kind for name, kind in hints.items() if name not in {"request", "return"}
            )
            operation = Operation(
                method=method,
                path=re.sub(r":\w+}", "}", BASE + path),
                role=role,
                name=getattr(handler, "__name__", ""),
                summary=(inspect.getdoc(handler) or "").partition("\n")[0],
                given=given,
                answer=hints["return"],
            )
            self.operations.append(operation)
            endpoint = _endpoint(handler, given, is_deed=method != "GET")
            self.all.append(GuardedRoute(method, BASE + path, endpoint, role))
            return handler

        return add


def _endpoint(handler: Handler, given: type[BaseModel], *, is_deed: bool) -> Endpoint:
    async def endpoint(request: Request) -> Response:
        content = await _body(request) if is_deed else said(given, request.query_params)
        answer = await handler(request, checked(given, content))
        return JSONResponse(answer.model_dump(mode="json"))

    return endpoint


def said(model: type[BaseModel], query: QueryParams) -> dict[str, object]:
    """Return query parameters as a model takes them: what may be there several times is a list."""
    return {name: query.getlist(name) if _is_list(model, name) else query[name] for name in query}


def _is_list(model: type[BaseModel], name: str) -> bool:
    field = model.model_fields.get(name)
    return field is not None and get_origin(field.annotation) is tuple


def checked[M: BaseModel](model: type[M], content: object) -> M:
    """Return what came in; a Problem with every wrong place, never with what stands there."""
    try:
        return model.model_validate(content)
    except ValidationError as error:
        told = "; ".join(
            f"{'.'.join(map(str, fault['loc'])) or 'body'}: {fault['msg']}"
            for fault in error.errors(include_input=False, include_url=False)[:20]
        )
        raise Problem(422, "not_valid", told) from None


async def _body(request: Request) -> object:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise Problem(415, "not_valid", "Content-Type must be application/json")
    body = await request.body()
    if len(body) > LARGEST_BODY:
        raise Problem(413, "not_valid", f"more than {LARGEST_BODY // 1024 // 1024} MB")
    try:
        return await request.json()
    except (ValueError, RecursionError):
        raise Problem(400, "not_valid", "the body is not JSON") from None
