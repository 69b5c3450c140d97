"""Who and what is synced: list, search, change one, import and export."""

from collections.abc import Awaitable, Mapping
from typing import Annotated, Literal

from pydantic import Field, JsonValue
from starlette.requests import Request

from core.app.doctor import wording
from core.app.imports.json_file import GLOBAL_SYNC
from core.app.imports.rows import PersonRow, PolicyRow, ResourceRow
from core.app.imports.run import ImportPlan
from core.app.imports.said import Kind
from core.app.operating import change_settings
from core.app.settings_edit import (
    SettingsFileGiven,
    fingerprint,
    plan_edit,
    plan_files,
    plan_policies,
)
from core.app.settings_export import as_file
from core.bootstrap import current_app
from core.domain.directory import Directory, SyncedPerson, SyncedResource
from core.domain.ids import EnvironmentId, PersonId, ResourceId
from core.errors import InvalidPayloadError
from web.access import Role
from web.api.shapes import DryRun
from web.problems import Problem
from web.routing import Nothing, Routes, Shape

routes = Routes()

Changes = Annotated[
    dict[str, JsonValue],
    Field(min_length=1, max_length=50, description="Fields of a row of the settings file."),
]
LARGEST_NUMBER = 2**31 - 1


class EntriesAsked(Shape):
    """Part of a name, an address or a number; which of those that fit."""

    search: Annotated[str, Field(max_length=200)] = ""
    offset: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    limit: Annotated[int, Field(ge=1, le=500)] = 50


class EntryShape(Shape):
    """One person or resource: its row of the settings file, and whether it is synced."""

    number: int
    name: str
    address: str
    is_synced: bool
    is_misconfigured: bool = False
    row: dict[str, JsonValue]


class EntryList(Shape):
    """Those that fit, by number, and how many there are."""

    entries: tuple[EntryShape, ...]
    total: int


class EnvironmentShape(Shape):
    """One Exchange tenant or installation."""

    id: str
    kind: str
    domains: tuple[str, ...]


class EnvironmentList(Shape):
    """All environments."""

    environments: tuple[EnvironmentShape, ...]


class PoliciesShape(Shape):
    """The global switch and the operator's decisions."""

    global_sync_enabled: bool
    policies: dict[str, JsonValue]


class EntryChange(Shape):
    """What to change of one entry; what is not named stays."""

    changes: Changes
    dry_run: DryRun = False


class SettingsFile(Shape):
    """One file: JSON, or CSV of persons or of resources."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    content: str
    kind: Literal["persons", "resources"] | None = None


class ImportAsked(Shape):
    """Files to take over. `plan`: what a dry run has answered, so that only that is done."""

    files: Annotated[tuple[SettingsFile, ...], Field(min_length=1, max_length=10)]
    dry_run: DryRun = True
    plan: Annotated[str, Field(max_length=64)] = ""
    sure: Annotated[bool, Field(description="Also if most are switched off.")] = False


class ChangeShape(Shape):
    """One entry that changes; `fields` are name, before, after."""

    change: str
    part: str
    name: str
    fields: tuple[tuple[str, str, str], ...]


class PlanShape(Shape):
    """What a change comes to. `plan` names it; `done`: it was carried out."""

    plan: str
    done: bool
    changes: tuple[ChangeShape, ...]
    faults: tuple[str, ...]
    notices: tuple[str, ...]
    consequences: tuple[str, ...]
    findings: tuple[str, ...]
    switches_off: int
    synced_before: int
    ends_most: bool


class ExportShape(Shape):
    """The whole settings as a file; imported again, it changes nothing."""

    global_sync_enabled: bool
    policies: dict[str, JsonValue]
    environments: tuple[dict[str, JsonValue], ...]
    persons: tuple[dict[str, JsonValue], ...]
    locations: tuple[dict[str, JsonValue], ...]
    resources: tuple[dict[str, JsonValue], ...]


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
        raise Problem(404, "not_found", "no such person in the settings")
    return person_shape(found)


@routes.deed("PATCH", "/v1/settings/persons/{number}", Role.ADMIN)
async def change_person(request: Request, asked: EntryChange) -> PlanShape:
    """Change one person, or only show what that comes to."""
    return await _edit(request, Kind.PERSONS, asked, {str(k) for k in (await stored()).persons})


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
        raise Problem(404, "not_found", "no such resource in the settings")
    return resource_shape(found, directory)


@routes.deed("PATCH", "/v1/settings/resources/{number}", Role.ADMIN)
async def change_resource(request: Request, asked: EntryChange) -> PlanShape:
    """Change one resource, or only show what that comes to."""
    return await _edit(request, Kind.RESOURCES, asked, {str(k) for k in (await stored()).resources})


@routes.read("/v1/settings/environments", Role.VIEWER)
async def list_environments(request: Request, nothing: Nothing) -> EnvironmentList:  # noqa: ARG001 - a route
    """List environments."""
    found = sorted((await stored()).environments.values(), key=lambda each: each.id)
    return EnvironmentList(
        environments=tuple(
            EnvironmentShape(id=each.id, kind=each.kind, domains=each.domains) for each in found
        )
    )


@routes.deed("PATCH", "/v1/settings/environments/{id}", Role.ADMIN)
async def change_environment(request: Request, asked: EntryChange) -> PlanShape:
    """Change one environment, or only show what that comes to."""
    name = EnvironmentId(request.path_params["id"])
    if name not in (await stored()).environments:
        raise Problem(404, "not_found", "no such environment in the settings")
    services = await current_app().services()
    return await _carried_out(
        request, await planned(plan_edit(Kind.ENVIRONMENTS, name, asked.changes, services)), asked
    )


@routes.read("/v1/settings/policies", Role.VIEWER)
async def show_policies(request: Request, nothing: Nothing) -> PoliciesShape:  # noqa: ARG001 - a route
    """Show the switch and the policies."""
    directory = await stored()
    return PoliciesShape(
        global_sync_enabled=directory.global_sync_enabled, policies=as_file(directory)["policies"]
    )


@routes.deed("PATCH", "/v1/settings/policies", Role.ADMIN)
async def change_policies(request: Request, asked: EntryChange) -> PlanShape:
    """Change policies or the switch (`global_sync_enabled`), or only show what that comes to."""
    unknown = sorted(set(asked.changes) - {GLOBAL_SYNC, *PolicyRow.model_fields})
    if unknown:
        raise Problem(422, "not_valid", f"no such policy: {', '.join(unknown)[:200]}")
    services = await current_app().services()
    plan = await planned(plan_policies(asked.changes, services))
    return await _carried_out(request, plan, asked)


@routes.read("/v1/settings/export", Role.ADMIN)
async def export_settings(request: Request, nothing: Nothing) -> ExportShape:  # noqa: ARG001 - a route
    """Answer the whole settings as a file."""
    return ExportShape.model_validate(as_file(await stored()))


@routes.deed("POST", "/v1/settings/import", Role.ADMIN)
async def import_settings(request: Request, asked: ImportAsked) -> PlanShape:
    """Take over files, or only show what would change; wrong rows change nothing."""
    files = [
        SettingsFileGiven(
            name=file.name,
            data=file.content.encode("utf-8", "surrogatepass"),
            kind=None if file.kind is None else Kind(file.kind),
        )
        for file in asked.files
    ]
    plan = await plan_files(files, await current_app().services())
    if not asked.dry_run:
        require_meant(plan, asked.plan, sure=asked.sure)
        await carry_out(plan, request.state.principal.name)
    return plan_shape(plan, done=not asked.dry_run and bool(plan.changes))


async def stored() -> Directory:
    """Return the settings as they are stored now."""
    return await (await current_app().services()).settings.load()


async def carry_out(plan: ImportPlan, who: str) -> None:
    """Make the settings what a plan says; this process knows it at once."""
    app = current_app()
    await change_settings(plan, who, await app.services())
    app.forget_settings()


def require_meant(plan: ImportPlan, known: str, *, sure: bool) -> None:
    """Refuse what is not what was shown, and what switches off most without having said so."""
    if known and known != fingerprint(plan):
        raise Problem(409, "changed_meanwhile", "this is not the plan that was shown")
    if plan.ends_most and not sure:
        told = f"{plan.ends} of {plan.synced_before}"
        raise Problem(409, "ends_most", told)


def plan_shape(plan: ImportPlan, *, done: bool) -> PlanShape:
    """Return what a plan comes to."""
    return PlanShape(
        plan=fingerprint(plan),
        done=done,
        changes=tuple(
            ChangeShape(change=c.change, part=c.part, name=c.name, fields=c.fields)
            for c in plan.changes
        ),
        faults=tuple(f"{fault.place}: {fault.why}" for fault in plan.faults),
        notices=plan.notices,
        consequences=tuple(
            f"{c.switched.part} {c.switched.who}: {c.text}" for c in plan.consequences
        ),
        findings=tuple(
            f"{f.part} {f.who} {wording.what(f)}: {wording.advice(f)}" for f in plan.findings
        ),
        switches_off=plan.ends,
        synced_before=plan.synced_before,
        ends_most=plan.ends_most,
    )


def number_in(request: Request) -> int:
    """Return the number of an address; what is none is not found."""
    text = request.path_params["number"]
    if not (text.isascii() and text.isdecimal()) or not 0 < int(text[:12]) <= LARGEST_NUMBER:
        raise Problem(404, "not_found", "numbers begin at 1")
    return int(text)


async def planned(plan: Awaitable[ImportPlan]) -> ImportPlan:
    """Return a plan of one entry; what is wrong with it is the input's fault: 422."""
    try:
        return await plan
    except InvalidPayloadError as error:
        raise Problem(422, "not_valid", str(error)) from None


async def _edit(request: Request, kind: Kind, asked: EntryChange, known: set[str]) -> PlanShape:
    number = number_in(request)
    if str(number) not in known:
        raise Problem(404, "not_found", "no such entry in the settings")
    require_known_fields(kind, asked.changes)
    services = await current_app().services()
    plan = await planned(plan_edit(kind, number, asked.changes, services))
    return await _carried_out(request, plan, asked)


def require_known_fields(kind: Kind, changes: Mapping[str, object]) -> None:
    """Refuse what is no field of a row: a slip of the pen would change nothing, silently."""
    row = PersonRow if kind is Kind.PERSONS else ResourceRow
    unknown = sorted(set(changes) - (set(row.model_fields) - {"rooms_id", "rooms_person"}))
    if unknown:
        raise Problem(422, "not_valid", f"no such field: {', '.join(unknown)[:200]}")


async def _carried_out(request: Request, plan: ImportPlan, asked: EntryChange) -> PlanShape:
    if not asked.dry_run:
        await carry_out(plan, request.state.principal.name)
    return plan_shape(plan, done=not asked.dry_run and bool(plan.changes))


def listed_persons(directory: Directory, asked: EntriesAsked) -> EntryList:
    """Return the persons that fit."""
    return _listed([person_shape(p) for p in directory.persons.values()], asked)


def listed_resources(directory: Directory, asked: EntriesAsked) -> EntryList:
    """Return the resources that fit."""
    return _listed([resource_shape(r, directory) for r in directory.resources.values()], asked)


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
