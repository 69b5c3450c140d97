"""What is parked and what is stopped: the lists, what a release would do, and doing it."""

from starlette.requests import Request
from starlette.responses import Response

from core.app.guard_alerts import guard_alerts
from core.app.operating import release_mailbox, release_scope
from core.app.status import parked_scopes
from core.bootstrap import current_app
from core.domain.remark import Remark
from core.domain.scope import scope_named
from web.access import Role
from web.api.shapes import place_named, resource_name
from web.pages.forms import chosen, page_view, shown
from web.problems import Problem
from web.render import View, answer
from web.routing import Routes

routes = Routes()


@routes.get("/parked", Role.VIEWER)
async def parked(request: Request) -> Response:
    """Show what is parked and what is stopped."""
    return await _page(await page_view(request, "parked"))


@routes.post("/parked/plan", Role.OPERATOR)
async def plan_parked(request: Request) -> Response:
    """Show what releasing something parked would do."""
    view = await page_view(request, "parked")
    (name,) = (await chosen(request, "scope", view))[:1]
    found = {p.breaker.scope.name: p for p in await parked_scopes(await current_app().services())}
    if name not in found:
        raise Problem(
            409, "changed_meanwhile", Remark.of((view.words("parked.not_parked", what=name),))
        )
    return answer(view, "release_plan.html", kind="parked", name=name, waiting=found[name].waiting)


@routes.post("/parked/release", Role.OPERATOR)
async def release_parked(request: Request) -> Response:
    """Release something parked."""
    view = await page_view(request, "parked")
    (name,) = (await chosen(request, "scope", view))[:1]
    scope = scope_named(name)
    is_done = scope is not None and await release_scope(
        scope, view.who, await current_app().services()
    )
    key = "parked.released" if is_done else "parked.not_parked"
    return await _page(view, view.words(key, what=name))


@routes.post("/stopped/plan", Role.OPERATOR)
async def plan_stopped(request: Request) -> Response:
    """Show what releasing a stopped mailbox would do."""
    view = await page_view(request, "parked")
    (name,) = (await chosen(request, "name", view))[:1]
    return answer(view, "release_plan.html", kind="guard", name=name, waiting=0)


@routes.post("/stopped/release", Role.OPERATOR)
async def release_stopped(request: Request) -> Response:
    """Release a stopped mailbox."""
    view = await page_view(request, "parked")
    (name,) = (await chosen(request, "name", view))[:1]
    services = await current_app().services()
    is_done = await release_mailbox(place_named(name), view.who, services)
    key = "parked.released" if is_done else "guard.not_stopped"
    return await _page(view, view.words(key, what=name))


async def _page(view: View, told: str = "") -> Response:
    services = await current_app().services()
    directory = await services.roster.directory()
    stopped = [
        (alert, resource_name(alert.place, directory)) for alert in await guard_alerts(services)
    ]
    return shown(view, "parked", told, parked=await parked_scopes(services), stopped=stopped)
