"""Global parameters and the statuses of this installation (rooms-api 5, R-001)."""

from typing import Any

from devstack.rooms.face.booking_views import status_dto
from devstack.rooms.face.call import Call, serves
from devstack.rooms.model.refusal import MissingError
from devstack.rooms.model.status import Status
from devstack.rooms.model.store import Parameter


@serves("Configuration_Get")
def all_parameters(call: Call) -> object:
    return [_dto(p) for p in sorted(call.house.store.parameters.values(), key=lambda p: p.id)]


@serves("Configuration_GetById")
def parameter(call: Call) -> object:
    found = call.house.store.parameters.get(call.path["id"])
    if found is None:
        raise MissingError(f"Es gibt keinen globalen Parameter mit der Id {call.path['id']}.")
    return _dto(found)


@serves("Configuration_GetByBezeichnung")
def parameter_by_name(call: Call) -> object:
    wanted = call.path["bezeichnung"].lower()
    for each in call.house.store.parameters.values():
        if each.name.lower() == wanted:
            return _dto(each)
    raise MissingError("Es gibt keinen globalen Parameter mit dieser Bezeichnung.")


@serves("Status_FindAll")
def statuses(_: Call) -> object:
    return [status_dto(status) for status in Status]


def _dto(parameter: Parameter) -> dict[str, Any]:
    return {
        "id": parameter.id,
        "bezeichnung": parameter.name,
        "wert": parameter.value,
        "beschreibung": parameter.description or None,
    }
