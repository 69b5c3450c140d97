"""Suggests when people could meet, and in which resource: free on both sides, large enough.

Whoever is unknown is not considered and named as such. A resource counts as free when ROOMS has
nothing against the time, and neither has its mailbox, where it is synced and answers.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from core.app.console.wall import zone_named
from core.app.free_busy.answer import SuggestionAnswer
from core.app.free_busy.candidates import Candidate, fitting
from core.app.free_busy.desk import FreeBusyDesk, whole_days
from core.app.free_busy.exchange_side import Told
from core.app.free_busy.look import HOLDS, require
from core.app.free_busy.question import QuestionRefusedError, Refused, SuggestionQuestion
from core.app.free_busy.rights import Entitlement
from core.domain.directory import Directory
from core.domain.free_busy.occupation import Blocker
from core.domain.free_busy.schedule import OCCUPYING, Schedule, Unknown
from core.domain.free_busy.suggestions import Participant, Place, Wish, suggestions
from core.domain.interval import Interval


async def suggest(
    question: SuggestionQuestion, entitlement: Entitlement, desk: FreeBusyDesk
) -> SuggestionAnswer:
    """Return the best times from now on, always the same for the same calendars.

    QuestionRefusedError when no resource does, or the time is over; what ROOMS raises where it
    cannot be asked.
    """
    require(entitlement, people=True, rooms=question.need is not None)
    directory = await desk.roster.directory()
    window = _from_now_on(question.window, desk)
    candidates = await fitting(question, directory, desk.rooms)
    days = whole_days(window)
    told, blocked = await asyncio.gather(
        desk.exchange.read(_addresses(question, candidates, directory), days, directory),
        desk.rooms.blocked([each.resource.id for each in candidates], days),
    )
    known = {address: told.schedules[address.lower()] for address in question.people}
    people = [
        _participant(address, schedule, directory, question.zone)
        for address, schedule in known.items()
        if isinstance(schedule, Schedule)
    ]
    places = [_place(each, blocked[each.resource.id], told, directory) for each in candidates]
    wish = Wish(
        window=window,
        duration=timedelta(minutes=question.minutes),
        zone=question.zone,
        step_minutes=question.step_minutes,
        in_working_hours=question.in_working_hours,
        most=question.most,
    )
    return SuggestionAnswer(
        zone=question.zone,
        suggestions=suggestions(wish, people, None if question.need is None else places),
        names={each.resource.id: each.resource.name for each in candidates},
        not_considered={a: s for a, s in known.items() if isinstance(s, Unknown)},
        candidates=len(candidates),
        troubles=told.troubles if entitlement.troubles else {},
    )


def _from_now_on(window: Interval, desk: FreeBusyDesk) -> Interval:
    start = max(window.start, desk.clock.now())
    if start >= window.end:
        raise QuestionRefusedError("that time is over: ask for one that is to come", Refused.OVER)
    return Interval(start, window.end)


def _addresses(
    question: SuggestionQuestion, candidates: Sequence[Candidate], directory: Directory
) -> list[str]:
    """Return whom Exchange is asked about: the people, and the mailboxes that are kept in step."""
    resources = (each.resource for each in candidates)
    synced = (each.address for each in resources if directory.is_resource_synced(each.id))
    return [*question.people, *synced]


def _participant(
    address: str, schedule: Schedule, directory: Directory, reader: ZoneInfo
) -> Participant:
    """Return somebody with the zone that counts for the working hours.

    Exchange names it, else our settings do, else it is the reader's.
    """
    person = directory.person_at(address)
    named = "" if schedule.working is None else schedule.working.zone
    if not named and person is not None:
        named = person.time_zone
    zone = zone_named(named) if named else reader
    return Participant(address, schedule.busy, schedule.working, zone)


def _place(
    candidate: Candidate, blocked: Sequence[Blocker], told: Told, directory: Directory
) -> Place:
    resource = candidate.resource
    known = told.schedules.get(resource.address.lower())
    busy = known.busy if isinstance(known, Schedule) else ()
    # ROOMS gives synced resources no lead and follow-up time, unless the policy keeps it.
    has_buffers = directory.policies.lead_follow_up == HOLDS or not directory.is_resource_synced(
        resource.id
    )
    return Place(
        id=resource.id,
        name=resource.name,
        blocked=(
            *(each.time for each in blocked),
            *(each.time for each in busy if each.show_as in OCCUPYING),
        ),
        lead=timedelta(minutes=resource.lead_minutes if has_buffers else 0),
        follow_up=timedelta(minutes=resource.follow_up_minutes if has_buffers else 0),
        spare=candidate.spare,
    )
