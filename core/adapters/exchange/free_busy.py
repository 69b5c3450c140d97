"""What both ways to Exchange's free/busy have in common: batches, parts of a window, refusals."""

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import batched

from core.domain.free_busy.schedule import BusyTime, Known, Schedule, Unknown
from core.domain.interval import Interval
from core.domain.meeting import ShowAs

PER_REQUEST = 20
"""Addresses: as many as are documented. 100 are taken, which nobody promises (graph-calendar 6)."""

_BY_CODE = {
    "errormailrecipientnotfound": Unknown.NOBODY,
    "errornonexistentmailbox": Unknown.NOBODY,
    "errorinvalidsmtpaddress": Unknown.NOBODY,
    "erroraddressspacenotfound": Unknown.NOBODY,
    "errorproxyrequestnotallowed": Unknown.NOBODY,
    "errornofreebusyaccess": Unknown.NOT_ALLOWED,
    "erroraccessdenied": Unknown.NOT_ALLOWED,
    "errormailboxlogonfailed": Unknown.NOT_ALLOWED,
    "errorresultsettoobig": Unknown.TOO_MANY,
    "errortimeoutexpired": Unknown.NO_ANSWER,
    "errorserverbusy": Unknown.NO_ANSWER,
    "errormailboxfailover": Unknown.NO_ANSWER,
    "errormailboxstoreunavailable": Unknown.NO_ANSWER,
    "errorfreebusygenerationfailed": Unknown.NO_ANSWER,
    "errorproxyrequestprocessingfailed": Unknown.NO_ANSWER,
    "errorservicediscoveryfailed": Unknown.NO_ANSWER,
    "errorautodiscoverfailed": Unknown.NO_ANSWER,
}
"""What one address is refused with; the codes are Exchange's, whichever way it is asked."""


def unknown_for(code: str) -> Unknown:
    """Return why nothing is known, by the code of Exchange's error and never by its text."""
    return _BY_CODE.get(code.strip().lower(), Unknown.OTHER)


async def in_requests(
    addresses: Sequence[str],
    window: Interval,
    longest: timedelta,
    ask: Callable[[Sequence[str], Interval], Awaitable[Mapping[str, Known]]],
) -> dict[str, Known]:
    """Ask about so many addresses and a part of the window at a time, and join the answers."""
    parts: list[dict[str, Known]] = []
    for part in _parts_of(window, longest):
        found: dict[str, Known] = {}
        for some in batched(addresses, PER_REQUEST, strict=False):
            found |= await ask(some, part)
        parts.append(found)
    return _joined(addresses, parts)


def _parts_of(window: Interval, longest: timedelta) -> Iterator[Interval]:
    """Yield a window in parts of which none is longer than a request may ask for."""
    start = window.start
    while start < window.end:
        end = min(start + longest, window.end)
        yield Interval(start, end)
        start = end


def schedule_of(busy: Iterable[BusyTime], known: Schedule) -> Schedule:
    """Return the same schedule with other spans: each once, those that are not free, by start."""
    kept = {each for each in busy if each.show_as is not ShowAs.FREE}
    return Schedule(tuple(sorted(kept, key=lambda e: (e.time, e.show_as))), known.working)


def _joined(addresses: Sequence[str], parts: Sequence[Mapping[str, Known]]) -> dict[str, Known]:
    """Return what is known of each address over all parts of a window.

    What is unknown in one part is unknown: a time that was not told must not look free.
    """
    return {address: _whole([part[address] for part in parts]) for address in addresses}


def _whole(parts: Sequence[Known]) -> Known:
    found: list[Schedule] = []
    for part in parts:
        if isinstance(part, Unknown):
            return part
        found.append(part)
    return schedule_of((each for part in found for each in part.busy), found[0])
