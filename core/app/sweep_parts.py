"""The sweep in parts: every two minutes what its hand passes, everything once an hour.

Two hands, as ROOMS may be down while the tables are not (`core.domain.sweep_hand`):

    the run ...                              then
    is lost, late, doubled                   the hand tells what is due, not the run
    fails, is killed anywhere                the hand stays; the same part comes with the next run,
                                             which costs looks that change nothing
    has more to do than one step             it asks for the next one at once
    is the first one after another version   everything is looked at, once

A part of the links is a part of their table (`Arc.ids`), a part of ROOMS a span of time.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from core.app.given_up import looks_at_given_up
from core.app.job_requests import request_for_each, request_job
from core.app.mailbox_identity import made_anew
from core.app.services import Limits, Services
from core.app.sweep import is_let, looks_at_links, queue_looks, sweep_spans, tell_differences
from core.domain.event import EventPlace
from core.domain.interval import Interval, utc
from core.domain.job_kind import JobKind
from core.domain.stagger import share
from core.domain.sweep_hand import Arc, next_arc
from core.domain.work import mailbox_session

HAND, ROOMS_HAND = "sweep:hand", "sweep:rooms"
"""The cursors' names."""

LONGEST_SPAN = 31
"""Days; a span is a quarter as long as it is away: most bookings are of the next ones."""


@dataclass(frozen=True, slots=True)
class Hand:
    """How far it has come, and the sessions of mailboxes that were found made anew on the way."""

    until: datetime | None = None
    anew: frozenset[str] = frozenset()


async def sweep_part(services: Services) -> bool:
    """Ask for looks at the mailboxes and links that are due; tell whether more is due."""
    now, hand = services.clock.now(), _read(await services.cursors.get(HAND))
    arc = next_arc(hand.until, now)
    if arc is None:
        return False
    places = (await services.roster.directory()).synced_places()
    due = [place for place in places if arc.passes(share(mailbox_session(place)))]
    anew = await _made_anew(hand, due, places, services)
    await _look_at(arc, due, anew, services)
    if arc.is_last:
        await _end_lap(services)
    await services.cursors.put(HAND, _text(Hand(arc.end, anew)))
    return arc.end < now


async def sweep_rooms_part(services: Services) -> bool:
    """Queue looks at the bookings that are due; tell whether more are due."""
    now, hand = services.clock.now(), _read(await services.cursors.get(ROOMS_HAND))
    arc = next_arc(hand.until, now)
    if arc is None:
        return False
    await sweep_spans(list(spans_passed(arc, services.limits)), services)
    await services.cursors.put(ROOMS_HAND, _text(Hand(arc.end)))
    return arc.end < now


def spans_passed(arc: Arc, limits: Limits) -> Iterator[Interval]:
    """Yield what of ROOMS' calendar is looked at, from yesterday to the end of the window.

    A span begins where it is when the hand is there, not when a late run comes, and ends where the
    next one will begin when the hand is there: bookings come nearer meanwhile.
    """
    edges = list(span_edges(limits))
    count = len(edges) - 1
    for index, (start, end) in enumerate(pairwise(edges)):
        if arc.passes(index / count):
            moment, next_moment = arc.moment(index / count), arc.moment((index + 1) / count)
            yield Interval(moment + timedelta(days=start), next_moment + timedelta(days=end))


def span_edges(limits: Limits) -> Iterator[int]:
    """Yield where spans begin and end, in days from now."""
    edge = -1
    while edge < limits.window_ahead_days:
        yield edge
        edge += max(1, min(-(-edge // 4), LONGEST_SPAN))
    yield limits.window_ahead_days


async def _made_anew(
    hand: Hand, due: Sequence[EventPlace], places: Sequence[EventPlace], services: Services
) -> frozenset[str]:
    """Ask for those that are due, those that are stopped, and those that were so last time."""
    stopped = await services.guard.stopped(places)
    known = [place for place in places if mailbox_session(place) in hand.anew]
    found = await made_anew(services, {*due, *stopped, *known})
    return frozenset(map(mailbox_session, found))


async def _look_at(
    arc: Arc, due: list[EventPlace], anew: frozenset[str], services: Services
) -> None:
    await request_for_each(JobKind.SWEEP, due, services)
    looks = [look async for look in looks_at_links(arc.ids, anew, services)]
    looks += [
        look
        for look in await looks_at_given_up(services)
        if arc.passes(share(look.given_up)) and is_let(look, anew)
    ]
    await queue_looks(looks, services)


async def _end_lap(services: Services) -> None:
    """Do what is done once an hour."""
    await request_job(JobKind.COLLECT_DEAD_LETTERS, services)
    await tell_differences(services)


def _read(stored: str | None) -> Hand:
    """Return a hand; one that cannot be read was never moved: everything is looked at."""
    try:
        known = json.loads(stored or "{}")
        until = utc(datetime.fromisoformat(known["until"]))
        return Hand(until, frozenset(map(str, known.get("anew", ()))))
    except (ValueError, KeyError, TypeError, AttributeError):
        return Hand()


def _text(hand: Hand) -> str:
    until = None if hand.until is None else hand.until.isoformat()
    return json.dumps({"until": until, "anew": sorted(hand.anew)})
