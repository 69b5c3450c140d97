"""One request to the Graph face and its answer."""

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from devstack.exchange.graph.errors import invalid_request, unreadable_body
from devstack.exchange.graph.prefer import Prefer
from devstack.exchange.model.messages import Cause
from devstack.kit.desk import Caller
from devstack.kit.journal import RequestEntry

SERVICE = "service"

type Json = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Call:
    """A request after routing: `params` come from the path, `query` keys are lower-case, no `$`.

    `address` is scheme, host and path as the caller wrote them: links lead back there.
    """

    method: str
    path: str
    origin: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    caller: Caller
    entry: RequestEntry
    in_flight: int
    prefer: Prefer
    params: dict[str, str] = field(default_factory=dict)
    argument: str = ""

    @property
    def address(self) -> str:
        return f"{self.origin}{self.path}"

    @property
    def is_service(self) -> bool:
        return self.caller.actor == SERVICE

    @property
    def cause(self) -> Cause:
        return Cause(self.caller.actor, self.entry.number)

    def did(self, operation: str, *, changed: bool = False) -> None:
        """Say in the request log what this was and whether a stored value really changed."""
        self.entry.operation, self.entry.changed = operation, changed

    def json(self) -> Json:
        """Return the body as a JSON object; an empty body is an empty object."""
        if not self.body:
            return {}
        try:
            content = json.loads(self.body)
        except ValueError as error:
            raise unreadable_body(f"Unable to read JSON request payload. {error}") from error
        if not isinstance(content, dict):
            raise unreadable_body("Unable to read JSON request payload: an object is expected.")
        return content

    def parameters(self, *known: str) -> Json:
        """Return an action's parameters; their names are case-insensitive, unknown ones refused."""
        names = {name.lower(): name for name in known}
        found = {}
        for name, value in self.json().items():
            if name.startswith("@odata."):
                continue
            if name.lower() not in names:
                raise unreadable_body(f"The parameter '{name}' is not a parameter of this action.")
            found[names[name.lower()]] = value
        return found

    def number(self, name: str, default: int, most: int) -> int:
        """Return a whole-number query option, at most `most`."""
        value = self.query.get(name)
        if value is None:
            return default
        if not value.isdigit():
            raise invalid_request(f"Invalid value '{value}' for ${name} query option.")
        return min(int(value), most)

    def link(self, **options: str) -> str:
        """Return this address with other query options (`_` stands for the `$` in front)."""
        named = {name.replace("_", "$", 1): value for name, value in options.items()}
        return f"{self.address}?{urlencode(named, safe='$()')}"


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back; `content` None means no body."""

    status: int
    content: Json | None = None
    headers: dict[str, str] = field(default_factory=dict)


def parse_query(pairs: list[tuple[str, str]]) -> dict[str, str]:
    """Return query options by lower-case name; the `$` is optional in Graph."""
    return {name.removeprefix("$").lower(): value for name, value in pairs}
