"""What is done about differences: use Exchange, use ROOMS, ignore, check again."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field
from starlette.requests import Request

from core.app.drift.act import Done, foresee_all
from core.app.drift.by_hand import as_shown, leave, settle
from core.app.drift.check import check_each
from core.app.drift.listing import DriftFilter, drifts_that_fit
from core.bootstrap import current_app
from core.domain.drift import Drift, DriftState, Obstacle
from core.domain.remark import Remark
from core.domain.wish import Wish
from web.access import Principal, Role
from web.api.difference_answers import difference_shape, plan_shape
from web.api.difference_shapes import (
    DifferencePlan,
    DifferenceShape,
    DifferencesMeant,
)
from web.api.differences import in_state, those_meant
from web.api.planned import DryRun, PlanAnswered, Planned, named, require_any
from web.api.shapes import Name
from web.problems import Problem
from web.routing import Routes, Shape

routes = Routes()

MOST = 50
"""Differences of one call: both sides of each are read."""


class DifferencesChosen(Shape):
    """Differences by name, or the first fifty that fit a filter; `left` says how many more do."""

    names: Annotated[tuple[Name, ...], Field(max_length=MOST)] = ()
    filter: DifferencesMeant | None = None


class SettleAsked(DifferencesChosen):
    """`plans`: what a dry run has answered, by name: only what still comes to it is done.

    Without any nothing is done: 422. A name without a plan is not done, either.
    """

    plans: Annotated[dict[str, str], Field(max_length=MOST)] = Field(default_factory=dict)
    dry_run: DryRun = True


class IgnoreAsked(Planned, DifferencesChosen):
    """What is to be left as it is."""


class NotDone(Shape):
    """What could not be done, and why."""

    name: str
    problem: Obstacle


class SettleAnswer(Shape):
    """`done`: the sync is asked, it is put right within seconds; `missing`: no such difference."""

    dry_run: bool
    plans: tuple[DifferencePlan, ...]
    done: tuple[str, ...]
    not_done: tuple[NotDone, ...]
    missing: tuple[str, ...]
    left: int


class IgnoreAnswer(Shape):
    """What is, or would be, left as it is until either side changes."""

    dry_run: bool
    plan: PlanAnswered
    done: tuple[str, ...]
    missing: tuple[str, ...]
    left: int


class CheckAnswer(Shape):
    """How they are now; closed: both sides agree. `unread` do not answer just now."""

    differences: tuple[DifferenceShape, ...]
    unread: tuple[str, ...]
    missing: tuple[str, ...]
    left: int


@routes.deed("POST", "/v1/differences/use-exchange", Role.OPERATOR)
async def use_exchange(request: Request, asked: SettleAsked) -> SettleAnswer:
    """Make ROOMS what Exchange shows; a dry run says what that comes to."""
    return await _settle(Wish.USE_EXCHANGE, asked, request.state.principal)


@routes.deed("POST", "/v1/differences/use-rooms", Role.OPERATOR)
async def use_rooms(request: Request, asked: SettleAsked) -> SettleAnswer:
    """Make Exchange what ROOMS shows; a dry run says what that comes to."""
    return await _settle(Wish.USE_ROOMS, asked, request.state.principal)


@routes.deed("POST", "/v1/differences/ignore", Role.OPERATOR)
async def ignore_differences(request: Request, asked: IgnoreAsked) -> IgnoreAnswer:
    """Leave differences as they are until either side changes."""
    who: Principal = request.state.principal
    drifts, missing, left = await _chosen(asked, who)
    plan = named("ignore", sorted((drift.id, drift.digest) for drift in drifts))
    if not asked.dry_run:
        asked.require(plan)
        drifts = await leave(drifts, who.name, await current_app().services())
    done = tuple(drift.id for drift in drifts)
    return IgnoreAnswer(dry_run=asked.dry_run, plan=plan, done=done, missing=missing, left=left)


@routes.deed("POST", "/v1/differences/check", Role.OPERATOR)
async def check_differences(request: Request, asked: DifferencesChosen) -> CheckAnswer:
    """Look at differences again, at once."""
    services = await current_app().services()
    drifts, missing, left = await _chosen(asked, request.state.principal)
    directory = await services.roster.directory()
    found, unread = await check_each(drifts, services)
    shapes = tuple(
        difference_shape(drift, directory) for checked in found for drift in checked.drifts
    )
    names = tuple(drift.id for drift in unread)
    return CheckAnswer(differences=shapes, unread=names, missing=missing, left=left)


async def drifts_named(names: Sequence[str]) -> list[Drift]:
    """Return the differences of these names; others are left out."""
    wanted = set(names)
    services = await current_app().services()
    found = await drifts_that_fit(DriftFilter(states=()), services)
    return [drift for drift in found if drift.id in wanted]


async def _settle(wish: Wish, asked: SettleAsked, who: Principal) -> SettleAnswer:
    if not asked.dry_run:
        require_any(asked.plans)
    services = await current_app().services()
    drifts, missing, left = await _chosen(asked, who)
    deeds = await foresee_all(drifts, wish, services)
    plans = [plan for deed in deeds for plan in deed.plans]
    done: list[Done] = []
    if not asked.dry_run:
        same, done = as_shown(deeds, asked.plans)
        done += await settle(same, who.name, services)
    return SettleAnswer(
        dry_run=asked.dry_run,
        plans=tuple(map(plan_shape, plans)),
        done=tuple(each.drift.id for each in done if each.problem is None),
        not_done=tuple(
            NotDone(name=each.drift.id, problem=each.problem)
            for each in done
            if each.problem is not None
        ),
        missing=missing,
        left=left,
    )


async def _chosen(
    asked: DifferencesChosen, who: Principal
) -> tuple[list[Drift], tuple[str, ...], int]:
    """Return the differences that are meant, names that name none, and how many more fit."""
    if bool(asked.names) is (asked.filter is not None):
        raise Problem(422, "not_valid", Remark("give either names or a filter"))
    if asked.filter is None:
        found = await drifts_named(asked.names)
        missing = sorted(set(asked.names) - {drift.id for drift in found})
        return found, tuple(missing), 0
    found = in_state(asked.filter, await those_meant(asked.filter, who))
    if asked.filter.state == "all":
        found = [drift for drift in found if drift.state is not DriftState.CLOSED]
    return found[:MOST], (), max(0, len(found) - MOST)
