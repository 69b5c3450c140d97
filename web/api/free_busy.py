"""Who and what is free when, and when all could meet (R-820, R-821); no subject anywhere."""

from starlette.requests import Request

from core.app.free_busy.answer import Answer, PersonLine, ResourceLine, SuggestionAnswer
from core.app.free_busy.finding import candidates
from core.app.free_busy.look import look
from core.app.free_busy.naming import meant
from core.app.free_busy.question import Question, ResourceNeed, SuggestionQuestion
from core.app.free_busy.rights import Entitlement, entitlement_of, role_named
from core.app.free_busy.suggest import suggest
from core.app.free_busy.window import window_asked, zone_asked
from core.bootstrap import current_app
from core.domain.directory import Directory
from core.domain.free_busy.schedule import WorkingHours
from web.access import Role
from web.api.free_busy_shapes import (
    CandidateList,
    CandidateShape,
    DeviationShape,
    FreeBusyAsked,
    FreeBusyShape,
    PersonShape,
    ResourceShape,
    SuggestedResourceShape,
    SuggestionList,
    SuggestionsAsked,
    SuggestionShape,
    WhoAsked,
    WorkingShape,
)
from web.routing import Routes

routes = Routes()

SUGGESTED_DAYS = 5
"""Days in which a time is looked for, unless said otherwise."""


@routes.read("/v1/free-busy", Role.VIEWER)
async def show_free_busy(request: Request, asked: FreeBusyAsked) -> FreeBusyShape:
    """Show when people and resources have something: a word per cell."""
    app = current_app()
    desk = await app.free_busy()
    directory = await desk.roster.directory()
    people, resources = meant(asked.who, directory)
    zone = zone_asked(asked.zone)
    question = Question(
        people=people,
        resources=resources,
        window=window_asked(asked.starts, asked.ends, zone, app.clock.now()),
        zone=zone,
        interval_minutes=asked.interval_minutes,
    )
    return answer_shape(await look(question, entitled(request, directory), desk))


@routes.read("/v1/free-busy/suggestions", Role.VIEWER)
async def suggest_times(request: Request, asked: SuggestionsAsked) -> SuggestionList:
    """Suggest times at which all could meet, with a resource that fits."""
    app = current_app()
    desk = await app.free_busy()
    directory = await desk.roster.directory()
    people, resources = meant(asked.who, directory)
    zone = zone_asked(asked.zone)
    need = ResourceNeed(only=resources, type=asked.type, place=asked.place, seats=asked.seats)
    question = SuggestionQuestion(
        people=people,
        window=window_asked(asked.starts, asked.ends, zone, app.clock.now(), days=SUGGESTED_DAYS),
        zone=zone,
        minutes=asked.minutes,
        step_minutes=asked.step_minutes,
        need=None if asked.people_only else need,
        in_working_hours=not asked.anytime,
        most=asked.most,
    )
    return _suggestions(await suggest(question, entitled(request, directory), desk))


@routes.read("/v1/free-busy/who", Role.VIEWER)
async def find_who(request: Request, asked: WhoAsked) -> CandidateList:  # noqa: ARG001 - a route
    """Find people and resources by a part of their name, address or by their number."""
    directory = await (await current_app().services()).roster.directory()
    found, total = candidates(asked.search, directory, asked.limit)
    return CandidateList(
        candidates=tuple(
            CandidateShape(
                key=each.key, name=each.name, address=each.address, is_resource=each.is_resource
            )
            for each in found
        ),
        total=total,
    )


def entitled(request: Request, directory: Directory) -> Entitlement:
    """Return what whoever asks may see."""
    return entitlement_of(role_named(request.state.principal.role.word), directory.policies)


def answer_shape(answer: Answer) -> FreeBusyShape:
    """Return an answer as programs get it."""
    return FreeBusyShape(
        zone=answer.zone.key,
        interval_minutes=answer.interval_minutes,
        starts=tuple(cell.start for cell in answer.cells),
        ends=answer.cells[-1].end,
        people=tuple(map(_person, answer.people)),
        resources=tuple(map(_resource, answer.resources)),
        troubles=answer.troubles,
        read_at=answer.read_at,
    )


def _person(line: PersonLine) -> PersonShape:
    return PersonShape(
        address=line.address,
        name=line.name,
        environment=line.environment,
        cells=line.cells,
        unknown=line.unknown,
        working=None if line.working is None else _working(line.working),
    )


def _working(hours: WorkingHours) -> WorkingShape:
    days = tuple(sorted(int(day) for day in hours.days))
    return WorkingShape(days=days, start=hours.start, end=hours.end, zone=hours.zone)


def _resource(line: ResourceLine) -> ResourceShape:
    return ResourceShape(
        number=line.id,
        name=line.name,
        rooms=None if line.rooms is None else tuple(each or "free" for each in line.rooms),
        exchange=line.exchange,
        not_shown=line.not_shown,
        unknown=line.unknown,
        deviations=tuple(
            DeviationShape(
                start=each.time.start, end=each.time.end, kind=each.kind, booking=each.booking
            )
            for each in line.deviations
        ),
    )


def _suggestions(answer: SuggestionAnswer) -> SuggestionList:
    return SuggestionList(
        suggestions=tuple(
            SuggestionShape(
                start=each.time.start,
                end=each.time.end,
                resources=tuple(
                    SuggestedResourceShape(number=number, name=answer.names[number])
                    for number in each.resources
                ),
                tentative=each.tentative,
            )
            for each in answer.suggestions
        ),
        not_considered={address: why.value for address, why in answer.not_considered.items()},
        resources_looked_at=answer.candidates,
        troubles=answer.troubles,
    )
