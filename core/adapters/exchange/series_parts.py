"""What Exchange tells of single dates, each put on the date of the rule that it means. Pure."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from core.adapters.exchange.links import linked
from core.adapters.exchange.series_dates import SeriesDates
from core.domain.event import Event, EventKind
from core.domain.series import Occurrence
from core.errors import MalformedSeriesError


def malformed(master: Event, why: str) -> MalformedSeriesError:
    """Return the error about a series that cannot be read; `why` tells no subject."""
    return MalformedSeriesError(f"a series of mailbox {master.place.mailbox} cannot be read: {why}")


def planned(master: Event, dates: SeriesDates, part: Event) -> Occurrence:
    """Return the date that a part of a series is; MalformedSeriesError when the rule has none."""
    if part.original_start is None:
        raise malformed(master, "one of its dates does not say which it is")
    try:
        found = dates.of(part.original_start)
    except OverflowError:
        found = None
    if found is None:
        raise malformed(master, "one of its dates is none that its pattern has")
    return found


def exceptions_of(
    master: Event, dates: SeriesDates, parts: Iterable[Event]
) -> dict[datetime, Event]:
    """Return exceptions by original start; two on one date are a MalformedSeriesError.

    One that carries no link of its own has its master's, which Exchange may drop or keep when a
    date becomes an exception (graph-calendar 4).
    """
    found: dict[datetime, Event] = {}
    for part in parts:
        start = planned(master, dates, part).original_start
        if start in found:
            raise malformed(master, "two exceptions are of one date")
        found[start] = as_exception(master, start, part)
    return found


def as_exception(master: Event, original_start: datetime, part: Event) -> Event:
    """Return a date as an exception of its series, told by the rule's own original start."""
    named = replace(
        part,
        kind=EventKind.EXCEPTION,
        series_master=master.event_id,
        original_start=original_start,
    )
    return linked(named, master.appointment_oid)
