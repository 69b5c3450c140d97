"""A file of settings: what it would change is shown, then it is taken over."""

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from core.app.imports.run import ImportPlan
from core.app.imports.said import Kind
from core.app.settings_edit import SettingsFileGiven, plan_files
from core.bootstrap import current_app
from core.domain.remark import Remark
from web.access import Role
from web.api.settings_deeds import carry_out, require_meant
from web.pages.forms import page_view
from web.pages.settings import settings_page, told_plan
from web.problems import Problem
from web.render import answer
from web.routing import Routes

routes = Routes()

LARGEST_FILE = 20_000_000


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
        raise Problem(422, "not_valid", Remark.of((view.words("settings.import.choose"),)))
    data = await file.read(LARGEST_FILE + 1)
    plan = await _of_file(file.filename, data, str(form.get("kind", "")))
    return answer(
        view,
        "settings_plan.html",
        plan=told_plan(plan, view),
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
    return await settings_page(view, told)


async def _of_file(name: str, data: bytes, kind: str) -> ImportPlan:
    rows = Kind(kind) if kind in {Kind.PERSONS, Kind.RESOURCES} else None
    given = SettingsFileGiven(name=name[:200], data=data, kind=rows)
    return await plan_files([given], await current_app().services())
