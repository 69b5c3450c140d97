"""Pings every dependency; tells what is down without a secret or anybody's name."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass

from core.app.send_notice import PostRoom
from core.app.services import Services
from core.domain.directory import Directory
from core.domain.event import EventPlace
from core.domain.ids import ICalUid
from core.errors import RoomSyncError
from core.ports.queues import QueueCounts

PING_S = 5.0

NOBODYS = ICalUid("health-check")
"""Looked for in one mailbox: an answer, even an empty one, says that Exchange lets us in."""


@dataclass(frozen=True, slots=True)
class Check:
    """One dependency: `ok`, `down` or `off`, and for whom it matters in words."""

    status: str
    detail: str


@dataclass(frozen=True, slots=True)
class Health:
    """All checks; `down` without tables or queues, `degraded` without one of the two systems."""

    status: str
    checks: dict[str, Check]


async def check_health(services: Services, counts: QueueCounts, post: PostRoom) -> Health:
    """Ask every dependency something cheap, all at once, a few seconds at most."""
    pings: dict[str, Awaitable[object]] = {
        "tables": services.cursors.get("health"),
        "queues": counts.depths(),
        "rooms": services.rooms.ping(),
    }
    directory = services.roster.latest
    for environment, calendar in services.calendars.items():
        place = _someone(directory, environment)
        if place is not None:
            pings[f"exchange:{environment}"] = calendar.find_by_ical_uid(place, NOBODYS)
    names = list(pings)
    *results, mails = await asyncio.gather(*(_check(pings[name]) for name in names), _mails(post))
    checks = dict(zip(names, results, strict=True)) | {"mails": mails}
    return Health(_overall(checks), checks)


def _overall(checks: dict[str, Check]) -> str:
    down = {name for name, check in checks.items() if check.status == "down"}
    if down & {"tables", "queues"}:
        return "down"
    return "degraded" if down else "ok"


async def _mails(post: PostRoom) -> Check:
    """Tell whether people can be told: the sender's mailbox, and the operator's own texts."""
    if post.mailer is None:
        return Check("down" if post.is_wanted else "off", post.why_silent)
    check = await _check(post.mailer.ping())
    if check.status == "ok" and post.library.faults:
        return Check("down", f"own mail texts are not used: {'; '.join(post.library.faults)}")
    return check


async def _check(ping: Awaitable[object]) -> Check:
    try:
        async with asyncio.timeout(PING_S):
            await ping
    except TimeoutError:
        return Check("down", f"no answer within {PING_S:.0f} s")
    except RoomSyncError as error:
        return Check("down", f"{type(error).__name__}: see the log and docs/operations.md")
    return Check("ok", "answers")


def _someone(directory: Directory, environment: str) -> EventPlace | None:
    """Return any watched mailbox of an environment to ask with."""
    places = directory.synced_places()
    return next((place for place in places if place.environment == environment), None)
