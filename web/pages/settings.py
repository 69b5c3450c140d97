"""The settings: list and search, change one entry, import a file with what it would change."""

import json
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from core.app.imports.json_file import GLOBAL_SYNC
from core.app.imports.run import ImportPlan
from core.app.imports.said import Kind
from core.app.settings_edit import SettingsFileGiven, plan_edit, plan_files, plan_policies
from core.app.settings_export import as_file
from core.bootstrap import current_app
from core.domain.directory import ConflictBehaviour, Directory, SyncMode
from core.domain.ids import EnvironmentId, PersonId, ResourceId
from core.domain.reach import Reach
from web.access import Role
from web.api.settings import (
    EntriesAsked,
    PlanShape,
    carry_out,
    listed_persons,
    listed_resources,
    person_shape,
    plan_shape,
    require_meant,
    resource_shape,
    stored,
)
from web.pages.forms import page_view, shown
from web.problems import Problem
from web.render import View, answer
from web.routing import Routes, checked

routes = Routes()

PARTS = ("persons", "resources", "environments", "policies")
LARGEST_FILE = 20_000_000

PERSON_FIELDS: dict[str, tuple[str, ...] | None] = {
    "mode": tuple(SyncMode),
    "sync_disabled": ("false", "true"),
    "own_bookings_synced": ("true", "false"),
    "conflict_behaviour": tuple(ConflictBehaviour),
    "mail_on_error": ("true", "false"),
    "time_zone": None,
    "language": None,
    "mail": None,
}
RESOURCE_FIELDS: dict[str, tuple[str, ...] | None] = {
    "mode": tuple(SyncMode),
    "sync_master": ("true", "false"),
    "active": ("true", "false"),
    "online": ("false", "true"),
    "mail": None,
    "external_identifier": None,
    "time_zone": None,
}
"""What can be edited on a page, and the values there are to choose from (None: any text)."""

POLICY_CHOICES: dict[str, tuple[str, ...]] = {
    "resources_per_event": ("one", "many"),
    "lead_follow_up": ("zero", "holds"),
    "endless_series": ("moving", "bounded"),
}


@routes.get("/settings", Role.OPERATOR)
async def settings(request: Request) -> Response:
    """Show one part of the settings."""
    return await _page(await page_view(request, "settings"))


@routes.get("/settings/edit/{part}/{number}", Role.ADMIN)
async def edit(request: Request) -> Response:
    """Show the form of one entry."""
    view = await page_view(request, "settings")
    return answer(view, "settings_edit.html", **_entry(request, await stored()))


@routes.get("/settings/edit-policies", Role.ADMIN)
async def edit_policies(request: Request) -> Response:
    """Show the form of the policies."""
    view = await page_view(request, "settings")
    values = _policies(await stored())
    return answer(
        view,
        "settings_edit.html",
        title=view.words("settings.policies"),
        part="policies",
        number="",
        fields=[(name, _as_text(value), _choices(name, value)) for name, value in values.items()],
    )


@routes.post("/settings/plan-edit", Role.ADMIN)
async def plan_change(request: Request) -> Response:
    """Show what a change of one entry comes to."""
    view = await page_view(request, "settings")
    form = await request.form()
    plan = await _planned(form, await stored())
    return answer(
        view,
        "settings_plan.html",
        plan=_told(plan, view),
        kept=[(name, str(value)) for name, value in form.multi_items()],
        action="edit",
    )


@routes.post("/settings/edit", Role.ADMIN)
async def change(request: Request) -> Response:
    """Change one entry."""
    view = await page_view(request, "settings")
    form = await request.form()
    plan = await _planned(form, await stored())
    require_meant(plan, str(form.get("plan", "")), sure=True)
    await carry_out(plan, view.who)
    told = "settings.saved" if plan.changes else "settings.unchanged"
    return await _page(view, view.words(told), part=str(form.get("part", "")))


@routes.get("/settings/import", Role.ADMIN)
async def import_page(request: Request) -> Response:
    """Show where a file is chosen."""
    return answer(await page_view(request, "settings"), "settings_import.html")


@routes.post("/settings/plan-import", Role.ADMIN)
async def plan_import(request: Request) -> Response:
    """Show what a file would change."""
    view = await page_view(request, "settings")
    form = await request.form(max_files=1, max_fields=10)
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise Problem(422, "not_valid", view.words("settings.import.choose"))
    data = await file.read(LARGEST_FILE + 1)
    plan = await _of_file(file.filename, data, str(form.get("kind", "")))
    return answer(
        view,
        "settings_plan.html",
        plan=_told(plan, view),
        kept=[
            ("name", file.filename),
            ("kind", str(form.get("kind", ""))),
            ("content", data.decode("latin-1")),
        ],
        action="import",
    )


@routes.post("/settings/import", Role.ADMIN)
async def do_import(request: Request) -> Response:
    """Take over the file that was shown, if it still comes to the same."""
    view = await page_view(request, "settings")
    form = await request.form(max_part_size=2 * LARGEST_FILE)
    data = str(form.get("content", "")).encode("latin-1", "replace")
    plan = await _of_file(str(form.get("name", "")), data, str(form.get("kind", "")))
    require_meant(plan, str(form.get("plan", "")), sure=form.get("sure") == "yes")
    await carry_out(plan, view.who)
    told = view.words.many("settings.import.applied", len(plan.changes))
    return await _page(view, told)


def _told(plan: ImportPlan, view: View) -> PlanShape:
    """Return a plan whose contradictions are told in the reader's language."""
    words = view.words
    findings = tuple(
        f"{words(f'about.{f.part}')} {f.who}: {words.finding(f)}. {words.advice(f)}"
        for f in plan.findings
    )
    return plan_shape(plan, done=False).model_copy(update={"findings": findings})


async def _of_file(name: str, data: bytes, kind: str) -> ImportPlan:
    rows = Kind(kind) if kind in {Kind.PERSONS, Kind.RESOURCES} else None
    given = SettingsFileGiven(name=name[:200], data=data, kind=rows)
    return await plan_files([given], await current_app().services())


async def _planned(form: FormData, directory: Directory) -> ImportPlan:
    """Return what a form comes to: only fields that differ from what is stored."""
    services = await current_app().services()
    part, number = str(form.get("part", "")), str(form.get("number", ""))
    if part == "policies":
        before = _policies(directory)
        changed = _changed(form, before)
        return await plan_policies(changed, services)
    known = {
        "persons": {str(p.id): person_shape(p).row for p in directory.persons.values()},
        "resources": {
            str(r.id): resource_shape(r, directory).row for r in directory.resources.values()
        },
    }.get(part, {})
    if number not in known:
        raise Problem(404, "not_found", "no such entry in the settings")
    changed = _changed(form, known[number])
    return await plan_edit(Kind(part), int(number), changed, services)


def _changed(form: FormData, before: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that somebody has changed, as JSON values where they are some."""
    given = {name: str(form[f"field-{name}"]) for name in before if f"field-{name}" in form}
    return {
        name: _read(text, before[name])
        for name, text in given.items()
        if text != _as_text(before[name])
    }


def _read(text: str, before: object) -> Any:  # noqa: ANN401 - a value of JSON
    if isinstance(before, bool):
        return text == "true"
    if isinstance(before, int):
        return int(text) if text.strip().lstrip("-").isdecimal() else text
    return text or None


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return json.dumps(value)
    return "" if value is None else str(value)


def _choices(name: str, value: object) -> tuple[str, ...] | None:
    return ("true", "false") if isinstance(value, bool) else POLICY_CHOICES.get(name)


def _policies(directory: Directory) -> dict[str, Any]:
    return {GLOBAL_SYNC: directory.global_sync_enabled, **as_file(directory)["policies"]}


def _logins(directory: Directory, reaches: Mapping[str, Reach]) -> dict[EnvironmentId, str]:
    """Return how the app proves who it is in each environment, as the texts name it."""
    words = {}
    for each in directory.environments.values():
        reach = reaches.get(each.id)
        usual = "usual" if each.kind == "graph" else "missing"
        words[each.id] = reach.login if reach and reach.kind == each.kind else usual
    return words


def _entry(request: Request, directory: Directory) -> dict[str, Any]:
    part, number = request.path_params["part"], request.path_params["number"]
    key = int(number) if number.isascii() and number.isdecimal() else 0
    person = directory.persons.get(PersonId(key)) if part == "persons" else None
    resource = directory.resources.get(ResourceId(key)) if part == "resources" else None
    if person is not None:
        entry, fields = person_shape(person), PERSON_FIELDS
    elif resource is not None:
        entry, fields = resource_shape(resource, directory), RESOURCE_FIELDS
    else:
        raise Problem(404, "not_found", "no such entry in the settings")
    shown_fields = [(n, _as_text(entry.row[n]), choices) for n, choices in fields.items()]
    return {"title": entry.name, "part": part, "number": number, "fields": shown_fields}


async def _page(view: View, told: str = "", part: str = "") -> Response:
    given = view.request.query_params
    part = part or given.get("part", "")
    part = part if part in PARTS else PARTS[0]
    limit = given.get("limit", "50")
    asked = checked(
        EntriesAsked,
        {"search": given.get("search", "")[:200], "limit": limit if limit.isdecimal() else 50},
    )
    directory = await stored()
    lists = {"persons": listed_persons, "resources": listed_resources}
    found = lists[part](directory, asked) if part in lists else None
    return shown(
        view,
        "settings",
        told,
        part=part,
        parts=PARTS,
        found=found,
        asked=asked,
        directory=directory,
        logins=_logins(directory, current_app().settings.reaches),
        policies={name: _as_text(value) for name, value in _policies(directory).items()},
    )
