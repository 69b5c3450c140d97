"""The history of one meeting, and what is in a slot of a resource: found, shown, exported."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from core.app.back_sync import SlotError
from core.app.reference import UnknownItemError, named_key
from core.app.services import Services
from core.app.slot_reference import zone_of
from core.app.timeline.export import exported, rules_of
from core.app.timeline.read import read_timeline
from core.app.timeline.search import LONGEST, SlotFound, sought
from core.bootstrap import current_app
from core.domain.remark import text_of
from core.domain.work import ItemKey
from web.access import Role
from web.api.history import meant, slot_meant, timeline_of
from web.links import history_of
from web.pages.forms import page_view
from web.pages.history_story import days
from web.pages.history_words import holder_line, link_lines
from web.render import View, answer
from web.routing import Routes

routes = Routes()


@routes.get("/history", Role.VIEWER)
async def history(request: Request) -> Response:
    """Show the history of the meeting that is meant; what a slot has where that is asked for."""
    item = request.query_params.get("item", "").strip()[:LONGEST]
    view = await page_view(request, "meeting")
    if not item:
        return await history_page(view)
    try:
        found = await sought(item, await current_app().services())
    except (UnknownItemError, SlotError) as error:
        return await history_page(view, item=item, trouble=text_of(error), status=404)
    if not isinstance(found, SlotFound):
        return await meeting_page(view, item, found)
    holders = found.seen.holders
    if len(holders) == 1 and not found.seen.troubles:
        return RedirectResponse(history_of(named_key(holders[0].key)), status_code=303)
    return await slot_page(view, found)


@routes.get("/history/slot", Role.VIEWER)
async def slot(request: Request) -> Response:
    """Show what is in a slot of a resource."""
    view = await page_view(request, "meeting")
    resource, begins, ends = slot_asked(request.query_params)
    try:
        return await slot_page(view, await slot_meant(resource, begins, ends))
    except (UnknownItemError, SlotError) as error:
        return await history_page(view, trouble=text_of(error), status=404)


@routes.get("/history/export.json", Role.VIEWER)
async def export(request: Request) -> Response:
    """Hand out the history as JSON, as `roomsync history --json` writes it."""
    key = await meant(request.query_params.get("item", ""))
    content = json.dumps(exported(await timeline_of(key)), indent=2, ensure_ascii=False)
    name = "".join(c for c in named_key(key)[-40:] if c.isalnum() or c == "-")
    headers = {"Content-Disposition": f'attachment; filename="history-{name}.json"'}
    return Response(f"{content}\n", media_type="application/json", headers=headers)


def slot_asked(given: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return resource, begin and end of a query or a form; without an end, one hour."""
    resource, begins, ends = (
        str(given.get(name) or "")[:200] for name in ("resource", "from", "to")
    )
    if begins and not ends:
        try:
            ends = (datetime.fromisoformat(begins) + timedelta(hours=1)).isoformat()
        except (ValueError, OverflowError):
            ends = begins
    return resource, begins, ends


async def meeting_page(view: View, item: str, key: ItemKey, **more: Any) -> Response:  # noqa: ANN401 - whatever the template shows
    """Show a meeting; of one that nobody knows anything of, that."""
    services = await current_app().services()
    timeline = await read_timeline(key, services)
    directory = await services.roster.directory()
    if timeline is None:
        return await history_page(view, item=item, key=named_key(key), **more)
    return await history_page(
        view,
        item=item,
        key=named_key(key),
        timeline=timeline,
        links=link_lines(timeline, directory, view),
        days=days(timeline, view),
        rules=[(name, view.words.rule(name)) for name in rules_of(timeline)],
        **more,
    )


async def slot_page(view: View, found: SlotFound, **more: Any) -> Response:  # noqa: ANN401 - whatever the template shows
    """Show what is in a slot; times are on the resource's clock."""
    zone, services = zone_of(found.resource), await current_app().services()
    start, end = (moment.astimezone(zone) for moment in (found.time.start, found.time.end))
    ends = f"{end:%H:%M}" if end.date() == start.date() else view.words.moment(end)
    return await history_page(
        view,
        slot=found,
        holders=[holder_line(each, zone, services.keys, view.words) for each in found.seen.holders],
        resource=str(found.resource.id),
        begins=f"{start:%Y-%m-%dT%H:%M}",
        ends=f"{end:%Y-%m-%dT%H:%M}",
        when=f"{view.words.long_date(start)}, {start:%H:%M}\u2013{ends}",
        zone=zone.key.replace("_", " "),
        **more,
    )


async def history_page(view: View, status: int = 200, **shown: Any) -> Response:  # noqa: ANN401 - whatever the template shows
    """Show the search, and below what was found."""
    services = await current_app().services()
    is_part = view.request.query_params.get("part") == "live" or "looks" in shown
    empty = {
        "item": "",
        "key": "",
        "trouble": "",
        "timeline": None,
        "links": (),
        "slot": None,
        "resource": "",
        "begins": "",
        "ends": "",
        "looks": (),
        "asked": 0,
        "is_last": False,
        "told": "",
    }
    response = answer(
        view,
        "history_live.html" if is_part else "history.html",
        status,
        **empty | {"resources": await _resources(services)} | shown,
    )
    if "looks" in shown:
        response.headers["HX-Trigger"] = "deed-done"
    return response


async def _resources(services: Services) -> list[tuple[str, str]]:
    directory = await services.roster.directory()
    found = [(r.name, str(r.id)) for r in directory.resources.values()]
    return [(number, name) for name, number in sorted(found)]
