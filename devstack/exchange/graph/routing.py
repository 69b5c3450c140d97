"""Finds the handler of a path; names in paths are case-insensitive, ids are not."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import unquote

from devstack.exchange.graph.calls import Call, Reply
from devstack.exchange.graph.errors import GraphError, bad_request

Handler = Callable[[Call], Awaitable[Reply]]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    pattern: tuple[str, ...]
    handler: Handler


@dataclass(frozen=True, slots=True)
class Found:
    handler: Handler
    params: dict[str, str]
    argument: str


class Routes:
    """The table of what the face answers, first match wins."""

    def __init__(self) -> None:
        self._by_length: dict[int, list[Route]] = {}

    def add(self, method: str, pattern: str, handler: Handler) -> None:
        """Add a route; `{name}` in `pattern` stands for one segment."""
        parts = tuple(p if p.startswith("{") else p.lower() for p in pattern.split("/"))
        self._by_length.setdefault(len(parts), []).append(Route(method, parts, handler))

    def find(self, method: str, segments: list[str]) -> Found:
        """Return the handler for decoded path segments (without the version)."""
        names = [_name(segment) for segment in segments]
        is_known = False
        for route in self._by_length.get(len(segments), []):
            if not _fits(route.pattern, names):
                continue
            if route.method == method:
                params = {
                    part[1:-1]: segment
                    for part, segment in zip(route.pattern, segments, strict=True)
                    if part.startswith("{")
                }
                return Found(route.handler, params, _argument(segments[-1]))
            is_known = True
        if is_known:
            raise GraphError(
                405, "Request_BadRequest", f"Specified HTTP method is not allowed: {method}."
            )
        raise bad_request(f"Resource not found for the segment '{segments[-1]}'.")


def segments_of(raw_path: str) -> list[str]:
    """Split a path and decode each segment once (ids may hold an encoded slash)."""
    return [unquote(segment) for segment in raw_path.strip("/").split("/")]


def _name(segment: str) -> str:
    name = segment.split("(", 1)[0].lower()
    return name.removeprefix("microsoft.").removeprefix("graph.")


def _argument(segment: str) -> str:
    return segment.split("(", 1)[1].removesuffix(")") if "(" in segment else ""


def _fits(pattern: tuple[str, ...], names: list[str]) -> bool:
    return all(
        part.startswith("{") or part == name for part, name in zip(pattern, names, strict=True)
    )
