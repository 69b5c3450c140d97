"""The operations of ROOMS' face, called with values and answered with values."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import QueryParams

from devstack.rooms.contract.operation import Operation
from devstack.rooms.contract.operations import SERVED
from devstack.rooms.face.binding import bind_body, bind_query
from devstack.rooms.face.call import SERVICES, Call
from devstack.rooms.face.casing import Style, _styled
from devstack.rooms.model.booking import Booking
from devstack.rooms.model.person import Person
from devstack.rooms.simulator import RoomsSimulator

CAMEL = Style(camel=True)


class ValueCall(Call):
    """A call whose answer stays a value."""

    def shown(self, booking: Booking) -> Any:
        return self.views.dto(booking, self.actor)


def served(
    simulator: RoomsSimulator,
    actor: Person,
    asked: tuple[Operation, Mapping[str, Any]],
    query: Sequence[tuple[str, str]],
    body: dict[str, Any] | None,
) -> Any:
    """Do what an operation does for somebody; `asked` is what `found` has found."""
    operation, parameters = asked
    service = SERVICES[operation.id]
    call = ValueCall(
        house=simulator.house,
        views=simulator.views,
        actor=actor,
        style=CAMEL,
        path=parameters,
        query=bind_query(operation.query, QueryParams(list(query))),
        body=None if service.body is None else bind_body("body", service.body, body),
        local_zone=ZoneInfo("UTC"),
    )
    return _styled(service.handler(call), CAMEL)


@cache
def _routes() -> list[tuple[str, re.Pattern[str], Operation]]:
    """Return the operations by method and path, literal paths first."""
    known = []
    for operation in SERVED:
        pattern = re.sub(r"\{(\w+):int\}", r"(?P<\1>\\d+)", operation.path)
        pattern = re.sub(r"\{(\w+)(?::\w+)?\}", r"(?P<\1>[^/]+)", pattern)
        known.append((operation.method, re.compile(pattern), operation))
    return sorted(known, key=lambda route: route[2].path.count("{"))


def found(method: str, path: str) -> tuple[Operation, Mapping[str, Any]]:
    for wanted, pattern, operation in _routes():
        match = pattern.fullmatch(path) if wanted == method else None
        if match is not None:
            values = {n: int(v) if v.isdigit() else v for n, v in match.groupdict().items()}
            return operation, values
    raise LookupError(f"ROOMS has no {method} {path}")
