"""Rooms that Exchange offers: which resources could have them, taken over once it was shown."""

from starlette.requests import Request
from starlette.responses import Response

from web.access import Role
from web.api.rooms_offered import offered, proposed, room_list
from web.api.settings_deeds import carry_out, require_meant
from web.board.tones import ROOMS
from web.pages.forms import page_view, shown
from web.pages.settings import told_plan
from web.render import View, answer
from web.routing import Routes

routes = Routes()


@routes.get("/settings/rooms", Role.ADMIN)
async def rooms(request: Request) -> Response:
    """Show the rooms; every environment is asked for it."""
    return await _page(await page_view(request, "settings"))


@routes.post("/settings/plan-rooms", Role.ADMIN)
async def plan_rooms(request: Request) -> Response:
    """Show what taking over comes to."""
    view = await page_view(request, "settings")
    plan = told_plan(await proposed(), view)
    return answer(view, "settings_plan.html", plan=plan, kept=[], action="rooms")


@routes.post("/settings/rooms", Role.ADMIN)
async def take_rooms(request: Request) -> Response:
    """Take over what was shown, if it still comes to the same."""
    view = await page_view(request, "settings")
    form = await request.form()
    plan = await proposed()
    require_meant(plan, str(form.get("plan", "")), sure=True)
    await carry_out(plan, view.who)
    return await _page(view, view.words.many("settings.import.applied", len(plan.changes)))


async def _page(view: View, told: str = "") -> Response:
    found, plan = await offered()
    number = 0 if plan is None else len(plan.changes)
    return shown(
        view,
        "settings_rooms",
        told,
        found=room_list(found),
        troubles=found.troubles,
        proposals=number,
        tones=ROOMS,
    )
