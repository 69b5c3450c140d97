"""Changes of the settings: one entry, the policies, a file; each shown first, if that is asked."""

from collections.abc import Awaitable, Mapping

from starlette.requests import Request

from core.app.doctor import wording
from core.app.imports.json_file import GLOBAL_SYNC
from core.app.imports.location_row import LocationRow
from core.app.imports.rows import EnvironmentRow, PersonRow, PolicyRow, ResourceRow, Row
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
from core.bootstrap import current_app
from core.domain.ids import EnvironmentId
from core.domain.remark import Remark, text_of
from core.errors import InvalidPayloadError
from web.access import Role
from web.api.planned import require_shown
from web.api.settings import number_in, stored
from web.api.settings_shapes import ChangeShape, EntryChange, ImportAsked, PlanShape
from web.problems import Problem
from web.routing import Routes

routes = Routes()

ROWS: Mapping[Kind, type[Row]] = {
    Kind.PERSONS: PersonRow,
    Kind.RESOURCES: ResourceRow,
    Kind.ENVIRONMENTS: EnvironmentRow,
    Kind.LOCATIONS: LocationRow,
}
KEYS = frozenset({"rooms_id", "rooms_person", "id"})
"""What names an entry and is never changed."""


@routes.deed("PATCH", "/v1/settings/persons/{number}", Role.ADMIN)
async def change_person(request: Request, asked: EntryChange) -> PlanShape:
    """Change one person, or only show what that comes to."""
    return await _edit(request, Kind.PERSONS, asked, {str(k) for k in (await stored()).persons})


@routes.deed("PATCH", "/v1/settings/resources/{number}", Role.ADMIN)
async def change_resource(request: Request, asked: EntryChange) -> PlanShape:
    """Change one resource, or only show what that comes to."""
    return await _edit(request, Kind.RESOURCES, asked, {str(k) for k in (await stored()).resources})


@routes.deed("PATCH", "/v1/settings/locations/{number}", Role.ADMIN)
async def change_location(request: Request, asked: EntryChange) -> PlanShape:
    """Change one location, or only show what that comes to."""
    return await _edit(request, Kind.LOCATIONS, asked, {str(k) for k in (await stored()).locations})


@routes.deed("PATCH", "/v1/settings/environments/{id}", Role.ADMIN)
async def change_environment(request: Request, asked: EntryChange) -> PlanShape:
    """Change one environment, or only show what that comes to."""
    name = EnvironmentId(request.path_params["id"])
    if name not in (await stored()).environments:
        raise Problem(404, "not_found", Remark("no such environment in the settings"))
    require_known_fields(Kind.ENVIRONMENTS, asked.changes)
    services = await current_app().services()
    return await _carried_out(
        request, await planned(plan_edit(Kind.ENVIRONMENTS, name, asked.changes, services)), asked
    )


@routes.deed("PATCH", "/v1/settings/policies", Role.ADMIN)
async def change_policies(request: Request, asked: EntryChange) -> PlanShape:
    """Change policies or the switch (`global_sync_enabled`), or only show what that comes to."""
    unknown = sorted(set(asked.changes) - {GLOBAL_SYNC, *PolicyRow.model_fields})
    if unknown:
        raise Problem(
            422, "not_valid", Remark("no such policy: {names}", names=", ".join(unknown)[:200])
        )
    services = await current_app().services()
    plan = await planned(plan_policies(asked.changes, services))
    return await _carried_out(request, plan, asked)


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


async def carry_out(plan: ImportPlan, who: str) -> None:
    """Make the settings what a plan says; this process knows it at once."""
    app = current_app()
    await change_settings(plan, who, await app.services())
    app.forget_settings()


def require_meant(plan: ImportPlan, known: str, *, sure: bool) -> None:
    """Refuse what is not what was shown, and what switches off most without having said so."""
    require_shown(known, fingerprint(plan))
    if plan.ends_most and not sure:
        told = Remark("{n} of {all}", n=plan.ends, all=plan.synced_before)
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
        faults=tuple(fault.told for fault in plan.faults),
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


async def planned(plan: Awaitable[ImportPlan]) -> ImportPlan:
    """Return a plan of one entry; what is wrong with it is the input's fault: 422."""
    try:
        return await plan
    except InvalidPayloadError as error:
        raise Problem(422, "not_valid", text_of(error)) from None


async def _edit(request: Request, kind: Kind, asked: EntryChange, known: set[str]) -> PlanShape:
    number = number_in(request)
    if str(number) not in known:
        raise Problem(404, "not_found", Remark("no such entry in the settings"))
    require_known_fields(kind, asked.changes)
    services = await current_app().services()
    plan = await planned(plan_edit(kind, number, asked.changes, services))
    return await _carried_out(request, plan, asked)


def require_known_fields(kind: Kind, changes: Mapping[str, object]) -> None:
    """Refuse what is no field of a row: a slip of the pen would change nothing, silently."""
    unknown = sorted(set(changes) - (set(ROWS[kind].model_fields) - KEYS))
    if unknown:
        raise Problem(
            422, "not_valid", Remark("no such field: {names}", names=", ".join(unknown)[:200])
        )


async def _carried_out(request: Request, plan: ImportPlan, asked: EntryChange) -> PlanShape:
    if not asked.dry_run:
        require_meant(plan, asked.plan, sure=asked.sure)
        await carry_out(plan, request.state.principal.name)
    return plan_shape(plan, done=not asked.dry_run and bool(plan.changes))
