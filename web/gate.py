"""The gate in front of every route: its role, and that a deed was asked for from our own pages.

A route cannot be made without saying who may use it, nor one that changes something for viewers.

    deed (not GET)                               answer
    Sec-Fetch-Site: same-origin                  let through: the browser says so, no page can lie
    Sec-Fetch-Site: anything else                403
    none, Origin is our own host                 let through (browsers of before 2023)
    none, Origin is another                      403
    neither, JSON                                let through: a program; no page may send it
    neither, a form                              403
"""

import os
from collections.abc import Awaitable, Callable
from enum import StrEnum
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.bootstrap import current_app
from web.access import Principal, Role, SignIn
from web.problems import Problem

SAFE_METHODS = frozenset({"GET"})

Endpoint = Callable[[Request], Awaitable[Response]]


class Public(StrEnum):
    """For what holds nothing: style sheets and scripts."""

    ANYBODY = "anybody"


class WrongRoleError(Exception):
    """A route with which viewers, or anybody, could change something."""


class GuardedRoute(Route):
    """A route behind the gate; the only kind there is in this application."""

    def __init__(self, method: str, path: str, endpoint: Endpoint, role: Role | Public) -> None:
        is_for_operators = isinstance(role, Role) and role >= Role.OPERATOR
        if method not in SAFE_METHODS and not is_for_operators:
            raise WrongRoleError(f"{method} {path} changes something: operators at least")
        self.role, self.method = role, method
        name = f"{method} {path}"
        super().__init__(path, _guarded(endpoint, role), methods=[method], name=name)


def _guarded(endpoint: Endpoint, role: Role | Public) -> Endpoint:
    """Return an endpoint behind the gate: nothing is read of a request before it has passed."""

    async def guarded(request: Request) -> Response:
        if isinstance(role, Role):
            request.state.principal = admitted(request, role)
            if request.method not in {*SAFE_METHODS, "HEAD"}:
                require_own_page(request)
        return await endpoint(request)

    return guarded


def signed_in(request: Request) -> Principal | None:
    """Return who asks, None when nobody is signed in."""
    sign_in = SignIn(os.environ, current_app().settings.dev_role)
    return sign_in.of(request.headers, request.headers.get("host", request.url.netloc))


def admitted(request: Request, role: Role) -> Principal:
    """Return who asks if they may; a Problem otherwise."""
    principal = signed_in(request)
    if principal is None:
        raise Problem(401, "not_signed_in")
    if not principal.may(role):
        raise Problem(403, "role_missing", role=role.word)
    return principal


def require_own_page(request: Request) -> None:
    """Refuse a deed that another site has asked a browser for."""
    headers = request.headers
    fetched_by, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if fetched_by is not None:
        is_own = fetched_by == "same-origin"
    elif origin is not None:
        is_own = _place(origin) == headers.get("host", request.url.netloc)
    else:
        is_own = headers.get("content-type", "").partition(";")[0].strip() == "application/json"
    if not is_own:
        raise Problem(403, "foreign_page")


def _place(origin: str) -> str | None:
    """Return host and port of an origin, None for "null" and for what is none."""
    try:
        return urlsplit(origin).netloc or None
    except ValueError:
        return None
