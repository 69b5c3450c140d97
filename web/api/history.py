"""The history of one meeting, what is in a slot of a resource, and looks asked for by hand."""

from datetime import datetime
from typing import Annotated

from pydantic import Field
from starlette.requests import Request

from core.app.by_hand import answer_to, foreseen
from core.app.operating import look_at_item, look_at_slot
from core.app.reference import UnknownItemError, named_key
from core.app.report import Report
from core.app.slot_reference import resource_named, slot_between
from core.app.slots import Holder
from core.app.timeline.export import exported
from core.app.timeline.read import read_timeline
from core.app.timeline.search import SlotFound, found_in, sought
from core.app.timeline.values import Entry, ItemNow, LinkTold, Timeline
from core.app.wording import without_people
from core.bootstrap import current_app
from core.domain.history import Activity
from core.domain.work import ItemKey
from web.access import Role
from web.api.shapes import DryRun
from web.problems import Problem
from web.routing import Nothing, Routes, Shape

routes = Routes()

MOST_PLANS = 10
"""Looks that are foreseen for one answer: each reads both sides of its meeting."""

Item = Annotated[
    str,
    Field(
        min_length=1,
        max_length=1000,
        description="A booking's number, mailbox/event id, a link's id, an iCalUId,"
        " or a resource and a moment: Säntis 2026-03-10 09:00",
    ),
]
ResourceName = Annotated[
    str, Field(min_length=1, max_length=200, description="Its name, number or address.")
]
Moment = Annotated[
    str,
    Field(
        min_length=1,
        max_length=40,
        description="2026-03-10T09:00 on the resource's clock, or with a zone.",
    ),
]


class ItemAsked(Shape):
    """Which meeting is meant."""

    item: Item


class HistoryShape(Shape):
    """Everything that is remembered of one meeting, oldest first (docs/history.md)."""

    format: str
    version: int
    at: datetime
    is_private: bool
    is_complete: bool
    links: tuple[LinkTold, ...]
    entries: tuple[Entry, ...]
    now: tuple[ItemNow, ...]
    rule_texts: dict[str, str]


class SlotAsked(Shape):
    """A slot of a resource, at most seven days."""

    resource: ResourceName
    begins: Moment
    ends: Moment


class MeetingInSlot(Shape):
    """A meeting in a slot: `item` is what its history is asked by; who says that it is there."""

    item: str
    link: str
    state: str
    witnesses: tuple[str, ...]


class SlotShape(Shape):
    """What is in a slot; `troubles` says which system could not be asked, and why."""

    resource: int
    start: datetime
    end: datetime
    meetings: tuple[MeetingInSlot, ...]
    troubles: dict[str, str]


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


class SyncAsked(ItemAsked):
    """Which meeting to look at now."""

    dry_run: DryRun = False


class SlotSyncAsked(SlotAsked):
    """The slot in which everything is to be looked at now."""

    dry_run: DryRun = False


class LookShape(Shape):
    """A look: queued, with the trace id by which its answer is found, or foreseen."""

    item: str
    trace_id: str = ""
    foreseen: ForeseenShape | None = None


class SyncAnswer(Shape):
    """What was queued, or would be; only the first ten are foreseen."""

    dry_run: bool
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


@routes.read("/v1/history", Role.VIEWER)
async def show_history(request: Request, asked: ItemAsked) -> HistoryShape:  # noqa: ARG001 - a route
    """Show the history of one meeting."""
    return HistoryShape.model_validate(exported(await timeline_of(await meant(asked.item))))


@routes.read("/v1/slots", Role.VIEWER)
async def show_slot(request: Request, asked: SlotAsked) -> SlotShape:  # noqa: ARG001 - a route
    """List the meetings in a slot of a resource, whoever knows of them."""
    found = await slot_meant(asked.resource, asked.begins, asked.ends)
    return SlotShape(
        resource=found.resource.id,
        start=found.time.start,
        end=found.time.end,
        meetings=tuple(map(_meeting, found.seen.holders)),
        troubles={name.value: why for name, why in found.seen.troubles.items()},
    )


@routes.deed("POST", "/v1/looks", Role.OPERATOR)
async def sync_now(request: Request, asked: SyncAsked) -> SyncAnswer:
    """Look at one meeting now; what differs is put right."""
    key = await meant(asked.item)
    services = await current_app().services()
    if asked.dry_run:
        return SyncAnswer(dry_run=True, looks=(await _foreseen(key),))
    look = await look_at_item(key, request.state.principal.name, services)
    queued = LookShape(item=named_key(key), trace_id=look.trace_id)
    return SyncAnswer(dry_run=False, looks=(queued,))


@routes.deed("POST", "/v1/slots/looks", Role.OPERATOR)
async def sync_slot(request: Request, asked: SlotSyncAsked) -> SyncAnswer:
    """Look at everything in a slot of a resource now (slot back-sync)."""
    services = await current_app().services()
    if asked.dry_run:
        found = await slot_meant(asked.resource, asked.begins, asked.ends)
        keys = [holder.key for holder in found.seen.holders]
        looks = [await _foreseen(key) for key in keys[:MOST_PLANS]]
        looks += [LookShape(item=named_key(key)) for key in keys[MOST_PLANS:]]
        troubles = {name.value: why for name, why in found.seen.troubles.items()}
        return SyncAnswer(dry_run=True, looks=tuple(looks), troubles=troubles)
    known = resource_named(asked.resource, await services.roster.directory())
    time = slot_between(asked.begins, asked.ends, known)
    done = await look_at_slot(known.id, time, request.state.principal.name, services)
    return SyncAnswer(
        dry_run=False,
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


async def meant(text: str) -> ItemKey:
    """Return the key of the one meeting that is meant; UnknownItemError if there is not one."""
    found = await sought(text, await current_app().services())
    if not isinstance(found, SlotFound):
        return found
    if len(found.seen.holders) == 1:
        return found.seen.holders[0].key
    names = ", ".join(named_key(each.key) for each in found.seen.holders)
    told = f"several meetings are in that slot: {names}" if names else "nothing is in that slot"
    raise UnknownItemError(told)


async def timeline_of(key: ItemKey) -> Timeline:
    """Return a meeting's history; a Problem if nothing is known of it."""
    found = await read_timeline(key, await current_app().services())
    if found is None:
        raise Problem(404, "not_found", f"nothing is remembered of {named_key(key)}")
    return found


async def slot_meant(resource: str, begins: str, ends: str) -> SlotFound:
    """Return what is in a slot; UnknownItemError or SlotError when it cannot be asked about."""
    services = await current_app().services()
    known = resource_named(resource, await services.roster.directory())
    return await found_in(known, slot_between(begins, ends, known), services)


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


def _meeting(holder: Holder) -> MeetingInSlot:
    link = holder.link
    return MeetingInSlot(
        item=named_key(holder.key),
        link="" if link is None else link.id,
        state="" if link is None else link.state.value,
        witnesses=tuple(sorted(holder.witnesses)),
    )
