"""Does our clock go as those of Exchange and ROOMS do? Tokens, stamps and leases depend on it."""

import asyncio
from datetime import datetime, timedelta

from core.app.doctor.surroundings import Surroundings
from core.domain.finding import Finding, Part, found
from core.domain.finding_kinds import FindingKind as Kind
from core.errors import RoomSyncError
from core.ports.clock import Clock

TOLERATED = timedelta(seconds=30)
"""A `Date` is of whole seconds, and an answer takes some; nothing of ours needs to be nearer."""

WRONG = timedelta(minutes=5)
"""From here on tokens and signatures are refused."""


async def clock_findings(around: Surroundings, clock: Clock) -> list[Finding]:
    """Return whose clock differs from ours, by the `Date` of one answer each; all: it is ours.

    Who does not answer, or tells no time, is left out: others tell that.
    """
    asked = await asyncio.gather(
        *(_ahead(url, around, clock) for url in around.clocks.values()), return_exceptions=False
    )
    differences = {
        name: ahead for name, ahead in zip(around.clocks, asked, strict=True) if ahead is not None
    }
    far = {name: ahead for name, ahead in differences.items() if abs(ahead) > TOLERATED}
    if len(differences) > 1 and len(far) == len(differences):
        kind = Kind.OUR_CLOCK_WRONG if any(map(_is_wrong, far.values())) else Kind.OUR_CLOCK_OFF
        clocks = ", ".join(f"{name} {_seconds(ahead)} s" for name, ahead in far.items())
        return [found(kind, Part.SERVICE, clocks=clocks)]
    return [
        found(
            Kind.CLOCK_WRONG if _is_wrong(ahead) else Kind.CLOCK_OFF,
            Part.SERVICE,
            clock=name,
            seconds=_seconds(ahead),
        )
        for name, ahead in far.items()
    ]


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


def _is_wrong(ahead: timedelta) -> bool:
    return abs(ahead) > WRONG


def _seconds(ahead: timedelta) -> str:
    """Return seconds with their sign: + is ahead of us."""
    return f"{round(ahead.total_seconds()):+}"
