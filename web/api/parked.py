"""What does not answer and is parked, and what the guard has stopped: list, release."""

from datetime import datetime

from starlette.requests import Request

from core.app.guard_alerts import guard_alerts
from core.app.operating import release_mailbox, release_scope
from core.app.status import parked_scopes
from core.bootstrap import current_app
from core.domain.remark import Remark
from core.domain.scope import scope_named
from web.access import Role
from web.api.planned import PlanAnswered, Planned, named
from web.api.shapes import MailboxShape, Name, mailbox_shape, place_named
from web.problems import Problem
from web.routing import Nothing, Routes, Shape

routes = Routes()


class ParkedLine(Shape):
    """Something parked (`open`) or on trial (`half_open`), and how much is kept for it."""

    scope: str
    state: str
    since: datetime
    kind: str
    why: str
    next_question: datetime
    waiting: int


class ParkedList(Shape):
    """Everything that is parked, the longest first."""

    parked: tuple[ParkedLine, ...]


class ScopeChosen(Planned):
    """What to release, as the list names it."""

    scope: Name


class StoppedLine(Shape):
    """A mailbox that was stopped because too much happened at once."""

    name: str
    mailbox: MailboxShape
    since: datetime


class StoppedList(Shape):
    """Every stopped mailbox, the longest first."""

    stopped: tuple[StoppedLine, ...]


class MailboxChosen(Planned):
    """Which mailbox to release, as the list names it."""

    name: Name


class Released(Shape):
    """What was released, or would be, and how many kept looks are queued by that."""

    dry_run: bool
    plan: PlanAnswered
    name: str
    waiting: int = 0


@routes.read("/v1/parked", Role.VIEWER)
async def list_parked(request: Request, nothing: Nothing) -> ParkedList:  # noqa: ARG001 - a route
    """List what does not answer."""
    found = await parked_scopes(await current_app().services())
    return ParkedList(
        parked=tuple(
            ParkedLine(
                scope=each.breaker.scope.name,
                state=each.breaker.state,
                since=each.breaker.since,
                kind=each.breaker.kind,
                why=each.breaker.why,
                next_question=each.breaker.due,
                waiting=each.waiting,
            )
            for each in found
        )
    )


@routes.deed("POST", "/v1/parked/release", Role.OPERATOR)
async def release_parked(request: Request, chosen: ScopeChosen) -> Released:
    """Let go on at once what is parked; it is asked by itself anyway."""
    services = await current_app().services()
    found = {each.breaker.scope.name: each for each in await parked_scopes(services)}
    scope, known = scope_named(chosen.scope), found.get(chosen.scope)
    if scope is None or known is None or not known.breaker.is_parking:
        raise Problem(
            409, "changed_meanwhile", Remark("{name} is not parked", name=repr(chosen.scope[:100]))
        )
    plan = named("release", chosen.scope, known.breaker.since)
    if not chosen.dry_run:
        chosen.require(plan)
        await release_scope(scope, request.state.principal.name, services)
    return Released(dry_run=chosen.dry_run, plan=plan, name=chosen.scope, waiting=known.waiting)


@routes.read("/v1/stopped", Role.VIEWER)
async def list_stopped(request: Request, nothing: Nothing) -> StoppedList:  # noqa: ARG001 - a route
    """List the mailboxes that the guard has stopped."""
    services = await current_app().services()
    directory = await services.roster.directory()
    return StoppedList(
        stopped=tuple(
            StoppedLine(
                name=each.name, mailbox=mailbox_shape(each.place, directory), since=each.since
            )
            for each in await guard_alerts(services)
        )
    )


@routes.deed("POST", "/v1/stopped/release", Role.OPERATOR)
async def release_stopped(request: Request, chosen: MailboxChosen) -> Released:
    """Let a mailbox go on whose many changes were meant."""
    services = await current_app().services()
    place = place_named(chosen.name)
    alert = next((a for a in await guard_alerts(services) if a.place == place), None)
    if alert is None:
        raise Problem(
            409, "changed_meanwhile", Remark("{name} is not stopped", name=repr(chosen.name[:100]))
        )
    plan = named("release", chosen.name, alert.since)
    if not chosen.dry_run:
        chosen.require(plan)
        await release_mailbox(place, request.state.principal.name, services)
    return Released(dry_run=chosen.dry_run, plan=plan, name=chosen.name)
