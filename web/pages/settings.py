"""The settings: list and search persons, resources, environments and policies."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from core.app.imports.run import ImportPlan
from core.bootstrap import current_app
from core.domain.directory import Directory
from core.domain.ids import EnvironmentId
from core.domain.reach import Reach
from core.domain.remark import Remark
from web.access import Role
from web.api.settings import listed_persons, listed_resources, location_shape, stored
from web.api.settings_deeds import plan_shape
from web.api.settings_shapes import EntriesAsked, PlanShape
from web.pages.forms import page_view, shown
from web.pages.location_fields import flat
from web.pages.settings_fields import PARTS, as_text, policies_of
from web.render import View
from web.routing import Routes, checked

routes = Routes()


@routes.get("/settings", Role.OPERATOR)
async def settings(request: Request) -> Response:
    """Show one part of the settings."""
    return await settings_page(await page_view(request, "settings"))


async def settings_page(view: View, told: str = "", part: str = "") -> Response:
    """Show a part of the settings; after a deed with what was done."""
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
        locations=_locations(directory) if part == "locations" else (),
        environments=_environments(directory) if part == "environments" else (),
        logins=_logins(directory, current_app().settings.reaches),
        policies=[(name, as_text(name, value)) for name, value in policies_of(directory).items()],
    )


def told_plan(plan: ImportPlan, view: View) -> PlanShape:
    """Return a plan whose contradictions are told in the reader's language."""
    words = view.words
    findings = tuple(
        f"{words(f'about.{f.part}')} {f.who}: {words.finding(f)}. {words.advice(f)}"
        for f in plan.findings
    )
    consequences = tuple(
        Remark.of((f"{words(f'about.{c.switched.part}')} {c.switched.who}: ", c.text))
        for c in plan.consequences
    )
    told = {
        "findings": tuple(Remark.of((finding,)) for finding in findings),
        "consequences": consequences,
        # As they were: the shape has made plain text of them.
        "faults": tuple(fault.told for fault in plan.faults),
        "notices": plan.notices,
    }
    return plan_shape(plan, done=False).model_copy(update=told)


def _locations(directory: Directory) -> list[tuple[int, str, str, Mapping[str, Any]]]:
    """Return number, name, name of the one above, and the fields of each location."""
    return [
        (each.id, each.name, above.name if above else "", flat(location_shape(each).row))
        for each in sorted(directory.locations.values(), key=lambda each: each.id)
        for above in (None if each.parent is None else directory.locations.get(each.parent),)
    ]


def _environments(directory: Directory) -> list[tuple[str, str, str, int]]:
    """Return id, kind, domains and number of synced mailboxes of each environment."""
    places = [place.environment for place in directory.synced_places()]
    return [
        (each.id, each.kind, ", ".join(each.domains), places.count(each.id))
        for each in sorted(directory.environments.values(), key=lambda each: each.id)
    ]


def _logins(directory: Directory, reaches: Mapping[str, Reach]) -> dict[EnvironmentId, str]:
    """Return how the app proves who it is in each environment, as the texts name it."""
    words = {}
    for each in directory.environments.values():
        reach = reaches.get(each.id)
        usual = "usual" if each.kind == "graph" else "missing"
        words[each.id] = reach.login if reach and reach.kind == each.kind else usual
    return words
