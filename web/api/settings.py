"""Who and what is synced: list, search, show, export."""

from starlette.requests import Request

from core.app.imports.location_row import LocationRow
from core.app.imports.rows import PersonRow, ResourceRow
from core.app.settings_export import as_file
from core.bootstrap import current_app
from core.domain.directory import Directory, Location, SyncedPerson, SyncedResource
from core.domain.ids import PersonId, ResourceId
from core.domain.remark import Remark
from web.access import Role
from web.api.settings_shapes import (
    EntriesAsked,
    EntryList,
    EntryShape,
    EnvironmentList,
    EnvironmentShape,
    ExportShape,
    LocationList,
    LocationShape,
    PoliciesShape,
)
from web.problems import Problem
from web.routing import Nothing, Routes

routes = Routes()

LARGEST_NUMBER = 2**31 - 1


@routes.read("/v1/settings/persons", Role.OPERATOR)
async def list_persons(request: Request, asked: EntriesAsked) -> EntryList:  # noqa: ARG001 - a route
    """List persons."""
    return listed_persons(await stored(), asked)


@routes.read("/v1/settings/persons/{number}", Role.OPERATOR)
async def show_person(request: Request, nothing: Nothing) -> EntryShape:  # noqa: ARG001 - a route
    """Show one person."""
    directory = await stored()
    found = directory.persons.get(PersonId(number_in(request)))
    if found is None:
        raise Problem(404, "not_found", Remark("no such person in the settings"))
    return person_shape(found)


@routes.read("/v1/settings/resources", Role.VIEWER)
async def list_resources(request: Request, asked: EntriesAsked) -> EntryList:  # noqa: ARG001 - a route
    """List resources."""
    return listed_resources(await stored(), asked)


@routes.read("/v1/settings/resources/{number}", Role.VIEWER)
async def show_resource(request: Request, nothing: Nothing) -> EntryShape:  # noqa: ARG001 - a route
    """Show one resource."""
    directory = await stored()
    found = directory.resources.get(ResourceId(number_in(request)))
    if found is None:
        raise Problem(404, "not_found", Remark("no such resource in the settings"))
    return resource_shape(found, directory)


@routes.read("/v1/settings/locations", Role.VIEWER)
async def list_locations(request: Request, nothing: Nothing) -> LocationList:  # noqa: ARG001 - a route
    """List the locations, with how error mails are written there."""
    return LocationList(locations=listed_locations(await stored()))


@routes.read("/v1/settings/environments", Role.VIEWER)
async def list_environments(request: Request, nothing: Nothing) -> EnvironmentList:  # noqa: ARG001 - a route
    """List environments."""
    found = sorted((await stored()).environments.values(), key=lambda each: each.id)
    return EnvironmentList(
        environments=tuple(
            EnvironmentShape(id=each.id, kind=each.kind, domains=each.domains) for each in found
        )
    )


@routes.read("/v1/settings/policies", Role.VIEWER)
async def show_policies(request: Request, nothing: Nothing) -> PoliciesShape:  # noqa: ARG001 - a route
    """Show the switch and the policies."""
    directory = await stored()
    return PoliciesShape(
        global_sync_enabled=directory.global_sync_enabled, policies=as_file(directory)["policies"]
    )


@routes.read("/v1/settings/export", Role.ADMIN)
async def export_settings(request: Request, nothing: Nothing) -> ExportShape:  # noqa: ARG001 - a route
    """Answer the whole settings as a file."""
    return ExportShape.model_validate(as_file(await stored()))


async def stored() -> Directory:
    """Return the settings as they are stored now."""
    return await (await current_app().services()).settings.load()


def number_in(request: Request) -> int:
    """Return the number of an address; what is none is not found."""
    text = request.path_params["number"]
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(LARGEST_NUMBER)):
        raise Problem(404, "not_found", Remark("numbers begin at 1"))
    return int(text)


def listed_persons(directory: Directory, asked: EntriesAsked) -> EntryList:
    """Return the persons that fit."""
    return _listed([person_shape(p) for p in directory.persons.values()], asked)


def listed_resources(directory: Directory, asked: EntriesAsked) -> EntryList:
    """Return the resources that fit."""
    return _listed([resource_shape(r, directory) for r in directory.resources.values()], asked)


def listed_locations(directory: Directory) -> tuple[LocationShape, ...]:
    """Return all locations, by number."""
    found = sorted(directory.locations.values(), key=lambda each: each.id)
    return tuple(map(location_shape, found))


def location_shape(location: Location) -> LocationShape:
    """Return a location with the row that says it."""
    row = LocationRow.model_validate(LocationRow.saying(location)).model_dump(mode="json")
    return LocationShape(number=location.id, name=location.name, row=row)


def _listed(entries: list[EntryShape], asked: EntriesAsked) -> EntryList:
    word = asked.search.casefold().strip()
    fitting = [
        e
        for e in sorted(entries, key=lambda e: e.number)
        if word in e.name.casefold() or word in e.address.casefold() or word == str(e.number)
    ]
    page = fitting[asked.offset : asked.offset + asked.limit]
    return EntryList(entries=tuple(page), total=len(fitting))


def person_shape(person: SyncedPerson) -> EntryShape:
    """Return a person with the row that says it."""
    row = PersonRow.model_validate(PersonRow.saying(person)).model_dump(mode="json")
    return EntryShape(
        number=person.id,
        name=person.name,
        address=person.address,
        is_synced=person.is_synced,
        row=row,
    )


def resource_shape(resource: SyncedResource, directory: Directory) -> EntryShape:
    """Return a resource with the row that says it."""
    row = ResourceRow.model_validate(ResourceRow.saying(resource)).model_dump(mode="json")
    return EntryShape(
        number=resource.id,
        name=resource.name,
        address=resource.address,
        is_synced=directory.is_resource_synced(resource.id),
        is_misconfigured=resource.is_misconfigured,
        row=row,
    )
