"""Persons or resources of the settings as a CSV file for spreadsheets; as JSON, the API has all."""

from starlette.requests import Request
from starlette.responses import Response

from core.app.imports.said import Kind
from core.app.settings_csv import as_csv
from web.access import Role
from web.api.settings import stored
from web.routing import Routes

routes = Routes()


@routes.get("/settings/export/persons.csv", Role.ADMIN)
async def export_persons(request: Request) -> Response:  # noqa: ARG001 - a route
    """Answer all persons as a file."""
    return await _file(Kind.PERSONS)


@routes.get("/settings/export/resources.csv", Role.ADMIN)
async def export_resources(request: Request) -> Response:  # noqa: ARG001 - a route
    """Answer all resources as a file."""
    return await _file(Kind.RESOURCES)


async def _file(kind: Kind) -> Response:
    name = f"attachment; filename=roomsync-{kind.value}.csv"
    headers = {"Content-Disposition": name}
    return Response(as_csv(kind, await stored()), headers=headers, media_type="text/csv")
