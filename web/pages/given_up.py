"""What was given up: the list, what a replay or a drop would do, and doing it."""

from collections import Counter

from starlette.requests import Request
from starlette.responses import Response

from core.app.dead_letters import Line, Present, Wanted, list_dead_letters
from core.app.operating import drop_letters, replay_letters
from core.bootstrap import current_app
from web.access import Role
from web.api.given_up import as_line, kind_of
from web.pages.forms import chosen, page_view, shown
from web.render import View, answer
from web.routing import Routes

routes = Routes()
MOST = 200


@routes.get("/given-up", Role.VIEWER)
async def given_up(request: Request) -> Response:
    """Show the list, narrowed by reason and state."""
    return await _page(await page_view(request, "given_up"))


@routes.post("/given-up/plan-replay", Role.OPERATOR)
async def plan_replay(request: Request) -> Response:
    """Show what a replay of the chosen entries would do."""
    view = await page_view(request, "given_up")
    lines = await _lines(request, view)
    kinds = Counter(kind_of(line) for line in lines)
    can = [line for line in lines if line.can_be_replayed]
    return answer(view, "given_up_plan.html", deed="replay", lines=can, kinds=kinds)


@routes.post("/given-up/plan-drop", Role.OPERATOR)
async def plan_drop(request: Request) -> Response:
    """Show what dropping the chosen entries would do."""
    view = await page_view(request, "given_up")
    lines = await _lines(request, view)
    return answer(view, "given_up_plan.html", deed="drop", lines=lines, kinds=Counter[str]())


@routes.post("/given-up/replay", Role.OPERATOR)
async def replay(request: Request) -> Response:
    """Replay the chosen entries."""
    view = await page_view(request, "given_up")
    services = await current_app().services()
    done = await replay_letters(await _lines(request, view), view.who, services)
    return await _page(view, _told(view, "given_up.replayed", done))


@routes.post("/given-up/drop", Role.OPERATOR)
async def drop(request: Request) -> Response:
    """Drop the chosen entries."""
    view = await page_view(request, "given_up")
    services = await current_app().services()
    done = await drop_letters(await _lines(request, view), view.who, services)
    return await _page(view, _told(view, "given_up.dropped", done))


def _told(view: View, key: str, done: list[Line]) -> str:
    return view.words.many(key, len(done)) if done else view.words("given_up.gone")


async def _lines(request: Request, view: View) -> list[Line]:
    names = await chosen(request, "name", view)
    return await list_dead_letters(Wanted(names=frozenset(names)), await current_app().services())


async def _page(view: View, told: str = "") -> Response:
    given = view.request.query_params
    state = given.get("state", "")
    wanted = Wanted(
        reason=given.get("reason", "")[:200],
        present=Present(state) if state in list(Present) else None,
    )
    found = await list_dead_letters(wanted, await current_app().services())
    return shown(
        view,
        "given_up",
        told,
        lines=[as_line(line) for line in found[:MOST]],
        total=len(found),
        reason=wanted.reason,
        state=state,
    )
