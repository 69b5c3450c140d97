"""Work on differences in the dialog: planned first, then done, some at a time with progress.

    planning ─> planned ─> doing ─> answers ─> finished        use ROOMS, use Exchange
                planned ─> doing ─────────────> finished        ignore
                           doing ─────────────> finished        check again

The dialog itself carries how far it is, so nothing is kept here: closed in the middle, what is not
done stays open; asked twice, the second finds it done. Only what still comes to the plan that was
shown is done. Both sides of each are read, so some at a time keep every answer short.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from core.app.by_hand import LOOK_BACK
from core.app.drift.act import Plan, foresee_all, reopen
from core.app.drift.by_hand import as_shown, leave, settle
from core.app.drift.check import check_each
from core.bootstrap import current_app
from core.domain.drift import Drift, DriftState, Obstacle
from core.domain.remark import Remark
from core.domain.wish import Wish
from web.access import Role
from web.api.difference_deeds import drifts_named
from web.api.differences import in_state, those_meant
from web.pages.difference_dialog import MOST, Phase, Wanted, Work, kept, read_work, wanted_in
from web.pages.difference_words import Teller
from web.pages.differences import asked_in
from web.pages.forms import page_view
from web.problems import Problem
from web.render import View, answer
from web.routing import Routes

routes = Routes()

AT_ONCE = 10
"""Differences of one answer: each takes two or three calls to both systems."""

LONGEST_WAIT = 20
"""How often the answers of the sync are asked for, about once a second."""

NOT_DONE = frozenset({"rejected", "refused", "given_up", "waiting"})
"""Outcomes of looks after which both sides still differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the dialog: a plan, or what became of one. `said` is in the reader's words."""

    drift: Drift | None
    plan: Plan | None = None
    said: str = ""
    tone: str = ""


@routes.post("/differences/plan", Role.OPERATOR)
async def begin(request: Request) -> Response:
    """Open the dialog: show what would be done about what was chosen, or begin to."""
    view = await page_view(request, "differences")
    form = await request.form(max_fields=MOST)
    names = await _chosen(form, view)
    wanted = wanted_in(form)
    work = Work(wanted=wanted, phase=Phase.PLANNING, todo=names, number=len(names))
    if wanted is Wanted.IGNORE or wanted is Wanted.CHECK:
        phase = Phase.PLANNED if wanted is Wanted.IGNORE else Phase.DOING
        pairs = tuple((name, "") for name in names)
        work = replace(work, phase=phase, todo=(), planned=pairs)
        lines = await _named(names[:AT_ONCE]) if wanted is Wanted.IGNORE else []
        return await _shown(view, work, [Line(drift=drift) for drift in lines], is_new=True)
    work, lines_of_plan = await _plan(work, view)
    return await _shown(view, work, lines_of_plan, is_new=True)


@routes.post("/differences/work", Role.OPERATOR)
async def go_on(request: Request) -> Response:
    """Go on with the next ones, as the dialog asks."""
    view = await page_view(request, "differences")
    work = read_work(await request.form(max_fields=100))
    match work.phase:
        case Phase.PLANNING:
            work, lines = await _plan(work, view)
        case Phase.DOING:
            work, lines = await _do(work, view)
        case Phase.ANSWERS:
            work, lines = await _answers(work, view)
        case _:
            raise Problem(422, "not_valid", "phase")
    return await _shown(view, work, lines, is_new=False)


async def _plan(work: Work, view: View) -> tuple[Work, list[Line]]:
    now, later = work.todo[:AT_ONCE], work.todo[AT_ONCE:]
    drifts = await _named(now)
    services = await current_app().services()
    deeds = await foresee_all(drifts, Wish(work.wanted.value), services)
    plans = [plan for deed in deeds for plan in deed.plans]
    possible = [plan for plan in plans if plan.foreseen.problem is None]
    planned = replace(
        work,
        phase=Phase.PLANNING if later else Phase.PLANNED,
        todo=later,
        planned=(*work.planned, *((p.drift.id, p.fingerprint) for p in possible)),
        rooms_writes=work.rooms_writes + sum(p.foreseen.rooms_writes for p in possible),
        exchange_writes=work.exchange_writes + sum(p.foreseen.exchange_writes for p in possible),
        mails=work.mails + sum(p.foreseen.mails for p in possible),
        not_done=work.not_done + len(plans) - len(possible),
    )
    return planned, [_line_of_plan(plan, view) for plan in plans]


def _line_of_plan(plan: Plan, view: View) -> Line:
    problem = plan.foreseen.problem
    if problem is None:
        return Line(drift=plan.drift, plan=plan)
    return Line(drift=plan.drift, said=view.words.difference("obstacle", problem), tone="look")


async def _do(work: Work, view: View) -> tuple[Work, list[Line]]:
    now, later = work.planned[:AT_ONCE], work.planned[AT_ONCE:]
    drifts = await _named([name for name, _ in now])
    gone = len(now) - len(drifts)
    lines: list[Line] = []
    match work.wanted:
        case Wanted.IGNORE:
            left = await leave(drifts, view.who, await current_app().services())
            work = replace(work, done=work.done + len(left))
        case Wanted.CHECK:
            work, lines = await _check(work, drifts, view)
        case _:
            work, lines = await _settle(work, drifts, dict(now), view)
    if work.wanted is not Wanted.CHECK:
        work = replace(work, not_done=work.not_done + gone)
    if later:
        return replace(work, planned=later), lines
    phase = Phase.ANSWERS if work.traces else Phase.FINISHED
    return replace(work, planned=(), phase=phase), lines


async def _check(work: Work, drifts: Sequence[Drift], view: View) -> tuple[Work, list[Line]]:
    wanted = {drift.id for drift in drifts}
    answers, unread = await check_each(drifts, await current_app().services())
    found = [drift for each in answers for drift in each.drifts if drift.id in wanted]
    closed = [drift for drift in found if drift.state is DriftState.CLOSED]
    lines = [
        Line(
            drift=drift,
            said=view.words.difference("state", drift.state),
            tone="good" if drift.state is DriftState.CLOSED else "look",
        )
        for drift in found
    ]
    silent = view.words.difference("obstacle", Obstacle.NO_ANSWER)
    lines += [Line(drift=drift, said=silent, tone="bad") for drift in unread]
    still = len(found) - len(closed) + len(unread)
    return replace(work, done=work.done + len(closed), not_done=work.not_done + still), lines


async def _settle(
    work: Work, drifts: Sequence[Drift], shown: dict[str, str], view: View
) -> tuple[Work, list[Line]]:
    services = await current_app().services()
    deeds = await foresee_all(drifts, Wish(work.wanted.value), services)
    same, done = as_shown(deeds, shown)
    done += await settle(same, view.who, services)
    lines = [
        Line(drift=d.drift, said=view.words.difference("obstacle", d.problem), tone="bad")
        for d in done
        if d.problem is not None
    ]
    return replace(
        work,
        traces=(*work.traces, *((d.trace_id, d.drift.id) for d in done if d.trace_id)),
        done=work.done + sum(d.problem is None for d in done),
        not_done=work.not_done + len(lines),
    ), lines


async def _answers(work: Work, view: View) -> tuple[Work, list[Line]]:
    """See which looks have been answered; what takes longer is left to the list."""
    services = await current_app().services()
    many = LOOK_BACK + 2 * len(work.traces)
    answers = {a.trace_id: a for a in await services.activity.latest(many)}
    waiting = tuple(pair for pair in work.traces if pair[0] not in answers)
    failed = {
        name: view.words.outcome(answers[trace].outcome)
        for trace, name in work.traces
        if trace in answers and answers[trace].outcome in NOT_DONE
    }
    drifts = await _named(list(failed)) if failed else []
    await reopen(drifts, services)
    lines = [Line(drift=drift, said=failed[drift.id], tone="bad") for drift in drifts]
    is_over = not waiting or work.asked + 1 >= LONGEST_WAIT
    return replace(
        work,
        phase=Phase.FINISHED if is_over else Phase.ANSWERS,
        traces=waiting,
        asked=work.asked + 1,
        done=max(0, work.done - len(failed)),
        not_done=work.not_done + len(failed),
    ), lines


async def _shown(view: View, work: Work, lines: Sequence[Line], *, is_new: bool) -> Response:
    directory = await (await current_app().services()).roster.directory()
    template = "differences_dialog.html" if is_new else "differences_more.html"
    tell = Teller(view, directory)
    response = answer(view, template, work=work, lines=lines, tell=tell, kept=kept(work))
    if work.phase is Phase.FINISHED:
        response.headers["HX-Trigger"] = "work-done"
    return response


async def _chosen(form: FormData, view: View) -> tuple[str, ...]:
    """Return the names that are meant: one, those ticked, or all that the address asks for."""
    if form.get("only"):
        return (str(form["only"])[:40],)
    if form.get("all") == "yes":
        asked = asked_in(view)
        found = in_state(asked, await those_meant(asked, view.principal))
        names = [drift.id for drift in found if drift.state is not DriftState.CLOSED]
    else:
        names = [str(name)[:40] for name in form.getlist("name") if name]
    if not names:
        raise Problem(422, "not_valid", Remark.of((view.words("given_up.choose"),)))
    return tuple(names[:MOST])


async def _named(names: Sequence[str]) -> list[Drift]:
    order = {name: place for place, name in enumerate(names)}
    return sorted(await drifts_named(names), key=lambda drift: order[drift.id])
