"""One entry of the settings, or the policies, changed by hand: the plan is shown first."""

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from core.app.imports.run import ImportPlan
from core.app.imports.said import Kind
from core.app.settings_edit import plan_edit, plan_policies
from core.bootstrap import current_app
from web.access import Role
from web.api.settings import stored
from web.api.settings_deeds import carry_out, planned, require_meant
from web.pages.forms import page_view
from web.pages.settings import settings_page, told_plan
from web.pages.settings_fields import entry_of
from web.render import answer
from web.routing import Routes

routes = Routes()


@routes.get("/settings/edit/{part}/{number}", Role.ADMIN)
async def edit(request: Request) -> Response:
    """Show the form of one entry."""
    return await _form(request, request.path_params["part"], request.path_params["number"])


@routes.get("/settings/edit-policies", Role.ADMIN)
async def edit_policies(request: Request) -> Response:
    """Show the form of the policies."""
    return await _form(request, "policies", "")


@routes.post("/settings/plan-edit", Role.ADMIN)
async def plan_change(request: Request) -> Response:
    """Show what a change of one entry comes to."""
    view = await page_view(request, "settings")
    form = await request.form()
    return answer(
        view,
        "settings_plan.html",
        plan=told_plan(await _planned(form), view),
        kept=[(name, str(value)) for name, value in form.multi_items()],
        action="edit",
    )


@routes.post("/settings/edit", Role.ADMIN)
async def change(request: Request) -> Response:
    """Change one entry, if it still comes to what was shown."""
    view = await page_view(request, "settings")
    form = await request.form()
    plan = await _planned(form)
    require_meant(plan, str(form.get("plan", "")), sure=form.get("sure") == "yes")
    await carry_out(plan, view.who)
    told = "settings.saved" if plan.changes else "settings.unchanged"
    return await settings_page(view, view.words(told), part=str(form.get("part", "")))


async def _form(request: Request, part: str, key: str) -> Response:
    view = await page_view(request, "settings")
    directory = await stored()
    entry = entry_of(part, key, directory)
    return answer(
        view,
        "settings_edit.html",
        title=entry.title or view.words("settings.policies"),
        part=part,
        number=key,
        fields=entry.fields(directory),
    )


async def _planned(form: FormData) -> ImportPlan:
    """Return what a form comes to: only fields that differ from what is stored."""
    services = await current_app().services()
    entry = entry_of(str(form.get("part", "")), str(form.get("number", "")), await stored())
    changed = entry.changed(form)
    if entry.part == "policies":
        return await planned(plan_policies(changed, services))
    kind = Kind(entry.part)
    key = entry.key if kind is Kind.ENVIRONMENTS else int(entry.key)
    return await planned(plan_edit(kind, key, changed, services))
