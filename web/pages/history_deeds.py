"""Sync this now, and slot back-sync: what a look would do, queueing it, what came of it."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from core.app.back_sync import BackSync
from core.app.by_hand import answer_to, foreseen
from core.app.operating import look_at_item, look_at_slot
from core.app.reference import named_key, parse_reference, resolve
from core.app.report import Report
from core.app.slot_reference import resource_named, slot_between
from core.app.wording import without_people
from core.bootstrap import current_app
from core.domain.work import ItemKey
from web.access import Role
from web.api.history import slot_meant
from web.api.looks import MOST_PLANS
from web.pages.forms import chosen, page_view
from web.pages.history import meeting_page, slot_asked, slot_page
from web.render import View, answer
from web.routing import Routes

routes = Routes()

MOST_ANSWERS = 50

MOST_QUESTIONS = 150
"""How often a page asks for an answer, the first ones a second apart: some ten minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerLine:
    """A look by hand: what came of it, as far as there is something."""

    item: str
    trace: str
    outcome: str = ""
    tone: str = "busy"
    text: str = ""
    steps: tuple[tuple[str, str], ...] = ()

    @property
    def is_there(self) -> bool:
        """Tell whether the look has reached an end."""
        return bool(self.outcome)


@routes.post("/history/plan", Role.OPERATOR)
async def plan_look(request: Request) -> Response:
    """Show what a look at one meeting would do."""
    view = await page_view(request, "meeting")
    key = await _chosen(request, view)
    plans = [(named_key(key), await foreseen(key, await current_app().services()))]
    return answer(
        view, "history_plan.html", action="look", item=named_key(key), **_plan(plans, view)
    )


@routes.post("/history/look", Role.OPERATOR)
async def look(request: Request) -> Response:
    """Queue a look at one meeting."""
    view = await page_view(request, "meeting")
    key = await _chosen(request, view)
    queued = await look_at_item(key, view.who, await current_app().services())
    looks = (AnswerLine(item=named_key(key), trace=queued.trace_id),)
    told = view.words("meeting.queued")
    return await meeting_page(view, named_key(key), key, looks=looks, told=told)


@routes.post("/history/slot/plan", Role.OPERATOR)
async def plan_slot(request: Request) -> Response:
    """Show what looks at everything in a slot would do."""
    view = await page_view(request, "meeting")
    asked = slot_asked(await request.form())
    found = await slot_meant(*asked)
    services = await current_app().services()
    keys = [holder.key for holder in found.seen.holders]
    plans = [(named_key(key), await foreseen(key, services)) for key in keys[:MOST_PLANS]]
    shown = _plan(plans, view) | {
        "slot": dict(zip(("resource", "from", "to"), asked, strict=True)),
        "more": len(keys) - len(plans),
        "troubles": found.seen.troubles,
    }
    return answer(view, "history_plan.html", action="slot/looks", item="", **shown)


@routes.post("/history/slot/looks", Role.OPERATOR)
async def look_in_slot(request: Request) -> Response:
    """Queue a look at everything in a slot (R-822)."""
    view = await page_view(request, "meeting")
    resource, begins, ends = slot_asked(await request.form())
    services = await current_app().services()
    known = resource_named(resource, await services.roster.directory())
    slot = slot_between(begins, ends, known)
    done = await look_at_slot(known.id, slot, view.who, services)
    found = await slot_meant(resource, begins, ends)
    told = view.words.many("meeting.queued_all", len(done.looks))
    return await slot_page(view, found, looks=_queued(done), told=told)


@routes.get("/history/answers", Role.VIEWER)
async def answers(request: Request) -> Response:
    """Show what came of looks that were asked for."""
    view = await page_view(request, "meeting")
    given = request.query_params
    asked = zip(given.getlist("trace"), given.getlist("look"), strict=False)
    looks = [await _answer(item, trace, view) for trace, item in list(asked)[:MOST_ANSWERS]]
    asked_before = given.get("asked", "")[:4]
    number = int(asked_before) if asked_before.isdecimal() else 0
    return answer(
        view,
        "history_answers.html",
        looks=looks,
        item=given.get("item", ""),
        asked=number + 1,
        is_last=number >= MOST_QUESTIONS,
    )


async def _chosen(request: Request, view: View) -> ItemKey:
    (item,) = (await chosen(request, "item", view))[:1]
    return await resolve(parse_reference(item), await current_app().services())


def _queued(done: BackSync) -> tuple[AnswerLine, ...]:
    return tuple(AnswerLine(item=named_key(each.key), trace=each.trace_id) for each in done.looks)


async def _answer(item: str, trace: str, view: View) -> AnswerLine:
    services = await current_app().services()
    line = await answer_to(trace, services)
    if line is None:
        return AnswerLine(item=item, trace=trace)
    is_bad = line.outcome in {"given_up", "rejected", "refused"}
    told = view.words.outcome(line.outcome)
    return AnswerLine(
        item=line.mapping_id or item,
        trace=trace,
        outcome=f"{told[:1].upper()}{told[1:]}",
        tone="bad" if is_bad else "look" if line.outcome == "waiting" else "good",
        text=""
        if line.steps
        else view.words.reason(without_people(line.text, await services.roster.directory())),
        steps=tuple((view.words.step(name), view.words.reason(why)) for name, why in line.steps),
    )


def _plan(plans: list[tuple[str, Report]], view: View) -> dict[str, Any]:
    words = view.words
    return {
        "slot": {},
        "more": 0,
        "troubles": {},
        "plans": [
            (
                item,
                words("meeting.unforeseen")
                if report.outcome == "unforeseen"
                else words.outcome(report.outcome),
                words.reason(report.reason),
                [(words.step(name), words.reason(why)) for name, why in report.steps],
            )
            for item, report in plans
        ],
    }
