"""`roomsync free-busy`: who and what is free when, as bars; and when all could meet."""

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from core.app.free_busy.answer import Answer, SuggestionAnswer
from core.app.free_busy.look import look
from core.app.free_busy.naming import meant
from core.app.free_busy.question import Question, ResourceNeed, SuggestionQuestion
from core.app.free_busy.rights import EVERYTHING
from core.app.free_busy.suggest import suggest
from core.app.free_busy.window import window_asked, zone_asked
from core.bootstrap import App
from core.domain.directory import Directory
from core.domain.ids import ResourceId
from roomsync.free_busy_bars import show_answer, show_suggestions
from roomsync.session import run

INCOMPLETE = 1
A_WEEK = 5
"""Days in which a time is looked for, unless said otherwise."""

Who = Annotated[
    list[str],
    typer.Argument(
        metavar="WHO", help="people and resources: an address, a name, p<person> or r<resource>"
    ),
]
Starts = Annotated[str, typer.Option("--from", help="a day or a moment; without it today")]
Ends = Annotated[str, typer.Option("--to", help="a day, which is part of it, or a moment")]
Zone = Annotated[str, typer.Option(help="IANA zone; without it that of the first who has one")]
Interval = Annotated[int, typer.Option(help="minutes per cell, 5 to 1440")]
Suggest = Annotated[bool, typer.Option("--suggest", help="find times at which all could meet")]
For = Annotated[int, typer.Option("--for", help="minutes that the meeting lasts")]
Seats = Annotated[int | None, typer.Option(help="seats; without it as many as people are named")]
Kind = Annotated[str, typer.Option("--type", help="type of the resource, as in the settings")]
Place = Annotated[str, typer.Option(help="a part of the name of the place that it lies in")]
Anytime = Annotated[bool, typer.Option("--anytime", help="outside working hours, too")]
PeopleOnly = Annotated[bool, typer.Option("--people-only", help="without a resource")]


def free_busy(
    who: Who,
    *,
    starts: Starts = "",
    ends: Ends = "",
    zone: Zone = "",
    interval: Interval = 30,
    suggestions: Suggest = False,
    minutes: For = 60,
    seats: Seats = None,
    kind: Kind = "",
    place: Place = "",
    anytime: Anytime = False,
    people_only: PeopleOnly = False,
) -> None:
    """Show when people (Exchange) and resources (ROOMS and Exchange) are free, without titles.

    Exit code 0: all was told; 1: somebody or something did not answer, or no time was found.
    """

    async def ask(app: App) -> Answer | SuggestionAnswer:
        desk = await app.free_busy()
        directory = await desk.roster.directory()
        people, resources = meant(who, directory)
        reader = _zone(zone, people, resources, directory)
        now = app.clock.now()
        if not suggestions:
            window = window_asked(starts, ends, reader, now)
            question = Question(
                people=people,
                resources=resources,
                window=window,
                zone=reader,
                interval_minutes=interval,
            )
            return await look(question, EVERYTHING, desk)
        need = ResourceNeed(only=resources, type=kind, place=place, seats=seats)
        wish = SuggestionQuestion(
            people=people,
            window=window_asked(starts, ends, reader, now, days=A_WEEK),
            zone=reader,
            minutes=minutes,
            step_minutes=interval,
            need=None if people_only else need,
            in_working_hours=not anytime,
        )
        return await suggest(wish, EVERYTHING, desk)

    answer = run(ask)
    if isinstance(answer, Answer):
        show_answer(answer)
        is_complete = not answer.troubles
    else:
        show_suggestions(answer)
        is_complete = bool(answer.suggestions) and not answer.troubles
    if not is_complete:
        raise typer.Exit(INCOMPLETE)


def _zone(
    name: str, people: tuple[str, ...], resources: tuple[ResourceId, ...], directory: Directory
) -> ZoneInfo:
    """Return the zone that was asked for, else that of the first person or resource who has one."""
    if name:
        return zone_asked(name)
    persons = (directory.person_at(each) for each in people)
    zones = [each.time_zone for each in persons if each is not None]
    zones += [
        directory.resources[each].time_zone for each in resources if each in directory.resources
    ]
    return zone_asked(next(iter(zones), "UTC"))
