"""The page of differences: the list, one of them with both sides, how far a scan is."""

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from core.app.drift.listing import everything_different
from core.app.drift.scans import progress
from core.bootstrap import current_app
from core.domain.drift import Cause, DriftKind, Element, NewerSide
from core.domain.meeting import Aspect
from core.domain.remark import Remark
from web.access import Role
from web.api.difference_shapes import DifferencesAsked, ScanAsked
from web.api.differences import compare, counted, in_state, looked_at, those_meant
from web.pages.difference_words import Teller
from web.pages.forms import page_view, shown
from web.problems import Problem
from web.render import View, answer
from web.routing import Routes, checked

routes = Routes()

PAGE = 25
STATES = ("open", "ignored", "resolved", "closed", "all")
CHOICES = {
    "kind": ("kind", tuple(DriftKind)),
    "newer": ("side", tuple(NewerSide)),
    "cause": ("cause", tuple(Cause)),
    "element": ("element", tuple(Element)),
}
"""What a list is narrowed by: the field of the form, the group of its words, its values."""

TARGETS = ("all", "mailbox", "person", "resource", "item", "series")


@routes.get("/differences", Role.VIEWER)
async def differences(request: Request) -> Response:
    """Show what is different, narrowed as the address says."""
    return await list_page(await page_view(request, "differences"))


@routes.get("/differences/scan", Role.VIEWER)
async def scan_state(request: Request) -> Response:
    """Show how far the scan is; when it has ended, the list is looked at again."""
    view = await page_view(request, "differences")
    at = await progress(await current_app().services())
    response = answer(view, "differences_scan.html", at=at)
    if at is None or not at.is_running:
        response.headers["HX-Trigger"] = "look-again"
    return response


@routes.get("/differences/compare", Role.OPERATOR)
async def compare_form(request: Request) -> Response:
    """Show the form that says what is to be compared."""
    view = await page_view(request, "differences")
    item = request.query_params.get("item", "")[:600]
    return answer(view, "differences_compare.html", targets=TARGETS, item=item)


@routes.post("/differences/compare", Role.OPERATOR)
async def begin(request: Request) -> Response:
    """Begin a scan, or compare one meeting or series at once."""
    view = await page_view(request, "differences")
    form = await request.form(max_fields=20)
    target, value = str(form.get("target", "")), str(form.get("value", "")).strip()
    if target not in TARGETS or (target != "all" and not value):
        raise Problem(422, "not_valid", Remark.of((view.words("differences.compare.name_it"),)))
    given = {
        "first_day": str(form.get("first_day", "")) or None,
        "last_day": str(form.get("last_day", "")) or None,
        "is_full": form.get("how") != "incremental",
        **({} if target == "all" else {target: value}),
    }
    found = await compare(checked(ScanAsked, given), view.who)
    if found.scan is not None:
        told = view.words.many("differences.compare.begun", found.scan.mailboxes)
    elif found.differences:
        told = view.words.many("differences.compare.found", len(found.differences))
    else:
        told = view.words("differences.compare.agree")
    return await list_page(view, told)


@routes.get("/differences/{name}", Role.VIEWER)
async def one_difference(request: Request) -> Response:
    """Show one difference with both sides' values, read this moment; a part of it in the list."""
    view = await page_view(request, "differences")
    found = await looked_at(request.path_params["name"], view.principal)
    directory = await (await current_app().services()).roster.directory()
    is_part = request.query_params.get("part") == "sides"
    template = "differences_sides.html" if is_part else "differences_one.html"
    return answer(view, template, found=found, d=found.drift, tell=Teller(view, directory))


async def list_page(view: View, told: str = "") -> Response:
    """Return the list; of the live part only what changes by itself."""
    services = await current_app().services()
    asked = asked_in(view)
    found = await those_meant(asked, view.principal)
    fitting = in_state(asked, found)
    directory = await services.roster.directory()
    given = view.request.query_params
    is_quick = given.get("part") == "live" and given.get("whole") != "yes"
    others = [] if is_quick else await everything_different(services)
    return shown(
        view,
        "differences",
        told,
        asked=asked,
        drifts=fitting[asked.offset : asked.offset + asked.limit],
        total=len(fitting),
        states=counted(found),
        others=[line for line in others if line.drift is None],
        with_others=not is_quick,
        at=await progress(services),
        tell=Teller(view, directory),
        choices=CHOICES,
        fields=tuple(Aspect),
        tabs=[(state, _link(view, state=state)) for state in STATES],
        query=urlencode(_kept(view)),
        earlier=_link(view, offset=max(0, asked.offset - PAGE)) if asked.offset else "",
        later=_link(view, offset=asked.offset + PAGE) if asked.offset + PAGE < len(fitting) else "",
        is_narrowed=asked != DifferencesAsked(state=asked.state, limit=PAGE, offset=asked.offset),
    )


def asked_in(view: View) -> DifferencesAsked:
    """Return what the address asks for; empty fields of the form leave a condition out."""
    return checked(DifferencesAsked, {**_kept(view), "limit": PAGE})


def _kept(view: View) -> dict[str, str]:
    wanted = set(DifferencesAsked.model_fields) - {"limit"}
    given = view.request.query_params
    return {name: given[name] for name in sorted(wanted & given.keys()) if given[name]}


def _link(view: View, **changed: object) -> str:
    kept = {name: value for name, value in _kept(view).items() if name != "offset"}
    return f"?{urlencode(kept | {name: str(value) for name, value in changed.items()})}"
