"""Does our clock go as those of Exchange and ROOMS do? Tokens, stamps and leases depend on it."""

import asyncio
from datetime import datetime, timedelta

from core.app.doctor.surroundings import Surroundings
from core.domain.finding import Finding, Part, Severity
from core.errors import RoomSyncError
from core.ports.clock import Clock

TOLERATED = timedelta(seconds=30)
"""A `Date` is of whole seconds, and an answer takes some; nothing of ours needs to be nearer."""

WRONG = timedelta(minutes=5)
"""From here on tokens and signatures are refused."""


async def clock_findings(around: Surroundings, clock: Clock) -> list[Finding]:
    """Return whose clock differs from ours, by the `Date` of one answer each.

    Who does not answer, or tells no time, is left out: others tell that.
    """
    asked = await asyncio.gather(
        *(_ahead(url, around, clock) for url in around.clocks.values()), return_exceptions=False
    )
    differences = {
        name: ahead for name, ahead in zip(around.clocks, asked, strict=True) if ahead is not None
    }
    far = {name: ahead for name, ahead in differences.items() if abs(ahead) > TOLERATED}
    is_ours = len(differences) > 1 and len(far) == len(differences)
    return [_finding(name, ahead, is_ours=is_ours) for name, ahead in far.items()]


async def _ahead(url: str, around: Surroundings, clock: Clock) -> timedelta | None:
    began = clock.now()
    try:
        answer = await around.web.ask("GET", url)
    except RoomSyncError:
        return None
    return None if answer.date is None else apart(answer.date, began, clock.now())


def apart(told: datetime, began: datetime, ended: datetime) -> timedelta:
    """Return how far a clock is ahead that told this time between two moments of ours."""
    if told > ended:
        return told - ended
    # What was told is cut to whole seconds.
    latest = told + timedelta(seconds=1)
    return latest - began if latest < began else timedelta(0)


def _finding(name: str, ahead: timedelta, *, is_ours: bool) -> Finding:
    seconds = round(abs(ahead).total_seconds())
    way = "ahead of" if ahead > timedelta(0) else "behind"
    whose = "probably ours is wrong, as all differ" if is_ours else "see which of them is wrong"
    return Finding(
        severity=Severity.ERROR if abs(ahead) > WRONG else Severity.WARNING,
        code="clock",
        part=Part.SERVICE,
        who="",
        what=f"the clock of {name} is {seconds} s {way} ours",
        advice=f"set the clock by NTP: {whose}",
        command="w32tm /query /status",
    )
