"""Looks asked for by hand: at one meeting, or at all in a slot; foreseen, queued, answered."""

from datetime import datetime

from pydantic import Field
from starlette.requests import Request

from core.app.by_hand import answer_to, foreseen
from core.app.operating import look_at_item, look_at_slot
from core.app.reference import named_key
from core.app.report import Report
from core.app.wording import without_people
from core.bootstrap import current_app
from core.domain.history import Activity
from core.domain.work import ItemKey
from web.access import Role
from web.api.history import ItemAsked, SlotAsked, meant, slot_meant
from web.api.planned import PlanAnswered, Planned, named, require_any
from web.routing import Nothing, Routes, Shape

routes = Routes()

MOST_PLANS = 10
"""Looks that are foreseen for one answer: each reads both sides of its meeting."""


class StepShape(Shape):
    """A step and why it is taken."""

    name: str
    reason: str


class ForeseenShape(Shape):
    """What a look would come to; `unforeseen`: it would fail, `reason` says why."""

    outcome: str
    reason: str
    steps: tuple[StepShape, ...]
    changed: tuple[str, ...]


class SyncAsked(Planned, ItemAsked):
    """Which meeting to look at now."""


class SlotSyncAsked(Planned, SlotAsked):
    """The slot in which everything is to be looked at now."""


class LookShape(Shape):
    """A look: queued, with the trace id by which its answer is found, or foreseen."""

    item: str
    trace_id: str = ""
    foreseen: ForeseenShape | None = None


class SyncAnswer(Shape):
    """What was queued, or would be; only the first ten are foreseen.

    `plan` names what is looked at: a look reads both sides once more, and does what is right then.
    """

    dry_run: bool
    plan: PlanAnswered
    looks: tuple[LookShape, ...]
    troubles: dict[str, str] = Field(default_factory=dict)


class AnswerShape(Shape):
    """What came of a look by hand; nothing while it is queued or has to be tried again."""

    is_there: bool
    at: datetime | None = None
    outcome: str = ""
    text: str = ""
    link: str = ""
    steps: tuple[StepShape, ...] = ()


@routes.deed("POST", "/v1/looks", Role.OPERATOR)
async def sync_now(request: Request, asked: SyncAsked) -> SyncAnswer:
    """Look at one meeting now; what differs is put right."""
    key = await meant(asked.item)
    services = await current_app().services()
    plan = named("look", named_key(key))
    if asked.dry_run:
        return SyncAnswer(dry_run=True, plan=plan, looks=(await _foreseen(key),))
    asked.require(plan)
    look = await look_at_item(key, request.state.principal.name, services)
    queued = LookShape(item=named_key(key), trace_id=look.trace_id)
    return SyncAnswer(dry_run=False, plan=plan, looks=(queued,))


@routes.deed("POST", "/v1/slots/looks", Role.OPERATOR)
async def sync_slot(request: Request, asked: SlotSyncAsked) -> SyncAnswer:
    """Look at everything in a slot of a resource now (slot back-sync)."""
    services = await current_app().services()
    if not asked.dry_run:
        require_any(asked.plan)
    found = await slot_meant(asked.resource, asked.begins, asked.ends)
    keys = [holder.key for holder in found.seen.holders]
    plan = named("look", found.resource.id, sorted(map(named_key, keys)))
    if asked.dry_run:
        looks = [await _foreseen(key) for key in keys[:MOST_PLANS]]
        looks += [LookShape(item=named_key(key)) for key in keys[MOST_PLANS:]]
        troubles = {name.value: why for name, why in found.seen.troubles.items()}
        return SyncAnswer(dry_run=True, plan=plan, looks=tuple(looks), troubles=troubles)
    asked.require(plan)
    done = await look_at_slot(found.resource.id, found.time, request.state.principal.name, services)
    return SyncAnswer(
        dry_run=False,
        plan=plan,
        looks=tuple(
            LookShape(item=named_key(look.key), trace_id=look.trace_id) for look in done.looks
        ),
        troubles={name.value: why for name, why in done.troubles.items()},
    )


@routes.read("/v1/looks/{trace_id}", Role.VIEWER)
async def show_answer(request: Request, nothing: Nothing) -> AnswerShape:  # noqa: ARG001 - a route
    """Show what came of a look that was asked for by hand."""
    services = await current_app().services()
    answer = await answer_to(request.path_params["trace_id"], services)
    if answer is None:
        return AnswerShape(is_there=False)
    directory = await services.roster.directory()
    return AnswerShape(
        is_there=True,
        at=answer.at,
        outcome=answer.outcome,
        text=without_people(answer.text, directory),
        link=answer.mapping_id or "",
        steps=steps_of(answer),
    )


def steps_of(done: Activity | Report) -> tuple[StepShape, ...]:
    """Return steps as they are told."""
    return tuple(StepShape(name=name, reason=reason) for name, reason in done.steps)


async def _foreseen(key: ItemKey) -> LookShape:
    report = await foreseen(key, await current_app().services())
    return LookShape(
        item=named_key(key),
        foreseen=ForeseenShape(
            outcome=report.outcome,
            reason=report.reason,
            steps=steps_of(report),
            changed=report.found,
        ),
    )
